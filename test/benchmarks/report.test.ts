import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Cell, Chart, Experiment } from '../../benchmarks/experiment.js';
import { embed, prefixIds } from '../../benchmarks/report/embed.js';
import { formatCount, formatRatio, formatSeconds, formatValue } from '../../benchmarks/report/format.js';
import { type Report, report } from '../../benchmarks/report/index.js';
import { compareText, distinctions } from '../../benchmarks/report/rows.js';
import { assignColours, logTicks, paddedDomain, wrap } from '../../benchmarks/report/theme.js';
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

  it('leaves variants of a leader to the section of their experiment', async () => {
    const folder = emptyFolder();
    const base = synthetic('of-fast', { ...quick, games: ['chicken'], leaders: ['pg'] });
    const variants = [1, 2].map((rows) => ({ ...base.cells[0], leaderOptions: { rows } }));
    await runHere({ ...base, id: 'variants', cells: variants }, folder, 2);
    await runHere(base, folder, 2);
    expect((await report(folder)).comparison).toBeUndefined();
    await runHere(synthetic('of-slow', { ...slow, games: ['chicken'] }), folder, 2);
    const labels = (await report(folder)).comparison!.contenders.map(({ label }) => label);
    expect(labels).toEqual(['contextual (of-fast)', 'tabular-q (of-slow)']);
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

  it('pictures keep ids, style rules and keyframes to themselves', () => {
    const css =
      '@keyframes go{from{opacity:0}to{opacity:1}}.b,#a{animation:go 2s}@media print{text{fill:#abc}}:root{color:red}';
    const drawn = `<?xml version="1.0"?><svg xmlns="x"><style>${css}</style><g id="a"/><animate begin="a.end+1s" href="#a"/></svg>`;
    expect(embed(drawn, 'p')).toBe(
      '<div class="picture" id="p"><svg xmlns="x"><style>@keyframes p-go{from{opacity:0}to{opacity:1}}' +
        '#p .b,#p #p-a{animation:p-go 2s}@media print{#p text{fill:#abc}}#p svg{color:red}</style>' +
        '<g id="p-a"/><animate begin="p-a.end+1s" href="#p-a"/></svg></div>',
    );
  });

  it('names with numbers stand by their size', () => {
    const names = ['n 10', 'n 9', 'e 0.1', 'e 0.05', 'e'];
    expect(names.sort(compareText)).toEqual(['e', 'e 0.05', 'e 0.1', 'n 9', 'n 10']);
  });

  it('colours are apart within each group', () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const groups = [names.slice(0, 8), names.slice(8, 20), [names[0], names[8], names[19]]];
    const colours = assignColours(...groups);
    for (const group of groups)
      expect(new Set(group.map((name) => colours.get(name))).size).toBe(group.length);
  });

  it('domains have room around their values', () => {
    expect(paddedDomain([0, 10], 0.1)).toEqual([-1, 11]);
    expect(paddedDomain([3, 3], 0.1)).toEqual([2.7, 3.3]);
    expect(paddedDomain([0], 0.1)).toEqual([-0.1, 0.1]);
    const [from, to] = paddedDomain([1 / 3, 1 / 3 + 1e-15], 0.1);
    expect(to - from).toBeGreaterThan(0.05);
    const [low, high] = paddedDomain([1, 100], 0.5, true);
    expect([low, high].map((x) => Number(x.toPrecision(9)))).toEqual([0.1, 1000]);
  });
});

