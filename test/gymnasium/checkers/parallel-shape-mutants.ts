import type { ParallelEnv } from '../../../gymnasium/parallel.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import type { Mutant } from './mutants.js';
import { changing, leading, stepping } from './parallel-faults.js';

/** Faults in what the environment is and returns. */
export const shapeMutants: readonly Mutant<ParallelEnv>[] = [
  {
    rule: 'the environment is a ParallelEnv',
    says: /Expected an instance of ParallelEnv, got/,
    build: () => ({ close() {} }) as unknown as ParallelEnv,
  },
  {
    rule: 'possibleAgents lists different strings',
    says: /to be an array of different strings, got \["leader_0", "leader_0"\]/,
    build: changing(() => ({ possibleAgents: ['leader_0', 'leader_0'] })),
  },
  {
    rule: 'agents have names like leader_0',
    says: /named by a role and an index, as leader_0, got "boss"/,
    build: changing(() => ({ possibleAgents: ['boss', 'follower_0'] })),
  },
  {
    rule: 'every agent has spaces that contain what they draw',
    says: /Expected observationSpace\("leader_0"\) to be a Space, got null/,
    build: changing(() => ({ observationSpace: () => null })),
  },
  {
    rule: 'spaces are the same objects at every call',
    says: /Expected the spaces of leader_0 to be the same objects at the second call/,
    build: changing(() => ({ observationSpace: () => new Box(0, 100, { shape: [3] }) })),
  },
  {
    rule: 'reset returns observations and infos of exactly the agents',
    says: /Expected infos of exactly leader_0, follower_0, follower_1 at the reset, got \["leader_0"\]/,
    build: changing((_env, { reset }) => ({
      reset: (options: any) => ({ ...reset(options), infos: { leader_0: {} } }),
    })),
  },
  {
    rule: 'reset returns observations and infos of exactly the agents',
    says: /Expected agents after a reset, got none/,
    build: changing((env, { reset }) => ({
      reset(options: any) {
        const result = reset(options);
        env.agents = [];
        return result;
      },
    })),
  },
  {
    rule: 'step returns its five records',
    says: /Expected step 1 to return exactly the records observations, rewards,/,
    build: stepping(({ infos: _infos, ...rest }) => rest),
  },
  {
    rule: 'every record has exactly the agents that acted',
    says: /Expected infos of exactly leader_0, follower_0, follower_1 at step 1, got .*"common"/,
    build: stepping((result) => ({ ...result, infos: { ...result.infos, common: {} } })),
  },
  {
    rule: 'every record has exactly the agents that acted',
    says: /Expected observations of exactly leader_0, follower_0, follower_1 at step 3, got/,
    build: stepping((result, { agents }) => ({
      ...result,
      observations: Object.fromEntries(agents.map((id) => [id, result.observations[id]])),
    })),
  },
  {
    rule: 'observations have the element type of their space',
    says: /Expected observations.leader_0 to be a Float32Array at step 1, got Float64Array/,
    build: leading('observations', (old) => Float64Array.from(old)),
  },
  {
    rule: 'observations are in their space',
    says: /Expected observations.leader_0 to be in Box\(.*\) at step 1, got 5/,
    build: leading('observations', () => 5),
  },
  {
    rule: 'rewards are finite numbers',
    says: /Expected rewards.leader_0 to be a finite number at step 1, got Infinity/,
    build: leading('rewards', () => Infinity),
  },
  {
    rule: 'terminations and truncations are booleans',
    says: /Expected truncations.leader_0 to be a boolean at step 1, got null/,
    build: leading('truncations', () => null),
  },
  {
    rule: 'infos are plain objects',
    says: /Expected infos.leader_0 to be a plain object at step 1, got \[\]/,
    build: leading('infos', () => []),
  },
  {
    rule: 'action masks fit the action space',
    says: /Expected the actionMask of infos.leader_0 to be .* over Discrete\(3\) .* at step 1, got Int8Array\[1\]/,
    build: leading('infos', () => ({ actionMask: Int8Array.of(1) })),
  },
  {
    rule: 'done agents, and no others, leave agents in the same step',
    says: /Expected follower_1 to be out of agents after step 3 by its flags, got \["leader_0", "follower_0", "follower_1"\]/,
    build: stepping((result, env) => {
      env.agents = env.possibleAgents;
      return result;
    }),
  },
  {
    rule: 'done agents, and no others, leave agents in the same step',
    says: /Expected follower_0 to be among agents after step 1 by its flags, got \["leader_0"\]/,
    build: stepping((result, env) => {
      env.agents = ['leader_0'];
      return result;
    }),
  },
  {
    rule: 'agents are among possibleAgents, in their order',
    says: /in this order after step 1, got \["follower_1", "follower_0", "leader_0"\]/,
    build: stepping((result, env) => {
      env.agents = [...env.agents].reverse();
      return result;
    }),
  },
  {
    rule: 'an agent that has left does not come back',
    says: /Expected follower_1 to stay out once it has left, but it is back after step 4/,
    build: stepping((result, env) => {
      if (result.infos.leader_0.clock === 4) env.agents = env.possibleAgents;
      return result;
    }),
  },
];
