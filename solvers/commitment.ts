import type { MarkovGame } from '../envs/core/markov-game.js';
import { GameModel, modelOf } from '../envs/core/model.js';
import type { LeaderPolicy } from '../envs/core/stackelberg.js';
import { whyNot } from '../gymnasium/agent-arguments.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { arrayTypes } from '../gymnasium/types.js';
import type { CommitmentTable } from './best-response.js';

/** A policy with actions and, where they are discrete, probabilities: what the learners of `agents/` return. */
export interface ActingPolicy {
  act(observation: any, rng: Rng, options?: { greedy?: boolean }): any;
  readonly probabilities?: (observation: any) => ArrayLike<number>;
}

/** What the leader answers to one observation, as plain JSON data. */
export interface ObservedAction {
  readonly observation: number | readonly number[];
  readonly action: number | readonly number[];
}

/**
 * A leader's commitment in any of the forms that people hold one in: an action for each observation, a distribution for
 * each, one distribution or one vector of a Box action space (of a leader with a single observation), a list of observations
 * each with its action, a function, a policy with probabilities, or a learned policy.
 */
export type Commitment =
  | readonly ObservedAction[]
  | ((observation: any) => any)
  | readonly number[]
  | readonly ArrayLike<number>[]
  | ArrayLike<number>
  | LeaderPolicy
  | ActingPolicy;

/**
 * A commitment by number: of all the leader's actions, those that it uses, and their probabilities at each
 * observation.
 */
export interface CommittedActions {
  /** The leader's observations are Discrete; row i is for observation `start + i`. */
  readonly table: CommitmentTable;
  /** Column k stands for this action of the leader. */
  readonly actions: readonly any[];
}

/** Whether the leader's observations and actions are both Discrete. */
export function hasDiscreteLeader(game: MarkovGame): boolean {
  const { observationSpace, actionSpace } = game.agents[game.leaderIndex];
  return observationSpace instanceof Discrete && actionSpace instanceof Discrete;
}

/** The leader's Discrete spaces. @throws InvalidArgument if one of them is not Discrete */
export function leaderSpaces(game: MarkovGame): {
  readonly observations: Discrete;
  readonly actions: Discrete;
} {
  const { id, observationSpace, actionSpace } = game.agents[game.leaderIndex];
  if (!hasDiscreteLeader(game)) {
    throw new InvalidArgument(
      `Expected ${id} to have Discrete observations and actions, got ${observationSpace} and ${actionSpace}.`,
    );
  }
  return { observations: observationSpace as Discrete, actions: actionSpace as Discrete };
}

/**
 * The commitment by numbers. With Discrete actions the columns are all of them; else the distinct actions that the
 * commitment takes, one for certain at each observation.
 *
 * @param greedy whether a learned policy is taken at its likeliest actions
 * @throws InvalidArgument if it does not fit the game's spaces or a row is no distribution
 */
export function committedActions(
  game: MarkovGame,
  commitment: Commitment,
  greedy: boolean,
): CommittedActions {
  const { id, observationSpace, actionSpace } = game.agents[game.leaderIndex];
  const given = observationSpace instanceof Discrete ? listed(commitment, observationSpace) : commitment;
  if (observationSpace instanceof Discrete && !(actionSpace instanceof Discrete)) {
    return distinct(vectorActions(observationSpace, actionSpace, given), actionSpace, id);
  }
  const { actions } = leaderSpaces(game);
  return {
    table: commitmentTable(game, given, greedy),
    actions: Array.from({ length: actions.n }, (_, k) => actions.start + k),
  };
}

/** Functions and lists of observations with actions as one entry for each observation. */
function listed(commitment: Commitment, { n, start }: Discrete): Commitment {
  const entries = (of: (observation: any) => any) => Array.from({ length: n }, (_, k) => of(start + k));
  if (typeof commitment === 'function') return entries(commitment);
  return isObserved(commitment) ? entries(lookup(commitment, (action) => action)) : commitment;
}

/** The model view in which the columns of the commitment are the leader's actions. */
export function committedModel(game: MarkovGame, { actions }: CommittedActions): GameModel {
  const leader = game.leaderIndex;
  if (game.agents[leader].actionSpace instanceof Discrete) return modelOf(game);
  return new GameModel(game, { actions: { [leader]: actions } });
}

