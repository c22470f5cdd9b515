import { banditExact } from './bandit/bandit-exact.js';
import { banditRlExact } from './bandit/bandit-rl-exact.js';
import { banditRlLearner } from './bandit/bandit-rl-learner.js';
import { banditStackelberg } from './bandit/bandit-stackelberg.js';
import { dobss } from './bayesian/dobss.js';
import { harsanyi } from './bayesian/harsanyi.js';
import { enumeration } from './enumeration.js';
import { chainExact } from './hierarchical/chain-exact.js';
import { dbi } from './hierarchical/differential-backward-induction.js';
import { hierarchicalBestResponse } from './hierarchical/grid-best-response.js';
import { feedbackBackwardInduction, myopicBackwardInduction } from './markov/backward-induction.js';
import { optimisticLsvi, pessimisticLsvi } from './markov/value-iteration.js';
import { matrixDesignExact } from './mechanism/matrix-design.js';
import { messageSpmExact } from './mechanism/message-spm.js';
import { simpleAllocationExact } from './mechanism/simple-allocation.js';
import { spm } from './mechanism/spm.js';
import { minWorkMechanism } from './mechanism/unrelated-scheduling.js';
import { memoryOneEnumeration, memoryOneSearch } from './memory-one/solvers.js';
import { kktGradientSolver } from './multi-follower/solvers.js';
import { multipleLps, pureEnumeration, singleLp } from './normal-form/solvers.js';
import { constantThreshold } from './platform/constant-threshold.js';
import { hyperplaneLearner, securityLearner } from './queries/solvers.js';
import { routing } from './routing/routing.js';
import { flowLp } from './security/flow-lp.js';
import { origamiSolver } from './security/origami.js';
import { quantalAscentSolver } from './security/quantal-ascent.js';
import { eraser, securityLps } from './security/security-programs.js';
import { spatioTemporalDoubleOracle } from './security/spatio-temporal-double-oracle.js';
import { staticPatrolLp } from './security/static-patrol-lp.js';
import type { Solver } from './solver.js';

/** Every solver. For each game the first that fits is the default. */
export const catalogue: readonly Solver[] = [
  simpleAllocationExact,
  messageSpmExact,
  matrixDesignExact,
  minWorkMechanism,
  spm,
  constantThreshold,
  routing,
  multipleLps,
  singleLp,
  pureEnumeration,
  hyperplaneLearner,
  memoryOneEnumeration,
  memoryOneSearch,
  origamiSolver,
  securityLps,
  eraser,
  quantalAscentSolver,
  securityLearner,
  flowLp,
  spatioTemporalDoubleOracle,
  staticPatrolLp,
  chainExact,
  dbi,
  hierarchicalBestResponse,
  myopicBackwardInduction,
  kktGradientSolver,
  banditRlExact,
  harsanyi,
  dobss,
  enumeration,
  banditExact,
  banditStackelberg,
  banditRlLearner,
  feedbackBackwardInduction,
  optimisticLsvi,
  pessimisticLsvi,
];

/** Names of all solvers. */
export const solverNames: readonly string[] = catalogue.map(({ name }) => name);
