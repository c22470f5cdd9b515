export * from '../gymnasium/wrappers/index.js';
export { greedyCommitment } from './leader-commitment.js';
export * from './observed-queries.js';
export { PolicyStatistic } from './policy-statistic.js';
export { StackelbergWrapper, type StackelbergWrapperOptions } from './stackelberg.js';
export {
  type CommitmentMode,
  commitments,
  type QueryPolicy,
  type StackelbergOptions,
} from './stackelberg-options.js';
export { StackelbergVectorEnv } from './stackelberg-vector.js';
