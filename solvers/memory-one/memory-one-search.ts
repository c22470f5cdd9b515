import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { solveDeterministic } from './memory-one.js';
import { boundCommitment, type CertifiedGap, certifyCommitment } from './memory-one-certificate.js';
import type { CommitmentValue, FollowerKind, IteratedGame, Ties } from './memory-one-model.js';
import { MemoryOneEvaluator } from './memory-one-response.js';

export interface SearchOptions {
  /** Default 0. The same seed gives the same result. */
  readonly seed?: Seed;
  /** Members of a population, at least 4. Default 60. */
  readonly population?: number;
  /** Default 200. */
  readonly generations?: number;
  /** Most populations evolved; fewer if the certificate closes or eight in a row gain nothing. Default 30. */
  readonly restarts?: number;
}

/** The best mixed memory-1 commitments found, and a bound on every other. */
export interface StochasticSolution extends CommitmentValue {
  /** Probability of action 0 at each of the leader's observations. */
  readonly commitment: Float64Array;
  /** The best value found if ties go against the leader. It may only be approached: then this is a lower bound. */
  readonly weakValue: number;
  /** Earns `weakValue` whatever the follower does with ties. */
  readonly weakCommitment: Float64Array;
  readonly certificate: CertifiedGap;
  /** Commitments evaluated. */
  readonly evaluations: number;
}

type Objective = (action0: Float64Array) => number;

interface Point {
  readonly action0: Float64Array;
  readonly value: number;
}

const DEFAULTS = { population: 60, generations: 200, restarts: 30 };
type Settings = typeof DEFAULTS;

/** Populations in a row without a gain that end the search. */
const PATIENCE = 8;
const CROSSOVER = 0.9;
const POLISH_STEPS = 4000;
const WIDEST_STEP = 0.2;
const NARROWEST_STEP = 1e-10;
/** A certificate closed to this share of the leader's greatest possible range ends the search. */
const CLOSED = 1e-7;
const DENOMINATORS = [1, 2, 3, 4, 5, 6, 8, 10, 12];
const NEAR_FRACTION = 1e-3;

/**
 * A mixed memory-1 commitment by bilevel search: the leader's value against an exact best response is maximised by
 * differential evolution (Storn & Price, J. Global Optimization 1997; rand/1/bin, genes started at 0 or 1 half of the
 * time) and then a random search of shrinking width. The value jumps where the follower is indifferent, and optima
 * usually lie there, so entries near simple fractions are tried as such. It starts from the best deterministic
 * commitment and stops once the certificate closes; optimality is proved only if `certificate.tight`.
 *
 * @throws InvalidArgument if the game, the follower kind or an option is malformed.
 */
export function solveStochastic(
  game: IteratedGame,
  follower: FollowerKind,
  options: SearchOptions = {},
): StochasticSolution {
  const settings = checkOptions({ ...DEFAULTS, ...options });
  const evaluator = new MemoryOneEvaluator(game, follower);
  const { upperBound } = boundCommitment(game, follower);
  const deterministic = solveDeterministic(game, follower);
  let evaluations = 0;
  const best = (ties: Ties, actions: readonly number[]) => {
    const objective: Objective = (action0) => {
      evaluations++;
      return evaluator.evaluate(action0, ties).value;
    };
    const start = Float64Array.from(actions, (action) => 1 - action);
    const closed = CLOSED * scaleOf(evaluator);
    const rng = new Rng(settings.seed ?? 0).child(ties);
    return climb(objective, start, { ...settings, enough: upperBound - closed, closed }, rng);
  };
  const commitment = best('leader', deterministic.commitment);
  const weakCommitment = best('against', deterministic.weak.commitment);
  const earned = evaluator.evaluate(commitment);
  const { value: weakValue } = evaluator.evaluate(weakCommitment, 'against');
  const certificate = certifyCommitment(game, follower, earned.value);
  return { ...earned, commitment, weakValue, weakCommitment, certificate, evaluations };
}

interface ClimbSettings extends Settings {
  /** A value that ends the search. */
  readonly enough: number;
  /** The least gain that counts. */
  readonly closed: number;
}

