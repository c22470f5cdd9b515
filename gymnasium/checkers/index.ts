export { aecRules, checkAecEnv } from './aec.js';
export { checkEnv, envRules } from './env.js';
export { checkParallelEnv, parallelRules } from './parallel.js';
export type { CheckOptions, CheckReport, Rule, RuleFailure } from './rule.js';
export { type AnyEnv, seedTest } from './seed-test.js';
export type { Source } from './source.js';
export type { Build } from './subject.js';
export type { TwinEnv } from './twin.js';
export {
  checkParallelVectorEnv,
  checkVectorEnv,
  parallelVectorRules,
  type VectorCheckOptions,
  vectorRules,
} from './vector.js';
