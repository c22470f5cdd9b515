import { SequentialPriceMechanism } from '../../envs/mechanism/sequential-price-mechanism.js';
import { firstBest, largestMinimum } from '../../envs/mechanism/spm-first-best.js';
import type { SpmObjective } from '../../envs/mechanism/spm-parameters.js';
import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { checkNatural, checkOneOf } from '../../gymnasium/checks.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import type { ObservedAction } from '../commitment.js';
import type { Answer, SolutionStatus, Solver, Task } from '../solver.js';
import { isRational } from '../solver.js';
import {
  bestAnonymousPrice,
  bestPriceSequence,
  correlatedProblem,
  type ExchangeableProblem,
  finiteExchangeable,
  sequenceValue,
} from './spm-exchangeable.js';
import { expectedFirstBest } from './spm-first-best-value.js';
import {
  colorsMechanism,
  colorsValue,
  independentPlan,
  maxMinPlan,
  maxMinValue,
} from './spm-known-mechanisms.js';
import { SpmOptimum } from './spm-optimum.js';
import {
  type MechanismPlan,
  optimumPlan,
  planRules,
  planTable,
  type StaticMechanism,
  staticPlan,
} from './spm-plan.js';
import { type Sampled, sampledMean, sampledSerialDictatorship, searchStatic } from './spm-search.js';
import { bestStatic, mostMechanisms, randomSerialDictatorship, staticCount } from './spm-static.js';
import { finiteProblem, type SumObjective } from './spm-worlds.js';

export const spmStrategies = ['optimum', 'psp', 'asp', 'rsd', 'first-best'] as const;
export type SpmStrategy = (typeof spmStrategies)[number];

/** How far a value is known: exactly, as the best that a search found, or sampled. */
type Proof = 'exact' | 'search' | 'sampled';

/** What a strategy comes to, in raw values. */
export interface SpmResult {
  readonly value: number;
  readonly proof: Proof;
  readonly standardError?: number;
  readonly plan?: MechanismPlan;
  readonly mechanism?: StaticMechanism;
}

const mostObservations = 2000;
const mostRules = 500;
/** Worlds that stand for the common part of correlated values when a value is told. */
const finePoints = 4000;
/** Agents up to which beliefs are few, and (agents, units) left where there is nothing to learn. */
const mostAgents = 30;
const mostStates = 20_000;

/**
 * The best value of a class of mechanisms in a setting, in raw values: the benchmarks that learned mechanisms are
 * compared with.
 *
 * - `optimum`: over all sequential price mechanisms. Exact for settings of finitely many values (a dynamic program
 *   over beliefs), correlated ones with delta 0, and `colors`; the best known for `max-min`.
 * - `psp`, `asp`: static prices, personalised or anonymous, in the best order. Exact by enumeration where values
 *   are finite, else coordinate ascent or local search.
 * - `rsd`: a random order at prices of 0.
 * - `first-best`: with all values known, which bounds every mechanism.
 *
 * @throws InvalidArgument for the optimum of a setting of which it is not known
 */
export function spmBenchmark(
  setting: SpmSetting,
  objective: SpmObjective,
  strategy: SpmStrategy,
  seed = 0,
): SpmResult {
  if (strategy === 'first-best') return firstBestOf(setting, objective, seed);
  if (strategy === 'rsd') return dictatorship(setting, objective, seed);
  if (strategy === 'optimum') return optimum(setting, objective);
  return staticBest(setting, objective, strategy === 'psp', seed);
}

const sampled = (of: Sampled): SpmResult => ({ ...of, proof: 'sampled' });

function firstBestOf(setting: SpmSetting, objective: SpmObjective, seed: number): SpmResult {
  const value = expectedFirstBest(setting, objective);
  if (value !== null) return { value, proof: 'exact' };
  const of = objective === 'max-min' ? largestMinimum : firstBest;
  return sampled(sampledMean(setting, (values) => of(setting, values), seed));
}

function dictatorship(setting: SpmSetting, objective: SpmObjective, seed: number): SpmResult {
  if (objective === 'revenue') return { value: 0, proof: 'exact' };
  if (objective === 'max-min') return sampled(sampledSerialDictatorship(setting, objective, seed));
  const kinds = exchangeable(setting, objective);
  if (kinds !== null) {
    const value = kinds.reduce((sum, kind) => sum + sequenceValue(kind, new Array(kind.agents).fill(0)), 0);
    return { value, proof: 'exact' };
  }
  const problem = finiteProblem(setting, objective);
  if (problem !== null) return { value: randomSerialDictatorship(problem), proof: 'exact' };
  return sampled(sampledSerialDictatorship(setting, objective, seed));
}

