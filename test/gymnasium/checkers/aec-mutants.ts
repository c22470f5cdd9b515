import type { AecEnv } from '../../../gymnasium/aec.js';
import { InvalidAction, ResetNeeded } from '../../../gymnasium/error.js';
import { bringBack, changing, forget, isDead, resetting, stepping } from './aec-faults.js';
import { shapeMutants } from './aec-shape-mutants.js';
import { goodAec } from './good-envs.js';
import { lifeMutants, type Mutant, resetMutants } from './mutants.js';

/** Faults in who is there, and in what `last` tells. */
const presenceMutants: readonly Mutant<AecEnv>[] = [
  {
    rule: 'an agent leaves by its step with null alone',
    says: /Expected \[\] to leave agents at turn 2 \(follower_0\), since its episode had ended, but \["follower_1"\] left/,
    build: stepping((env, turn) => {
      if (turn !== 2) return;
      env.agents = env.agents.filter((id) => id !== 'follower_1');
      forget(env, 'follower_1');
      env.agentSelection = 'leader_0';
    }),
  },
  {
    rule: 'an agent leaves by its step with null alone',
    says: /Expected \["follower_1"\] to leave agents at turn 10 \(follower_1\), .* but \[\] left/,
    build: changing((env, { step }) => ({
      step(action: any) {
        if (action !== null || env.agents.length < 3) step(action);
        else if (!isDead(env, env.agentSelection)) throw new InvalidAction('null');
      },
    })),
  },
  {
    rule: 'an agent that has ended gets its last step',
    says: /Expected follower_1 to be selected for its step with null within 3 turns of its end, but turn 12/,
    build: stepping((env) => {
      if (env.agents.includes('follower_1') && !('follower_1' in env.terminations)) bringBack(env);
      const live = env.agents.filter((id) => !isDead(env, id));
      if (live.length > 0 && isDead(env, env.agentSelection)) env.agentSelection = live[0];
    }),
  },
  {
    rule: 'agents are among possibleAgents, in their order',
    says: /in this order after the reset, got \["follower_1", "follower_0", "leader_0"\]/,
    build: resetting((env) => {
      env.agents = [...env.agents].reverse();
    }),
  },
  {
    rule: 'an agent that has left does not come back',
    says: /Expected follower_1 to stay out once it has left, but it is back after turn 11 \(leader_0\)/,
    build: stepping((env, turn) => {
      if (turn === 11) bringBack(env);
    }),
  },
  {
    rule: 'cumulative rewards are the exact sums since the last turn',
    says: /Expected cumulativeRewards.leader_0 to be 0\.\d+ after turn 3 \(follower_1\), got 0\.\d+/,
    build: stepping((env) => {
      for (const id of env.agents) env.cumulativeRewards[id] = Math.fround(env.cumulativeRewards[id]);
    }),
  },
  {
    rule: 'last tells what the records tell',
    says: /Expected last\(\) to tell what the records tell after turn 4 \(leader_0\), but they differ in reward/,
    build: changing((env, { last }) => ({
      last: (observe = true) => ({ ...last(observe), reward: env.rewards[env.agentSelection] }),
    })),
  },
  {
    rule: 'last tells what the records tell',
    says: /Expected last\(\).info to be the object infos.leader_0, got another/,
    build: changing((_env, { last }) => ({
      last(observe = true) {
        const result = last(observe);
        return { ...result, info: { ...result.info } };
      },
    })),
  },
  {
    rule: 'last without observing gives null',
    says: /Expected last\(false\).observation to be null, got Float32Array/,
    build: changing((_env, { last }) => ({ last: () => last(true) })),
  },
];

const conductMutants: readonly Mutant<AecEnv>[] = [
  {
    rule: 'play goes on without an error',
    says: /but after turn 3 \(follower_1\) came RangeError: no turn 4/,
    build: stepping((_env, turn) => {
      if (turn === 4) throw new RangeError('no turn 4');
    }),
  },
  {
    rule: 'step leaves its action unchanged',
    says: /Expected turn 3 \(follower_1\) to leave its action alone, but it changed action\[0\]/,
    build: changing((_env, { step }) => ({
      step(action: any) {
        step(action);
        if (action instanceof Float32Array) action.fill(7);
      },
    })),
  },
  {
    rule: 'state is in the state space',
    says: /Expected state\(\) to be in Box\(.*\) at the reset, got Float64Array\[11\]/,
    build: changing(() => ({ state: () => Float64Array.of(11) })),
  },
  {
    rule: 'every observation has memory of its own',
    says: /Expected the observation of follower_0 to have memory of its own at turn 1 \(leader_0\)/,
    build: changing((_env, { observe }) => {
      const buffer = new Float32Array(3);
      return {
        observe(id: string) {
          buffer.set(observe(id));
          return buffer;
        },
      };
    }),
  },
  {
    rule: 'step before the first reset throws ResetNeeded',
    says: /Expected step before the first reset to throw ResetNeeded, got TypeError: no agent/,
    build: changing((env, { step }) => ({
      step(action: any) {
        if (!('moved' in env) && env.agents.length === 0) throw new TypeError('no agent');
        step(action);
      },
    })),
  },
  {
    rule: 'step after the end throws ResetNeeded',
    says: /Expected step after the end to throw ResetNeeded, but it returned/,
    build: changing((_env, { reset, step }) => {
      let started = false;
      return {
        reset(options: any) {
          started = true;
          reset(options);
        },
        step(action: any) {
          try {
            step(action);
          } catch (error) {
            if (!started || !(error instanceof ResetNeeded)) throw error;
          }
        },
      };
    }),
  },
  {
    rule: 'an action outside its space throws InvalidAction',
    says: /Expected the action null by leader_0, which is outside Discrete\(3\), to throw InvalidAction/,
    build: changing((env, { step }) => ({
      step: (action: any) => step(action === null && !isDead(env, env.agentSelection) ? 0 : action),
    })),
  },
  {
    rule: 'an agent that has ended takes null alone',
    says: /Expected the action .* of follower_1, whose episode has ended, to throw InvalidAction, but it returned/,
    build: changing((env, { step }) => ({
      step: (action: any) => step(isDead(env, env.agentSelection) ? null : action),
    })),
  },
  {
    rule: 'the steps after a seeded reset repeat themselves',
    says: /but at turn 1 \(leader_0\) they differ in infos.leader_0.steps/,
    build: (() => {
      let steps = 0;
      return stepping((env) => {
        if (env.agents.includes('leader_0')) env.infos.leader_0 = { steps: steps++ };
      });
    })(),
  },
];

export const aecMutants: readonly Mutant<AecEnv>[] = [
  ...shapeMutants,
  ...presenceMutants,
  ...conductMutants,
  ...resetMutants<AecEnv>(goodAec),
  ...lifeMutants<AecEnv>(goodAec),
];
