export type {
  FollowerPolicy,
  JointFollowerPolicy,
  Oracle,
  OracleContext,
  Query,
  Responder,
  Response,
} from '../envs/core/stackelberg.js';
export * from './context-encoding.js';
export * from './contextual-follower-env.js';
export * from './contextual-network.js';
export * from './contextual-policy.js';
export * from './contextual-training.js';
export * from './damped-best-response.js';
export * from './exact-best-response.js';
export * from './fixed-policy.js';
export * from './hierarchical-response.js';
export * from './names.js';
export * from './poachers.js';
export * from './quantal-response.js';
export * from './tabular-q.js';
