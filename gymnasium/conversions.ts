import type { AecEnv } from './aec.js';
import { AecToParallel } from './aec-to-parallel.js';
import type { ParallelEnv } from './parallel.js';
import { ParallelToAec } from './parallel-to-aec.js';
import type { AgentId } from './types.js';

export { AecToParallel } from './aec-to-parallel.js';
export { ParallelToAec } from './parallel-to-aec.js';

/**
 * The turn-based form of a ParallelEnv. Agents act in `env.moveOrder`; where the environment has `commit`, those who
 * move later observe what those before them have committed to. The last agent's action steps the environment.
 *
 * @example
 * const aec = parallelToAec(make('NormalForm-v0', { observeAction: true }));
 * aec.reset({ seed: 0 });
 * aec.step(1); // leader_0
 * aec.observe('follower_0'); // 2: the leader has played 1
 */
export function parallelToAec(env: ParallelEnv): AecEnv {
  return new ParallelToAec(env);
}

/**
 * The parallel form of an AecEnv in which every live agent acts once a cycle. It keeps the order of moves: `commit`
 * plays the first movers' actions and returns what the others then observe. A `step` without it plays all actions in
 * turn order, so that everybody acts on what it saw before the cycle. Rewards are summed over the cycle. An agent that
 * ends before its turn has come still acts in that cycle, to no effect.
 *
 * @param options.order the agents in turn order, a group per turn; default: one agent a group as in `possibleAgents`
 * @throws InvalidArgument if the order does not list every agent once, or from `step` if the environment leaves it.
 * @example
 * const env = aecToParallel(aec, { order: [['leader_0'], ['follower_0']] });
 * env.reset({ seed: 0 });
 * const { follower_0: seen } = env.commit!({ leader_0: 1 });
 * env.step({ follower_0: respond(seen) });
 */
export function aecToParallel(
  env: AecEnv,
  options: { order?: readonly (readonly AgentId[])[] } = {},
): ParallelEnv {
  return new AecToParallel(env, options);
}
