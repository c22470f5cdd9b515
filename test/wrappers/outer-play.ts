import type { StackelbergWrapper } from '../../wrappers/index.js';

/** One outer episode of sampled actions that obey `info.actionMask`. */
export interface OuterPlay {
  readonly total: number;
  readonly steps: number;
  /** Steps that answered a query. */
  readonly shown: number;
}

/** Plays an outer episode with the leader's actions drawn uniformly. */
export function playOuterEpisode(outer: StackelbergWrapper, seed: number): OuterPlay {
  outer.actionSpace.seed(seed);
  let { info } = outer.reset({ seed });
  let total = 0;
  let steps = 0;
  let shown = 0;
  for (let done = false; !done; steps++) {
    if (info['phase'] === 'query') shown++;
    const mask = info['actionMask'] as any;
    const result = outer.step(outer.actionSpace.sample(mask === undefined ? undefined : { mask }));
    total += result.reward;
    ({ info, terminated: done } = result);
  }
  return { total, steps, shown };
}
