import { describe, expect, it } from '@jest/globals';
import { TabularSoftmax } from '../../agents/policy.js';
import { makeGame } from '../../envs/index.js';
import { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { ExactBestResponse } from '../../oracles/index.js';
import { evaluateCommitment } from '../../solvers/index.js';
import { greedyCommitment, StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { randomRules, TableGame } from '../envs/testing-games.js';

const game = makeGame('IteratedMatrixGame-v0');
const oracle = new ExactBestResponse();
const titForTat = [1, 0, 0, 1, 1];
const policy = (act: (observation: any) => any) => ({
  act: (observation: any, _rng: Rng, options?: { greedy?: boolean }) => {
    expect(options).toEqual({ greedy: true });
    return act(observation);
  },
});

describe('greedyCommitment', () => {
  it.each(['step', 'episode'] as const)('is the action at each observation: %s', async (commitment) => {
    for (const outer of [
      new StackelbergWrapper(game, { oracle, commitment }),
      new StackelbergVectorEnv(game, 2, { oracle, commitment }),
    ]) {
      const found = greedyCommitment(
        outer,
        policy((o) => titForTat[o]),
      );
      expect(found).toEqual(titForTat);
      expect((await evaluateCommitment(game, found)).value).toBe(31);
    }
  });

  it('is what the policy does in play where the phase is revealed', () => {
    const outer = new StackelbergWrapper(game, { oracle, revealPhase: true });
    expect(
      greedyCommitment(
        outer,
        policy((o) => (o < 5 ? 0 : titForTat[o - 5])),
      ),
    ).toEqual(titForTat);
  });

  it('counts from the start of the spaces', () => {
    const shifted = new TableGame(randomRules(new Rng(0), { start: 4 }));
    for (const revealPhase of [false, true]) {
      const outer = new StackelbergWrapper(shifted, { oracle, revealPhase });
      const act = (o: number) => {
        expect(outer.observationSpace.contains(o)).toBe(true);
        return o % 2 === 0 ? 4 : 5;
      };
      expect(greedyCommitment(outer, policy(act))).toEqual([4, 5]);
    }
    const whole = new StackelbergWrapper(shifted, {
      oracle,
      commitment: 'policy',
      policyForm: 'deterministic',
    });
    expect(
      greedyCommitment(
        whole,
        policy(() => Int32Array.of(1, 0)),
      ),
    ).toEqual([5, 4]);
  });

  it('is a distribution at each observation for logits', async () => {
    const outer = new StackelbergWrapper(game, { oracle, commitment: 'policy' });
    const logits = Float64Array.from([0, 0, Math.log(3), 0, 10, -10, -10, 10, 1, 1]);
    const found = greedyCommitment(
      outer,
      policy(() => logits),
    ) as number[][];
    expect(found.map((row) => Number(row[0].toFixed(6)))).toEqual([0.5, 0.75, 1, 0, 0.5]);
    expect((await evaluateCommitment(game, found, { optimum: null })).value).toBeGreaterThan(0);
  });

  it('takes what the learners learn', () => {
    const learned = new TabularSoftmax(new Discrete(5), new Discrete(2));
    learned.setLogits(Float64Array.from(titForTat.flatMap((a) => [-a, a])));
    expect(greedyCommitment(new StackelbergWrapper(game, { oracle }), learned)).toEqual(titForTat);
  });
});
