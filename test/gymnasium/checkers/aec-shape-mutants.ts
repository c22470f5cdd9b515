import type { AecEnv } from '../../../gymnasium/aec.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { changing, leading, resetting, stepping } from './aec-faults.js';
import type { Mutant } from './mutants.js';

/** Faults in what the environment is and shows. */
export const shapeMutants: readonly Mutant<AecEnv>[] = [
  {
    rule: 'the environment is an AecEnv',
    says: /Expected an instance of AecEnv, got/,
    build: () => ({ close() {} }) as unknown as AecEnv,
  },
  {
    rule: 'possibleAgents lists different strings',
    says: /to be an array of different strings, got \[\]/,
    build: changing(() => ({ possibleAgents: [] })),
  },
  {
    rule: 'agents have names like leader_0',
    says: /named by a role and an index, as leader_0, got "0"/,
    build: changing(() => ({ possibleAgents: ['0', 'follower_0'] })),
  },
  {
    rule: 'every agent has spaces that contain what they draw',
    says: /Expected actionSpace\("leader_0"\) to be a Space, got undefined/,
    build: changing(() => ({ actionSpace: () => undefined })),
  },
  {
    rule: 'spaces are the same objects at every call',
    says: /Expected the spaces of leader_0 to be the same objects at the second call/,
    build: changing(() => ({ observationSpace: () => new Box(0, 100, { shape: [3] }) })),
  },
  {
    rule: 'reset and step return nothing',
    says: /Expected nothing from the reset, got "leader_0"/,
    build: resetting((env) => env.agentSelection),
  },
  {
    rule: 'reset makes agents with no reward and no flag',
    says: /Expected leader_0 to have rewards 0 and flags false after a reset, got/,
    build: resetting((env) => {
      env.cumulativeRewards.leader_0 = 1;
    }),
  },
  {
    rule: 'every record has exactly the agents',
    says: /Expected rewards of exactly \["leader_0", "follower_0", "follower_1"\] after turn 2 \(follower_0\), got \["leader_0"\]/,
    build: stepping((env, turn) => {
      if (turn === 2) env.rewards = { leader_0: 0 };
    }),
  },
  {
    rule: 'agentSelection is among the agents',
    says: /Expected agentSelection among \["leader_0", .*\] after turn 2 \(follower_0\), got "nobody_0"/,
    build: stepping((env, turn) => {
      if (turn === 2) env.agentSelection = 'nobody_0';
    }),
  },
  {
    rule: 'observations have the element type of their space',
    says: /Expected the observation of leader_0 to be a Float32Array at the reset, got Float64Array/,
    build: changing((_env, { observe }) => ({ observe: (id: string) => Float64Array.from(observe(id)) })),
  },
  {
    rule: 'observations are in their space',
    says: /Expected the observation of follower_0 to be in Box\(.*\) at the reset, got null/,
    build: changing((env, { observe }) => ({
      observe: (id: string) => (id === env.agentSelection ? observe(id) : null),
    })),
  },
  {
    rule: 'rewards are finite numbers',
    says: /Expected rewards.leader_0 to be a finite number at turn 1 \(leader_0\), got NaN/,
    build: leading((env) => {
      env.rewards.leader_0 = Number.NaN;
    }),
  },
  {
    rule: 'terminations and truncations are booleans',
    says: /Expected truncations.leader_0 to be a boolean at turn 1 \(leader_0\), got 0/,
    build: leading((env) => {
      env.truncations.leader_0 = 0 as unknown as boolean;
    }),
  },
  {
    rule: 'infos are plain objects',
    says: /Expected infos.leader_0 to be a plain object at turn 1 \(leader_0\), got null/,
    build: leading((env) => {
      env.infos.leader_0 = null as any;
    }),
  },
  {
    rule: 'action masks fit the action space',
    says: /Expected the actionMask of infos.leader_0 to be an Int8Array .* got "all"/,
    build: leading((env) => {
      env.infos.leader_0 = { actionMask: 'all' };
    }),
  },
];
