import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CellContext, Chart, Experiment } from '../../benchmarks/experiment.js';
import { planTasks } from '../../benchmarks/plan.js';
import { readPicture, readResults } from '../../benchmarks/results.js';
import { canonicalJson, cellSlugs, hashOf } from '../../benchmarks/storage.js';
import { runTask } from '../../benchmarks/worker.js';
import { emptyFolder } from './fixtures/child.js';
import { experiments } from './fixtures/demo.mjs';

let pristine: string;
const seed0 = (out: string, file: string) => join(out, 'demo', 'chicken.pg.exact', 'seed-0', file);

beforeAll(async () => {
  pristine = emptyFolder();
  const demo: Experiment = experiments.demo;
  for (const task of planTasks(demo, 2, pristine)) await runTask(task, demo, () => {});
});

function damaged(file: string, change: (text: string) => string): string {
  const out = emptyFolder();
  cpSync(pristine, out, { recursive: true });
  writeFileSync(seed0(out, file), change(readFileSync(seed0(out, file), 'utf8')));
  return out;
}

describe('readResults', () => {
  it('gives experiments, cells and seeds as they were run', () => {
    const [demo, ...others] = readResults(pristine);
    expect(others).toEqual([]);
    expect(demo).toMatchObject({ id: 'demo', title: 'demo', description: 'The demo demo.', unfinished: [] });
    expect(demo.cells.map((runs) => runs.cell.gameName)).toEqual(['battle', 'chicken', 'stag_hunt']);
    expect(demo.cells[1].seeds.map(({ seed, result }) => [seed, result.learned])).toEqual([
      [0, 31],
      [1, 30.9],
    ]);
    expect(demo.cells[1].seeds[0].curve).toHaveLength(5);
  });

  it('names file, field, expected and got of a damaged file', () => {
    const cases: [string, (text: string) => string, string][] = [
      [
        'result.json',
        (text) => text.replace('"learned": 31', '"learned": "31"'),
        'field learned: expected a finite number, got "31".',
      ],
      [
        'result.json',
        (text) => text.replace('"exact": 31', '"exact": null'),
        'field exact: expected a finite number, got null.',
      ],
      [
        'result.json',
        (text) => text.replace('"queries": 40', '"queries": -1'),
        'field queries: expected a number of at least 0, got -1.',
      ],
      [
        'result.json',
        (text) => text.replace('"queries"', '"querys"'),
        'field queries: expected a finite number, got undefined.',
      ],
      ['result.json', () => '{"exact": 3', 'field (whole): expected JSON, got "{\\"exact\\": 3".'],
      [
        'config.json',
        (text) => text.replace('"seed": 0', '"seed": 0.5'),
        'field seed: expected int, got 0.5.',
      ],
    ];
    for (const [file, change, ending] of cases) {
      const out = damaged(file, change);
      expect(() => readResults(out)).toThrow(`Damaged result file ${seed0(out, file)}: ${ending}`);
    }
  });

  it('names the line of a damaged curve', () => {
    const out = damaged('curve.jsonl', (text) => text.replace('"steps":100', '"steps":"x"'));
    expect(() => readResults(out)).toThrow(
      `Damaged result file ${seed0(out, 'curve.jsonl')}:2: field steps: expected a finite number, got "x".`,
    );
  });

  it('notices a curve that was emptied, cut at the end of a line or edited, and a result that does not vouch for it', () => {
    const cases: [string, (text: string) => string, string][] = [
      ['curve.jsonl', () => '', 'field (whole): expected the 5 points of the run, got 0.'],
      [
        'curve.jsonl',
        (text) => text.split('\n').slice(0, 3).join('\n'),
        'field (whole): expected the 5 points of the run, got 3.',
      ],
      [
        'curve.jsonl',
        (text) => text.replace('"value":27', '"value":28'),
        'field (whole): expected the curve',
      ],
      [
        'result.json',
        (text) => text.replace(/,\s*"curve": \{[^}]*\}/, ''),
        'field curve: expected object, got',
      ],
    ];
    for (const [file, change, ending] of cases) {
      const out = damaged(file, change);
      expect(() => readResults(out)).toThrow(`Damaged result file ${seed0(out, file)}: ${ending}`);
    }
  });

  it('notices a configuration that was edited', () => {
    const out = damaged('config.json', (text) => text.replace('"steps": 400', '"steps": 500'));
    expect(() => readResults(out)).toThrow(
      /config\.json: field hash: expected "\w{16}" for its contents, got/,
    );
  });

  it('refuses seeds of different configurations in one cell', () => {
    const out = damaged('config.json', (text) => {
      const config = JSON.parse(text);
      config.version = '9.9.9';
      const { experiment, cell, version, seed } = config;
      config.hash = hashOf({ configuration: hashOf({ experiment: experiment.id, cell, version }), seed });
      return JSON.stringify(config);
    });
    expect(() => readResults(out)).toThrow(
      /must be of the same configuration as seed-0 .* got \w{16}, version/,
    );
  });

  it('counts cells that were begun and not finished, and ignores their temporary files', () => {
    const out = damaged('curve.jsonl', (text) => text.slice(0, 7));
    rmSync(seed0(out, 'result.json'));
    writeFileSync(seed0(out, 'result.json.tmp-77'), '{');
    const [demo] = readResults(out);
    expect(demo.unfinished).toEqual([join(out, 'demo', 'chicken.pg.exact', 'seed-0')]);
    expect(demo.cells[1].seeds.map(({ seed }) => seed)).toEqual([1]);
  });

  it('says what to do where there are no results', () => {
    expect(() => readResults(emptyFolder())).toThrow(
      /must hold results as .* got none; run `stackelberg-gym/,
    );
  });
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g/></svg>';
const chart: Chart = { name: 'a', title: 'A', kind: 'curve', y: 'value', xTitle: 'x', yTitle: 'y' };

describe('pictures', () => {
  const drawing = (draw: (picture: CellContext['picture']) => void): Experiment => ({
    ...experiments.demo,
    run: (cell, seed, context) => {
      draw((name, text) => context.picture(name, text));
      return experiments.demo.run(cell, seed, context);
    },
  });
  const run = async (experiment: Experiment, out = emptyFolder()) => {
    const [task] = planTasks(experiment, 1, out);
    await runTask(task, experiment, () => {});
    return { out, task };
  };

  it('lie beside the result by name, and are cleared when the cell runs again', async () => {
    const { out, task } = await run(
      drawing((picture) => {
        picture('episode-2', svg);
        picture('b', `<?xml version="1.0"?>\n<!-- drawn -->\n${svg}\n`);
      }),
    );
    const [{ pictures }] = readResults(out)[0].cells[0].seeds;
    expect(pictures.map(({ name }) => name)).toEqual(['b', 'episode-2']);
    expect(readPicture(pictures[1])).toBe(svg);
    writeFileSync(pictures[1].path, svg.slice(0, 40));
    expect(() => readPicture(pictures[1])).toThrow(`Damaged result file ${pictures[1].path}: field (whole)`);
    await run(
      drawing((picture) => picture('c', svg)),
      out,
    );
    expect(readResults(out)[0].cells[0].seeds[0].pictures.map(({ name }) => name)).toEqual(['c']);
    expect(existsSync(join(task.directory, 'b.svg'))).toBe(false);
  });

  it.each([
    ['../escape', svg, 'picture: name: expected lower-case letters, digits and hyphens, got "../escape".'],
    ['Big', svg, 'got "Big"'],
    ['cut', svg.slice(0, -6), 'picture: cut: expected a whole SVG document without script, got "<svg'],
    ['live', svg.replace('<g/>', '<script>1</script>'), 'picture: live: expected a whole SVG document'],
    ['plain', 'hello', 'picture: plain: expected a whole SVG document without script, got "hello".'],
  ])('refuses %s', async (name, text, message) => {
    await expect(run(drawing((picture) => picture(name, text)))).rejects.toThrow(message);
  });
});

describe('what an experiment says of itself', () => {
  it('is kept with each result: charts and reference; where results differ most decide', async () => {
    const out = emptyFolder();
    const demo = { ...experiments.demo, charts: [chart], reference: 'best known value' };
    for (const task of planTasks(demo, 1, out)) await runTask(task, demo, () => {});
    const path = seed0(out, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    const before = planTasks(experiments.demo, 1, out)[1].config.hash;
    expect(config).toMatchObject({
      hash: before,
      experiment: { charts: [chart], reference: 'best known value' },
    });
    writeFileSync(path, JSON.stringify({ ...config, experiment: { ...config.experiment, title: 'Old' } }));
    expect(readResults(out)[0]).toMatchObject({
      title: 'demo',
      charts: [chart],
      reference: 'best known value',
    });
  });

  it('must have charts that can be drawn', () => {
    const plan = (...charts: object[]) =>
      planTasks({ ...experiments.demo, charts: charts as Chart[] }, 1, 'x');
    const cases: [object[], string][] = [
      [
        [{ ...chart, name: 'A b' }],
        'charts.0.name: expected lower-case letters, digits and hyphens, got "A b".',
      ],
      [[{ ...chart, kind: 'pie' }], 'charts.0.kind: expected "curve" or "scaling", got "pie".'],
      [[{ ...chart, kind: 'scaling' }], 'charts.0.x: expected string, got undefined.'],
      [[{ ...chart, x: 3 }], 'charts.0.x: expected string, got 3.'],
      [[{ ...chart, bound: 'gap' }], 'charts.0.bound: expected no such field, got "gap".'],
      [[chart, chart], 'charts: expected names that differ, got "a" twice.'],
    ];
    for (const [charts, message] of cases)
      expect(() => plan(...charts)).toThrow(`Bad experiment demo: field ${message}`);
  });
});

describe('storage', () => {
  it('canonical JSON has sorted keys and refuses what JSON would lose', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(() => canonicalJson({ a: [1, Number.NaN] }, 'cell')).toThrow('cell.a[1] must be plain JSON data');
    expect(() => canonicalJson({ a: new Map() }, 'cell')).toThrow('cell.a must be plain JSON data');
  });

  it('cells that share game, leader and oracle get folders of their own', () => {
    const cell = { gameName: 'a b', leader: 'pg', oracle: 'q', parameters: {}, budget: {} };
    const base = { ...cell, game: 'G-v0', leaderOptions: {}, oracleOptions: {} };
    const slugs = cellSlugs([base, { ...base, budget: { steps: 1 } }, { ...base, leader: 'ppo' }]);
    expect(slugs[0]).toMatch(/^a-b\.pg\.q\.\w{8}$/);
    expect(new Set(slugs).size).toBe(3);
    expect(slugs[2]).toBe('a-b.ppo.q');
    expect(() => cellSlugs([base, base])).toThrow(/cells of an experiment must differ/);
  });
});