/** An action for each observation, as it was given. */
function vectorActions(observations: Discrete, actions: Space<any>, commitment: Commitment): any[] {
  if (isPolicy(commitment) && 'act' in commitment) {
    const rng = new Rng('greedy');
    const act = (_: unknown, i: number) => commitment.act(observations.start + i, rng, { greedy: true });
    return Array.from({ length: observations.n }, act);
  }
  if (!isList(commitment)) {
    throw new InvalidArgument(`commitment: expected a vector or a policy, got ${describe(commitment)}.`);
  }
  const one = observations.n === 1 && commitment.length > 0 && typeof commitment[0] === 'number';
  const rows = one ? [commitment] : [...commitment];
  if (rows.length !== observations.n) {
    throw new InvalidArgument(
      `commitment: expected an entry for each of ${observations.n} observations, got ${rows.length}.`,
    );
  }
  return rows.map((row) =>
    Array.isArray(row) && actions.dtype !== null ? arrayTypes[actions.dtype].from(row) : row,
  );
}

function distinct(given: readonly any[], space: Space<any>, leader: string): CommittedActions {
  const keys = new Map<string, number>();
  const actions: any[] = [];
  const columns = given.map((action, i) => {
    if (!space.contains(action)) {
      throw new InvalidArgument(
        `commitment: expected an action of ${leader} in ${space} at observation ${i}, got ${describe(action)}${whyNot(space, action)}.`,
      );
    }
    const key = String(action);
    if (!keys.has(key)) keys.set(key, actions.push(action) - 1);
    return keys.get(key)!;
  });
  const table = columns.map((column) => Float64Array.from(actions, (_, k) => (k === column ? 1 : 0)));
  return { table, actions };
}

/**
 * The commitment as probabilities, a row for each leader observation by number.
 *
 * @param greedy whether a learned policy is taken at its likeliest actions
 * @throws InvalidArgument if it does not fit the game's spaces or a row is no distribution
 */
export function commitmentTable(game: MarkovGame, commitment: Commitment, greedy: boolean): CommitmentTable {
  const { observations, actions } = leaderSpaces(game);
  const rows = Array.from({ length: observations.n }, (_, i) => observations.start + i);
  if (isList(commitment)) return listTable(commitment, observations.n, actions);
  if (!isPolicy(commitment)) {
    throw new InvalidArgument(`commitment: expected an array or a policy, got ${describe(commitment)}.`);
  }
  if ('act' in commitment && (greedy || !commitment.probabilities)) {
    const rng = new Rng('greedy');
    return rows.map((o) =>
      pureRow(actions, commitment.act(o, rng, { greedy: true }), `commitment at observation ${o}`),
    );
  }
  const policy = commitment as LeaderPolicy;
  return rows.map((o) => checkRow(policy.probabilities(o), actions.n, `commitment at observation ${o}`));
}

function isPolicy(value: unknown): value is LeaderPolicy | ActingPolicy {
  return typeof value === 'object' && value !== null && ('act' in value || 'probabilities' in value);
}

