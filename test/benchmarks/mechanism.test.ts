import { describe, expect, it } from '@jest/globals';
import type { Cell, CellResult, CurvePoint } from '../../benchmarks/experiment.js';
import { mechanism } from '../../benchmarks/experiments/mechanism.js';
import { isZero, nearFrom } from '../../benchmarks/optimal.js';
import { hasProfiles, profilePicture } from '../../benchmarks/profile-picture.js';
import { parsePoint, parseResult } from '../../benchmarks/results.js';
import { canonicalJson, cellSlugs } from '../../benchmarks/storage.js';
import { makeGame } from '../../envs/index.js';
import { MultiplicativeWeights } from '../../oracles/multiplicative-weights.js';
import { leaderAnswers } from '../../solvers/commitment.js';
import { expectWellFormed } from '../envs/xml.js';

const experimentOf = (id: string) => mechanism.find((experiment) => experiment.id === id)!;
const cellOf = (id: string, gameName: string) =>
  experimentOf(id).cells.find((cell) => cell.gameName === gameName)!;

async function run(id: string, cell: Cell, steps: number) {
  const pictures = new Map<string, string>();
  const curve: CurvePoint[] = [];
  const result = await experimentOf(id).run({ ...cell, budget: { steps } }, 0, {
    metric: (point) => curve.push(parsePoint(point, 'point')),
    picture: (name, svg) => {
      expectWellFormed(svg);
      pictures.set(name, svg);
    },
    progress: () => {},
  });
  return { result: parseResult(result, cell.gameName) as CellResult, pictures, curve };
}

describe('the mechanism experiments', () => {
  it('are plain data with a folder a cell, and cells that can be made', () => {
    for (const { cells } of mechanism) {
      expect(JSON.parse(canonicalJson(cells, 'cells'))).toEqual(cells);
      expect(new Set(cellSlugs(cells)).size).toBe(cells.length);
      for (const { game, parameters } of cells) expect(() => makeGame(game, parameters)).not.toThrow();
    }
  });

  it('two messages allocate two of three items', async () => {
    const cell = cellOf('mechanism', 'simple allocation, 2 messages');
    const { result, pictures, curve } = await run('mechanism', cell, 150_000);
    expect(result.exact).toBeCloseTo(2 / 3, 12);
    expect(result.gap).toBeCloseTo(0, 9);
    for (const { value } of curve) expect(value).toBeLessThanOrEqual(2 / 3 + 1e-9);
    const picture = pictures.get('allocation')!;
    expect(picture.match(/which is wanted/g)).toHaveLength(2);
    expect(picture.match(/which is not wanted/g)).toHaveLength(1);
  });

  it('the leader learns less without the response phase', async () => {
    const [all, , none] = experimentOf('mechanism-ablation').cells;
    const { result: shown } = await run('mechanism-ablation', all, 200_000);
    const { result: hidden } = await run('mechanism-ablation', none, 200_000);
    expect(shown.learned).toBeCloseTo(1, 9);
    expect(hidden.learned).toBeLessThan(0.9);
  });

  it('a designer without followers is drawn in an episode, and graded with a standard error', async () => {
    const cell = cellOf('sequential-price', 'inventory');
    const { result, pictures } = await run('sequential-price', cell, 4000);
    expect(result.exact).toBeCloseTo(9.5595, 3);
    expect(result.learned).toBeLessThan(result.exact);
    expect(result.extra!['standardError']).toBeLessThan(0.02);
    expect(pictures.get('episode')).toContain('under what ppo learned');
  });
});

describe('pictures of learned rules', () => {
  it('say what a price mechanism does for every joint type', () => {
    const game = makeGame('MessageSPM-v0', { setting: 'pi' });
    const firstThenFree = (seen: ArrayLike<number>) =>
      Float64Array.of(seen[0], 0, seen[0] > 0 && seen[1] > 0 ? 0.5 : 0);
    const answers = leaderAnswers(game, firstThenFree, true);
    const svg = profilePicture('MessageSPM-v0', game, answers, new MultiplicativeWeights(), 'title');
    expectWellFormed(svg);
    expect(svg.match(/A0 \(worth 1\) takes the item at 0.5/g)).toHaveLength(2);
    expect(svg.match(/A0 \(worth 0.2\) refuses the item at 0.5, then A1/g)).toHaveLength(2);
    expect(svg).toContain('A1 (worth 0.4) takes the item at 0<');
  });

  it('mark the joint action that is played where nobody has a type', () => {
    const game = makeGame('MatrixDesign-v0');
    const payRow = ([row]: number[]) => Float64Array.of(row === 1 ? 10 : 0, row === 1 ? 10 : 0);
    const answers = leaderAnswers(game, payRow, true);
    const svg = profilePicture('MatrixDesign-v0', game, answers, new MultiplicativeWeights(), 'title');
    expectWellFormed(svg);
    expect(svg.match(/always/g)).toHaveLength(1);
    expect(svg.match(/never/g)).toHaveLength(3);
    expect(svg.match(/pays 10 and 10/g)).toHaveLength(2);
    expect(svg.slice(svg.indexOf('always'))).toContain('pays 10 and 10');
  });

  it('are drawn where followers move once and first', () => {
    const drawn = ['SimpleAllocation-v0', 'MessageSPM-v0', 'MatrixDesign-v0'];
    for (const id of drawn) expect(hasProfiles(makeGame(id))).toBe(true);
    for (const id of ['NormalForm-v0', 'StackelbergRouting-v0', 'SequentialPriceMechanism-v0'])
      expect(hasProfiles(makeGame(id))).toBe(false);
  });
});

describe('nearly optimal', () => {
  it('is within 5 % of the optimum, and of an optimum of 0 within 5 % of the way to it', () => {
    expect(nearFrom(20, -100)).toBeCloseTo(19, 12);
    expect(nearFrom(-2, 0)).toBeCloseTo(-2.1, 12);
    expect(nearFrom(0, -0.2)).toBeCloseTo(-0.01, 12);
    expect(nearFrom(0, 0)).toBe(0);
    expect([isZero(0), isZero(-1e-17), isZero(1e-6)]).toEqual([true, true, false]);
  });
});
