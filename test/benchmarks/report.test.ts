import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formatCount, formatRatio, formatSeconds, formatValue } from '../../benchmarks/report/format.js';
import { type Report, report } from '../../benchmarks/report/index.js';
import { embed, prefixIds } from "../../benchmarks/report/embed.js";
import { distinctions } from '../../benchmarks/report/rows.js';
import { logTicks, wrap } from '../../benchmarks/report/theme.js';
import { emptyFolder } from './fixtures/child.js';
import { runHere, synthetic } from './fixtures/synthetic.js';

const games = ['prisoners_dilemma', 'battle', 'chicken'];
const quick = {
  games,
  leaders: ['pg', 'ppo'],
  oracle: 'contextual',
  pace: 1500,
  steps: 20000,
  preTraining: 800000,
};
const slow = { games, leaders: ['ppo'], oracle: 'tabular-q', pace: 30000, steps: 500000, preTraining: 0 };

let out: string;
let made: Report;
let warnings: unknown[][];
const read = (name: string) => readFileSync(join(made.directory, name), 'utf8');

beforeAll(async () => {
  out = emptyFolder();
  await runHere(synthetic('of-fast', quick), out, 5);
  await runHere(synthetic('of-slow', slow), out, 5);
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  made = await report(out);
  warnings = warn.mock.calls;
  warn.mockRestore();
});

