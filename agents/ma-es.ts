import type { Env } from '../gymnasium/core.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { VectorEnv } from '../gymnasium/vector.js';
import { playGeneration } from './es.js';
import {
  byMake,
  type LearnerOptions,
  type LearnerResult,
  learnerRules,
  report,
  resultOf,
  startSession,
} from './learner.js';
import { flag, integer, positive, readOptions, real } from './options.js';
import type { DifferentiablePolicy } from './policy.js';
import { TabularGaussian } from './tabular-gaussian.js';

export interface MaEsOptions extends LearnerOptions {
  /** Policies a generation, in the first search. Default 4 + 3 ln(number of parameters), rounded down. */
  readonly population?: number;
  /** First standard deviation of a search. Default 1 for a table, 0.1 for a network. */
  readonly sigma?: number;
  /** A search is over once the best returns of its last generations differ by less than this share. Default 1e-6. */
  readonly tolerance?: number;
  /** The population of each further search is this many times the one before. Default 2. */
  readonly growth?: number;
  /** Default 1. */
  readonly episodesPerIndividual?: number;
  /** Whether individuals take their likeliest actions instead of drawing them. Default true. */
  readonly greedy?: boolean;
}

const rules = {
  ...learnerRules,
  population: integer(4),
  sigma: positive,
  tolerance: positive,
  growth: real(1),
  episodesPerIndividual: integer(1),
  greedy: flag,
};

/** The matrix of the search has the square of this many entries. */
const mostParameters = 2000;

const defaults = { episodesPerIndividual: 1, greedy: true, tolerance: 1e-6, growth: 2 };

/**
 * Matrix adaptation evolution strategy (Beyer & Sendhoff, "Simplify your covariance matrix adaptation evolution strategy",
 * IEEE Trans. Evolutionary Computation 21(5), 2017): CMA-ES without the covariance matrix. A generation is drawn around a
 * centre and ranked by its returns; the step size and the shape of the search adapt to what succeeded, so that it follows ridges, as
 * those where followers are indifferent. For policies of up to a few hundred parameters: its memory and time grow with their square.
 *
 * A search that gains nothing any more is followed by one from elsewhere, with a larger population (IPOP; Auger &
 * Hansen, CEC 2005), since the returns of commitments have many local optima. The centre of every search plays along, and the policy is left at
 * the best centre by its return: with noisy returns take more `episodesPerIndividual`. Learning ends with the last whole
 * generation within `steps`.
 *
 * @throws InvalidArgument naming the option that is out of range.
 */
export async function maEs(env: Env | VectorEnv, options: MaEsOptions): Promise<LearnerResult> {
  const settings = readOptions('maEs', rules, defaults, options);
  const session = await startSession('maEs', env, {
    ...settings,
    policy: settings.policy ?? smallPolicy(env),
  });
  const { policy, runner, rng } = session;
  const { network } = policy;
  if (network.params.length > mostParameters) {
    throw new InvalidArgument(
      `maEs: expected a policy of at most ${mostParameters} parameters, got ${network.params.length}.`,
    );
  }
  const first = Float64Array.from(network.params);
  const { sigma = byMake(policy, 1, 0.1), tolerance, growth } = settings;
  let { population = 4 + Math.floor(3 * Math.log(first.length)) } = settings;
  const noise = rng.child('noise');
  const players = Array.from({ length: runner.count }, () => policy.clone());
  let search = new Search(first.slice(), sigma, population, noise);
  let best = -Infinity;
  let updates = 0;
  for (;;) {
    if (search.isOver(tolerance)) {
      population = Math.ceil(population * growth);
      const start = first.map((x) => x + sigma * noise.normal());
      search = new Search(start, sigma, population, noise);
    }
    search.draw();
    const individual = (k: number, into: Float64Array) => search.individual(k, into);
    const fitness = playGeneration(runner, players, individual, { ...settings, population: population + 1 });
    if (fitness === null) break;
    if (fitness[population] > best) {
      best = fitness[population];
      network.setParams(search.centre);
    }
    search.adapt(fitness);
    if (await report(settings, runner, ++updates)) break;
  }
  for (const player of players) player.network.dispose();
  return resultOf(session, updates);
}

/** A table where there can be one: the default network is too large for this search. */
function smallPolicy(env: Env | VectorEnv): DifferentiablePolicy | undefined {
  const vector = env instanceof VectorEnv;
  const observations = vector ? env.singleObservationSpace : env.observationSpace;
  const actions = vector ? env.singleActionSpace : env.actionSpace;
  const table = observations instanceof Discrete && actions instanceof Box;
  return table ? new TabularGaussian(observations, actions) : undefined;
}

