import { Box } from '../../../gymnasium/spaces/box.js';
import type { ParallelVectorEnv, VectorEnv } from '../../../gymnasium/vector.js';
import { goodParallelVector, goodVector } from './good-envs.js';
import type { Base, Lanes } from './lane-faults.js';
import { laneResetMutants } from './lane-reset-mutants.js';
import { laneShapeMutants } from './lane-shape-mutants.js';
import { type Mutant, mutate } from './mutants.js';

function laneMutants<E extends Lanes>(base: Base<E>): Mutant<E>[] {
  return [...laneShapeMutants(base), ...laneResetMutants(base)];
}

export const vectorMutants: readonly Mutant<VectorEnv>[] = [
  {
    rule: 'the environment is a VectorEnv',
    says: /Expected an instance of VectorEnv, got/,
    build: () => ({ close() {} }) as unknown as VectorEnv,
  },
  {
    rule: 'batched spaces are those of numEnvs rows',
    says: /Expected observationSpace to be Box\(.*\[3, 2\].*\), got Box\(0, 100, \[6\], float32\)/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({
      observationSpace: new Box(0, 100, { shape: [6] }),
    })),
  },
  {
    rule: 'infos has an entry a row',
    says: /Expected infos to be an array with an entry a row at the reset, got \{/,
    build: mutate<VectorEnv>(goodVector('NextStep'), (_env, { reset }) => ({
      reset(options: any) {
        const result = reset(options);
        return { ...result, infos: { ...result.infos } };
      },
    })),
  },
  ...[
    {
      rule: 'finalInfos has an entry where finalMask is set, else null',
      says: /Expected finalInfos to have an entry a row, null unless finalMask is set, at step 1, got \[\{\}/,
      change: (result: any) => ({ ...result, finalInfos: [{}, {}, {}] }),
    },
    {
      rule: 'infos are plain objects',
      says: /Expected infos\[0\] to be a plain object at step 1, got 5/,
      change: (result: any) => ({ ...result, infos: [5, {}, {}] }),
    },
    {
      rule: 'action masks fit the action space',
      says: /Expected the actionMask of infos\[0\] to be .* at step 1, got Int8Array\[2, 2, 2\]/,
      change: (result: any) => ({ ...result, infos: [{ actionMask: Int8Array.of(2, 2, 2) }, {}, {}] }),
    },
  ].map(({ rule, says, change }) => ({
    rule,
    says,
    build: mutate<VectorEnv>(goodVector('NextStep'), (_env, { step }) => ({
      step: (actions: any) => change(step(actions)),
    })),
  })),
  ...laneMutants<VectorEnv>(goodVector),
  {
    rule: 'render gives a frame a row',
    says: /Expected render\(\) to give a string or null a row, got "frame"/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({ render: () => 'frame' })),
  },
  {
    rule: 'closed is set by close',
    says: /Expected closed to go from false to true with close, got false and false/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({ close() {} })),
  },
];

export const parallelVectorMutants: readonly Mutant<ParallelVectorEnv>[] = [
  {
    rule: 'the environment is a ParallelVectorEnv',
    says: /Expected an instance of ParallelVectorEnv, got/,
    build: () => ({ close() {} }) as unknown as ParallelVectorEnv,
  },
  {
    rule: 'possibleAgents lists different strings',
    says: /to be an array of different strings, got \[1, 2\]/,
    build: mutate<ParallelVectorEnv>(goodParallelVector('NextStep'), () => ({ possibleAgents: [1, 2] })),
  },
  {
    rule: 'agents have names like leader_0',
    says: /named by a role and an index, as leader_0, got "leader"/,
    build: mutate<ParallelVectorEnv>(goodParallelVector('NextStep'), () => ({ possibleAgents: ['leader'] })),
  },
  ...laneMutants<ParallelVectorEnv>(goodParallelVector),
];
