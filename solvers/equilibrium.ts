import { NoExactValue } from '../envs/core/enumerating-rng.js';
import type { Certificate, EquilibriumNotion, TieBreaking } from '../envs/core/stackelberg.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { InducedGame, StrategyProfile } from './induced-game.js';

/** Values closer than this count as equal. */
const tolerance = 1e-9;
const maxPureProfiles = 2 ** 20;

/** Expected returns of the leader and of each follower where every strategy profile of `mixture` is as likely. */
export function mixtureValues(game: InducedGame, mixture: readonly StrategyProfile[]): Float64Array {
  const values = new Float64Array(1 + game.followers.length);
  for (const strategies of mixture) {
    game.values(strategies).forEach((value, player) => {
      values[player] += value / mixture.length;
    });
  }
  return values;
}

/**
 * The most that any follower, of any type that can occur, would gain by a fixed action instead of its part of a mixture
 * of strategy profiles: for one profile the distance from a (Bayesian) Nash equilibrium, for several that from a
 * (Bayesian) coarse correlated equilibrium (Hartline, Syrgkanis & Tardos 2015). One profile never has a gap below 0 but for
 * rounding; a mixture has one where every follower would lose by any fixed action.
 */
export function equilibriumGap(game: InducedGame, mixture: readonly StrategyProfile[]): number {
  let gap = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < game.followers.length; i++) {
    for (let type = 0; type < game.typeCounts[i]; type++) {
      const gain = gainOf(game, mixture, i, type);
      if (gain !== null) gap = Math.max(gap, gain);
    }
  }
  return gap;
}

function gainOf(
  game: InducedGame,
  mixture: readonly StrategyProfile[],
  i: number,
  type: number,
): number | null {
  const deviations = new Float64Array(game.actionCounts[i]);
  let played = 0;
  for (const strategies of mixture) {
    const values = game.actionValues(strategies, i, type);
    if (values === null) return null;
    for (let action = 0; action < values.length; action++) {
      deviations[action] += values[action] / mixture.length;
      played += (strategies[i][type][action] * values[action]) / mixture.length;
    }
  }
  return Math.max(...deviations) - played;
}

/** What a mixture of strategy profiles can be an equilibrium of, and how far it is from one. */
export function certify(game: InducedGame, mixture: readonly StrategyProfile[]): Certificate {
  return { notion: notionOf(game, mixture.length), gap: equilibriumGap(game, mixture) };
}

function notionOf(game: InducedGame, profiles: number): EquilibriumNotion {
  const bayesian = game.profiles.length > 1;
  if (game.followers.length === 1) return 'best response';
  if (profiles === 1) return bayesian ? 'Bayesian Nash' : 'Nash';
  return bayesian ? 'Bayesian coarse correlated' : 'coarse correlated';
}

export interface PureEquilibrium {
  /** An action number for each type, a list a follower. */
  readonly actions: readonly (readonly number[])[];
  readonly strategies: StrategyProfile;
  /** Expected returns of the leader and of each follower. */
  readonly values: Float64Array;
}

/**
 * The pure (Bayesian) Nash equilibrium of the followers that is best for the leader, worst for it, or worth as much to it
 * as the first in the order of actions; with one follower its best response. Of those worth the same to the leader it is one in
 * weakly dominant strategies if there is one (whatever the others' types are and do, no type of a follower would do better by
 * another action), then the one with the largest sum of follower values, then the first.
 *
 * @throws InvalidArgument if there is none, or if several followers have more than 2^20 pure profiles
 */
export function pureEquilibrium(game: InducedGame, ties: TieBreaking): PureEquilibrium {
  return game.followers.length === 1 ? pureResponses(game, ties) : chosenProfile(game, ties);
}

/** The only follower's: each of its types responds by itself. */
function pureResponses(game: InducedGame, ties: TieBreaking): PureEquilibrium {
  const rows = Array.from({ length: game.typeCounts[0] }, (_, type) => {
    const row = new Float64Array(game.actionCounts[0]);
    const own = game.actionValues([], 0, type);
    row[own === null ? 0 : bestAction(own, game.actionValues([], 0, type, 0)!, ties)] = 1;
    return row;
  });
  return { strategies: [rows], values: game.values([rows]), actions: [rows.map(indexOfOne)] };
}

