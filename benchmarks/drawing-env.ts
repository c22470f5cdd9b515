import { gameDefinition } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { GameParallelEnv } from '../envs/core/views.js';
import type { Cell } from './experiment.js';

/** A cell's game as an environment that draws itself as SVG under a title. */
export function drawingEnv({ game: id }: Cell, game: MarkovGame, title: string): GameParallelEnv {
  return new GameParallelEnv(game, { renderMode: 'svg', renderer: gameDefinition(id).renderer, title });
}
