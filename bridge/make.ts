import { z } from 'zod';
import { createGame, gameDefinition, parseParameters } from '../envs/core/definition.js';
import { GameVectorEnv } from '../envs/core/vector-env.js';
import { gameEnv } from '../envs/index.js';
import { autoresetModes } from '../gymnasium/vector.js';
import { ParallelTimeLimit } from '../gymnasium/wrappers/parallel-time-limit.js';
import { prepareOracle } from '../oracles/names.js';
import { StackelbergWrapper } from '../wrappers/stackelberg.js';
import { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';
import type { Callables } from './callables.js';
import { AecEndpoint } from './endpoints/aec.js';
import type { Endpoint } from './endpoints/endpoint.js';
import { ParallelEndpoint } from './endpoints/parallel.js';
import { StackelbergEndpoint } from './endpoints/stackelberg.js';
import { StackelbergVectorEndpoint } from './endpoints/stackelberg-vector.js';
import { VectorEndpoint } from './endpoints/vector.js';
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
  oracle: z.string(),
  oracleOptions: record.default({}),
  oracleSeed: z.int().min(0).default(0),
  options: record.default({}),
};
const requests = z.discriminatedUnion('view', [
  z.strictObject({ view: z.literal('parallel'), ...base, ...drawn }),
  z.strictObject({ view: z.literal('aec'), ...base, ...drawn }),
  z.strictObject({ view: z.literal('vector'), ...base, ...rows }),
  z.strictObject({ view: z.literal('stackelberg'), ...base, ...drawn, ...led }),
  z.strictObject({ view: z.literal('stackelberg-vector'), ...base, ...rows, ...led }),
]);
type MakeRequest = z.infer<typeof requests>;

/** Builds what a `make` request asks for. @throws InvalidArgument naming the field, or what the constructors throw */
export async function makeEndpoint(request: Request, callables: Callables): Promise<Endpoint> {
  const wanted = parseParameters('make', requests, request);
  switch (wanted.view) {
    case 'parallel':
      return new ParallelEndpoint(new ParallelTimeLimit(scalar(wanted), null));
    case 'aec':
      return new AecEndpoint(new ParallelTimeLimit(scalar(wanted), null));
    case 'vector':
      return new VectorEndpoint(new GameVectorEnv(game(wanted), wanted.numEnvs, wanted));
    case 'stackelberg':
      return new StackelbergEndpoint(await leader(wanted, callables));
    case 'stackelberg-vector':
      return new StackelbergVectorEndpoint(await leaders(wanted, callables));
  }
}

function game({ game: id, params }: MakeRequest) {
  return createGame(gameDefinition(id), params);
}

function scalar({ game: id, params, renderMode }: Extract<MakeRequest, { renderMode: unknown }>) {
  return gameEnv(gameDefinition(id), {
    ...params,
    renderMode: renderMode === 'rgb_array' ? 'svg' : renderMode,
  });
}

async function leader(wanted: Extract<MakeRequest, { view: 'stackelberg' }>, _callables: Callables) {
  const source = scalar(wanted);
  const { oracle } = await prepareOracle(wanted.oracle, source.game, wanted.oracleOptions, wanted.oracleSeed);
  return new StackelbergWrapper(source, {
    ...wanted.options,
    oracle,
    renderMode: source.renderMode as 'ansi' | 'svg' | null,
  });
}

async function leaders(wanted: Extract<MakeRequest, { view: 'stackelberg-vector' }>, _callables: Callables) {
  const source = game(wanted);
  const { oracle } = await prepareOracle(wanted.oracle, source, wanted.oracleOptions, wanted.oracleSeed);
  const { numEnvs, autoresetMode, options } = wanted;
  return new StackelbergVectorEnv(source, numEnvs, { ...options, autoresetMode, oracle });
}
