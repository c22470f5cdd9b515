// Written by scripts/index-games.mjs (npm run build): lists every game file. Do not edit.
import type { GameDefinition } from './core/definition.js';
import { iteratedMatrixGame } from './matrix/iterated-matrix-game.js';
import { normalForm } from './matrix/normal-form.js';

export * from './matrix/iterated-matrix-game.js';
export * from './matrix/normal-form.js';

export const games: readonly GameDefinition[] = [iteratedMatrixGame, normalForm];