describe('report', () => {
  it('writes a page, tables, results and every figure as specification, SVG and PNG', () => {
    const figures = ['curves-side-by-side', 'overview', 'steps', 'curves-of-fast', 'curves-of-slow'];
    const names = figures.flatMap((name) => [`${name}.vl.json`, `${name}.svg`, `${name}.png`]);
    for (const name of [...names, 'results.json', 'table.md', 'index.html'])
      expect(existsSync(join(out, 'report', name))).toBe(true);
    expect(made.files).toHaveLength(names.length + 3);
    expect(warnings).toEqual([]);
  });

  it('counts values, gaps, intervals and arrivals over seeds', () => {
    const row = made.rows.find((own) => own.game === 'battle' && own.leader === 'pg')!;
    expect(row).toMatchObject({ exact: 40, seeds: 5, reached: 5, optimal: 4, preTrainingSteps: 800000 });
    expect(row.learned.mean).toBeCloseTo(39.8, 12);
    expect(row.gap).toBeCloseTo(0.2, 12);
    const half = (2.7764451051977987 * Math.sqrt(0.2)) / Math.sqrt(5);
    expect(row.learned.low).toBeCloseTo(39.8 - half, 9);
    expect(row.wallTimeSeconds).toBeCloseTo(3.25, 12);
    const dilemma = made.rows.find((own) => own.game === 'prisoners_dilemma' && own.leader === 'pg')!;
    expect(dilemma).toMatchObject({ exact: 31, gap: 0, optimal: 5 });
    expect(dilemma.stepsRange![0]).toBeLessThanOrEqual(dilemma.stepsTo95!);
  });

  it('shows these numbers in the table and on the page', () => {
    const line =
      /\| battle \| pg \| contextual \| 40 \| 39\.8 \| 0\.2 \| \[39\.24, 40\.36\] \| [\d,]+ \| 5\/5 \| [\d,]+ \| 4\/5 \| 20,000 \| 800,000 \| 3\.3 s \| 5 \|/;
    expect(read('table.md')).toMatch(line);
    expect(read('index.html')).toMatch(
      /<td>battle<\/td><td>pg<\/td><td>contextual<\/td><td class="number">40<\/td><td class="number">39\.8</,
    );
    expect(read('table.md')).toContain('Belongs to: Figure 3 of "Oracles & Followers".');
    expect(JSON.parse(read('results.json')).experiments.map((own: { id: string }) => own.id)).toEqual([
      'of-fast',
      'of-slow',
    ]);
  });

  it('compares oracles on shared games, with the ratio of steps in the median game', () => {
    const { comparison } = made;
    expect(comparison!.reference).toBe('contextual (of-fast)');
    expect(comparison!.games.map(({ game }) => game)).toEqual(['battle', 'chicken', 'prisoners_dilemma']);
    const [{ contender, ratio, atLeast, games: count }] = comparison!.medianRatios;
    expect([contender, atLeast, count]).toEqual(['tabular-q (of-slow)', false, 3]);
    const of = (leader: string, oracle: string) =>
      made.rows.find((own) => own.game === 'chicken' && own.leader === leader && own.oracle === oracle)!
        .stepsTo95!;
    const chicken = comparison!.games[1].standings[1];
    expect(chicken.ratio).toBe(of('ppo', 'tabular-q') / of('pg', 'contextual'));
    expect(ratio).toBeGreaterThan(10);
    expect(read('table.md')).toContain('In the median of 3 games, tabular-q (of-slow) needs');
  });

  it('makes valid PNGs with text in them', () => {
    const png = readFileSync(join(made.directory, 'curves-of-fast.png'));
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(png.subarray(12, 16).toString()).toBe('IHDR');
    expect(png.readUInt32BE(16)).toBeGreaterThan(1200);
    expect(png.subarray(-8, -4).toString()).toBe('IEND');
    expect(read('curves-of-fast.svg')).toContain('optimum 31');
    expect(read('curves-of-fast.svg')).toContain('ppo · contextual');
  });

  it('makes a page that stands alone: figures inline, ids apart, nothing from the network', () => {
    const page = read('index.html');
    expect(page.match(/<svg/g)!.length).toBe(10);
    expect(page).not.toMatch(/<(script|link|img)\b|src=|href="(?!#)|url\((?!#)/);
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is the same, byte for byte, when made again', async () => {
    const before = ['results.json', 'table.md', 'index.html', 'overview.svg'].map(read);
    await report(out);
    expect(['results.json', 'table.md', 'index.html', 'overview.svg'].map(read)).toEqual(before);
  });

  it('can be of some experiments only, and names those it does not know', async () => {
    const directory = emptyFolder();
    const own = await report(out, { experiments: ['of-slow'], directory });
    expect(new Set(own.rows.map((row) => row.experiment))).toEqual(new Set(['of-slow']));
    expect(own.comparison).toBeUndefined();
    expect(existsSync(join(directory, 'steps.png'))).toBe(false);
    await expect(report(out, { experiments: ['of-slo'] })).rejects.toThrow(
      'Unknown experiment with results "of-slo". Did you mean "of-slow"?',
    );
  });

  it('gives a lower bound where an oracle did not get there', async () => {
    const folder = emptyFolder();
    await runHere(synthetic('of-fast', { ...quick, games: ['chicken'] }), folder, 3);
    await runHere(synthetic('of-slow', { ...slow, games: ['chicken'], steps: 20000 }), folder, 3);
    const own = await report(folder);
    const [, late] = own.comparison!.games[0].standings;
    expect(late).toMatchObject({ stepsTo95: null, atLeast: true });
    expect(own.comparison!.medianRatios[0].atLeast).toBe(true);
    expect(readFileSync(join(own.directory, 'table.md'), 'utf8')).toMatch(/– \(ppo\) \| ≥ \d/);
  });

  it('stops at a damaged file', async () => {
    const folder = emptyFolder();
    await runHere(synthetic('of-fast', { ...quick, games: ['chicken'] }), folder, 1);
    const path = join(folder, 'of-fast', 'chicken.pg.contextual', 'seed-0', 'result.json');
    writeFileSync(path, '{}');
    await expect(report(folder)).rejects.toThrow(
      `Damaged result file ${path}: field exact: expected a finite`,
    );
  });
});

describe('parts of the report', () => {
  it('cells that share names are told apart by what differs', () => {
    const base = {
      game: 'G-v0',
      gameName: 'g',
      leader: 'pg',
      oracle: 'q',
      parameters: {},
      leaderOptions: {},
      budget: {},
    };
    const cells = [true, false].map((hide) => ({ ...base, oracleOptions: { queries: { hide }, same: 1 } }));
    expect(distinctions(cells)).toEqual([' · queries.hide=true', ' · queries.hide=false']);
    expect(distinctions([cells[0], { ...cells[1], leader: 'ppo' }])).toEqual(['', '']);
  });

  it('numbers are short and exact', () => {
    expect([31, 30.84, 0.0213, -2.5, 0, 1e-12, 1234.56].map(formatValue)).toEqual([
      '31',
      '30.84',
      '0.0213',
      '−2.5',
      '0',
      '0',
      '1234.6',
    ]);
    expect([formatCount(12345.4), formatCount(null)]).toEqual(['12,345', '–']);
    expect([formatRatio(10, false), formatRatio(123.4, true), formatRatio(null, false)]).toEqual([
      '10',
      '≥ 123',
      '–',
    ]);
    expect([0.123, 12.34, 123.4].map(formatSeconds)).toEqual(['0.12 s', '12.3 s', '123 s']);
  });

  it('ticks, line breaks and ids', () => {
    expect(logTicks(90, 12000)).toEqual([100, 1000, 10000]);
    expect(logTicks(400, 6000)).toEqual([500, 1000, 2000, 5000]);
    expect(wrap('one two three', 60, 10)).toEqual(['one two', 'three']);
    expect(prefixIds('<g id="a" clip-path="url(#a)"/>', 'x')).toBe('<g id="x-a" clip-path="url(#x-a)"/>');
  });
});
