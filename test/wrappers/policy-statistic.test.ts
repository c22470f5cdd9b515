import { describe, expect, it } from '@jest/globals';
import { make } from '../../gymnasium/index.js';
import '../../envs/index.js';
import { policyStatisticNames } from '../../envs/mechanism/policy-statistics.js';
import { checkParallelEnv } from '../../gymnasium/checkers/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import type { ParallelEnv } from '../../gymnasium/parallel.js';
import { Rng } from '../../gymnasium/rng.js';
import { PolicyStatistic } from '../../wrappers/policy-statistic.js';

const id = 'SequentialPriceMechanism-v0';

describe('PolicyStatistic', () => {
  it.each(
    policyStatisticNames.flatMap((name) =>
      ['kitchen-sink', 'additive-across-types', 'id'].map((setting) => [name, setting] as const),
    ),
  )('%s shows what the game with this statistic shows, in %s', (statistic, setting) => {
    const wrapped = new PolicyStatistic(make(id, { setting }), statistic);
    const own = make(id, { setting, statistic });
    expect(wrapped.observationSpace('leader_0').equals(own.observationSpace('leader_0'))).toBe(true);
    const rng = new Rng(3);
    for (let seed = 0; seed < 20; seed++) {
      const first = wrapped.reset({ seed }).observations;
      expect(first).toEqual(own.reset({ seed }).observations);
      expect(wrapped.observationSpace('leader_0').contains(first['leader_0'])).toBe(true);
      while (own.agents.length > 0) {
        const { size } = own.actionSpace('leader_0') as unknown as { size: number };
        const leader_0 = Float64Array.from({ length: size }, () => rng.uniform() ** 3);
        expect(wrapped.step({ leader_0 })).toEqual(own.step({ leader_0 }));
      }
      expect(wrapped.agents).toEqual([]);
    }
  });

  it('tells draws apart by price and by allocation where the statistic has them', () => {
    const seen = (statistic: (typeof policyStatisticNames)[number], price: number) => {
      const env = new PolicyStatistic(make(id), statistic);
      env.reset({ seed: 1 });
      const action = new Float64Array(21);
      action[20] = price;
      return String(env.step({ leader_0: action }).observations['leader_0']);
    };
    for (const statistic of policyStatisticNames) {
      expect(seen(statistic, 0.1) === seen(statistic, 0.2)).toBe(!statistic.startsWith('price'));
      const blind = statistic === 'hidden' || statistic === 'agents-left';
      // Nobody has a value of 0, so all buy at 0.1. Twelve kinds of histories: bought or not at 1.
      const outcomes = new Set<string>();
      for (let seed = 0; seed < 12; seed++) {
        const env = new PolicyStatistic(make(id), statistic);
        env.reset({ seed });
        const action = new Float64Array(21);
        action[20] = 1;
        outcomes.add(String(env.step({ leader_0: action }).observations['leader_0']));
      }
      expect(outcomes.size).toBe(blind ? 1 : 2);
    }
  });

  it('conforms', () => {
    for (const statistic of policyStatisticNames) {
      const { failures } = checkParallelEnv(
        (renderMode?: string) =>
          new PolicyStatistic(make(id, { setting: 'id', renderMode }) as ParallelEnv, statistic),
        { collect: true, episodes: 2, maxSteps: 30 },
      );
      expect(failures).toEqual([]);
    }
  });

  it('refuses other environments and statistics', () => {
    const wrap = (env: unknown, statistic: unknown) => () =>
      new PolicyStatistic(env as ParallelEnv, statistic as 'hidden');
    expect(wrap(make('SimpleAllocation-v0'), 'hidden')).toThrow(
      'PolicyStatistic: expected a SequentialPriceMechanism-v0, got SimpleAllocation.',
    );
    expect(wrap(make(id, { statistic: 'allocation' }), 'hidden')).toThrow(
      'PolicyStatistic: expected an environment whose statistic is "price-allocation-left", got "allocation".',
    );
    expect(wrap(make(id), 'alocation')).toThrow(InvalidArgument);
    expect(wrap(make(id), 'alocation')).toThrow('PolicyStatistic: statistic: expected one of hidden');
    expect(wrap(4, 'hidden')).toThrow('PolicyStatistic: expected a ParallelEnv, got 4.');
  });
});
