import type { AecEnv } from '../../../gymnasium/aec.js';
import { goodAec } from './good-envs.js';
import { mutate } from './mutants.js';

/** Changes members of one good environment. */
export const changing = (change: Parameters<typeof mutate<AecEnv>>[1]) => mutate<AecEnv>(goodAec, change);

/** Does something after every step of a live agent; `turn` counts all turns since the reset. */
export function stepping(change: (env: AecEnv, turn: number) => void) {
  return changing((env, { reset, step }) => {
    let turn = 0;
    return {
      reset(options: any) {
        turn = 0;
        reset(options);
      },
      step(action: any) {
        step(action);
        change(env, ++turn);
      },
    };
  });
}

/** Does something after `reset`. */
export function resetting(change: (env: AecEnv) => unknown) {
  return changing((env, { reset }) => ({
    reset(options: any) {
      reset(options);
      return change(env);
    },
  }));
}

/** Does something to the leader's entries after every step, while it is there. */
export function leading(change: (env: AecEnv) => void) {
  return stepping((env) => {
    if (env.agents.includes('leader_0')) change(env);
  });
}

const records = ['rewards', 'cumulativeRewards', 'terminations', 'truncations', 'infos'] as const;
/** Whether the agent's episode has ended. */
export const isDead = (env: AecEnv, id: string) => env.terminations[id] || env.truncations[id];

/** Makes follower_1 an agent again whose episode has ended. */
export function bringBack(env: AecEnv): void {
  if (!env.agents.includes('follower_1')) env.agents = [...env.agents, 'follower_1'];
  for (const field of ['rewards', 'cumulativeRewards'] as const) env[field].follower_1 = 0;
  Object.assign(env.terminations, { follower_1: true });
  Object.assign(env.truncations, { follower_1: false });
  env.infos.follower_1 = {};
  (env as any).observations.follower_1 = new Float32Array(3);
}

/** Takes an agent out of the records. */
export function forget(env: AecEnv, id: string): void {
  for (const field of records) delete env[field][id];
}
