import { z } from 'zod';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import type { Seed } from '../gymnasium/rng.js';
import { spaceFromJSON } from '../gymnasium/spaces/from-json.js';
import { prepareOracle } from '../oracles/names.js';
import type { QueryPolicy } from '../wrappers/stackelberg-options.js';
import type { Callables } from './callables.js';
import { remoteOracle, remoteQueryPolicy } from './remote-players.js';

/** An oracle by its name, or one that runs in the client. */
export const oracleRequest = z.union([
  z.string(),
  z.strictObject({ callable: z.int().min(1), name: z.string() }),
]);

export async function oracleOf(
  wanted: z.infer<typeof oracleRequest>,
  game: MarkovGame,
  options: object,
  seed: Seed,
  callables: Callables,
): Promise<Oracle> {
  if (typeof wanted === 'string') return (await prepareOracle(wanted, game, options, seed)).oracle;
  return remoteOracle(callables.bind(wanted.callable), wanted.name, game);
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
