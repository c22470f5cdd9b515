import type { MarkovGame } from '../envs/core/markov-game.js';
import {
  type FollowerPolicy,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import { GreenSecurity } from '../envs/security/green-security.js';
import { columnSteps, moveCount, rowSteps } from '../envs/security/grid-moves.js';
import { InvalidArgument } from '../gymnasium/error.js';
import { softmax } from '../solvers/quantal-response.js';

/** Weights of the heuristic poacher of Wang et al. (2019), set there on the advice of domain experts. */
const weights = { density: 3, entered: 0.3, left: -1, home: 3, temperature: 5, abstain: 10 };

/** Planes of the observations of GreenSecurity. */
const ownCell = 17;
const share = 19;
const entryCell = 21;

/** A policy with memory within an episode, so one for each episode that is played at a time. */
export type EpisodePolicy = FollowerPolicy & Required<Pick<FollowerPolicy, 'reset'>>;

/** @throws InvalidArgument for any other game */
function greenSecurityOf(owner: string, game: MarkovGame): GreenSecurity {
  if (game instanceof GreenSecurity) return game;
  throw new InvalidArgument(`${owner}: expected a GreenSecurity game, got ${game.constructor.name}.`);
}

/** The cell where a plane of an observation is 1. */
function cellIn(observation: ArrayLike<number>, plane: number, cells: number): number {
  let cell = 0;
  while (observation[plane * cells + cell] !== 1) cell++;
  return cell;
}

/**
 * The rule-based poacher of Wang et al. (2019). It sets a snare with the odds exp(density / 5) to exp(10 * mean density / 5),
 * but not twice in one cell; then moves by a softmax of 3 * the mean density on each side (or here, for staying) + 0.3
 * where the patroller came in from that side - 1 where it left to it, over 5. Without snares it heads for its entry: 3 * the
 * cosine between the move and the way home instead of the densities. Unlike the original it does not see which of its snares still lie.
 *
 * @throws InvalidArgument unless the game is a GreenSecurity
 */
export function heuristicPoacher(game: MarkovGame): EpisodePolicy {
  const { rules, cells, gridColumns } = greenSecurityOf('heuristicPoacher', game);
  const densities = rules.density.flat();
  const mean = densities.reduce((sum, density) => sum + density, 0) / cells;
  const attraction = densities.map((_, cell) => sideMeans(densities, gridColumns, cell));
  const snared = new Uint8Array(cells);
  /** The probabilities of setting no snare in this cell, and of setting one. */
  const settingOdds = (cell: number, carried: number) =>
    carried === 0 || snared[cell] === 1 ? [1, 0] : softened([weights.abstain * mean, densities[cell]]);
  const look = (observation: ArrayLike<number>) => ({
    cell: cellIn(observation, ownCell, cells),
    carried: Math.round(observation[share * cells] * rules.snares),
  });
  const moves = (observation: ArrayLike<number>, cell: number, left: number) => {
    const pull =
      left > 0
        ? attraction[cell].map((density) => weights.density * density)
        : homePull(cell, cellIn(observation, entryCell, cells), gridColumns);
    for (let side = 0; side < 4; side++) {
      const [entered, gone] = [observation[side * cells + cell], observation[(4 + side) * cells + cell]];
      pull[1 + side] += weights.entered * entered + weights.left * gone;
    }
    return softened(pull);
  };
  return {
    reset: () => snared.fill(0),
    act(observation: ArrayLike<number>, rng) {
      const { cell, carried } = look(observation);
      const odds = settingOdds(cell, carried);
      const sets = odds[1] > 0 ? rng.categorical(odds) : 0;
      if (sets === 1) snared[cell] = 1;
      return rng.categorical(moves(observation, cell, carried - sets)) + sets * moveCount;
    },
    probabilities(observation: ArrayLike<number>) {
      const { cell, carried } = look(observation);
      return settingOdds(cell, carried).flatMap((odds, sets) =>
        moves(observation, cell, carried - sets).map((p) => odds * p),
      );
    },
  };
}

/** By move: the density here, and the mean density of everything above, below, to the left and to the right. */
function sideMeans(densities: readonly number[], columns: number, cell: number): number[] {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const meanWhere = (holds: (row: number, column: number) => boolean) => {
    const chosen = densities.filter((_, k) => holds(Math.floor(k / columns), k % columns));
    return chosen.length === 0 ? 0 : chosen.reduce((sum, density) => sum + density, 0) / chosen.length;
  };
  return [
    densities[cell],
    meanWhere((r) => r < row),
    meanWhere((r) => r > row),
    meanWhere((_, c) => c < column),
    meanWhere((_, c) => c > column),
  ];
}

/** By move: 3 times the cosine between it and the way home; it never stays still. */
function homePull(cell: number, home: number, columns: number): number[] {
  const down = Math.floor(home / columns) - Math.floor(cell / columns);
  const right = (home % columns) - (cell % columns);
  const distance = Math.hypot(down, right) || 1;
  return rowSteps.map((row, move) =>
    move === 0 ? -Infinity : (weights.home * (row * down + columnSteps[move] * right)) / distance,
  );
}

function softened(logits: readonly number[]): number[] {
  return Array.from(softmax(Float64Array.from(logits, (logit) => logit / weights.temperature)));
}

/** A poacher that draws its actions uniformly. @throws InvalidArgument unless the game is a GreenSecurity */
export function randomPoacher(game: MarkovGame): EpisodePolicy {
  greenSecurityOf('randomPoacher', game);
  const probabilities = new Float64Array(2 * moveCount).fill(1 / (2 * moveCount));
  return { reset() {}, act: (_, rng) => rng.integer(2 * moveCount), probabilities: () => probabilities };
}

/**
 * The random sweeping patroller of Wang et al. (2019), a leader's policy: it follows a footprint that leaves its cell, if there is one
 * (a random one of several), else heads for the nearest border and walks along it, turning at corners.
 *
 * @throws InvalidArgument unless the game is a GreenSecurity
 */
export function randomSweeping(game: MarkovGame): EpisodePolicy {
  const { cells, gridColumns, gridRows } = greenSecurityOf('randomSweeping', game);
  const [up, down, left, right] = [1, 2, 3, 4];
  let last = 0;
  const alongBorder = (cell: number): number => {
    const [row, column] = [Math.floor(cell / gridColumns), cell % gridColumns];
    const [vertical, horizontal] = [column % (gridColumns - 1) === 0, row % (gridRows - 1) === 0];
    const [upright, level] = [last === up || last === down, last === left || last === right];
    if (vertical && horizontal && upright) return column === 0 ? right : left;
    if (vertical && horizontal && level) return row === 0 ? down : up;
    return (vertical && upright) || (horizontal && level) ? last : 0;
  };
  const nearestBorders = (cell: number): number[] => {
    const [row, column] = [Math.floor(cell / gridColumns), cell % gridColumns];
    const distances = [row, gridRows - 1 - row, column, gridColumns - 1 - column];
    const nearest = Math.min(...distances.filter((distance) => distance > 0));
    return [up, down, left, right].filter((move) => distances[move - 1] === nearest);
  };
  return {
    reset() {
      last = 0;
    },
    act(observation: ArrayLike<number>, rng) {
      const cell = cellIn(observation, ownCell, cells);
      const trail = [up, down, left, right].filter((move) => observation[(3 + move) * cells + cell] === 1);
      const choices = trail.length > 0 ? trail : nearestBorders(cell);
      const border = trail.length > 0 ? 0 : alongBorder(cell);
      last = border > 0 ? border : choices[rng.integer(choices.length)];
      return last;
    },
  };
}

/** Poachers by rule, as an oracle that asks the leader nothing. */
abstract class RulePoacher implements Oracle {
  abstract readonly name: string;
  protected abstract policy(game: MarkovGame): EpisodePolicy;

  /** @throws InvalidArgument unless the game is a GreenSecurity */
  start({ lane: { game } }: OracleContext): Responder {
    const policies = { follower_0: this.policy(game) };
    return {
      // biome-ignore lint/correctness/useYield: no queries are needed
      *respond(): Response {
        return uncertified(policies);
      },
      reset() {},
    };
  }
}

/** {@link heuristicPoacher} as an oracle. */
export class HeuristicPoacher extends RulePoacher {
  readonly name = 'heuristic-poacher';
  protected policy = heuristicPoacher;
}

/** {@link randomPoacher} as an oracle. */
export class RandomPoacher extends RulePoacher {
  readonly name = 'random-poacher';
  protected policy = randomPoacher;
}