function isList(value: unknown): value is readonly any[] {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function listTable(list: readonly any[], count: number, actions: Discrete): CommitmentTable {
  const distribution = count === 1 && list.length === actions.n && list.every((p) => typeof p === 'number');
  const only = actions.n === 1 && list[0] === actions.start;
  if (distribution && !only) return [checkRow(list, actions.n, 'commitment')];
  if (list.length !== count) {
    throw new InvalidArgument(
      `commitment: expected an entry for each of ${count} observations, got ${list.length}.`,
    );
  }
  return Array.from(list, (entry, o) =>
    typeof entry === 'number'
      ? pureRow(actions, entry, `commitment[${o}]`)
      : checkRow(entry, actions.n, `commitment[${o}]`),
  );
}

function pureRow(actions: Discrete, action: unknown, where: string): Float64Array {
  if (!actions.contains(action))
    throw new InvalidArgument(`${where}: expected an action in ${actions}, got ${describe(action)}.`);
  const row = new Float64Array(actions.n);
  row[action - actions.start] = 1;
  return row;
}

/** A row of probabilities as a copy. @throws InvalidArgument unless there are `n` that sum to 1 */
export function checkRow(row: ArrayLike<number>, n: number, where: string): Float64Array {
  const copy = Float64Array.from(row ?? [], (p) => (typeof p === 'number' ? p : Number.NaN));
  const sum = copy.reduce((a, b) => a + b, 0);
  if (copy.length !== n || !copy.every((p) => p >= 0 && p <= 1 + 1e-9) || Math.abs(sum - 1) > 1e-6) {
    throw new InvalidArgument(`${where}: expected ${n} probabilities that sum to 1, got ${describe(row)}.`);
  }
  return copy;
}

/** A commitment as answers to observations. */
export interface LeaderAnswers {
  /** An action; drawn from `rng` where the commitment mixes. @throws InvalidArgument at an observation that it leaves out */
  act(observation: any, rng: Rng): any;
  /** The probabilities of all actions; absent where the leader's spaces are not Discrete. */
  readonly probabilities?: (observation: any) => ArrayLike<number>;
  /** The same by numbers, where it was given as entries for Discrete observations. */
  readonly committed?: CommittedActions;
}

/**
 * A commitment in a game whose leader has any observations.
 *
 * @param greedy whether a learned policy is taken at its likeliest actions
 * @throws InvalidArgument if the commitment does not fit the game's spaces
 */
export function leaderAnswers(game: MarkovGame, commitment: Commitment, greedy: boolean): LeaderAnswers {
  const { observationSpace, actionSpace } = game.agents[game.leaderIndex];
  if (typeof commitment === 'function') return checkedAnswers(game, (observation) => commitment(observation));
  if (isObserved(commitment)) {
    return checkedAnswers(
      game,
      lookup(commitment, (action) => vectorOf(action, actionSpace)),
    );
  }
  if (observationSpace instanceof Discrete) {
    const committed = committedActions(game, commitment, greedy);
    const { table, actions } = committed;
    const row = (observation: number) => table[observation - observationSpace.start];
    return {
      committed,
      act: (observation, rng) => actions[rng.categorical(row(observation))],
      probabilities: actionSpace instanceof Discrete ? row : undefined,
    };
  }
  if (!isPolicy(commitment)) {
    throw new InvalidArgument(
      `commitment: expected a policy, a function or a list of observations with actions for ${observationSpace}, got ${describe(commitment)}.`,
    );
  }
  const { probabilities } = commitment;
  if (actionSpace instanceof Discrete && probabilities && (!greedy || !('act' in commitment))) {
    return {
      act: (observation, rng) => actionSpace.start + rng.categorical(probabilities(observation)),
      probabilities,
    };
  }
  if (!('act' in commitment)) {
    throw new InvalidArgument(
      `commitment: expected a policy that acts over ${actionSpace}, got probabilities alone.`,
    );
  }
  return checkedAnswers(game, (observation, rng) => commitment.act(observation, rng, { greedy }));
}

function isObserved(commitment: Commitment): commitment is readonly ObservedAction[] {
  const first = Array.isArray(commitment) ? commitment[0] : undefined;
  return typeof first === 'object' && first !== null && 'observation' in first && 'action' in first;
}

function lookup(
  commitment: readonly ObservedAction[],
  read: (action: ObservedAction['action']) => any,
): (observation: any) => any {
  const known = new Map<string, any>();
  for (const { observation, action } of commitment) {
    if (known.has(String(observation))) {
      throw new InvalidArgument(
        `commitment: expected one action for the observation ${describe(observation)}, got two.`,
      );
    }
    known.set(String(observation), read(action));
  }
  return (observation) => {
    if (known.has(String(observation))) return known.get(String(observation));
    throw new InvalidArgument(
      `commitment: expected an action for the observation ${describe(observation)}, got none.`,
    );
  };
}

function vectorOf(action: ObservedAction['action'], { dtype, shape }: Space<any>): any {
  return !isList(action) || dtype === null || shape?.length === 0 ? action : arrayTypes[dtype].from(action);
}

/** Answers that are checked for being legal. */
function checkedAnswers(game: MarkovGame, act: LeaderAnswers['act']): LeaderAnswers {
  const { id, actionSpace } = game.agents[game.leaderIndex];
  return {
    act: (observation, rng) => {
      const action = act(observation, rng);
      if (actionSpace.contains(action)) return action;
      throw new InvalidArgument(
        `commitment: expected an action of ${id} in ${actionSpace} at ${describe(observation)}, got ${describe(action)}${whyNot(actionSpace, action)}.`,
      );
    },
  };
}
