import { InvalidAction, ResetNeeded } from '../../../gymnasium/error.js';
import type { ParallelEnv, ParallelStepResult } from '../../../gymnasium/parallel.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { type GoodParallel, goodParallel } from './good-envs.js';
import { lifeMutants, type Mutant, mutate, resetMutants } from './mutants.js';

type Result = Record<keyof ParallelStepResult, any>;

const changing = (change: Parameters<typeof mutate<GoodParallel>>[1]) =>
  mutate<GoodParallel>(goodParallel, change);

/** Changes what `step` returns or leaves behind. */
function stepping(change: (result: Result, env: GoodParallel) => unknown) {
  return changing((env, { step }) => ({ step: (actions: any) => change(step(actions), env) }));
}

/** Changes one entry of the leader in what `step` returns. */
function leading(field: keyof ParallelStepResult, value: (old: any) => unknown) {
  return stepping((result) => ({
    ...result,
    [field]: { ...result[field], leader_0: value(result[field].leader_0) },
  }));
}

const shapeMutants: readonly Mutant<ParallelEnv>[] = [
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
