import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { emptyFolder, gym } from './command.js';

const solve = (id: string, params: string) => ['solve', id, '--params', params];
const normalForm = (params: string) => solve('NormalForm-v0', params);
const iterated = (params: string) => solve('IteratedMatrixGame-v0', params);
const follower = '"follower": [[1, 0], [0, 1]]';

const inTheWay = join(emptyFolder(), 'file');
writeFileSync(inTheWay, '');
const damaged = join(emptyFolder(), 'runs');
const cell = join(damaged, 'of-all-games', 'battle.pg.contextual-policy', 'seed-0');
mkdirSync(cell, { recursive: true });
for (const name of ['config.json', 'curve.jsonl', 'result.json']) writeFileSync(join(cell, name), '{"hash":');

const wrong: readonly [string, readonly string[], RegExp][] = [
  [
    'ragged payoffs',
    normalForm(`{"leader": [[2, 4], [1]], ${follower}}`),
    /leader\[1\]: expected 2 payoffs .*got 1/,
  ],
  [
    'payoffs beyond the largest number',
    normalForm(`{"leader": [[1e999, 4], [1, 3]], ${follower}}`),
    /leader\[0\]\[0\]: expected a finite number .*got Infinity/,
  ],
  [
    'matrices of different shapes',
    normalForm(`{"leader": [[2, 4, 6], [1, 3, 5]], ${follower}}`),
    /follower.*expected .*got/,
  ],
  ['an unknown game', solve('NormlForm-v0', '{}'), /"NormlForm-v0".*Did you mean "NormalForm-v0"\?/],
  [
    'an unknown named game',
    iterated('{"game": "prisoner_dilemma"}'),
    /game: .*Did you mean "prisoners_dilemma"\?/,
  ],
  ['an unknown parameter', normalForm('{"leeder": [[1]]}'), /"leeder".*Did you mean "leader"\?/],
  ['malformed JSON', normalForm('{"leader": '), /--params: expected JSON, got/],
  ['JSON that is no object', normalForm('[1, 2]'), /--params: expected a JSON object, got \[1, 2\]/],
  ['a missing file', normalForm('@/nowhere/game.json'), /--params: expected a readable file, got "\/nowhere/],
  ['a negative horizon', iterated('{"horizon": -1}'), /horizon: expected a positive integer, got -1/],
  ['a fractional horizon', iterated('{"horizon": 2.5}'), /horizon: expected a positive integer, got 2\.5/],
  ['a discount above 1', iterated('{"discount": 1.5}'), /discount: expected a number in \(0, 1\], got 1\.5/],
  ['an unknown memory', iterated('{"memory": "fool"}'), /memory: .*expected one of .*"full".*got "fool"/],
  [
    'an unknown solver',
    ['solve', 'NormalForm-v0', '--solver', 'multiple-lp'],
    /"multiple-lp".*Did you mean "multiple-lps"\?/,
  ],
  [
    'an unknown kind of commitment',
    ['solve', 'NormalForm-v0', '--commitment', 'pure'],
    /--commitment .*'pure' is invalid.*deterministic, stochastic, mixed/,
  ],
  ['an unknown name to list', ['list', 'of-all-game'], /"of-all-game".*Did you mean "of-all-games"\?/],
  ['an unknown experiment', ['bench', 'of-all-game'], /"of-all-game".*Did you mean "of-all-games"\?/],
  ['no seeds', ['bench', 'of-all-games', '--seeds', '0'], /--seeds: expected .*at least 1, got "0"/],
  ['negative seeds', ['bench', 'of-all-games', '--seeds', '-2'], /--seeds: expected .*at least 1, got "-2"/],
  ['fractional seeds', ['bench', 'of-all-games', '--seeds', '1.5'], /--seeds: expected .*got "1\.5"/],
  ['no jobs', ['bench', 'of-all-games', '--jobs', '0'], /--jobs: expected .*at least 1, got "0"/],
  [
    'steps in an experiment without a budget of steps',
    ['bench', 'bandit-gap', '--steps', '10'],
    /--steps: expected an experiment whose cells have a budget of steps, got "bandit-gap"/,
  ],
  ['a file in the way of --out', ['bench', 'of-all-games', '--out', inTheWay], /--out must be a folder/],
  [
    'a fractional seed of render',
    ['render', 'NormalForm-v0', '--seed', '0.5'],
    /--seed: expected .*got "0\.5"/,
  ],
  [
    'a file instead of a folder of results',
    ['report', inTheWay],
    /Expected a folder of results, got the file/,
  ],
  [
    'a game parameter that no cell takes',
    ['bench', 'of-all-games', '--seeds', '1', '--params', '{"horzon":5', '--out', inTheWay],
    /--params: expected JSON/,
  ],
  ['a folder without results', ['report', emptyFolder()], /must hold results .*got none/],
  ['a damaged result file', ['report', damaged], /Damaged result file .*json/],
  ['an unknown command', ['slove'], /unknown command 'slove' \(Did you mean solve\?\)/],
  ['an unknown option', ['list', '--jsn'], /unknown option '--jsn' \(Did you mean --json\?\)/],
  ['a missing argument', ['solve'], /missing required argument 'id'/],
  ['too many arguments', ['solve', 'NormalForm-v0', 'twice'], /too many arguments/],
];

describe('stackelberg-gym on wrong input', () => {
  it.each(wrong)('refuses %s in one line on stderr', async (_, args, message) => {
    const { code, stdout, stderr } = await gym(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: .*\n$/);
    expect({ code: code === 1 || code === 2, stdout }).toEqual({ code: true, stdout: '' });
  });

  it('does so with --json as well', async () => {
    const { code, stdout, stderr } = await gym(['solve', 'NormalForm-v0', '--json', '--params', '{']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: --params: .*\n$/);
  });
});
