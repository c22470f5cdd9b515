import { z } from 'zod';
import { createGame, gameDefinition, parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { GameVectorEnv } from '../envs/core/vector-env.js';
import { GameParallelEnv } from '../envs/core/views.js';
import { checkOptionNames } from '../gymnasium/error.js';
import { autoresetModes } from '../gymnasium/vector.js';
import { ParallelTimeLimit } from '../gymnasium/wrappers/parallel-time-limit.js';
import { defaultOracle } from '../oracles/names.js';
import { StackelbergWrapper } from '../wrappers/stackelberg.js';
import { stackelbergOptionNames } from '../wrappers/stackelberg-options.js';
import { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';
import type { Callables } from './callables.js';
import { AecEndpoint } from './endpoints/aec.js';
import type { Endpoint } from './endpoints/endpoint.js';
import { ParallelEndpoint } from './endpoints/parallel.js';
import { StackelbergEndpoint } from './endpoints/stackelberg.js';
import { StackelbergVectorEndpoint } from './endpoints/stackelberg-vector.js';
import { VectorEndpoint } from './endpoints/vector.js';
import { memoryOfRows } from './memory.js';
import { oracleOf, oracleRequest, queryPolicyOf } from './oracle.js';
import type { Request } from './session.js';

/** The most rows of a vector view. */
const maxRows = 2 ** 20;

const record = z.record(z.string(), z.unknown());
const base = {
  verb: z.literal('make'),
  game: z.string(),
  params: record.default({}),
};
const drawn = { renderMode: z.enum(['ansi', 'rgb_array']).nullable().default(null) };
const rows = {
  numEnvs: z.int().min(1).max(maxRows),
  autoresetMode: z.enum(autoresetModes as ['NextStep', 'SameStep', 'Disabled']).default('NextStep'),
};
const led = {
  oracle: oracleRequest.nullable().default(null),
  oracleOptions: record.default({}),
  oracleSeed: z.int().min(0).default(0),
  queryPolicy: z.int().min(1).nullable().default(null),
  options: record.default({}),
};
const requests = z.discriminatedUnion('view', [
  z.strictObject({ view: z.literal('parallel'), ...base, ...drawn }),
  z.strictObject({ view: z.literal('aec'), ...base, ...drawn }),
  z.strictObject({ view: z.literal('vector'), ...base, ...rows }),
  z.strictObject({ view: z.literal('stackelberg'), ...base, ...drawn, ...led }),
  z.strictObject({ view: z.literal('stackelberg-vector'), ...base, ...drawn, ...rows, ...led }),
]);
type MakeRequest = z.infer<typeof requests>;

/**
 * Builds what a `make` request asks for.
 *
 * @param taken bytes that the session's other environments are counted for
 * @throws InvalidArgument naming the field, or what the constructors throw
 */
export async function makeEndpoint(request: Request, callables: Callables, taken: number): Promise<Endpoint> {
  const wanted = parseParameters('make', requests, request);
  switch (wanted.view) {
    case 'parallel':
      return new ParallelEndpoint(new ParallelTimeLimit(scalar(wanted), null));
    case 'aec':
      return new AecEndpoint(new ParallelTimeLimit(scalar(wanted), null));
    case 'vector':
      return inRows(
        wanted,
        'lane',
        taken,
        async (source) => new VectorEndpoint(new GameVectorEnv(source, wanted.numEnvs, wanted)),
      );
    case 'stackelberg':
      return new StackelbergEndpoint(await leader(wanted, callables));
    case 'stackelberg-vector':
      return inRows(
        wanted,
        'episode',
        taken,
        async () => new StackelbergVectorEndpoint(await leaders(wanted, callables)),
      );
  }
}

/** Builds a view with rows once it is clear that there is memory for them. */
async function inRows(
  wanted: Extract<MakeRequest, { numEnvs: unknown }>,
  kind: 'lane' | 'episode',
  taken: number,
  build: (source: MarkovGame) => Promise<Endpoint>,
): Promise<Endpoint> {
  const source = game(wanted);
  const memory = memoryOfRows(source, wanted.numEnvs, kind, taken);
  const endpoint = await build(source);
  endpoint.memory = memory;
  return endpoint;
}

function game({ game: id, params }: MakeRequest) {
  return createGame(gameDefinition(id), params);
}

function scalar(wanted: Extract<MakeRequest, { renderMode: unknown }>) {
  const { game: title, renderMode } = wanted;
  const { renderer } = gameDefinition(title);
  const drawn = renderMode === 'rgb_array' ? 'svg' : renderMode;
  return new GameParallelEnv(game(wanted), { renderMode: drawn, renderer, title });
}

async function leader(wanted: Extract<MakeRequest, { view: 'stackelberg' }>, callables: Callables) {
  const source = scalar(wanted);
  const env = new StackelbergWrapper(source, {
    ...leaderOptions(wanted.options),
    oracle: await respondent(wanted, source.game, callables),
    renderMode: source.renderMode,
  });
  env.queryPolicy = queryPolicyOf(wanted.queryPolicy, env.game, callables);
  return env;
}

async function leaders(wanted: Extract<MakeRequest, { view: 'stackelberg-vector' }>, callables: Callables) {
  const { numEnvs, autoresetMode } = wanted;
  const source = scalar(wanted);
  const env = new StackelbergVectorEnv(source, numEnvs, {
    ...leaderOptions(wanted.options),
    autoresetMode,
    oracle: await respondent(wanted, source.game, callables),
    renderMode: source.renderMode,
  });
  env.queryPolicy = queryPolicyOf(wanted.queryPolicy, env.game, callables);
  return env;
}

/** Options of a leader's view; what the request has fields for is none. @throws InvalidArgument for an unknown one */
function leaderOptions(options: Readonly<Record<string, unknown>>) {
  const known = stackelbergOptionNames.filter((name) => name !== 'oracle');
  checkOptionNames('make: options', options, known);
  return options;
}

/** The followers that were asked for, or those that leaders of the game meet by default. */
function respondent(
  wanted: Extract<MakeRequest, { oracle: unknown }>,
  rules: MarkovGame,
  callables: Callables,
) {
  const { game: id, params, oracle, oracleOptions } = wanted;
  if (oracle !== null) return oracleOf({ ...wanted, oracle }, rules, callables);
  const { name, options } = defaultOracle(id, params);
  return oracleOf(
    { ...wanted, oracle: name, oracleOptions: { ...options, ...oracleOptions } },
    rules,
    callables,
  );
}
