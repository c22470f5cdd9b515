import { z } from 'zod';
import { parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import {
  equilibriumNotions,
  type FollowerPolicy,
  type JointFollowerPolicy,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
} from '../envs/core/stackelberg.js';
import { whyNot } from '../gymnasium/agent-arguments.js';
import { describe, InvalidAction, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { type AgentId, arrayTypes } from '../gymnasium/types.js';
import { type Commitment, checkRow } from '../solvers/commitment.js';
import { rowPolicy } from '../solvers/induced-game.js';
import type { QueryPolicy } from '../wrappers/stackelberg-options.js';
import type { Call } from './callables.js';

/** What the client says of a policy: what it returns, whether it draws (then it is sent seeds), whether it has a `reset`. */
const policy = z.strictObject({
  form: z.enum(['action', 'probabilities']),
  draws: z.boolean(),
  resets: z.boolean(),
});
type Told = z.infer<typeof policy>;

const simulated = z.number();
const oracleReply = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('query'),
    observation: z.unknown(),
    answer: z.enum(['action', 'distribution']),
    simulated,
  }),
  z.strictObject({
    op: z.literal('response'),
    mixture: z.array(z.record(z.string(), policy)).min(1),
    notion: z.enum(equilibriumNotions),
    gap: z.number().nullable(),
    simulated,
  }),
]);

/**
 * An oracle whose algorithm runs in the client, such as a Python generator. Nothing of it is kept there but the
 * latest response of each lane.
 */
export function remoteOracle(call: Call, name: string, game: MarkovGame): Oracle {
  introduce(call, game);
  return { name, start: (context) => remoteResponder(call, name, context) };
}

function remoteResponder(call: Call, name: string, context: OracleContext): Responder {
  const memory = { fresh: true };
  return {
    respond: () => respond(call, name, context, memory),
    reset() {
      memory.fresh = true;
    },
  };
}

function* respond(
  call: Call,
  name: string,
  { lane, leader, rng, distributions = false, simulated }: OracleContext,
  memory: { fresh: boolean },
): Response {
  const { lane: row, game } = lane;
  const { observationSpace } = game.agents[leader];
  const ask = (request: object) => parseParameters(name, oracleReply, call({ row, ...request }));
  let reply = ask({ op: 'respond', fresh: memory.fresh, distributions, seed: drawSeed(rng) });
  memory.fresh = false;
  while (reply.op === 'query') {
    simulated(reply.simulated);
    const observation = member(observationSpace, reply.observation);
    if (observation === undefined) {
      throw new InvalidArgument(
        `${name}: expected a query in ${observationSpace}, got ${describe(reply.observation)}.`,
      );
    }
    const answer: unknown = yield { observation, answer: reply.answer };
    reply = ask({ op: 'answer', answer });
  }
  simulated(reply.simulated);
  const { mixture, notion, gap } = reply;
  const followers = game.followerIndices.map((k) => game.agents[k].id);
  for (const id of mixture.flatMap(Object.keys)) {
    if (!followers.includes(id))
      throw new InvalidArgument(`${name}: mixture: ${unknownName('follower', id, followers)}`);
  }
  const policies = mixture.map((told, entry) => remotePolicies(call, game, told, { row, entry }));
  return { mixture: policies, notion, gap };
}

function remotePolicies(
  call: Call,
  game: MarkovGame,
  told: Readonly<Record<AgentId, Told>>,
  place: object,
): JointFollowerPolicy {
  const present = game.followerIndices.map((k) => game.agents[k]).filter(({ id }) => id in told);
  return Object.fromEntries(
    present.map(({ id, actionSpace }) => [
      id,
      remotePolicy((request) => call({ ...place, agent: id, ...request }), id, actionSpace, told[id]),
    ]),
  );
}

function remotePolicy(call: Call, id: AgentId, space: Space<any>, told: Told): FollowerPolicy {
  const reset = told.resets ? { reset: () => void call({ op: 'reset' }) } : {};
  if (told.form === 'probabilities') {
    const { n, start } = discrete(id, space);
    const row = (observation: unknown) =>
      checkRow(call({ op: 'act', observation }) as number[], n, `${id}: at ${describe(observation)}`);
    return { ...rowPolicy(row, start), ...reset };
  }
  return {
    ...reset,
    act: (observation, rng) => {
      const given = call({ op: 'act', observation, ...seedFor(told, rng) });
      return legal(id, space, observation, given);
    },
  };
}

