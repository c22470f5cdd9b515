import { describe, expect, it } from '@jest/globals';
import { type MatrixDesign, makeGame } from '../../../envs/index.js';
import { Rng } from '../../../gymnasium/rng.js';
import { MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment, InducedGame, pureEquilibrium } from '../../../solvers/index.js';
import { implementations, matrixDesignExact } from '../../../solvers/mechanism/matrix-design.js';
import type { Answer, Task } from '../../../solvers/solver.js';

const build = (parameters: object = {}) => makeGame('MatrixDesign-v0', parameters) as MatrixDesign;
const task: Task = { follower: 'stationary', certify: false, options: {} };
const solved = (game: MatrixDesign) => matrixDesignExact.solve(game, task) as Answer;
const prisoners = [
  [
    [3, 0],
    [4, 1],
  ],
  [
    [3, 4],
    [0, 1],
  ],
];

describe('matrix-design-exact', () => {
  it('implements (1, 0) in dominant strategies by default, worth 10/6', async () => {
    const game = build();
    const answer = solved(game);
    expect(answer.value).toBeCloseTo(10 / 6, 12);
    expect(answer).toMatchObject({ status: 'optimal', tieBreaking: null, kind: 'deterministic' });
    expect(answer.certificate).toMatchObject({ implements: [1, 0], as: 'strictly dominant strategies' });
    // follower_0 is tempted most: where the other leaves its part it would get 6 for 0, and 2 for its own.
    expect(answer.certificate!['margin']).toBeCloseTo(10 - 4 / 6, 12);
    expect(answer.details!['leastPayments']).toEqual([0, 0]);
    for (const ties of ['leader', 'against', 'lowest'] as const) {
      const graded = await evaluateCommitment(game, answer.commitment, { ties, optimum: answer.value });
      expect(graded.value).toBeCloseTo(10 / 6, 12);
      expect(graded.gap).toBeCloseTo(0, 12);
      expect(graded.followerValues).toEqual(answer.followerValues);
    }
  });

  it.each([0, 1, 2])('multiplicative weights come to it (seed %i)', async (seed) => {
    const game = build();
    const { commitment, value } = solved(game);
    for (const form of ['exact', 'sampled'] as const) {
      const oracle = new MultiplicativeWeights({ form });
      const graded = await evaluateCommitment(game, commitment, {
        oracle,
        episodes: 3,
        seed,
        optimum: value,
      });
      expect(graded.gap).toBeCloseTo(0, 12);
      expect(graded.equilibrium).toEqual({ notion: 'Nash', gap: expect.any(Number) });
      expect(graded.equilibrium.gap).toBeCloseTo(0, 12);
    }
  });

  it.each([
    [0.2, 2 / 4, [1, 1], 'strictly dominant strategies', null],
    [0.25, 6 / 4, [0, 0], 'a Nash equilibrium', 'leader'],
    [0.3, 6 / 4, [0, 0], 'strictly dominant strategies', null],
  ])('with %d to pay, prisoners are worth %d', async (maximumCompensation, value, joint, as, ties) => {
    const game = build({ payoffs: prisoners, maximumCompensation });
    const answer = solved(game);
    expect(answer.value).toBeCloseTo(value, 12);
    expect(answer.tieBreaking).toBe(ties);
    expect(answer.certificate).toMatchObject({ implements: joint, as, largestSum: 1.5 });
    const graded = await evaluateCommitment(game, answer.commitment, { optimum: value });
    expect(graded.gap).toBeCloseTo(0, 12);
  });

  it('cooperation of prisoners costs what they would gain by defecting', () => {
    const game = build({ payoffs: prisoners });
    const [cooperation] = implementations(game);
    expect(cooperation.joint).toEqual([0, 0]);
    expect(cooperation.leastPayments).toEqual([0.25, 0.25]);
  });

  it('no compensations of nothing or the cap do better, over all of them in random games', () => {
    const rng = new Rng('compensations');
    let dominated = 0;
    for (let g = 0; g < 40; g++) {
      const draw = () => [0, 1].map(() => [0, 1].map(() => rng.integer(7) - 2));
      const payoffs = [draw(), draw()];
      payoffs[0][0][0] = 5;
      const game = build({ payoffs, maximumCompensation: rng.integer(4) / 5 });
      const best = bestOfAll(game);
      if (best === null) {
        expect(() => solved(game)).toThrow('expected enough to make a joint action an equilibrium');
        continue;
      }
      const answer = solved(game);
      expect(answer.value).toBeCloseTo(best, 12);
      if (answer.tieBreaking === null) dominated++;
    }
    expect(dominated).toBeGreaterThan(5);
    expect(dominated).toBeLessThan(40);
  });

  it('says what evaluation says the followers get, also where equilibria are worth the same', async () => {
    const rng = new Rng('equal equilibria');
    let ties = 0;
    for (let g = 0; g < 150; g++) {
      const draw = () => [0, 1].map(() => [0, 1].map(() => rng.integer(3)));
      const payoffs = [draw(), draw()];
      payoffs[0][0][0] = 5;
      const game = build({ payoffs, maximumCompensation: rng.integer(4) / 5 });
      if (bestOfAll(game) === null) continue;
      const answer = solved(game);
      const graded = await evaluateCommitment(game, answer.commitment, { optimum: null });
      expect(graded.value).toBeCloseTo(answer.value, 9);
      for (const [id, value] of Object.entries(answer.followerValues))
        expect(graded.followerValues[id]).toBeCloseTo(value, 9);
      if (answer.tieBreaking !== null) ties++;
    }
    expect(ties).toBeGreaterThan(10);
  });

  it('refuses followers that err', () => {
    const game = build();
    expect(matrixDesignExact.fits(game, { ...task, follower: { kind: 'quantal', rationality: 1 } })).toBe(
      false,
    );
    expect(matrixDesignExact.fits(makeGame('NormalForm-v0'), task)).toBe(false);
  });
});

/** The leader's best value over all 2^8 ways to pay each follower nothing or the cap at each joint action. */
function bestOfAll(game: MatrixDesign): number | null {
  const { maximumCompensation: cap } = game;
  let best: number | null = null;
  for (let code = 0; code < 256; code++) {
    const paid = (k: number) => (code & (1 << k) ? cap : 0);
    const act = ([row, column]: Int32Array) => {
      const at = 2 * (row + 2 * column);
      return Float64Array.of(paid(at), paid(at + 1));
    };
    try {
      const { values } = pureEquilibrium(new InducedGame(game, { act }), 'leader');
      if (best === null || values[0] > best) best = values[0];
    } catch {}
  }
  return best;
}