function bestAction(own: Float64Array, leader: Float64Array, ties: TieBreaking): number {
  const least = Math.max(...own) - tolerance;
  let best = own.findIndex((value) => value >= least);
  for (let action = best + 1; action < own.length; action++) {
    if (own[action] >= least && beats(leader[action], leader[best], ties)) best = action;
  }
  return best;
}

/** A look at every pure profile of the followers. */
function chosenProfile(game: InducedGame, ties: TieBreaking): PureEquilibrium {
  const places = game.typeCounts.flatMap((types, i) => new Array<number>(types).fill(game.actionCounts[i]));
  const count = places.reduce((product, n) => product * n, 1);
  if (count > maxPureProfiles) {
    throw new InvalidArgument(
      `pureEquilibrium: expected followers with at most ${maxPureProfiles} pure profiles, got ${count}.`,
    );
  }
  const dominates = dominantActions(game);
  let best: Candidate | null = null;
  for (let code = 0; code < count; code++) {
    const strategies = decode(game, places, code);
    if (equilibriumGap(game, [strategies]) > tolerance) continue;
    const values = game.values(strategies);
    const actions = strategies.map((rows) => rows.map(indexOfOne));
    const dominant = actions.every((own, i) => own.every((action, type) => dominates[i][type][action]));
    const found: Candidate = { strategies, values, actions, dominant };
    if (best === null || isPreferred(found, best, ties)) best = found;
  }
  if (best !== null) return best;
  throw new NoExactValue(
    'pureEquilibrium: expected followers with an equilibrium in pure strategies, got none',
  );
}

interface Candidate extends PureEquilibrium {
  /** Whether every type of every follower plays a weakly dominant action. */
  readonly dominant: boolean;
}

/** Whether a later equilibrium is to be taken instead of an earlier one. */
function isPreferred(later: Candidate, earlier: Candidate, ties: TieBreaking): boolean {
  const [value, best] = [later.values[0], earlier.values[0]];
  if (beats(value, best, ties)) return true;
  if (Math.abs(value - best) > tolerance) return false;
  if (later.dominant !== earlier.dominant) return later.dominant;
  return followerSum(later) > followerSum(earlier) + tolerance;
}

function followerSum({ values }: PureEquilibrium): number {
  return values.subarray(1).reduce((sum, value) => sum + value, 0);
}

/** By follower, type and action: whether no other action is ever better for that type, whatever the others' types are and do. */
function dominantActions(game: InducedGame): boolean[][][] {
  const dominant = game.actionCounts.map((actions, i) =>
    Array.from({ length: game.typeCounts[i] }, () => new Array<boolean>(actions).fill(true)),
  );
  let stride = 1;
  game.actionCounts.forEach((actions, i) => {
    game.profiles.forEach(({ probability, types }, profile) => {
      if (probability > 0) ruleOut(game, profile, i, stride, dominant[i][types[i]]);
    });
    stride *= actions;
  });
  return dominant;
}

/** Marks the actions of follower `i`, whose code steps by `stride`, that are not best against some joint action of the others. */
function ruleOut(game: InducedGame, profile: number, i: number, stride: number, dominant: boolean[]): void {
  const players = 1 + game.followers.length;
  const actions = dominant.length;
  const at = (joint: number) => game.payoffs[(profile * game.jointActions + joint) * players + 1 + i];
  for (let joint = 0; joint < game.jointActions; joint++) {
    if (Math.floor(joint / stride) % actions !== 0) continue;
    let most = Number.NEGATIVE_INFINITY;
    for (let a = 0; a < actions; a++) most = Math.max(most, at(joint + a * stride));
    for (let a = 0; a < actions; a++) if (at(joint + a * stride) < most - tolerance) dominant[a] = false;
  }
}

function decode(game: InducedGame, places: readonly number[], code: number): StrategyProfile {
  let rest = code;
  let at = 0;
  return game.typeCounts.map((types, i) =>
    Array.from({ length: types }, () => {
      const row = new Float64Array(game.actionCounts[i]);
      const n = places[at++];
      row[rest % n] = 1;
      rest = Math.floor(rest / n);
      return row;
    }),
  );
}

function indexOfOne(row: ArrayLike<number>): number {
  return Array.from(row).indexOf(1);
}

function beats(value: number, best: number, ties: TieBreaking): boolean {
  return ties === 'leader' ? value > best + tolerance : ties === 'against' && value < best - tolerance;
}
