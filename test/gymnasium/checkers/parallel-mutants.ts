import { InvalidAction, ResetNeeded } from '../../../gymnasium/error.js';
import type { ParallelEnv } from '../../../gymnasium/parallel.js';
import { goodParallel } from './good-envs.js';
import { lifeMutants, type Mutant, resetMutants } from './mutants.js';
import { changing, leading, stepping } from './parallel-faults.js';
import { shapeMutants } from './parallel-shape-mutants.js';

/** Faults in what the environment does and refuses. */
const conductMutants: readonly Mutant<ParallelEnv>[] = [
  {
    rule: 'play goes on without an error',
    says: /but after step 1 came RangeError: no step 2/,
    build: stepping((result) => {
      if (result.infos.leader_0.clock === 2) throw new RangeError('no step 2');
      return result;
    }),
  },
  {
    rule: 'step leaves its action unchanged',
    says: /Expected step 1 to leave its action alone, but it changed action.follower_1\[0\]/,
    build: changing((_env, { step }) => ({
      step(actions: any) {
        const result = step(actions);
        actions.follower_1?.fill(7);
        return result;
      },
    })),
  },
  {
    rule: 'state is in the state space',
    says: /Expected state\(\) to be in Box\(.*\) at the reset, got Float64Array\[-1\]/,
    build: changing(() => ({ state: () => Float64Array.of(-1) })),
  },
  {
    rule: 'state is in the state space',
    says: /Expected state and stateSpace to come together/,
    build: changing(() => ({ stateSpace: undefined })),
  },
  {
    rule: 'every observation has memory of its own',
    says: /Expected observations.leader_0 to have memory of its own at step 2/,
    build: changing((_env, { step }) => {
      const buffer = new Float32Array(3);
      return {
        step(actions: any) {
          const result = step(actions);
          buffer.set(result.observations.leader_0);
          return { ...result, observations: { ...result.observations, leader_0: buffer } };
        },
      };
    }),
  },
  {
    rule: 'step before the first reset throws ResetNeeded',
    says: /Expected step before the first reset to throw ResetNeeded, but it returned/,
    build: changing((_env, { reset, step }) => {
      let fresh = true;
      return {
        reset(options: any) {
          fresh = false;
          return reset(options);
        },
        step(actions: any) {
          if (fresh) reset();
          return step(actions);
        },
      };
    }),
  },
  {
    rule: 'step after the end throws ResetNeeded',
    says: /Expected step after the end to throw ResetNeeded, but it returned/,
    build: changing((_env, { reset, step }) => {
      let started = false;
      return {
        reset(options: any) {
          started = true;
          return reset(options);
        },
        step(actions: any) {
          try {
            return step(actions);
          } catch (error) {
            if (!started || error instanceof InvalidAction) throw error;
            return {};
          }
        },
      };
    }),
  },
  {
    rule: 'an action outside its space throws InvalidAction',
    says: /Expected the action 3 by follower_0, which is outside Discrete\(3\), to throw InvalidAction/,
    build: changing((_env, { step }) => ({
      step: (actions: any) => step(actions.follower_0 === 3 ? { ...actions, follower_0: 2 } : actions),
    })),
  },
  {
    rule: 'an action outside its space throws InvalidAction',
    says: /Expected the error on an action of leader_0 to name it, got "bad action"/,
    build: changing((env, { step }) => ({
      step(actions: any) {
        for (const id of env.agents) {
          if (!env.actionSpace(id).contains(actions[id])) throw new InvalidAction('bad action');
        }
        return step(actions);
      },
    })),
  },
  {
    rule: 'a missing action throws InvalidAction',
    says: /Expected a step without an action of leader_0 to throw InvalidAction, but it returned/,
    build: changing((_env, { step }) => ({
      step: (actions: any) => step('leader_0' in actions ? actions : { ...actions, leader_0: 0 }),
    })),
  },
  {
    rule: 'the steps after a seeded reset repeat themselves',
    says: /but at step 1 they differ in result.infos.leader_0.steps/,
    build: (() => {
      let steps = 0;
      return leading('infos', (old) => ({ ...old, steps: steps++ }));
    })(),
  },
];

/** Faults in the order of moves. */
const commitMutants: readonly Mutant<ParallelEnv>[] = [
  {
    rule: 'moveOrder lists every agent once',
    says: /Expected moveOrder to list each of leader_0, follower_0, follower_1 once, got \["leader_0", "follower_0"\]/,
    build: changing(() => ({ moveOrder: [['leader_0'], ['follower_0']] })),
  },
  {
    rule: 'an environment with several turns has commit',
    says: /Expected commit with the turns \[\["leader_0"\].*\], got none/,
    build: changing(() => ({ commit: undefined })),
  },
  {
    rule: 'commit returns the observations of exactly the agents still to move',
    says: /Expected commit to return observations of exactly follower_0, follower_1 before step 1, got/,
    build: changing((_env, { commit }) => ({
      commit: (actions: any) => ({ ...commit(actions), leader_0: new Float32Array(3) }),
    })),
  },
  {
    rule: 'observations after commit are in their space',
    says: /Expected follower_0 to observe a member of Box\(.*\) after the commit before step 1, got 3/,
    build: changing((_env, { commit }) => ({
      commit: (actions: any) => ({ ...commit(actions), follower_0: 3 }),
    })),
  },
  {
    rule: 'a step against a commitment throws InvalidAction',
    says: /Expected a step in which leader_0 plays other than it committed to to throw InvalidAction, but/,
    build: changing((env, { step }) => ({
      step(actions: any) {
        if ('leader_0' in actions) (env as any).committed = {};
        return step(actions);
      },
    })),
  },
  {
    rule: 'a commit against a commitment throws InvalidAction',
    says: /Expected a second commit in which leader_0 changes its action to throw InvalidAction, but/,
    build: changing((env, { commit }) => ({
      commit(actions: any) {
        if (Object.keys(actions).length === 1) (env as any).committed = {};
        return commit(actions);
      },
    })),
  },
  {
    rule: 'commit does not change what step does',
    says: /Expected step 1 to give the same with and without commit, but it differs in observations/,
    build: changing((env, { commit }) => ({
      commit(actions: any) {
        const seen = commit(actions);
        (env as any).rng.uniform();
        return seen;
      },
    })),
  },
  {
    rule: 'commit after the end throws ResetNeeded',
    says: /Expected commit after the end to throw ResetNeeded, but it returned/,
    build: changing((_env, { commit }) => ({
      commit(actions: any) {
        try {
          return commit(actions);
        } catch (error) {
          if (error instanceof ResetNeeded) return {};
          throw error;
        }
      },
    })),
  },
];

export const parallelMutants: readonly Mutant<ParallelEnv>[] = [
  ...shapeMutants,
  ...conductMutants,
  ...resetMutants<ParallelEnv>(goodParallel),
  ...commitMutants,
  ...lifeMutants<ParallelEnv>(goodParallel),
];
