import { learner } from '../agents/names.js';
import { MlpPolicy, type Policy } from '../agents/policy.js';
import { makeGame } from '../envs/index.js';
import { gainIndex } from '../envs/platform/bertrand.js';
import type { BertrandPlatform } from '../envs/platform/bertrand-platform.js';
import type { GreedyCycle } from '../envs/platform/greedy-cycle.js';
import { thresholdMap } from '../envs/platform/threshold-map.js';
import { checkCount } from '../gymnasium/checks.js';
import { Rng } from '../gymnasium/rng.js';
import { QSellers } from '../oracles/q-sellers.js';
import { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { isOptimal } from './optimal.js';
import { Market } from './platform-market.js';
import { PricePairsView } from './price-pairs-view.js';

/** Most points of a learning curve of a leader, and fresh pairs of sellers that each is the mean of. */
const [curvePoints, curveSellers] = [24, 3];

/** Share of the bound that counts as nearly there. */
const nearly = 0.95;

/** Throws one line for a cell whose game or sellers cannot be made. */
export function checkPlatformCell(cell: Cell): void {
  makeGame(cell.game, cell.parameters);
  new QSellers(cell.oracleOptions);
}

/** The most that buyers can have at prices of the grid: both sellers shown at the lowest. */
function surplusBound(game: BertrandPlatform): number {
  return game.surplus(3, 0, 0);
}

/** Since when a value has stayed near the bound, and since when at it. */
class Arrival {
  near: number | null = null;
  exact: number | null = null;

  constructor(private readonly bound: number) {}

  at(steps: number, value: number): void {
    this.near = value >= nearly * this.bound ? (this.near ?? steps) : null;
    this.exact = isOptimal(value, this.bound) ? (this.exact ?? steps) : null;
  }
}

function measures(game: BertrandPlatform, { price, profit }: GreedyCycle): { price: number; gain: number } {
  return { price, gain: gainIndex(game.economy, profit) };
}

/**
 * One pair of sellers that learn under a rule which does not: `leaderOptions.threshold` is the action at every step, 0 by default.
 * The value is the mean consumer surplus over the cycle that their greedy play comes to. `exact` is a bound on what buyers can
 * have: both sellers shown at the lowest price. Steps are those of the sellers, each a query.
 */
export async function runPlatformCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as BertrandPlatform;
  const { threshold = 0 } = cell.leaderOptions as { threshold?: number };
  const bound = surplusBound(game);
  const oracle = new QSellers(cell.oracleOptions);
  const market = new Market(game, oracle, () => threshold, new Rng(seed).child(cell.gameName, cell.oracle));
  const arrival = new Arrival(bound);
  market.learn(() => {
    const cycle = market.cycle();
    arrival.at(market.steps, cycle.surplus);
    context.metric({ steps: market.steps, value: cycle.surplus, ...measures(game, cycle) });
  });
  const cycle = market.cycle();
  context.picture('prices', market.picture(cell.gameName));
  return {
    exact: bound,
    learned: cycle.surplus,
    gap: bound - cycle.surplus,
    stepsTo95: arrival.near,
    stepsToExact: arrival.exact,
    leaderSteps: market.steps,
    queries: market.steps,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: { ...measures(game, cycle), cycle: cycle.cycle.length, settled: market.settled ? 1 : 0 },
  };
}

interface LearnedOptions {
  /** Outer episodes side by side. */
  readonly rows?: number;
  /** Hidden layers of the policy's network, which sees both price indices one-hot. */
  readonly hidden?: readonly number[];
  readonly [option: string]: unknown;
}

/**
 * A platform that learns a threshold for each pair of prices, in outer episodes in which the sellers learn for
 * `oracleOptions.steps` steps against its answers and are then played for an episode (Brero et al. 2022). Its greedy rule is graded by
 * `budget.sellers` fresh pairs of sellers, which learn until their policies settle, on streams that the learner never sees. Leader
 * steps count all answers, also those that `repeats: 'skip'` gave.
 */
