import { BayesianNormalForm } from '../../envs/bayesian/bayesian-normal-form.js';
import type { MarkovGame } from '../../envs/core/markov-game.js';
import { GameModel } from '../../envs/core/model.js';
import { NormalForm } from '../../envs/matrix/normal-form.js';
import { GymError } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { AgentId } from '../../gymnasium/types.js';
import { isRational, type Task } from '../solver.js';

/** What the follower observes before it moves, and the expected payoffs of both players then. */
export interface FollowerType {
  /** Number of the observation in the model view. */
  readonly observation: number;
  readonly probability: number;
  /** A row a leader action, a column a follower action; both by number. */
  readonly leader: readonly ArrayLike<number>[];
  readonly follower: readonly ArrayLike<number>[];
}

/** A one-shot game as a Bayesian one: all types have the same number of rows, not always of columns. */
export interface OneShotForm {
  readonly follower: AgentId;
  /** Number of leader actions. */
  readonly rows: number;
  readonly types: readonly FollowerType[];
}

/** Games with more initial states, or more (initial state, joint action) pairs, are not looked at. */
const maxStates = 2_000;
const maxCells = 100_000;

const forms = new WeakMap<MarkovGame, OneShotForm | null>();

/**
 * The Bayesian form of a game in which a leader that observes nothing and one follower that observes its type both
 * move once, at the same time. Null for any other game, and for one that is too large or draws from a continuum.
 * Found once a game.
 */
export function oneShotForm(game: MarkovGame): OneShotForm | null {
  const known = forms.get(game);
  if (known !== undefined) return known;
  const form = isCandidate(game) ? formOf(game) : null;
  forms.set(game, form);
  return form;
}

/** Whether a solver of Bayesian games applies: for a plain best response, to mixed commitments of a one-shot game. */
export function fitsBayesian(game: MarkovGame, { commitment, follower }: Task): boolean {
  return commitment !== 'deterministic' && isRational(follower) && oneShotForm(game) !== null;
}

/** What can be told without the rules: roles, spaces and the order of moves. */
function isCandidate({ agents, commit }: MarkovGame): boolean {
  if (commit || agents.length !== 2) return false;
  const leader = agents.find(({ role }) => role === 'leader');
  const follower = agents.find(({ role }) => role === 'follower');
  if (!leader || !follower) return false;
  const blind = leader.observationSpace instanceof Discrete && leader.observationSpace.n === 1;
  const [rows, columns] = [leader.actionSpace, follower.actionSpace];
  if (!(blind && rows instanceof Discrete && columns instanceof Discrete)) return false;
  return rows.n * columns.n <= maxCells;
}

function formOf(game: MarkovGame): OneShotForm | null {
  if (game instanceof BayesianNormalForm) {
    return {
      follower: 'follower_0',
      rows: game.leaderActions,
      types: game.types.map((type, observation) => ({ ...type, observation })),
    };
  }
  if (game instanceof NormalForm) {
    const type = { ...game.payoffs, observation: 0, probability: 1 };
    return { follower: 'follower_0', rows: type.leader.length, types: [type] };
  }
  try {
    return enumerated(new GameModel(game, { maxStates }));
  } catch (error) {
    if (error instanceof GymError) return null;
    throw error;
  }
}

/** Payoffs by (leader action, follower action) of a type, summed over its initial states by their probability. */
interface Sums {
  probability: number;
  readonly leader: Float64Array[];
  readonly follower: Float64Array[];
}

function enumerated(model: GameModel): OneShotForm | null {
  const leader = model.game.leaderIndex;
  const follower = 1 - leader;
  const [rows, columns] = [model.actionCounts[leader], model.actionCounts[follower]];
  if (model.initial.length * rows * columns > maxCells) return null;
  const zeros = () => Array.from({ length: rows }, () => new Float64Array(columns));
  const types = new Map<number, Sums>();
  for (const { state, probability } of model.initial) {
    const observation = model.observation(state, follower);
    const sums = types.get(observation) ?? { probability: 0, leader: zeros(), follower: zeros() };
    types.set(observation, sums);
    sums.probability += probability;
    if (!addPayoffs(model, leader, state, probability, sums)) return null;
  }
  return {
    follower: model.game.agents[follower].id,
    rows,
    types: [...types]
      .sort(([a], [b]) => a - b)
      .map(([observation, { probability, leader: l, follower: f }]) => ({
        observation,
        probability,
        leader: l.map((row) => row.map((sum) => sum / probability)),
        follower: f.map((row) => row.map((sum) => sum / probability)),
      })),
  };
}

/** Adds the payoffs of a state; false if the game does not end with the step. */
function addPayoffs(model: GameModel, leader: number, state: number, weight: number, sums: Sums): boolean {
  const columns = model.actionCounts[1 - leader];
  for (let i = 0; i < sums.leader.length; i++) {
    for (let j = 0; j < columns; j++) {
      const joint = leader === 0 ? i + model.actionCounts[0] * j : j + model.actionCounts[0] * i;
      for (const { next, probability, rewards } of model.outcomes(state, joint)) {
        if (!model.isDone(next)) return false;
        sums.leader[i][j] += weight * probability * rewards[leader];
        sums.follower[i][j] += weight * probability * rewards[1 - leader];
      }
    }
  }
  return true;
}
