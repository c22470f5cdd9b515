import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { kinds, maxGreeting, maxJson, maxPayload, protocolVersion } from '../../bridge/frames.js';
import type { Field } from '../../bridge/layout.js';
import { maxPixels } from '../../bridge/picture.js';
import { equilibriumNotions, type Responder } from '../../envs/core/stackelberg.js';
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple } from '../../gymnasium/spaces/index.js';
import { arrayTypes } from '../../gymnasium/types.js';
import { checkStackelbergOptions } from '../../wrappers/stackelberg-options.js';
import { type Answer, converse, dilemma, frame, hello, json, moves, request, step } from './wire.js';

const page = readFileSync('docs/bridge.md', 'utf8');

/** The lines of the example: frames as hexadecimal numbers and JSON. */
const lines = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].flatMap(([, text]) => text.trim().split('\n'));
const bytesOf = (line: string) =>
  line[2] === '{' ? Buffer.from(line.slice(2)) : Buffer.from(line.slice(2).replace(/ /g, ''), 'hex');
const said = (who: '>' | '<') => Buffer.concat(lines.filter((line) => line[0] === who).map(bytesOf));
/** A frame of the server's as it was sent. */
const bytesSent = ({ kind, env, request, payload }: Answer) => frame(kind, env, request, payload);

it('the example of the documentation is what the server says, byte for byte', async () => {
  const [, ...answers] = await converse(said('>'));
  expect(answers).toHaveLength(4);
  expect(Buffer.concat(answers.map(bytesSent)).toString('latin1')).toBe(said('<').toString('latin1'));
});

it('the documentation has the numbers of the code', () => {
  expect(page).toContain(`"protocol": ${protocolVersion}`);
  expect(page).toContain(`| payload before the handshake | ${maxGreeting / 2 ** 10} KiB |`);
  expect(page).toContain(`| payload of JSON | ${maxJson / 2 ** 20} MiB,`);
  expect(page).toContain(`| payload of numbers | ${maxPayload / 2 ** 20} MiB,`);
  expect(page).toContain(`| picture of \`rgb_array\` | 2^${Math.log2(maxPixels)} pixels |`);
});

/** The cells of a table's rows, by its header; empty ones of the first two columns are as above where `carried`. */
function tableOf(header: string, carried = false): string[][] {
  const start = page.indexOf(`| ${header} |\n`);
  if (start < 0) throw new Error(`Expected a table with the header ${header}.`);
  const [rows] = page.slice(start).split('\n\n');
  const cells = rows
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  if (!carried) return cells;
  return cells.map((row, i) =>
    row.map((cell, j) =>
      cell === '' && j < 2 ? cells.slice(0, i).findLast((above) => above[j] !== '')![j] : cell,
    ),
  );
}
/** The names in a cell: those in brackets may be left out. */
const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
const bracketed = (cell: string) => [...cell.matchAll(/\[`([^`]+)`\]/g)].map(([, name]) => name);

/** A value of each field that a view may take. */
const fields = {
  renderMode: 'ansi',
  numEnvs: 3,
  autoresetMode: 'SameStep',
  oracle: 'exact-best-response',
  oracleOptions: {},
  oracleSeed: 5,
  queryPolicy: null,
  options: { commitment: 'episode', repeats: 'ask' },
};
const views = tableOf('view | what it is | `make` takes | `make` says').map(([view, , takes, says]) => ({
  view: named(view)[0],
  takes: named(takes),
  says: named(says),
}));
const make = (view: string, names: readonly string[]) =>
  request({
    ...dilemma,
    view,
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))),
  });

it.each(views)('the documentation has what `make` takes and says of $view', async ({ view, takes, says }) => {
  const others = Object.keys(fields).filter((name) => !takes.includes(name));
  const [, made, ...refused] = await converse([
    hello(),
    make(view, takes),
    ...others.map((name) => make(view, [...takes, name])),
  ]);
  expect(made.kind).toBe(kinds.reply);
  expect(Object.keys(json(made))).toEqual(['env', ...says]);
  expect(refused.map((answer) => json(answer).name)).toEqual(others.map(() => 'InvalidArgument'));
});

it.each(views)('the documentation has the fields of $view', async ({ view, takes }) => {
  const [, made] = await converse([hello(), make(view, takes)]);
  const rows = takes.includes('numEnvs') ? fields.numEnvs : 1;
  const { layouts, agents = [] } = json(made);
  const shown = tableOf('view | layout | field | dtype and shape | meaning', true).filter(([whose]) =>
    named(whose).includes(view),
  );
  for (const layout of ['actions', 'results', 'final']) {
    const documented = shown
      .filter(([, of]) => of === `\`${layout}\``)
      .flatMap(([, , name, type]) => expanded(named(name)[0], type, view, rows, agents));
    expect(layouts[layout].fields.map((f: Field) => `${f.name} ${f.dtype}[${f.shape}]`)).toEqual(documented);
  }

  /** A row of the table as the fields that it stands for: both agents have Discrete(2) actions. */
  function expanded(name: string, type: string, view: string, n: number, agents: string[]): string[] {
    if (name === 'finalInfos/...') {
      return shown
        .filter(([, , other]) => named(other)[0].startsWith('infos/'))
        .flatMap(([, , other, t]) =>
          expanded(named(other)[0].replace('infos', 'finalInfos'), t, view, n, agents),
        );
    }
    const batched = type === 'N, SPACE' || (type === 'SPACE or N, SPACE' && view === 'stackelberg-vector');
    const written = type.includes('SPACE')
      ? `int32[${batched ? n : ''}]`
      : type.replace('[k]', '[2]').replace('[N, n]', `[${n},2]`).replace('[N]', `[${n}]`);
    const names = name.includes('AGENT') ? agents.map((id) => name.replace('AGENT', id)) : [name];
    return names.map((each) => `${each} ${written}`);
  }
});

