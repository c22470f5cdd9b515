import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { emptyFolder, gym } from './command.js';

const evaluateArgs = (id: string, params: unknown, commitment: unknown, ...options: string[]) => [
  'evaluate',
  id,
  ...['--params', JSON.stringify(params)],
  ...['--commitment', typeof commitment === 'string' ? commitment : JSON.stringify(commitment)],
  ...options,
];

async function evaluate(id: string, params: unknown, commitment: unknown, ...options: string[]) {
  const { code, stdout, stderr } = await gym(evaluateArgs(id, params, commitment, '--json', ...options));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Pays whoever plays the cell (0, 1) of the matrix game of Brero et al. 2022, and nobody else. */
const promise = [0, 1].flatMap((row) =>
  [0, 1].map((column) => ({
    observation: [row, column],
    action: [row === 0 ? 10 : 0, column === 1 ? 10 : 0],
  })),
);

describe('stackelberg-gym evaluate --json', () => {
  it('prints one document with the documented keys', async () => {
    const params = { name: 'prisoners_dilemma' };
    const document = await evaluate('NormalForm-v0', params, [1, 0]);
    expect(Object.keys(document).sort()).toEqual([
      'equilibrium',
      'followerValues',
      'game',
      'gap',
      'optimum',
      'params',
      'response',
      'standardError',
      'ties',
      'value',
    ]);
    expect(document).toMatchObject({ game: 'NormalForm-v0', params, response: 'stationary', ties: 'leader' });
    expect(document.gap).toBe(document.optimum - document.value);
  });

  it('grades a mixed commitment by its value and by what it lacks', async () => {
    const params = { leader: [[2, 4], [1, 3]], follower: [[1, 0], [0, 1]] }; // biome-ignore format: matrices
    const half = await evaluate('NormalForm-v0', params, [0.5, 0.5]);
    expect(half).toMatchObject({ value: 3.5, followerValues: { follower_0: 0.5 }, gap: 0 });
    const against = await evaluate('NormalForm-v0', params, [0.5, 0.5], '--ties', 'against');
    expect(against).toMatchObject({ value: 1.5, ties: 'against', gap: 2 });
    const first = await evaluate('NormalForm-v0', params, [1, 0]);
    expect(first).toMatchObject({ value: 2, followerValues: { follower_0: 1 }, optimum: 3.5, gap: 1.5 });
  });

  it('takes a list of observations with actions, also from a file, and measures the equilibrium', async () => {
    const path = join(emptyFolder(), 'promise.json');
    writeFileSync(path, JSON.stringify(promise));
    const document = await evaluate('MatrixDesign-v0', {}, `@${path}`);
    expect(document.value).toBeCloseTo(10 / 6, 12);
    expect(document.gap).toBeCloseTo(0, 12);
    expect(document.response).toBe('pure equilibrium');
    expect(document.equilibrium).toEqual({ notion: 'Nash', gap: 0 });
    expect(document.followerValues.follower_0).toBeCloseTo(11, 12);
    expect(document.followerValues.follower_1).toBeCloseTo(10 + 4 / 6, 12);
  });

  it('responds by an oracle, and says which equilibrium that is and how far from it', async () => {
    const learners = await evaluate(
      'SimpleAllocation-v0',
      { messages: 2 },
      [0, 1],
      ...['--oracle', 'multiplicative-weights', '--episodes', '3'],
    );
    expect(learners.value).toBeCloseTo(2 / 3, 12);
    expect(learners.response).toBe('multiplicative-weights');
    expect(learners.equilibrium).toEqual({ notion: 'best response', gap: 0 });
    const stubborn = await evaluate(
      'SimpleAllocation-v0',
      { messages: 2 },
      [0, 1],
      ...['--oracle', 'fixed-policy', '--episodes', '1'],
    );
    expect(stubborn.value).toBeCloseTo(1 / 3, 12);
    expect(stubborn.equilibrium.gap).toBeCloseTo(1, 12);
  });

  it('repeats sampled responses for a seed, with their standard error', async () => {
    const sampled = (seed: string) =>
      evaluate(
        'BertrandPlatform-v0',
        {},
        [0],
        ...['--oracle', 'tabular-q', '--episodes', '3', '--seed', seed],
      );
    const [one, again, other] = [await sampled('1'), await sampled('1'), await sampled('2')];
    expect(again).toEqual(one);
    expect(other.value).not.toBe(one.value);
    expect(one.standardError).toBeGreaterThan(0);
    expect(one.equilibrium).toEqual({ notion: 'none', gap: null });
  });

  it('grades flows against users in Wardrop equilibrium, as minus the total time', async () => {
    const params = { links: ['1', 'x^2'], demand: 1, leaderShare: 0.5 };
    const scale = await evaluate('StackelbergRouting-v0', params, [1 - 1 / Math.sqrt(3), 1 / Math.sqrt(3)]);
    const onSquare = 0.5 + 0.5 / Math.sqrt(3);
    expect(scale.value).toBeCloseTo(onSquare - 1 - onSquare ** 3, 9);
    expect(scale.optimum).toBeCloseTo(2 / (3 * Math.sqrt(3)) - 1, 9);
    expect(scale).toMatchObject({ response: 'Wardrop equilibrium', equilibrium: { notion: 'Nash' } });
    expect(scale.equilibrium.gap).toBeLessThan(1e-9);
  });
});

describe('stackelberg-gym evaluate', () => {
  it('prints a readable summary without --json', async () => {
    const { code, stdout } = await gym(evaluateArgs('MatrixDesign-v0', {}, promise));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}leader value {5}1\.666666/m);
    expect(stdout).toMatch(/^ {2}response {9}pure equilibrium, ties broken for the leader$/m);
    expect(stdout).toMatch(/^ {2}equilibrium {6}Nash, a gap of 0$/m);
  });

  it.each([
    ['against', 'against the leader'],
    ['lowest', 'by the lowest action'],
  ])('says in words how ties are broken: %s', async (ties, words) => {
    const { stdout } = await gym(evaluateArgs('MatrixDesign-v0', {}, promise, '--ties', ties));
    expect(stdout).toContain(`pure equilibrium, ties broken ${words}\n`);
  });

  it('prints small values as they are, and 0 for what is left of a difference', async () => {
    const tiny = { leader: [[5e-25], [1e-25]], follower: [[2e-25], [0]] };
    const { stdout } = await gym(evaluateArgs('NormalForm-v0', tiny, [0, 1]));
    expect(stdout).toMatch(/^ {2}leader value {5}1e-25$/m);
    expect(stdout).toMatch(/^ {2}optimum {10}5e-25$/m);
    expect(stdout).toMatch(/^ {2}gap {14}4e-25$/m);
    const left = await gym(evaluateArgs('NormalForm-v0', { leader: [[1]], follower: [[0]] }, [1]));
    expect(left.stdout).toMatch(/^ {2}gap {14}0$/m);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no commitment', ['evaluate', 'NormalForm-v0'], /required option '--commitment <json>'/],
    ['malformed JSON', evaluateArgs('NormalForm-v0', {}, '[1,'), /--commitment: expected JSON, got "\[1,"/],
    [
      'JSON that is no list',
      evaluateArgs('NormalForm-v0', {}, {}),
      /--commitment: expected a JSON list, got/,
    ],
    [
      'probabilities that do not sum to 1',
      evaluateArgs('NormalForm-v0', {}, [0.5, 0.6]),
      /commitment: expected 2 probabilities that sum to 1, got \[0\.5, 0\.6\]/,
    ],
    [
      'too few actions',
      evaluateArgs('SimpleAllocation-v0', { messages: 3 }, [0, 1]),
      /commitment: expected an entry for each of 3 observations, got 2/,
    ],
    [
      'a payment above the largest',
      evaluateArgs('MatrixDesign-v0', {}, [{ observation: [0, 0], action: [11, 0] }]),
      /expected an action of leader_0 in Box\(0, 10.*got Float64Array\[11, 0\]/,
    ],
    [
      'an observation without an action',
      evaluateArgs('MatrixDesign-v0', {}, promise.slice(1)),
      /commitment: expected an action for the observation .*\[0, 0\], got none/,
    ],
    [
      'an unknown oracle',
      evaluateArgs('NormalForm-v0', {}, [1, 0], '--oracle', 'tabular-p'),
      /oracle: Unknown oracle "tabular-p".*Did you mean "tabular-q"\?/,
    ],
    [
      'an unknown option of an oracle',
      evaluateArgs(
        'SimpleAllocation-v0',
        {},
        [0, 0, 0],
        ...['--oracle', 'multiplicative-weights', '--oracle-options', '{"update": 3}'],
      ),
      /Unknown option "update".*Did you mean "updates"\?/,
    ],
    [
      'no episodes',
      evaluateArgs('NormalForm-v0', {}, [1, 0], '--episodes', '0'),
      /--episodes: expected .*at least 1, got "0"/,
    ],
    [
      'sellers that move first and again, without an oracle',
      evaluateArgs('BertrandPlatform-v0', { rule: 'threshold' }, [0]),
      /followers of BertrandPlatform move before .* oracle instead, such as q-sellers\./,
    ],
    [
      'drawn times, without an oracle',
      evaluateArgs('UnrelatedScheduling-v0', {}, [1, 1, 1]),
      /draws from a continuum: grade against an oracle instead, such as multiplicative-weights\./,
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await gym(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect({ failed: code === 1 || code === 2, stdout }).toEqual({ failed: true, stdout: '' });
  });
});