function climb(objective: Objective, start: Float64Array, settings: ClimbSettings, rng: Rng): Float64Array {
  let best: Point = { action0: start, value: objective(start) };
  let stale = 0;
  for (let restart = 0; restart < settings.restarts && stale < PATIENCE; restart++) {
    if (best.value >= settings.enough) break;
    const found = search(objective, start.length, settings, rng.child('restart', restart));
    stale = found.value > best.value + settings.closed ? 0 : stale + 1;
    if (stale === 0) best = found;
  }
  return best.action0;
}

function search(objective: Objective, genes: number, settings: Settings, rng: Rng): Point {
  return simplify(objective, polish(objective, evolve(objective, genes, settings, rng), rng));
}

function evolve(objective: Objective, genes: number, settings: Settings, rng: Rng): Point {
  const { population, generations } = settings;
  const members = Array.from({ length: population }, () =>
    Float64Array.from({ length: genes }, () => gene(rng)),
  );
  const values = Float64Array.from(members, objective);
  const trial = new Float64Array(genes);
  for (let generation = 0; generation < generations; generation++) {
    for (let m = 0; m < population; m++) {
      recombine(members, m, trial, rng);
      const value = objective(trial);
      if (value < values[m]) continue;
      values[m] = value;
      members[m].set(trial);
    }
  }
  const winner = values.indexOf(Math.max(...values));
  return { action0: members[winner], value: values[winner] };
}

function gene(rng: Rng): number {
  return rng.uniform() < 0.5 ? rng.integer(2) : rng.uniform();
}

/** Writes a mutant crossed with member m: three others a + f (b - c), brought back to the unit cube. */
function recombine(members: readonly Float64Array[], m: number, trial: Float64Array, rng: Rng): void {
  const [a, b, c] = threeOthers(members, m, rng);
  const factor = 0.5 + 0.5 * rng.uniform();
  const forced = rng.integer(trial.length);
  for (let g = 0; g < trial.length; g++) {
    const crossed = g === forced || rng.uniform() < CROSSOVER;
    trial[g] = crossed ? toUnit(a[g] + factor * (b[g] - c[g])) : members[m][g];
  }
}

function threeOthers(members: readonly Float64Array[], m: number, rng: Rng) {
  const chosen: number[] = [];
  while (chosen.length < 3) {
    const candidate = rng.integer(members.length);
    if (candidate !== m && !chosen.includes(candidate)) chosen.push(candidate);
  }
  return chosen.map((index) => members[index]);
}

function toUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Random steps in a random subset of the entries, their width shrinking by a constant factor. */
function polish(objective: Objective, start: Point, rng: Rng): Point {
  const current = start.action0.slice();
  let value = start.value;
  const trial = current.slice();
  const shrink = (NARROWEST_STEP / WIDEST_STEP) ** (1 / POLISH_STEPS);
  for (let step = 0, width = WIDEST_STEP; step < POLISH_STEPS; step++, width *= shrink) {
    const forced = rng.integer(current.length);
    for (let g = 0; g < current.length; g++) {
      const moved = g === forced || rng.uniform() < 0.4;
      trial[g] = moved ? toUnit(current[g] + width * rng.normal()) : current[g];
    }
    const candidate = objective(trial);
    if (candidate < value) continue;
    value = candidate;
    current.set(trial);
  }
  return { action0: current, value };
}

/** Replaces entries near simple fractions by them, coarse denominators first, where that costs nothing. */
function simplify(objective: Objective, start: Point): Point {
  let best = start;
  for (const denominator of DENOMINATORS) {
    const rounded = best.action0.map((p) => {
      const near = Math.round(p * denominator) / denominator;
      return Math.abs(near - p) <= NEAR_FRACTION ? near : p;
    });
    const value = objective(rounded);
    if (value >= best.value) best = { action0: rounded, value };
  }
  return best;
}

function scaleOf({ model }: MemoryOneEvaluator): number {
  return (Math.max(...model.leader) - Math.min(...model.leader)) * model.horizon;
}

function checkOptions<T extends Settings>(options: T): T {
  const least = { population: 4, generations: 0, restarts: 0 };
  for (const name of ['population', 'generations', 'restarts'] as const) {
    if (Number.isSafeInteger(options[name]) && options[name] >= least[name]) continue;
    throw new InvalidArgument(
      `${name}: expected an integer of at least ${least[name]}, got ${describe(options[name])}.`,
    );
  }
  return options;
}