/** Where buyers differ by their values alone, a problem for each kind of item; else null. */
function exchangeable(
  setting: SpmSetting,
  objective: SumObjective,
  points?: number,
): ExchangeableProblem[] | null {
  if (setting.delta !== undefined) {
    return setting.units.map((units) => correlatedProblem(setting, units, objective, points));
  }
  const problem = finiteProblem(setting, objective);
  const kind = problem === null ? null : finiteExchangeable(problem);
  return kind === null ? null : [kind];
}

function optimum(setting: SpmSetting, objective: SpmObjective): SpmResult {
  if (objective === 'max-min') {
    if (setting.name === 'max-min') return { value: maxMinValue, proof: 'search', plan: maxMinPlan };
    throw unknown(setting, objective);
  }
  const problem = finiteProblem(setting, objective);
  if (problem !== null) {
    const solved = new SpmOptimum(problem);
    return { value: solved.value, proof: 'exact', plan: optimumPlan(solved) };
  }
  if (setting.delta === 0) {
    const plan = independentPlan(setting, objective);
    return { value: plan.value, proof: 'exact', plan };
  }
  if (setting.name === 'colors' && objective === 'welfare') return colors(setting);
  throw unknown(setting, objective);
}

function unknown({ name, delta }: SpmSetting, objective: SpmObjective): InvalidArgument {
  const which = delta === undefined ? name : `${name} with delta ${delta}`;
  return new InvalidArgument(
    `spm: strategy: expected psp, asp, rsd or first-best for ${objective} in the setting ${which}, of which no optimum is known, got optimum.`,
  );
}

/** Static prices that reach the first best of every draw. */
function colors(setting: SpmSetting): SpmResult {
  return fixed(setting, colorsMechanism(setting), colorsValue(setting), 'exact');
}

function fixed(setting: SpmSetting, mechanism: StaticMechanism, value: number, proof: Proof): SpmResult {
  return { value, proof, mechanism, plan: staticPlan(setting, mechanism) };
}

function staticBest(
  setting: SpmSetting,
  objective: SpmObjective,
  personalised: boolean,
  seed: number,
): SpmResult {
  if (setting.name === 'colors' && objective === 'welfare') return colors(setting);
  if (objective !== 'max-min') {
    const problem = finiteProblem(setting, objective);
    if (problem !== null && staticCount(problem, personalised) <= mostMechanisms) {
      const { value, mechanism } = bestStatic(problem, personalised);
      return fixed(setting, mechanism, value, 'exact');
    }
    const kinds = exchangeable(setting, objective);
    if (kinds !== null) return ascent(setting, objective, kinds, personalised);
  }
  const { value, standardError, mechanism } = searchStatic(setting, objective, personalised, { seed });
  return { ...fixed(setting, mechanism, value, 'search'), standardError };
}

/** Kind by kind, since buyers want the kinds independently of each other. */
function ascent(
  setting: SpmSetting,
  objective: SumObjective,
  kinds: readonly ExchangeableProblem[],
  personalised: boolean,
): SpmResult {
  const found = kinds.map((kind) => (personalised ? bestPriceSequence(kind) : bestAnonymousPrice(kind)));
  const fine = exchangeable(setting, objective, finePoints)!;
  const value = found.reduce((sum, { prices }, k) => sum + sequenceValue(fine[k], prices), 0);
  const order = Array.from({ length: setting.agents }, (_, i) => i);
  const prices = order.map((i) => found.map((kind) => kind.prices[i]));
  return fixed(setting, { order, prices }, value, 'search');
}

/** A strategy with its value, and whether the leader observes enough to follow it. */
interface Choice {
  readonly strategy: SpmStrategy;
  readonly result: SpmResult;
  /** Its observations, each with its action; null where they are too many, or do not tell apart what it does. */
  readonly table: readonly ObservedAction[] | null;
  readonly carriedOut: boolean;
}

function choiceOf(game: SequentialPriceMechanism, strategy: SpmStrategy, result: SpmResult): Choice {
  const { plan } = result;
  const table = plan === undefined ? null : planTable(game, plan, mostObservations);
  const shown = table !== null || game.statistic.endsWith('allocation-left');
  return { strategy, result, table, carriedOut: plan !== undefined && shown };
}

