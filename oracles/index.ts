export {
  type Certificate,
  type EquilibriumNotion,
  type FollowerPolicy,
  type JointFollowerPolicy,
  type JointResponse,
  type Oracle,
  type OracleContext,
  type Query,
  type Responder,
  type Response,
  uncertified,
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
export * from './multiplicative-weights.js';
export * from './names.js';
export * from './poachers.js';
export { QSellers, type QSellersOptions, type SellersResponder } from './q-sellers.js';
export * from './quantal-response.js';
export * from './replicator.js';
export * from './tabular-q.js';
export * from './wardrop-response.js';
