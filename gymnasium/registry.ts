import type { AecEnv } from './aec.js';
import type { Env, Wrapper } from './core.js';
import type { ParallelEnv } from './parallel.js';
import type { AutoresetMode, ParallelVectorEnv, VectorEnv } from './vector.js';

export type Parameters = Readonly<Record<string, unknown>>;
export type EntryPoint = (parameters: any) => Env | ParallelEnv;
export type AecEntryPoint = (parameters: any) => AecEnv;
export type VectorEntryPoint = (
  numEnvs: number,
  parameters: any,
  options: { autoresetMode?: AutoresetMode },
) => VectorEnv | ParallelVectorEnv;

/** What is known of a registered environment, after `gymnasium.envs.registration.EnvSpec`. */
export interface EnvSpec {
  readonly id: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: number | null;
  readonly entryPoint: EntryPoint | null;
  readonly aecEntryPoint: AecEntryPoint | null;
  readonly vectorEntryPoint: VectorEntryPoint | null;
  readonly rewardThreshold: number | null;
  readonly nondeterministic: boolean;
  readonly maxEpisodeSteps: number | null;
  readonly orderEnforce: boolean;
  readonly disableEnvChecker: boolean;
  readonly additionalWrappers: readonly ((env: Env) => Wrapper)[];
  readonly kwargs: Parameters;
}