it('the documentation has the options of leaders with their defaults', () => {
  const { oracle: _, ...defaults } = checkStackelbergOptions('', {
    oracle: { name: '', start: () => ({}) as Responder },
  });
  const rows = tableOf("`options` of leaders' views | value (default first)");
  const documented = rows.flatMap(([names, values]) =>
    named(names).map((name) => [name, JSON.parse(values.match(/^`?("[^"]*"|[^`, ]+)/)![1])]),
  );
  expect(Object.fromEntries(documented)).toEqual(defaults);
});

it('the documentation has what solve, evaluate and respond take and say', async () => {
  const game = { game: 'NormalForm-v0', params: { name: 'conitzer_sandholm' } };
  const graded = { commitment: [0.5, 0.5], follower: 'stationary', ties: 'leader' };
  const given: Record<string, Record<string, unknown>> = {
    solve: {
      ...game,
      commitment: 'mixed',
      follower: 'stationary',
      solver: 'multiple-lps',
      certify: true,
      timeLimit: 60,
      options: {},
    },
    evaluate: { ...game, ...graded, oracle: null, oracleOptions: {}, episodes: 2, seed: '3' },
    respond: { ...game, ...graded },
  };
  const rows = tableOf('verb | fields | answer').map(([verb, ...cells]) => [named(verb)[0], ...cells]);
  const row = (verb: string) => rows.find(([name]) => name === verb)!;
  const [, ...answers] = await converse([
    hello(),
    ...Object.entries(given).map(([verb, body]) => request({ verb, ...body })),
  ]);
  const [solved, evaluated, responded] = answers.map((answer) => Object.keys(json(answer)));
  const optional = bracketed(row('solve')[2]);
  const needed = named(row('solve')[2]).filter((name) => !optional.includes(name));
  expect(solved).toEqual(expect.arrayContaining(needed));
  expect([...needed, ...optional]).toEqual(expect.arrayContaining(solved));
  const measured = named(row('evaluate')[2].replace(/\(.*?\)/, '')).sort();
  expect(evaluated.sort()).toEqual(measured);
  expect(responded.sort()).toEqual([...measured, 'policy'].sort());
  for (const [verb, body] of Object.entries(given)) {
    expect(named(row(verb)[1].replace(/\(.*?\)/, ''))).toEqual(Object.keys(body));
  }
});

it('the documentation has the JSON of spaces and the notions of equilibrium', () => {
  const rows = tableOf('JSON | members').map(([form]) => form);
  const box = new Box(0, 1, { shape: [2] });
  const spaces = [
    new Discrete(2),
    new MultiDiscrete([2, 3]),
    new MultiBinary(2),
    box,
    new Tuple([box]),
    new Dict({ a: box }),
  ];
  for (const space of spaces) {
    const { type, ...rest } = space.toJSON();
    const form = rows.find((row) => row.includes(`"type": "${type}"`)) ?? '';
    expect(Object.keys(rest).filter((key) => !form.includes(`"${key}"`))).toEqual([]);
  }
  for (const notion of equilibriumNotions) expect(page.replace(/\s+/g, ' ')).toContain(`\`${notion}\``);
});

