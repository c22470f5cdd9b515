import type { Env } from '../gymnasium/core.js';
import type { Rng } from '../gymnasium/rng.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import {
  byMake,
  type LearnerOptions,
  type LearnerResult,
  learnerRules,
  report,
  resultOf,
  startSession,
} from './learner.js';
import { flag, integer, positive, readOptions, real, type Schedule, schedule, scheduled } from './options.js';
import type { DifferentiablePolicy } from './policy.js';
import { going, type Runner } from './rollout.js';

export interface EsOptions extends LearnerOptions {
  /** Default 0.1 for a table, 0.02 for a network. */
  readonly learningRate?: Schedule;
  /** Perturbed policies a generation, in pairs of opposite perturbations: an even number. Default 32. */
  readonly population?: number;
  /** Standard deviation of the perturbations. Default 0.5 for a table, 0.1 for a network. */
  readonly sigma?: Schedule;
  /** Default 1. */
  readonly episodesPerIndividual?: number;
  /** Pull of every parameter towards 0. Default 0. */
  readonly weightDecay?: number;
  /** Whether individuals take their likeliest actions instead of drawing them. Default false. */
  readonly greedy?: boolean;
}

const rules = {
  ...learnerRules,
  learningRate: schedule(positive),
  population: {
    expected: 'an even integer of at least 2',
    holds: (value: unknown) => integer(2).holds(value) && (value as number) % 2 === 0,
  },
  sigma: schedule(positive),
  episodesPerIndividual: integer(1),
  weightDecay: real(0),
  greedy: flag,
};

const defaults = { population: 32, episodesPerIndividual: 1, weightDecay: 0, greedy: false };

/**
 * Evolution strategies (Salimans et al., 2017, arXiv 1703.03864): a generation of policies perturbed in opposite pairs
 * plays whole episodes; the centred ranks of their mean returns weight the perturbations into a gradient for Adam.
 *
 * The rows of a vector environment play different individuals at once. Learning ends with the last whole generation
 * within `steps`.
 *
 * @throws InvalidArgument naming the option that is out of range.
 */
export async function es(env: Env | VectorEnv, options: EsOptions): Promise<LearnerResult> {
  const settings = readOptions('es', rules, defaults, options);
  const session = await startSession('es', env, settings);
  const { policy, runner, rng } = session;
  const { network } = policy;
  const { population, weightDecay } = settings;
  const { learningRate = byMake(policy, 0.1, 0.02) } = settings;
  const { sigma = byMake(policy, 0.5, 0.1) } = settings;
  const players = Array.from({ length: runner.count }, () => policy.clone());
  const perturbing = rng.child('noise');
  const noise = new Float64Array((population / 2) * network.params.length);
  network.optimizeWith({});
  let updates = 0;
  for (;;) {
    const spent = Math.min(1, runner.steps / settings.steps);
    const deviation = scheduled('es', 'sigma', sigma, spent, positive);
    drawNormals(perturbing, noise);
    const individual = (index: number, into: Float64Array) =>
      perturb(network.params, noise, index, deviation, into);
    const fitness = playGeneration(runner, players, individual, settings);
    if (fitness === null) break;
    network.zeroGrad();
    writeGradient(network.grads, centredRanks(fitness), noise, deviation);
    for (let i = 0; i < network.params.length; i++) network.grads[i] += weightDecay * network.params[i];
    network.step(scheduled('es', 'learningRate', learningRate, spent, positive));
    if (await report(settings, runner, ++updates)) break;
  }
  for (const player of players) player.network.dispose();
  return resultOf(session, updates);
}

function drawNormals(rng: Rng, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = rng.normal();
}

/** Individuals 2k and 2k + 1 stand on opposite sides of the centre. */
function perturb(
  centre: ArrayLike<number>,
  noise: Float64Array,
  index: number,
  sigma: number,
  into: Float64Array,
): void {
  const from = Math.floor(index / 2) * centre.length;
  const scale = index % 2 === 0 ? sigma : -sigma;
  for (let i = 0; i < centre.length; i++) into[i] = centre[i] + scale * noise[from + i];
}

/** The mean return of every individual, or null if the budget ran out first. */
export function playGeneration(
  runner: Runner,
  players: readonly DifferentiablePolicy[],
  individual: (index: number, into: Float64Array) => void,
  {
    population,
    episodesPerIndividual,
    greedy,
    steps,
  }: Required<Pick<EsOptions, 'population' | 'episodesPerIndividual' | 'greedy' | 'steps'>>,
): Float64Array | null {
  const fitness = new Float64Array(population);
  const params = new Float64Array(players[0].network.params.length);
  const episodes = population * episodesPerIndividual;
  const playing = new Int32Array(runner.count).fill(-1);
  let started = 0;
  runner.startEpisodes();
  for (let finished = 0; finished < episodes; ) {
    if (runner.steps >= steps) return null;
    for (let row = 0; row < runner.count; row++) {
      if (runner.live[row] === 0) continue;
      if (playing[row] < 0 && started < episodes) {
        playing[row] = Math.floor(started++ / episodesPerIndividual);
        individual(playing[row], params);
        players[row].network.setParams(params);
      }
      runner.sampleRow(row, players[row], greedy);
    }
    runner.step();
    for (let row = 0; row < runner.count; row++) {
      if (runner.ended[row] === going || playing[row] < 0) continue;
      fitness[playing[row]] += runner.lastReturns[row] / episodesPerIndividual;
      playing[row] = -1;
      finished++;
    }
  }
  return fitness;
}

/** Ranks scaled to [-0.5, 0.5]; equal values share their mean rank, so that they pull nowhere. */
export function centredRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2 / (values.length - 1) - 0.5;
    from = to;
  }
  return ranks;
}

/** Adds the gradient of the loss: against the perturbations that ranked high. */
function writeGradient(
  grads: Float32Array | Float64Array,
  ranks: Float64Array,
  noise: Float64Array,
  sigma: number,
): void {
  for (let pair = 0; pair < ranks.length / 2; pair++) {
    const weight = (ranks[2 * pair] - ranks[2 * pair + 1]) / (ranks.length * sigma);
    for (let i = 0; i < grads.length; i++) grads[i] -= weight * noise[pair * grads.length + i];
  }
}
