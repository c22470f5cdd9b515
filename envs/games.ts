// Written by scripts/index-games.mjs (npm run build): lists every game file. Do not edit.
import { banditGame } from './bandit/bandit-game.js';
import { banditRlGame } from './bandit/bandit-rl-game.js';
import { bayesianNormalForm } from './bayesian/bayesian-normal-form.js';
import type { GameDefinition } from './core/definition.js';
import { structuredHierarchicalGame } from './hierarchical/structured-hierarchical-game.js';
import { finiteMarkovGame } from './markov/finite-markov-game.js';
import { iteratedMatrixGame } from './matrix/iterated-matrix-game.js';
import { normalForm } from './matrix/normal-form.js';
import { simpleAllocation } from './mechanism/simple-allocation.js';
import { multiFollower } from './multi-follower/multi-follower.js';
import { greenSecurity } from './security/green-security.js';
import { securityGame } from './security/security-game.js';
import { spatioTemporalSecurity } from './security/spatio-temporal-security.js';
import { staticPatrol } from './security/static-patrol.js';

export * from './bandit/bandit-game.js';
export * from './bandit/bandit-rl-game.js';
export * from './bayesian/bayesian-normal-form.js';
export * from './hierarchical/structured-hierarchical-game.js';
export * from './markov/finite-markov-game.js';
export * from './matrix/iterated-matrix-game.js';
export * from './matrix/normal-form.js';
export * from './mechanism/simple-allocation.js';
export * from './multi-follower/multi-follower.js';
export * from './security/green-security.js';
export * from './security/security-game.js';
export * from './security/spatio-temporal-security.js';
export * from './security/static-patrol.js';

export const games: readonly GameDefinition[] = [
  banditGame,
  banditRlGame,
  bayesianNormalForm,
  structuredHierarchicalGame,
  finiteMarkovGame,
  iteratedMatrixGame,
  normalForm,
  simpleAllocation,
  multiFollower,
  greenSecurity,
  securityGame,
  spatioTemporalSecurity,
  staticPatrol,
];