/** The best that can be carried out on what the game's leader observes. */
function defaultChoice(game: SequentialPriceMechanism, seed: number): Choice {
  const { setting, objective } = game;
  const whole = wholeClass(game);
  if (whole === 'optimum' && hasOptimum(setting, objective)) {
    const best = choiceOf(game, whole, optimum(setting, objective));
    if (best.carriedOut) return best;
  }
  const strategy = whole === 'optimum' ? 'psp' : whole;
  return choiceOf(game, strategy, spmBenchmark(setting, objective, strategy, seed));
}

function hasOptimum(setting: SpmSetting, objective: SpmObjective): boolean {
  if (objective === 'max-min') return setting.name === 'max-min';
  const problem = finiteProblem(setting, objective);
  if (problem !== null) {
    const independent = problem.worlds.length === 1;
    return setting.agents <= mostAgents || (independent && setting.agents * setting.units[0] <= mostStates);
  }
  return setting.delta === 0 || (setting.name === 'colors' && objective === 'welfare');
}

/** The class of all that a leader can do on the game's observations. */
function wholeClass({ statistic }: SequentialPriceMechanism): SpmStrategy {
  if (statistic === 'hidden') return 'asp';
  return statistic === 'agents-left' ? 'psp' : 'optimum';
}

function statusOf(proof: Proof, carriedOut: boolean, bestOfAll: boolean): SolutionStatus {
  if (!carriedOut) return 'heuristic';
  if (proof !== 'exact') return 'best-known';
  return bestOfAll ? 'optimal' : 'heuristic';
}

function solveSpm(game: SequentialPriceMechanism, { options }: Task): Answer {
  const { strategy: asked, seed = 0 } = options as { strategy?: SpmStrategy; seed?: number };
  if (asked !== undefined) checkOneOf('spm', 'strategy', asked, spmStrategies);
  checkNatural('spm', 'seed', seed);
  const { setting, objective, reward } = game;
  const { strategy, result, table, carriedOut } =
    asked === undefined
      ? defaultChoice(game, seed)
      : choiceOf(game, asked, spmBenchmark(setting, objective, asked, seed));
  const bound = firstBestOf(setting, objective, seed).value;
  const welfare = () => (objective === 'welfare' ? bound : firstBestOf(setting, 'welfare', seed).value);
  const subtracted = reward === 'regret' ? welfare() : 0;
  const bestOfAll = strategy === wholeClass(game) || result.value >= bound * (1 - 1e-9);
  return {
    value: (result.value - subtracted) / setting.largestValue,
    followerValues: {},
    commitment: table,
    kind: strategy === 'rsd' ? 'stochastic' : 'deterministic',
    status: statusOf(result.proof, carriedOut, bestOfAll),
    tieBreaking: null,
    details: { strategy, carriedOut, firstBest: bound, ...detailsOf(setting, result) },
  };
}

function detailsOf(
  { largestValue }: SpmSetting,
  { value, proof, standardError, plan, mechanism }: SpmResult,
) {
  const rules = plan && !mechanism ? planRules(plan, mostRules) : null;
  return {
    proof,
    raw: value,
    ...(standardError === undefined ? {} : { standardError: standardError / largestValue }),
    largestValue,
    ...(mechanism ? { mechanism } : {}),
    ...(rules ? { rules } : {}),
  };
}

/**
 * Benchmarks of sequential price mechanisms. `value` is the leader's return in the game, so in units of the
 * setting's largest value (less the first best where the game's reward is the regret); `details.raw` is in values
 * as the setting has them. `commitment` lists the observations that the mechanism meets, each with its action; it
 * is null where there are more than 2000 of them, where the game's statistic does not tell apart what the
 * mechanism does (`details.carriedOut` is then false), and for `rsd` and `first-best`. `details.mechanism` (order
 * and raw prices) or `details.rules` (belief by belief) say the same in short, and `planPolicy` makes a function
 * of observations of it.
 *
 * `status` is `optimal` where nothing that the leader could do on its observations is better, `best-known` for
 * searches, and `heuristic` for all else: a class of mechanisms smaller than what the observations allow, a random
 * order, and the first best, which is a bound and no mechanism.
 */
export const spm: Solver = {
  name: 'spm',
  summary:
    'optimum, static prices (psp, asp), rsd and first best of SequentialPriceMechanism-v0, by --strategy',
  options: {
    strategy: {
      type: 'string',
      enum: spmStrategies,
      description: 'what is computed; without it the best that the leader can carry out on its observations',
    },
    seed: { type: 'integer', default: 0, description: 'of draws and searches' },
  },
  fits: (game, { follower, commitment }) =>
    game instanceof SequentialPriceMechanism && isRational(follower) && commitment !== 'stochastic',
  solve: solveSpm,
};
