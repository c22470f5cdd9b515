export * from './checkpoint.js';
export { type EsOptions, es } from './es.js';
export * from './evaluate.js';
export type { LearnerOptions, LearnerResult, Progress } from './learner.js';
export * from './network/index.js';
export type { Schedule } from './options.js';
export * from './policy.js';
export * from './ppo.js';
export * from './reinforce.js';
