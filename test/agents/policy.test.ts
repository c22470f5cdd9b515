import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  defaultPolicy,
  loadPolicy,
  MlpPolicy,
  policyFromJSON,
  savePolicy,
  TabularSoftmax,
} from '../../agents/index.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete } from '../../gymnasium/spaces/index.js';

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('TabularSoftmax', () => {
  const observations = new Discrete(2, { start: 3 });
  const actions = new Discrete(3, { start: -1 });
  const policy = new TabularSoftmax(observations, actions, [0, Math.log(2), Math.log(5), 0, 0, 0]);

  test('is a softmax of one row of logits', () => {
    expect(Array.from(policy.probabilities!(3)).map((p) => p * 8)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(2, 12),
      expect.closeTo(5, 12),
    ]);
    expect(policy.logProb(3, 1)).toBeCloseTo(Math.log(5 / 8), 12);
    expect(policy.logProb(4, -1)).toBeCloseTo(Math.log(1 / 3), 12);
    expect(policy.act(3, new Rng(1), { greedy: true })).toBe(1);
  });

  test('draws only what the mask allows', () => {
    const mask = Int8Array.of(1, 1, 0);
    const rng = new Rng(1);
    for (let i = 0; i < 100; i++) expect(policy.act(3, rng, { mask })).toBeLessThan(1);
    expect(policy.act(3, rng, { greedy: true, mask })).toBe(0);
    expect(Array.from(policy.probabilities!(3, mask)).map((p) => p * 3)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(2, 12),
      0,
    ]);
    expect(policy.logProb(3, 1, mask)).toBe(-Infinity);
    expect(policy.logProb(3, 0, Int8Array.of(0, 1, 0))).toBe(0);
  });

  test('has independent heads for MultiDiscrete actions', () => {
    const heads = new MultiDiscrete([2, 2], { start: [0, 5] });
    const double = new TabularSoftmax(new Discrete(1), heads, [0, Math.log(3), 0, 0]);
    expect(Array.from(double.probabilities!(0))).toEqual(
      [0.25, 0.75, 0.5, 0.5].map((p) => expect.closeTo(p, 12)),
    );
    const action = double.act(0, new Rng(1)) as Int32Array;
    expect(heads.contains(action)).toBe(true);
    expect(double.logProb(0, Int32Array.of(1, 6))).toBeCloseTo(Math.log(3 / 8), 12);
    expect(heads.contains(double.act(0, new Rng(2), { greedy: true }))).toBe(true);
  });

  test('clones share nothing', () => {
    const copy = policy.clone();
    copy.setLogits([1, 2, 3, 4, 5, 6]);
    expect(policy.logits[5]).toBe(0);
  });

  test('names what is wrong', () => {
    expect(() => new TabularSoftmax(new Box(0, 1) as never, actions)).toThrow(
      'TabularSoftmax: expected observationSpace to be Discrete, got Box(',
    );
    expect(() => new TabularSoftmax(observations, new Box(0, 1))).toThrow(
      'TabularSoftmax: expected actionSpace to be Discrete or MultiDiscrete, got Box(',
    );
    expect(() => policy.act(5, new Rng(1))).toThrow(
      'Policy: expected a member of Discrete(2, start=3), got 5.',
    );
    expect(() => policy.act(1.5, new Rng(1))).toThrow('got 1.5.');
    expect(() => policy.logProb(3, 2)).toThrow('expected a member of Discrete(3, start=-1), got 2.');
    expect(() => policy.act(3, new Rng(1), { mask: Int8Array.of(1) })).toThrow(
      'Policy: expected actionMask to be an Int8Array or Uint8Array of 3 numbers, got Int8Array[1].',
    );
    expect(() => policy.setLogits([1])).toThrow('expected params to have 6 numbers, got 1.');
  });
});

describe('MlpPolicy', () => {
  const spaces = {
    discrete: new Discrete(3, { start: 1 }),
    box: new Box(-1, 1, { shape: [2, 2] }),
    many: new MultiDiscrete([2, 3]),
    binary: new MultiBinary(3),
    dict: new Dict({ a: new Discrete(2), b: new Box(0, 1, { shape: [2] }) }),
  };

  test.each(Object.entries(spaces))('takes %s observations', async (_, space) => {
    for (const actions of [new Discrete(4), new MultiDiscrete([2, 2]), new Box(-0.1, 0.1, { shape: [3] })]) {
      const policy = await MlpPolicy.create<unknown, unknown>(space, actions, { seed: 1, hidden: [5] });
      space.seed(1);
      const observation = space.sample();
      const action = policy.act(observation, new Rng(1));
      expect(actions.contains(action)).toBe(true);
      expect(Number.isFinite(policy.logProb(observation, action))).toBe(true);
      expect(policy.probabilities === undefined).toBe(actions instanceof Box);
    }
  });

  test('starts nearly uniform, and linear without hidden layers', async () => {
    const policy = await MlpPolicy.create(spaces.box, new Discrete(2), { seed: 1, hidden: [] });
    expect(policy.network.params.length).toBe(4 * 2 + 2);
    expect(policy.probabilities!(Float32Array.of(1, 0, 0, 0))[0]).toBeCloseTo(0.5, 1);
  });

  test('names what is wrong', async () => {
    const create = (options: object) =>
      MlpPolicy.create(spaces.box, new Discrete(2), { seed: 1, ...options } as never);
    await expect(create({ hidden: [0] })).rejects.toThrow(
      'MlpPolicy: expected hidden to be an array of positive integers, got [0].',
    );
    await expect(create({ engine: 'torch' })).rejects.toThrow(
      'MlpPolicy: expected engine to be one of auto, js, tfjs',
    );
    await expect(create({ logStd: Number.NaN })).rejects.toThrow('expected logStd to be a finite number');
    await expect(MlpPolicy.create(spaces.box, spaces.binary, { seed: 1 })).rejects.toThrow(
      'expected actionSpace to be Discrete, MultiDiscrete or Box, got MultiBinary',
    );
    const policy = await create({});
    expect(() => policy.act(Float32Array.of(1), new Rng(1))).toThrow('Policy: expected a member of Box(');
  });
});

