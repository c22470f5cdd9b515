import type { MarkovGame } from '../envs/core/markov-game.js';
import { modelOf } from '../envs/core/model.js';
import type { ResponseMemory } from '../envs/core/stackelberg.js';
import { InvalidArgument } from '../gymnasium/error.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { bestResponse, isOneShot, onlyFollower } from './best-response.js';
import { hasDiscreteLeader, leaderSpaces } from './commitment.js';
import type { Answer, Solver } from './solver.js';

const maxCommitments = 2 ** 16;
const maxEvaluations = 2 ** 18;

/** Every deterministic commitment of a small finite game against the exact best response. */
export const enumeration: Solver = {
  name: 'enumeration',
  summary: 'every deterministic commitment of a small finite game against the exact best response',
  fits: (game, { commitment, follower }) =>
    hasDiscreteLeader(game) &&
    !game.followersFirst &&
    commitment !== 'stochastic' &&
    typeof follower === 'string',
  solve: (game: MarkovGame, { follower }) => {
    return enumerate(game, follower as ResponseMemory);
  },
};

function enumerate(game: MarkovGame, memory: ResponseMemory): Answer {
  const { observations, actions } = leaderSpaces(game);
  if (actions.n ** observations.n > maxCommitments) {
    throw new InvalidArgument(
      `enumeration: expected at most ${maxCommitments} deterministic commitments, got ${actions.n}^${observations.n}.`,
    );
  }
  const model = modelOf(game);
  const follower = game.agents[onlyFollower(model)];
  const responses =
    memory === 'stationary' &&
    !isOneShot(model) &&
    follower.observationSpace instanceof Discrete &&
    follower.actionSpace instanceof Discrete
      ? follower.actionSpace.n ** follower.observationSpace.n
      : 1;
  if (actions.n ** observations.n * responses > maxEvaluations) {
    throw new InvalidArgument(
      `enumeration: expected at most ${maxEvaluations} pairs of a commitment and a response, got ${actions.n}^${observations.n} times ${responses}.`,
    );
  }
  const choice = new Int32Array(observations.n);
  let best: { value: number; followerValue: number; commitment: number[] } | null = null;
  let weakValue = -Infinity;
  for (let code = 0; code < actions.n ** observations.n; code++) {
    let rest = code;
    for (let o = observations.n - 1; o >= 0; o--, rest = Math.floor(rest / actions.n))
      choice[o] = rest % actions.n;
    const table = Array.from(choice, (a) =>
      Float64Array.from({ length: actions.n }, (_, k) => (k === a ? 1 : 0)),
    );
    const { leaderValue, followerValue } = bestResponse(model, table, { memory, ties: 'leader' });
    weakValue = Math.max(weakValue, bestResponse(model, table, { memory, ties: 'against' }).leaderValue);
    if (best === null || leaderValue > best.value + 1e-9) {
      best = { value: leaderValue, followerValue, commitment: Array.from(choice, (a) => actions.start + a) };
    }
  }
  const { id } = follower;
  return {
    value: best!.value,
    followerValues: { [id]: best!.followerValue },
    commitment: best!.commitment,
    kind: 'deterministic',
    status: 'optimal',
    tieBreaking: 'leader',
    weakValue,
  };
}
