import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import type { Seed } from '../gymnasium/rng.js';
import { spaceFromJSON } from '../gymnasium/spaces/from-json.js';
import { prepareOracle } from '../oracles/names.js';
import type { QueryPolicy } from '../wrappers/stackelberg-options.js';
import type { Callables } from './callables.js';
import { encodeJson } from './json.js';
import { remoteOracle, remoteQueryPolicy } from './remote-players.js';

/** An oracle by its name, or one that runs in the client. */
export const oracleRequest = z.union([
  z.string(),
  z.strictObject({ callable: z.int().min(1), name: z.string() }),
]);

/** What an oracle is made from: a game by its id and parameters, and how followers respond in it. */
export interface OracleRequest {
  readonly game: string;
  readonly params: object;
  readonly oracle: z.infer<typeof oracleRequest>;
  readonly oracleOptions: object;
  readonly oracleSeed: Seed;
}

const mostKept = 16;
/** Oracles that took training, by what they were made from, the least recently used first. All that changes is in the responders they start. */
const trained = new Map<string, Oracle>();

/** The followers of a request. Those that are trained beforehand are trained once: the last 16 are kept. */
export async function oracleOf(
  wanted: OracleRequest,
  rules: MarkovGame,
  callables: Callables,
): Promise<Oracle> {
  const { game, params, oracle, oracleOptions, oracleSeed } = wanted;
  if (typeof oracle !== 'string') return remoteOracle(callables.bind(oracle.callable), oracle.name, rules);
  const made = encodeJson([game, params, oracle, oracleOptions, oracleSeed]);
  const key = createHash('sha256').update(made).digest('base64');
  const known = trained.get(key);
  if (known !== undefined) {
    keep(key, known);
    return known;
  }
  const prepared = await prepareOracle(oracle, rules, oracleOptions, oracleSeed);
  if (prepared.preTrainingSteps > 0) keep(key, prepared.oracle);
  return prepared.oracle;
}

function keep(key: string, oracle: Oracle): void {
  trained.delete(key);
  trained.set(key, oracle);
  if (trained.size > mostKept) trained.delete(trained.keys().next().value!);
}

/** What answers hidden queries: a policy of the client's, or without one uniformly random members of the leader's action space. */
export function queryPolicyOf(callable: number | null, game: MarkovGame, callables: Callables): QueryPolicy {
  if (callable !== null) return remoteQueryPolicy(callables.bind(callable), game);
  const actions = spaceFromJSON(game.agents[game.leaderIndex].actionSpace.toJSON());
  return (_observation, rng) => {
    actions.reseed(rng);
    return actions.sample();
  };
}