const svg = (text: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><style>text{fill:red}</style><text id="t">${text}</text></svg>`;
const axes = { xTitle: 'size', yTitle: 'count' };
const queries: Chart = {
  ...{ name: 'queries', title: 'Queries by size', kind: 'scaling', ...axes, logX: true, logY: true },
  ...{ x: 'parameters.size', y: 'queries', bound: 'extra.bound' },
};
const regret: Chart = {
  ...{
    name: 'regret',
    title: 'Regret over steps',
    kind: 'curve',
    ...axes,
    y: 'regret',
    logX: true,
    logY: true,
  },
};

/** Query learners: two of them over three sizes, values between -200 and 50, a regret that only one records. */
function learners(charts: readonly Chart[]): Experiment {
  const cells = ['fast', 'slow'].flatMap((leader) =>
    [4, 8, 16].map((size) => ({
      game: 'SecurityGame-v0',
      gameName: `${size}_targets`,
      parameters: { size },
      leader,
      oracle: 'none',
      leaderOptions: {},
      oracleOptions: {},
      budget: {},
    })),
  );
  const run = async (cell: Cell, seed: number, context: { metric: any; picture: any }) => {
    const size = cell.parameters['size'] as number;
    const exact = size === 4 ? -200 : size === 8 ? 0.5 : 50;
    const learned = exact - 0.1 * seed;
    for (const steps of [0, 10, 100])
      context.metric({
        steps,
        value: learned,
        ...(cell.leader === 'fast' && { regret: steps * (1 + seed) }),
      });
    if (size === 8 && seed < 2) context.picture('episode', svg(`${cell.leader} seed ${seed}`));
    const extra = { bound: size * 50, never: null, gain: 1 + seed, tiny: 1e-11 * seed };
    const counts = { leaderSteps: 100, queries: size * (cell.leader === 'fast' ? 10 : 100) * (1 + seed) };
    return {
      ...{ exact, learned, gap: exact - learned, stepsTo95: null, stepsToExact: null, ...counts },
      ...{ preTrainingSteps: 0, wallTimeSeconds: 1, extra },
    };
  };
  return { id: 'learners', title: 'Learners', description: 'See `queries`.', cells, charts, seeds: 3, run };
}

describe('charts, pictures and references', () => {
  const specOf = (own: Report, name: string) =>
    JSON.parse(readFileSync(join(own.directory, `${name}.vl.json`), 'utf8'));
  let own: Report;
  let folder: string;
  let warned: unknown[][];

  beforeAll(async () => {
    folder = emptyFolder();
    await runHere({ ...learners([queries, regret]), reference: 'best known value' }, folder, 3);
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    own = await report(folder);
    warned = warn.mock.calls;
    warn.mockRestore();
  });

  it('draws the median and the range over seeds by size, a line a leader, and the bound once', () => {
    const { values } = specOf(own, 'chart-learners-queries').data;
    const points = values.filter((row: any) => row.median !== undefined);
    expect(points).toHaveLength(6);
    expect(points.find((row: any) => row.series === 'slow · none' && row.x === 8)).toMatchObject({
      ...{ median: 1600, low: 800, high: 2400 },
    });
    expect(
      values.filter((row: any) => row.bound !== undefined).map((row: any) => [row.x, row.bound]),
    ).toEqual([
      [4, 200],
      [8, 400],
      [16, 800],
    ]);
    expect(warned).toEqual([]);
    const { layer } = specOf(own, 'chart-learners-queries');
    for (const axis of ['x', 'y']) expect(layer[2].encoding[axis].scale.type).toBe('log');
  });

  it('draws a metric over steps, without the cells that do not record it', () => {
    const { concat } = specOf(own, 'chart-learners-regret');
    expect(concat.map((panel: any) => panel.title.text)).toEqual(['4 targets', '8 targets', '16 targets']);
    const { values } = concat[0].data;
    expect(new Set(values.map((row: any) => row.series))).toEqual(new Set(['fast · none']));
    expect(values.map((row: any) => [row.steps, row.mean])).toEqual([
      [10, 20],
      [100, 200],
    ]);
    for (const row of values) expect(row.low).toBeGreaterThan(0);
  });

  it('shows them in the experiment’s section and in table.md, as SVG and PNG', () => {
    const page = readFileSync(own.page, 'utf8');
    const text = readFileSync(join(own.directory, 'table.md'), 'utf8');
    for (const name of ['chart-learners-queries', 'chart-learners-regret']) {
      for (const ending of ['svg', 'png'])
        expect(existsSync(join(own.directory, `${name}.${ending}`))).toBe(true);
      expect(text).toContain(`](${name}.png)`);
    }
    const section = page.slice(page.indexOf('<section id="learners">'));
    expect(section).toContain(
      '<figcaption>Queries by size: median over seeds with their range; the dashed line is the bound.<',
    );
    expect(section).toContain('<figcaption>Regret over steps: mean over seeds with the 95 % band.<');
    expect(page).toContain('See <code>queries</code>.');
  });

  it('shows the pictures of the first seed of each cell, each to itself', () => {
    const page = readFileSync(own.page, 'utf8');
    expect(page.match(/class="picture"/g)).toHaveLength(2);
    expect(page).toContain('<h3>8 targets · fast · none, seed 0</h3>');
    expect(page).toContain('<text id="picture-learners-2-t">slow seed 0</text>');
    expect(page).toContain('#picture-learners-1 text{fill:red}');
    expect(page).not.toContain('seed 1');
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names the reference in place of exact values', () => {
    const text = readFileSync(join(own.directory, 'table.md'), 'utf8');
    expect(text).toContain('| best known value | learned value |');
    const note = 'Not every optimum is known here, so the gap is to a reference, the best known value.';
    expect(text).toContain(note);
    expect(text.replaceAll(note, '')).not.toMatch(/optimum|exact/);
    expect(readFileSync(join(own.directory, 'curves-learners.svg'), 'utf8')).toContain(
      'best known value −200',
    );
  });

  it('says what values are, what a dashed line is, and what 5 % of an optimum of 0 are', async () => {
    const out = emptyFolder();
    const base = learners([{ ...queries, boundLabel: 'theory' }]);
    const zero: Experiment = {
      ...base,
      valueTitle: 'minus total cost',
      run: async (...of) => ({ ...(await base.run(...of)), exact: 0, learned: -1, gap: 1 }),
    };
    await runHere(zero, out, 1);
    const made = await report(out);
    const text = readFileSync(join(made.directory, 'table.md'), 'utf8');
    expect(text).toContain('Where the optimum is 0, the 5 % are of the distance');
    expect(text).toContain('the dashed line is the theory');
    expect(text).not.toContain('NaN');
    const [panel] = specOf(made, 'curves-learners').concat;
    expect(panel.layer.at(-1).encoding.y.title).toBe('minus total cost');
    expect(readFileSync(join(made.directory, 'overview.svg'), 'utf8')).toContain('minus total cost');
    const usual = readFileSync(join(own.directory, 'table.md'), 'utf8');
    expect(usual).not.toContain('the 5 % are of the distance');
  });

  it('says in the overview what the bar is, also where only some experiments have an optimum', async () => {
    const titleOf = (made: Report) => {
      const { title } = specOf(made, 'overview');
      return `${title.text}. ${title.subtitle.join(' ')}`;
    };
    expect(titleOf(own)).toBe(
      'Learned against reference value. The dot is the mean over seeds with the 95 % interval (with few seeds it may pass the edge); the black bar is the reference, the best known value.',
    );
    const both = emptyFolder();
    await runHere({ ...learners([]), reference: 'upper bound' }, both, 1);
    await runHere({ ...learners([]), id: 'others' }, both, 1);
    expect(titleOf(await report(both))).toBe(
      'Learned against reference value. The dot is the value of one seed; the black bar is the reference: the exact optimum, unless the title of the block says otherwise.',
    );
    expect(titleOf(made)).toContain('Learned against exact value. ');
    expect(titleOf(made)).toContain('the black bar is the exact optimum.');
  });

  it('speaks of one seed where there is one', async () => {
    const out = emptyFolder();
    await runHere(learners([queries, regret]), out, 1);
    const alone = await report(out);
    const page = readFileSync(alone.page, 'utf8');
    expect(page).toContain('Queries by size: one seed; the dashed line is the bound.');
    expect(page).toContain('Regret over steps: one seed.');
    expect(page).toContain('Learning curves: one seed; the dashed line is the exact optimum.');
    expect(page).not.toMatch(/over (1|one) seed|over seeds with (their range|the 95 % band)/);
  });

  it('labels each of few places on the x axis, and writes tiny numbers with an exponent', async () => {
    const { encoding } = specOf(own, 'chart-learners-queries').layer[2];
    expect(encoding.x.axis.values).toEqual([4, 8, 16]);
    const out = emptyFolder();
    await runHere(learners([{ ...queries, y: 'extra.tiny', bound: undefined, logY: false }]), out, 3);
    const drawn = readFileSync(join((await report(out)).directory, 'chart-learners-queries.svg'), 'utf8');
    expect(drawn).toMatch(/>\d(\.\d)?e-11</);
    expect(drawn).not.toContain('>0.00000');
  });

  it('shows further columns: means over seeds with their intervals', async () => {
    const out = emptyFolder();
    const extras = [
      { path: 'extra.gain', title: 'gain over nothing' },
      { path: 'extra.never', title: 'never there' },
    ];
    await runHere({ ...learners([]), extras }, out, 3);
    const made = await report(out);
    const text = readFileSync(join(made.directory, 'table.md'), 'utf8');
    expect(text).toContain('| seeds | gain over nothing | never there |');
    expect(text).toContain('| 3 | 2 [−0.4841, 4.484] | – |');
    expect(text).toContain('gain over nothing, never there: mean over seeds with its 95 % interval.');
    expect(readFileSync(made.page, 'utf8')).toContain('<td class="number">2 [−0.4841, 4.484]</td>');
    expect(made.text).toContain('gain over nothing');
    expect(made.rows[0].extras[0]!.mean).toBe(2);
  });

  it('draws several numbers of a result as lines under their own names', async () => {
    const further = [{ y: 'extra.gain', label: 'gain' }];
    const base = learners([{ ...queries, label: 'all queries', further }]);
    const fast = { ...base, cells: base.cells.filter(({ leader }) => leader === 'fast') };
    const points = async (experiment: Experiment) => {
      const out = emptyFolder();
      await runHere(experiment, out, 3);
      const { values } = specOf(await report(out), 'chart-learners-queries').data;
      return values.filter((row: any) => row.median !== undefined);
    };
    const one = await points(fast);
    expect(one.map((row: any) => [row.series, row.median])).toEqual([
      ...[4, 8, 16].map((size) => ['all queries', 20 * size]),
      ...[4, 8, 16].map(() => ['gain', 2]),
    ]);
    expect(new Set(one.map((row: any) => row.colour)).size).toBe(2);
    expect(one.map((row: any) => row.broad)).toEqual([true, true, true, false, false, false]);
    expect(new Set((await points(base)).map((row: any) => row.series))).toEqual(
      new Set(['all queries', 'gain'].flatMap((name) => [`${name}: fast · none`, `${name}: slow · none`])),
    );
  });

  it('gives games of other sizes axes of their own in the overview', () => {
    const { concat } = specOf(own, 'overview').vconcat[0];
    const domains = concat.map((panel: any) => panel.layer.at(-1).encoding.x.scale.domain);
    expect(domains).toHaveLength(3);
    for (const [low, high] of domains) expect(high - low).toBeLessThan(3);
    expect(domains[0][0]).toBeLessThan(-200);
    expect(domains[2][1]).toBeGreaterThan(50);
  });

  it('pools instances of one kind, and keeps apart what differs otherwise', async () => {
    const base = learners([queries]);
    const twice = (key: string) => ({
      ...base,
      cells: base.cells.flatMap((cell) =>
        [1, 2].map((value) => ({ ...cell, parameters: { ...cell.parameters, [key]: value } })),
      ),
    });
    const series = async (experiment: Experiment) => {
      const out = emptyFolder();
      await runHere(experiment, out, 2);
      const { values } = specOf(await report(out), 'chart-learners-queries').data;
      return [...new Set(values.flatMap((row: any) => row.series ?? []))];
    };
    expect(await series(twice('instance'))).toEqual(['fast · none', 'slow · none']);
    expect(await series(twice('depth'))).toHaveLength(4);
  });

  it.each<[string, Chart, string]>([
    [
      'a metric',
      { ...regret, y: 'regrets' },
      '"regret" of experiment learners: y: expected a metric "regrets" in',
    ],
    [
      'a path of the cell',
      { ...queries, x: 'parameters.n' },
      'x: expected a number at "parameters.n" of some cell',
    ],
    [
      'a path of the result',
      { ...queries, y: 'extra.q' },
      'y: expected a number at "extra.q" of some result, got',
    ],
    [
      'a further path',
      { ...queries, further: [{ y: 'extra.f', label: 'f' }] },
      'further: expected a number at "extra.f" of some result, got none.',
    ],
    ['a bound', { ...queries, bound: 'extra.b' }, 'Chart "queries" of experiment learners: bound: expected'],
  ])('names the chart with %s that is nowhere', async (_, chart, message) => {
    const out = emptyFolder();
    await runHere(learners([chart]), out, 1);
    await expect(report(out)).rejects.toThrow(message);
  });

  it('says which chart has no numbers, and draws the others', async () => {
    const out = emptyFolder();
    await runHere(learners([{ ...queries, title: 'Never', y: 'extra.never' }, regret]), out, 1);
    const made = await report(out);
    expect(existsSync(join(made.directory, 'chart-learners-queries.svg'))).toBe(false);
    expect(existsSync(join(made.directory, 'chart-learners-regret.svg'))).toBe(true);
    expect(readFileSync(made.page, 'utf8')).toContain('Not drawn, as no result has a number for it: Never.');
  });
});