it('an agent that has ended is stepped without an action in the view aec, as the documentation says', async () => {
  const short = { ...dilemma, view: 'aec', params: { ...dilemma.params, horizon: 1 } };
  const answers = await converse([
    hello(),
    request(short),
    request({ verb: 'reset' }, 1),
    step(moves(0, 0)),
    step(moves(0, 0)),
    step(moves(0, 0)),
    step(moves(0, 0, [0, 0])),
    step(moves(0, 0, [0, 0])),
    step(moves(0, 0, [0, 0])),
  ]);
  expect(answers.slice(5).map((a) => (a.kind === kinds.error ? json(a).name : a.kind))).toEqual([
    'InvalidAction',
    kinds.data,
    kinds.data,
    'ResetNeeded',
  ]);
});

/** How the layouts of an environment are written and read: actions with numbers by field, and a field of the results. */
async function prepared(make: Buffer) {
  const [, made] = await converse([hello(), make]);
  const { layouts } = json(made);
  const payload = (numbers: Record<string, number[]>) => {
    const bytes = Buffer.alloc(layouts.actions.size);
    for (const { name, dtype, offset } of layouts.actions.fields as Field[])
      bytes.set(new Uint8Array(arrayTypes[dtype].from(numbers[name] ?? []).buffer), offset);
    return bytes;
  };
  const field = ({ payload: sent }: Answer, name: string) => {
    const { dtype, offset, shape } = (layouts.results.fields as Field[]).find((one) => one.name === name)!;
    const bytes = Uint8Array.from(sent.subarray(offset)).buffer;
    return [
      ...new arrayTypes[dtype](
        bytes,
        0,
        shape.reduce((size, side) => size * side, 1),
      ),
    ];
  };
  return { payload, field };
}

it('a commit tells observations alone, and the step after it leaves its actions out or repeats them', async () => {
  const make = request({
    ...dilemma,
    view: 'parallel',
    game: 'NormalForm-v0',
    params: { name: 'conitzer_sandholm', observeAction: true },
  });
  const { payload, field } = await prepared(make);
  const commit = (row: number) =>
    frame(kinds.commit, 1, 7, payload({ present: [1, 0], 'actions/leader_0': [row] }));
  const move = (present: number[], row: number) => step(payload({ present, 'actions/leader_0': [row] }));
  const reset = request({ verb: 'reset' }, 1);
  const [, , , , left, , , repeated, , , changed, , told] = await converse([
    ...[hello(), make],
    ...[reset, commit(1), move([0, 1], 0)],
    ...[reset, commit(1), move([1, 1], 1)],
    ...[reset, commit(1), move([1, 1], 0)],
    ...[reset, commit(1)],
  ]);
  expect(field(left, 'terminations')).toEqual([1, 1]);
  expect(repeated.payload).toEqual(left.payload);
  expect(json(changed).name).toBe('InvalidAction');
  expect(['rewards', 'terminations', 'agents'].map((name) => field(told, name))).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});

it.each([
  ['vector', {}],
  ['stackelberg-vector', { options: { commitment: 'policy', policyForm: 'deterministic' } }],
])('actions of rows that are reset are not read: %s', async (view, more) => {
  const make = request({ verb: 'make', view, game: 'NormalForm-v0', numEnvs: 2, ...more });
  const { payload, field } = await prepared(make);
  const [ends, resets, refused] = (
    await converse([hello(), make, request({ verb: 'reset' }, 1), step(payload({})), outside(), outside()])
  ).slice(3);
  expect(field(ends, 'terminations')).toEqual([1, 1]);
  expect(field(resets, 'terminations')).toEqual([0, 0]);
  expect(json(refused).name).toBe('InvalidAction');

  function outside(): Buffer {
    const names = ['actions', 'actions/leader_0', 'actions/follower_0'];
    return step(payload(Object.fromEntries(names.map((name) => [name, [99, 99]]))));
  }
});

it('a follower of the form probabilities is sent no seed', async () => {
  const make = request({ ...dilemma, view: 'stackelberg', oracle: { callable: 1, name: 'mine' } });
  const returns = (value: object) => frame(kinds.return, 0, 7, value);
  const policy = { form: 'probabilities', draws: true, resets: false };
  const response = {
    op: 'response',
    mixture: [{ follower_0: policy }],
    notion: 'none',
    gap: null,
    simulated: 0,
  };
  const answers = await converse([
    ...[hello(), make, returns({}), request({ verb: 'reset' }, 1), returns(response), step(Buffer.alloc(8))],
    returns([0.5, 0.5]),
  ]);
  const [act] = answers
    .filter(({ kind }) => kind === kinds.call)
    .map(json)
    .filter(({ op }) => op === 'act');
  expect(act).not.toHaveProperty('seed');
  expect(answers.at(-1)!.kind).toBe(kinds.data);
});
