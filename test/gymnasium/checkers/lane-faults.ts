import type { SyncVectorEnv } from '../../../gymnasium/sync-vector-env.js';
import { type AutoresetMode, type ParallelVectorEnv, VectorEnv } from '../../../gymnasium/vector.js';
import { mutate } from './mutants.js';

export type Lanes = VectorEnv | ParallelVectorEnv;
type Change = Parameters<typeof mutate<any>>[1];

/** Applies `change` to every agent's part of a field; a VectorEnv has one part. */
export function parts(env: Lanes, field: any, change: (part: any) => any): any {
  if (env instanceof VectorEnv) return change(field);
  return Object.fromEntries(Object.entries(field).map(([agent, part]) => [agent, change(part)]));
}

/** Builds a good vector environment in a mode. */
export type Base<E> = (mode: AutoresetMode) => () => E;

/** Ways to change one good vector environment of either kind. */
export function laneFaults<E extends Lanes>(base: Base<E>) {
  const changing = (change: Change, mode: AutoresetMode = 'NextStep') => mutate<any>(base(mode), change);
  const stepping = (change: (result: any, env: E) => object, mode?: AutoresetMode) =>
    changing((env, { step }) => ({ step: (actions: any) => change(step(actions), env) }), mode);
  const resetting = (change: (options: any, env: any) => any) =>
    changing((env, { reset }) => ({ reset: (options: any = {}) => reset(change(options, env)) }));
  const part = (field: string, change: (part: any) => any) =>
    stepping((result, env) => ({ ...result, [field]: parts(env, result[field], change) }));
  const single = base('NextStep')() instanceof VectorEnv;
  const spaceMember = (name: string, make: () => unknown) =>
    single
      ? {
          get [name]() {
            return make();
          },
        }
      : { [name]: make };
  return { changing, stepping, resetting, part, spaceMember };
}

/** Moves a row's stream on by one number. */
export function drawFromRow(env: any, row: number): void {
  const { rng } = env instanceof VectorEnv ? (env as SyncVectorEnv).envs[row] : { rng: env.game.rng(row) };
  rng.uniform();
}