test('defaultPolicy takes a table where it can', async () => {
  expect((await defaultPolicy(new Discrete(2), new Discrete(2), 1)).kind).toBe('tabular-softmax');
  expect((await defaultPolicy(new Discrete(2), new Box(0, 1), 1)).kind).toBe('mlp');
  expect((await defaultPolicy(new Box(0, 1), new Discrete(2), 1)).kind).toBe('mlp');
});

describe('checkpoints', () => {
  const table = new TabularSoftmax(new Discrete(2), new Discrete(2), [0.1, 1 / 3, -1e-9, 4]);

  test('a table comes back bit for bit', async () => {
    const path = join(folder, 'table.json');
    savePolicy(table, path);
    const loaded = (await loadPolicy(path)) as TabularSoftmax;
    expect(loaded).toBeInstanceOf(TabularSoftmax);
    expect(Array.from(loaded.logits)).toEqual(Array.from(table.logits));
  });

  test.each(['js', 'tfjs'])('a network of engine %s comes back bit for bit', async (engine) => {
    const policy = await MlpPolicy.create(new Box(-Infinity, 1, { shape: [3] }), new Box(0, 1), {
      seed: 4,
      hidden: [6],
      engine,
    });
    const path = join(folder, `${engine}.json`);
    savePolicy(policy, path);
    const loaded = await loadPolicy(path);
    const observation = Float32Array.of(0.1, 0.2, 0.3);
    expect(loaded.save()).toEqual(policy.save());
    expect(loaded.act(observation, new Rng(1))).toEqual(policy.act(observation, new Rng(1)));
    for (const { network } of [policy, loaded]) network.dispose();
  });

  test('writes the file whole or not at all', () => {
    const path = join(folder, 'whole.json');
    savePolicy(table, path);
    const before = readFileSync(path, 'utf8');
    const broken = { save: () => ({ params: [1n] }) } as never;
    expect(() => savePolicy(broken, path)).toThrow('savePolicy: cannot write');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each<[string, (json: any) => unknown, string]>([
    ['no object', () => 7, 'expected the file to be an object, got 7.'],
    [
      'format',
      (json) => ({ ...json, format: 'x' }),
      'expected format to be one of stackelberg-gym/policy, got "x".',
    ],
    ['version', (json) => ({ ...json, version: 2 }), 'expected version to be 1, got 2.'],
    [
      'kind',
      (json) => ({ ...json, kind: undefined }),
      'expected kind to be one of tabular-softmax, tabular-gaussian, mlp, got undefined.',
    ],
    ['params', (json) => ({ ...json, params: 'none' }), 'expected params to be an array, got "none".'],
    ['length', (json) => ({ ...json, params: [1] }), 'expected params to have 4 numbers, got 1.'],
    [
      'number',
      (json) => ({ ...json, params: [1, null, 3, 4] }),
      'expected params[1] to be a finite number, got null.',
    ],
    ['space', (json) => ({ ...json, observationSpace: { type: 'Discrete', n: -1 } }), 'observationSpace'],
    ['hidden', (json) => ({ ...json, kind: 'mlp' }), 'expected hidden to be an array, got undefined.'],
  ])('a damaged file names the field: %s', async (name, damage, message) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(damage(table.save())));
    const error = await loadPolicy(path).catch((caught: Error) => caught);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain(path);
    expect((error as Error).message).not.toContain('\n');
  });

  test('a cut-off or missing file says so in one line', async () => {
    const path = join(folder, 'cut.json');
    writeFileSync(path, JSON.stringify(table.save()).slice(0, 40));
    await expect(loadPolicy(path)).rejects.toThrow('expected a readable JSON file, got: ');
    await expect(loadPolicy(join(folder, 'absent.json'))).rejects.toThrow('ENOENT');
    await expect(policyFromJSON(null)).rejects.toThrow(
      'policy: expected the file to be an object, got null.',
    );
  });
});
