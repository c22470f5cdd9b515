export { dobss, solveDobss } from './bayesian/dobss.js';
export { harsanyi, solveHarsanyi } from './bayesian/harsanyi.js';
export { oneShotForm } from './bayesian/one-shot-form.js';
export * from './best-response.js';
export * from './catalogue.js';
export * from './commitment.js';
export * from './double-oracle.js';
export * from './equilibrium.js';
export * from './evaluate.js';
export * from './follower-model.js';
export {
  type Descent,
  type DescentOptions,
  descend,
} from './hierarchical/differential-backward-induction.js';
export {
  type GridOptions,
  type HierarchicalRegret,
  hierarchicalRegret,
} from './hierarchical/grid-best-response.js';
export * from './induced-game.js';
export {
  expectOptimal,
  type LinearProgram,
  type LinearResult,
  loadLp,
  SolveFailed,
} from './linear/linear-program.js';
export { type Implementation, implementations } from './mechanism/matrix-design.js';
export {
  bestSilent,
  bestWithTwoMessages,
  candidatePrices,
  type MessageMechanism,
  type PriceMechanism,
} from './mechanism/message-spm-search.js';
export { type SpmResult, type SpmStrategy, spmBenchmark, spmStrategies } from './mechanism/spm.js';
export { SpmOptimum } from './mechanism/spm-optimum.js';
export {
  type MechanismPlan,
  planPolicy,
  planTable,
  type StaticMechanism,
  staticPlan,
} from './mechanism/spm-plan.js';
export { bestStatic } from './mechanism/spm-static.js';
export { solveDeterministic } from './memory-one/memory-one.js';
export { certifyCommitment } from './memory-one/memory-one-certificate.js';
export { solveStochastic } from './memory-one/memory-one-search.js';
export * from './multi-follower/equilibrium.js';
export * from './multi-follower/kkt-gradient.js';
export { pureCommitment, solveNormalForm } from './normal-form/normal-form.js';
export { certifyNormalForm } from './normal-form/rational.js';
export { solveZeroSum, solveZeroSumWith, type ZeroSumSolution } from './normal-form/zero-sum.js';
export {
  BestResponseQueries,
  LearningFailed,
  majorityVote,
  type Queries,
  QueryBudgetSpent,
  type ResponseSource,
} from './queries/best-response-queries.js';
export { type CoverageProblem, clinch, shave } from './queries/clinch.js';
export { type LearnedCommitment, learnCommitment, type MatrixProblem } from './queries/hyperplane-learner.js';
export {
  commitmentGame,
  erroneousResponses,
  exactResponses,
  oracleResponses,
  quantalResponses,
} from './queries/response-sources.js';
export {
  learnCoverage,
  learnCoverageByHyperplanes,
  type SecurityProblem,
} from './queries/security-learner.js';
export { type OptimalFlowOptions, optimalFlow } from './routing/optimal-flow.js';
export { type RoutingOptions, type RoutingStrategy, routingStrategies } from './routing/routing.js';
export { heuristicFlow, inducedOutcome, type RoutingOutcome } from './routing/strategies.js';
export { marginalOutcome, optimalTolls, tolledOutcome } from './routing/tolls.js';
export { marginalTolls, type RoutingFlow, socialOptimum, wardrop } from './routing/wardrop.js';
export { type PatrolFlow, solvePatrolFlow } from './security/flow-lp.js';
export { type OrigamiSolution, origami } from './security/origami.js';
export { attackValues, type Patrol, type PatrolMixture, pathMixture } from './security/path-mixture.js';
export { type QuantalAscentOptions, quantalAscent } from './security/quantal-ascent.js';
export {
  type PatrolDoubleOracleOptions,
  patrolDoubleOracle,
} from './security/spatio-temporal-double-oracle.js';
export { staticPatrolLp, type WalkMixture, walkBehaviour, walkPayoffs } from './security/static-patrol-lp.js';
export * from './solve.js';
export * from './solver.js';
