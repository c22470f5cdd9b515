// Written by scripts/index-games.mjs (npm run build): lists every game file. Do not edit.
import { banditGame } from './bandit/bandit-game.js';
import { banditRlGame } from './bandit/bandit-rl-game.js';
import { bayesianNormalForm } from './bayesian/bayesian-normal-form.js';
import type { GameDefinition } from './core/definition.js';
import { structuredHierarchicalGame } from './hierarchical/structured-hierarchical-game.js';
import { finiteMarkovGame } from './markov/finite-markov-game.js';
import { iteratedMatrixGame } from './matrix/iterated-matrix-game.js';
import { normalForm } from './matrix/normal-form.js';
import { matrixDesign } from './mechanism/matrix-design.js';
import { messageSpm } from './mechanism/message-spm.js';
import { sequentialPriceMechanism } from './mechanism/sequential-price-mechanism.js';
import { simpleAllocation } from './mechanism/simple-allocation.js';
import { unrelatedScheduling } from './mechanism/unrelated-scheduling.js';
import { multiFollower } from './multi-follower/multi-follower.js';
import { bertrandPlatform } from './platform/bertrand-platform.js';
import { stackelbergRouting } from './routing/stackelberg-routing.js';
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
export * from './mechanism/matrix-design.js';
export * from './mechanism/message-spm.js';
export * from './mechanism/sequential-price-mechanism.js';
export * from './mechanism/simple-allocation.js';
export * from './mechanism/unrelated-scheduling.js';
export * from './multi-follower/multi-follower.js';
export * from './platform/bertrand-platform.js';
export * from './routing/stackelberg-routing.js';
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
  matrixDesign,
  messageSpm,
  sequentialPriceMechanism,
  simpleAllocation,
  unrelatedScheduling,
  multiFollower,
  bertrandPlatform,
  stackelbergRouting,
  greenSecurity,
  securityGame,
  spatioTemporalSecurity,
  staticPatrol,
];
