export * from './best-response.js';
export * from './catalogue.js';
export * from './commitment.js';
export * from './evaluate.js';
export * from './follower-model.js';
export {
  expectOptimal,
  type LinearProgram,
  type LinearResult,
  loadLp,
  SolveFailed,
} from './linear/linear-program.js';
export { solveDeterministic } from './memory-one/memory-one.js';
export { certifyCommitment } from './memory-one/memory-one-certificate.js';
export { solveStochastic } from './memory-one/memory-one-search.js';
export { pureCommitment, solveNormalForm } from './normal-form/normal-form.js';
export { certifyNormalForm } from './normal-form/rational.js';
export * from './solve.js';
export * from './solver.js';