/** The search distribution: centre + sigma * M z, with z standard normal. Names and constants are those of the paper. */
class Search {
  private readonly n: number;
  private readonly parents: number;
  private readonly weights: Float64Array;
  /** Variance effective number of parents. */
  private readonly effective: number;
  private readonly matrix: Float64Array;
  private readonly path: Float64Array;
  private readonly normals: Float64Array;
  private readonly directions: Float64Array;

  constructor(
    readonly centre: Float64Array,
    private sigma: number,
    private readonly population: number,
    private readonly rng: Rng,
  ) {
    const n = centre.length;
    this.n = n;
    this.parents = Math.floor(population / 2);
    const raw = Float64Array.from(
      { length: this.parents },
      (_, k) => Math.log((population + 1) / 2) - Math.log(k + 1),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    this.weights = raw.map((w) => w / total);
    this.effective = 1 / this.weights.reduce((sum, w) => sum + w * w, 0);
    this.matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.matrix[i * n + i] = 1;
    this.path = new Float64Array(n);
    this.normals = new Float64Array(population * n);
    this.directions = new Float64Array(population * n);
  }

  /** The best return of each generation. */
  private readonly bests: number[] = [];

  /** Whether the best returns of the last 10 + 30 n / population generations are the same but for a share of their size. */
  isOver(tolerance: number): boolean {
    const window = 10 + Math.ceil((30 * this.n) / this.population);
    if (this.bests.length < window) return false;
    const last = this.bests.slice(-window);
    const [low, high] = [Math.min(...last), Math.max(...last)];
    return high - low < tolerance * Math.max(1, Math.abs(high));
  }

  /** Draws a generation. */
  draw(): void {
    const { n, normals, directions, matrix } = this;
    for (let i = 0; i < normals.length; i++) normals[i] = this.rng.normal();
    for (let k = 0; k < this.population; k++) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += matrix[i * n + j] * normals[k * n + j];
        directions[k * n + i] = sum;
      }
    }
  }

  /** Individual k of the generation; after the last one comes the centre. */
  individual(k: number, into: Float64Array): void {
    if (k === this.population) {
      into.set(this.centre);
      return;
    }
    for (let i = 0; i < this.n; i++) into[i] = this.centre[i] + this.sigma * this.directions[k * this.n + i];
  }

  /** Moves the centre to the weighted mean of the better half, and adapts step size and shape. */
  adapt(fitness: Float64Array): void {
    const { n, weights, effective, normals, directions, path } = this;
    const best = Array.from({ length: this.population }, (_, k) => k)
      .sort((a, b) => fitness[b] - fitness[a])
      .slice(0, this.parents);
    const mean = (rows: Float64Array) => {
      const sum = new Float64Array(n);
      best.forEach((k, rank) => {
        for (let i = 0; i < n; i++) sum[i] += weights[rank] * rows[k * n + i];
      });
      return sum;
    };
    const z = mean(normals);
    const d = mean(directions);
    this.bests.push(fitness[best[0]]);
    for (let i = 0; i < n; i++) this.centre[i] += this.sigma * d[i];
    const pathRate = (effective + 2) / (n + effective + 5);
    const rankOne = 2 / ((n + 1.3) ** 2 + effective);
    const rankMu = Math.min(1 - rankOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
    const damping = 1 + pathRate + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1);
    const keep = Math.sqrt(effective * pathRate * (2 - pathRate));
    let length = 0;
    for (let i = 0; i < n; i++) {
      path[i] = (1 - pathRate) * path[i] + keep * z[i];
      length += path[i] * path[i];
    }
    this.reshape(best, rankOne, rankMu);
    const expected = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    this.sigma *= Math.exp((pathRate / damping) * (Math.sqrt(length) / expected - 1));
  }

  /** M <- M (I + rankOne/2 (s s' - I) + rankMu/2 (sum of w z z' - I)), without the product of two matrices. */
  private reshape(best: readonly number[], rankOne: number, rankMu: number): void {
    const { n, matrix, path, weights, normals, directions } = this;
    const along = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) along[i] += matrix[i * n + j] * path[j];
    }
    const shrink = 1 - (rankOne + rankMu) / 2;
    for (let i = 0; i < n * n; i++) matrix[i] *= shrink;
    const add = (weight: number, left: (i: number) => number, right: (j: number) => number) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) matrix[i * n + j] += weight * left(i) * right(j);
      }
    };
    add(
      rankOne / 2,
      (i) => along[i],
      (j) => path[j],
    );
    best.forEach((k, rank) => {
      add(
        (rankMu / 2) * weights[rank],
        (i) => directions[k * n + i],
        (j) => normals[k * n + j],
      );
    });
  }
}
