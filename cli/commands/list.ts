import { z } from 'zod';
import { learners } from '../../agents/names.js';
import { experiments } from '../../benchmarks/experiments/index.js';
import { type GameDefinition, gameDefinitions } from '../../envs/index.js';
import { InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { defaultOracle, oracles } from '../../oracles/names.js';
import { catalogue } from '../../solvers/catalogue.js';
import { printJson } from '../input.js';

interface Entry {
  readonly name: string;
  readonly summary: string;
}

function sections(): Readonly<Record<string, readonly Entry[]>> {
  const named = (record: Readonly<Record<string, { readonly summary: string }>>) =>
    Object.entries(record).map(([name, { summary }]) => ({ name, summary }));
  return {
    games: [...gameDefinitions().values()].map(({ id, summary }) => ({ name: id, summary })),
    oracles: named(oracles),
    leaders: named(learners),
    solvers: catalogue.map(({ name, summary }) => ({ name, summary })),
    experiments: Object.values(experiments).map(({ id, title }) => ({ name: id, summary: title })),
  };
}

/** `stackelberg-gym list [what]`: everything, one section, or all about one game, oracle, solver or experiment. */
export async function list(
  what: string | undefined,
  options: { readonly json?: boolean },
): Promise<undefined> {
  const all = sections();
  if (what === undefined || Object.hasOwn(all, what)) {
    const shown = what === undefined ? all : { [what]: all[what] };
    if (options.json) printJson(shown);
    else console.log(Object.entries(shown).map(formatSection).join('\n\n'));
    return;
  }
  const one = about(what, all);
  if (options.json) printJson(one);
  else console.log(formatOne(one));
}

function formatSection([title, entries]: [string, readonly Entry[]]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return [title, ...entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`.trimEnd())].join(
    '\n',
  );
}

function about(what: string, all: Readonly<Record<string, readonly Entry[]>>): Record<string, unknown> {
  const game = gameDefinitions().get(what);
  if (game !== undefined) return aboutGame(game);
  if (Object.hasOwn(experiments, what)) {
    const { id, title, description, figure, cells, seeds } = experiments[what];
    return { id, title, description, figure, seeds, cells };
  }
  const named = Object.hasOwn(oracles, what) ? oracles[what] : catalogue.find(({ name }) => name === what);
  if (named !== undefined) return { name: what, summary: named.summary, options: named.options ?? {} };
  const known = [
    ...Object.keys(all),
    ...Object.values(all).flatMap((entries) => entries.map(({ name }) => name)),
  ];
  const entry = Object.values(all)
    .flat()
    .find(({ name }) => name === what);
  if (entry !== undefined) return { ...entry };
  throw new InvalidArgument(unknownName('game, oracle, leader, solver or experiment', what, known));
}

function aboutGame({ id, summary, parameters, presets }: GameDefinition): Record<string, unknown> {
  return {
    id,
    summary,
    parameters: z.toJSONSchema(parameters, { io: 'input' }),
    presets,
    oracle: defaultOracle(id),
  };
}

function formatOne(record: Record<string, unknown>): string {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) =>
      typeof value === 'string' ? `${key}: ${value}` : `${key}: ${JSON.stringify(value, null, 2)}`,
    )
    .join('\n');
}