/** A leader's policy in the client, as a function that draws where it is told probabilities. */
export function remoteQueryPolicy(call: Call, game: MarkovGame): QueryPolicy {
  return leaderPolicy(call, game, introduceLeader(call, game));
}

/**
 * A leader's policy in the client as a commitment: by an entry for each observation where those are Discrete, else as a
 * function.
 *
 * @throws InvalidArgument for one that draws by itself, where a table is needed
 */
export function remoteCommitment(call: Call, game: MarkovGame): Commitment {
  const { id, observationSpace, actionSpace } = game.agents[game.leaderIndex];
  const told = introduceLeader(call, game);
  if (observationSpace instanceof Discrete) {
    if (told.draws) {
      throw new InvalidArgument(
        'commitment: expected a policy of the observation alone, got one that draws: let it return probabilities.',
      );
    }
    const { n, start } = observationSpace;
    return Array.from({ length: n }, (_, o) => call({ op: 'act', observation: start + o })) as Commitment;
  }
  if (told.form === 'action') return { act: leaderPolicy(call, game, told) };
  const { n } = discrete(id, actionSpace);
  return {
    probabilities: (observation) =>
      checkRow(call({ op: 'act', observation }) as number[], n, `commitment at ${describe(observation)}`),
  };
}

function leaderPolicy(call: Call, game: MarkovGame, told: Told): QueryPolicy {
  const { id, actionSpace } = game.agents[game.leaderIndex];
  return (observation, rng) => {
    const given = call({ op: 'act', observation, ...seedFor(told, rng) });
    if (!(actionSpace instanceof Discrete && Array.isArray(given)))
      return legal(id, actionSpace, observation, given);
    return (
      actionSpace.start +
      rng.categorical(checkRow(given, actionSpace.n, `${id}: at ${describe(observation)}`))
    );
  };
}

function introduceLeader(call: Call, game: MarkovGame): Told {
  return parseParameters('policy', policy, introduce(call, game));
}

/** Tells the client who plays and in which spaces. */
function introduce(call: Call, { agents, followerIndices, leaderIndex }: MarkovGame): unknown {
  return call({
    op: 'describe',
    leader: agents[leaderIndex].id,
    followers: followerIndices.map((k) => agents[k].id),
    observationSpaces: Object.fromEntries(agents.map(({ id, observationSpace }) => [id, observationSpace])),
    actionSpaces: Object.fromEntries(agents.map(({ id, actionSpace }) => [id, actionSpace])),
  });
}

/** JSON as a member of a space of arrays, or undefined if it is none. */
function member(space: Space<any>, given: unknown): any {
  try {
    return space.fromJSONable([given])[0];
  } catch (error) {
    if (error instanceof InvalidArgument) return undefined;
    throw error;
  }
}

/** @throws InvalidAction if what came is no action of the agent's */
function legal(id: AgentId, space: Space<any>, observation: unknown, given: unknown): any {
  const action = member(space, given);
  if (action !== undefined) return action;
  const array = Array.isArray(given) && space.dtype !== null ? arrayTypes[space.dtype].from(given) : given;
  throw new InvalidAction(
    `${id}: expected an action in ${space} at ${describe(observation)}, got ${describe(given)}${whyNot(space, array)}.`,
  );
}

function discrete(id: AgentId, space: Space<any>): Discrete {
  if (space instanceof Discrete) return space;
  throw new InvalidArgument(`${id}: expected actions for ${space}, got a policy that tells probabilities.`);
}

function seedFor({ draws }: Told, rng: Rng): { seed?: number } {
  return draws ? { seed: drawSeed(rng) } : {};
}

/** A seed for a generator of the client's: an integer below 2^53. @throws NoExactValue where draws are enumerated */
function drawSeed(rng: Rng): number {
  return Math.floor(rng.uniform() * 2 ** 53);
}