export async function runLearnedPlatformCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as BertrandPlatform;
  const bound = surplusBound(game);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const { rows = 16, hidden = [32], ...options } = cell.leaderOptions as LearnedOptions;
  const episodes = checkCount('budget', 'episodes', cell.budget['episodes']);
  const sellers = checkCount('budget', 'sellers', cell.budget['sellers']);
  const outer = new StackelbergVectorEnv(game, rows, {
    oracle: new QSellers(cell.oracleOptions),
    commitment: 'episode',
    repeats: 'skip',
    autoresetMode: 'SameStep',
  });
  const view = new PricePairsView(outer);
  const policy = await MlpPolicy.create(view.singleObservationSpace, view.singleActionSpace, {
    seed: rng.child('init').path,
    hidden,
  });
  const grade = new Grades(game, cell.oracleOptions, rng.child('grade'));
  const arrival = new Arrival(bound);
  const record = () => {
    const { surplus, price, gain } = grade.of(thresholds(view, policy), curveSellers);
    arrival.at(outer.leaderSteps, surplus);
    context.metric({ steps: outer.leaderSteps, value: surplus, price, gain });
  };
  let next = 0;
  await learner(cell.leader).train(view, {
    ...options,
    policy,
    steps: episodes * game.prices.length ** 2,
    seed: rng.child('learner').path,
    stop: (progress) => progress.episodes >= episodes,
    onProgress: (progress) => {
      context.progress(Math.min(1, progress.episodes / episodes));
      if (progress.episodes < next) return;
      record();
      next = progress.episodes + episodes / curvePoints;
    },
  });
  const table = thresholds(view, policy);
  const { surplus, price, gain, market } = grade.of(table, sellers);
  context.picture('prices', market.picture(`${cell.gameName}, one of ${sellers} fresh pairs of sellers`));
  context.picture('thresholds', thresholdMap(game, table, cell.gameName));
  return {
    exact: bound,
    learned: surplus,
    gap: bound - surplus,
    stepsTo95: arrival.near,
    stepsToExact: arrival.exact,
    leaderSteps: outer.leaderSteps,
    queries: outer.queries,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: { price, gain, sellers, thresholds: [...table] },
  };
}

/** The likeliest threshold at each pair of prices, as a + m b. */
function thresholds(view: PricePairsView, policy: Policy): readonly number[] {
  const rng = new Rng('greedy');
  const pairs = view.singleObservationSpace.nvec.reduce((product, n) => product * n, 1);
  return Array.from({ length: pairs }, (_, profile) => policy.act(view.pair(profile), rng, { greedy: true }));
}

interface Grade {
  readonly surplus: number;
  readonly price: number;
  readonly gain: number;
  /** The first pair of sellers. */
  readonly market: Market;
}

/** Means over fresh pairs of sellers that learn until they settle, remembered by rule and number of pairs. */
class Grades {
  private readonly known = new Map<string, Grade>();
  private readonly oracle: QSellers;

  constructor(
    private readonly game: BertrandPlatform,
    { steps: _, ...options }: Cell['oracleOptions'],
    private readonly rng: Rng,
  ) {
    this.oracle = new QSellers(options);
  }

  of(table: readonly number[], pairs: number): Grade {
    const key = `${pairs}: ${table}`;
    const grade = this.known.get(key) ?? this.measure(table, pairs);
    this.known.set(key, grade);
    return grade;
  }

  private measure(table: readonly number[], pairs: number): Grade {
    const { game, oracle, rng } = this;
    const markets = Array.from({ length: pairs }, (_, k) =>
      new Market(game, oracle, (seen) => table[seen], rng.child('pair', k)).learn(),
    );
    const cycles = markets.map((market) => market.cycle());
    const mean = (of: (cycle: GreedyCycle) => number) => cycles.reduce((sum, c) => sum + of(c), 0) / pairs;
    return {
      surplus: mean((cycle) => cycle.surplus),
      price: mean((cycle) => cycle.price),
      gain: mean((cycle) => measures(game, cycle).gain),
      market: markets[0],
    };
  }
}
