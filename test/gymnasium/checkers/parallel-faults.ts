import type { ParallelStepResult } from '../../../gymnasium/parallel.js';
import { type GoodParallel, goodParallel } from './good-envs.js';
import { mutate } from './mutants.js';

type Result = Record<keyof ParallelStepResult, any>;

/** Changes members of one good environment. */
export const changing = (change: Parameters<typeof mutate<GoodParallel>>[1]) =>
  mutate<GoodParallel>(goodParallel, change);

/** Changes what `step` returns or leaves behind. */
export function stepping(change: (result: Result, env: GoodParallel) => unknown) {
  return changing((env, { step }) => ({ step: (actions: any) => change(step(actions), env) }));
}

/** Changes one entry of the leader in what `step` returns. */
export function leading(field: keyof ParallelStepResult, value: (old: any) => unknown) {
  return stepping((result) => ({
    ...result,
    [field]: { ...result[field], leader_0: value(result[field].leader_0) },
  }));
}
