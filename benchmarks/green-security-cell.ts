import type { LearnerOptions } from '../agents/learner.js';
import { learner } from '../agents/names.js';
import { type DifferentiablePolicy, defaultPolicy, MlpPolicy } from '../agents/policy.js';
import { animate } from '../envs/core/animation.js';
import { gameDefinition } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { GameParallelEnv } from '../envs/core/views.js';
import { makeGame } from '../envs/index.js';
import { moveCount } from '../envs/security/grid-moves.js';
import type { StaticPatrol } from '../envs/security/static-patrol.js';
import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { heuristicPoacher, randomSweeping } from '../oracles/poachers.js';
import { type DoubleOracleState, doubleOracle, type Weighted } from '../solvers/double-oracle.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import { staticPatrolLp, walkBehaviour, walkPayoffs } from '../solvers/security/static-patrol-lp.js';
import type { Cell, CellContext, CellResult, PlainData } from './experiment.js';
import { type Estimate, MixtureEnv, MixturePlayer, type Strategy, simulate } from './mixture-env.js';

const patroller = 0;
const poacher = 1;
const pure = <S>(strategy: S): readonly Weighted<S>[] => [{ strategy, probability: 1 }];

interface Budget {
  /** Most iterations of the double oracle. */
  readonly iterations: number;
  /** Environment steps of each learned response, by side. */
  readonly patrollerSteps: number;
  readonly poacherSteps: number;
  /** Episodes behind each number of the payoff matrix. */
  readonly episodes: number;
  /** Episodes of each evaluation at the end. */
  readonly evaluationEpisodes: number;
}

/** Trains responses by the learners that the cell names, and counts what they take. */
class Responses {
  readonly budget: Budget;
  /** Steps that each side has learned from. */
  readonly steps: [number, number] = [0, 0];
  private trained = 0;

  constructor(
    private readonly cell: Cell,
    private readonly game: MarkovGame,
    private readonly rng: Rng,
    private readonly context: CellContext,
    private readonly planned: number,
  ) {
    this.budget = cell.budget as unknown as Budget;
  }

  get total(): number {
    return this.steps[0] + this.steps[1];
  }

  /** The greedy policy that a side learns against a mixture; `decisions` as in {@link MixtureEnv}. */
  async learn(
    side: number,
    against: readonly Weighted<Strategy>[],
    name: string,
    decisions?: number,
  ): Promise<DifferentiablePolicy> {
    const { cell } = this;
    const mine = side === patroller ? cell.leader : cell.oracle;
    const { hidden, ...options } = (
      side === patroller ? cell.leaderOptions : cell.oracleOptions
    ) as PlainData;
    const steps = side === patroller ? this.budget.patrollerSteps : this.budget.poacherSteps;
    const rng = this.rng.child('response', name);
    const env = new MixtureEnv(this.game, side, against, decisions);
    const policy = await startingPolicy(env, hidden as number[] | undefined, rng.child('init'));
    const settings: LearnerOptions & PlainData = {
      ...annealed(options),
      policy,
      steps,
      seed: rng.child('learner').path,
      onProgress: ({ steps: done, updates }) => {
        if (updates % 256 === 0) this.report(done / steps, name);
      },
    };
    const result = await learner(mine).train(env, settings);
    this.steps[side] += result.steps;
    this.trained++;
    this.report(0, name);
    return policy;
  }

  private report(part: number, name: string): void {
    this.context.progress(Math.min(1, (this.trained + part) / this.planned), name);
  }
}

function startingPolicy(
  env: MixtureEnv,
  hidden: readonly number[] | undefined,
  rng: Rng,
): Promise<DifferentiablePolicy> {
  const { observationSpace, actionSpace } = env;
  if (observationSpace instanceof Discrete) return defaultPolicy(observationSpace, actionSpace, rng.path);
  return MlpPolicy.create(observationSpace, actionSpace, { seed: rng.path, hidden });
}

/** `learningRate` falls linearly to a tenth: cells are plain data and hold no functions. */
function annealed(options: PlainData): PlainData {
  const { learningRate } = options;
  if (typeof learningRate !== 'number') return options;
  return { ...options, learningRate: (spent: number) => learningRate * (1 - 0.9 * Math.min(1, spent)) };
}

/** A learned policy that takes its best action. */
function greedy(name: string, policy: DifferentiablePolicy): Strategy {
  return {
    name,
    create: () => ({ act: (observation, rng) => policy.act(observation, rng, { greedy: true }) }),
  };
}

interface Walk extends Strategy {
  readonly walk: readonly number[];
}

interface Hideout extends Strategy {
  readonly cell: number;
}

/** The pure strategies of a static patrol, one object each, so that the double oracle knows one that it has. */
class StaticStrategies {
  private readonly known = new Map<string, Strategy>();

  constructor(private readonly game: StaticPatrol) {}

  /** The walk that a deterministic policy takes. */
  walk(act: (observation: number) => number): Walk {
    const { game } = this;
    const moves: number[] = [];
    const walk: number[] = [];
    for (let at = 0, cell = game.start; walk.length < game.horizon; ) {
      const move = act(at);
      moves[at] = move;
      cell = game.neighbours[cell * moveCount + move];
      walk.push(cell);
      at = game.extensions[at * moveCount + move];
    }
    const name = `walk ${walk.join(' ')}`;
    return this.keep({ name, walk, create: () => ({ act: (at) => moves[at] }) });
  }

  hideout(cell: number): Hideout {
    return this.keep({ name: `cell ${cell}`, cell, create: () => ({ act: () => cell }) });
  }

  private keep<S extends Strategy>(strategy: S): S {
    if (!this.known.has(strategy.name)) this.known.set(strategy.name, strategy);
    return this.known.get(strategy.name) as S;
  }
}

/**
 * A double oracle on `StaticPatrol-v0` whose responses are both learned and whose payoffs are simulated. What the patroller's
 * mixture is worth is then computed: by the exact best response to it, and the linear program over all walks.
 */
export async function runStaticPatrolCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as StaticPatrol;
  const task = { follower: 'stationary', certify: false, options: {} } as const;
  const { value: exact } = await staticPatrolLp.solve(game, task);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const { iterations } = cell.budget as unknown as Budget;
  const responses = new Responses(cell, game, rng, context, 2 * iterations);
  const strategies = new StaticStrategies(game);
  const payoffs = new Payoffs(game, responses.budget.episodes, rng);
  const worth = async (rows: readonly Weighted<Walk>[]) => {
    const mixture = rows.map(({ strategy: { walk }, probability }) => ({ walk, probability }));
    const table = walkBehaviour(game, mixture);
    return (await evaluateCommitment(game, table, { optimum: exact })).value;
  };
  let nearSince: number | null = null;
  const walks = game.allWalks();
  const result = await doubleOracle<Walk, Hideout>(
    {
      rows: [strategies.walk(() => 0)],
      columns: [strategies.hideout(game.start)],
      payoff: (row, column) => payoffs.of(row, column),
      bestRow: async (against, iteration) => {
        const policy = await responses.learn(patroller, against, `patroller ${iteration}`);
        return strategies.walk((at) => policy.act(at, rng, { greedy: true }));
      },
      bestColumn: async (against, iteration) => {
        const policy = await responses.learn(poacher, against, `poacher ${iteration}`, 1);
        return strategies.hideout(policy.act(0, rng, { greedy: true }));
      },
    },
    {
      iterations,
      tolerance: 1e-3,
      onIteration: async ({ rows, columns, value: restricted }) => {
        const value = await worth(rows);
        const conceded = walkPayoffs(game, walks).reduce((most, row) => {
          const against = columns.reduce((sum, c) => sum + c.probability * row[c.strategy.cell], 0);
          return Math.max(most, against);
        }, -Infinity);
        const near = value >= exact - 0.05 * Math.abs(exact);
        nearSince = near ? (nearSince ?? responses.total) : null;
        context.metric({ steps: responses.total, value, exploitability: conceded - value, restricted });
      },
    },
  );
  const learned = await worth(result.rows);
  context.metric({
    steps: responses.total,
    value: learned,
    exploitability: exact - learned,
    restricted: result.value,
  });
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: nearSince,
    stepsToExact: null,
    leaderSteps: responses.total + payoffs.steps,
    queries: responses.steps[poacher] + payoffs.steps,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      iterations: result.history.length,
      converged: result.converged,
      restrictedValue: result.value,
      walks: named(result.rows),
      cells: named(result.columns),
    },
  };
}

/** Payoffs by simulation, with their standard errors. */
class Payoffs {
  /** Steps of play at most: episodes may end early. */
  steps = 0;
  largestError = 0;
  private readonly known = new Map<string, number>();

  constructor(
    private readonly game: MarkovGame & { readonly horizon?: number },
    private readonly episodes: number,
    private readonly rng: Rng,
  ) {}

  of(row: Strategy, column: Strategy): number {
    const key = `${row.name} / ${column.name}`;
    const known = this.known.get(key) ?? this.measure(row, column);
    this.known.set(key, known);
    return known;
  }

  private measure(row: Strategy, column: Strategy): number {
    const rng = this.rng.child('payoff', row.name, column.name);
    const { mean, standardError } = simulate(this.game, pure(row), pure(column), this.episodes, rng);
    this.steps += this.episodes * (this.game.horizon ?? 1);
    this.largestError = Math.max(this.largestError, standardError);
    return mean;
  }
}

function named(mixture: readonly Weighted<Strategy>[]): { name: string; probability: number }[] {
  return mixture
    .filter(({ probability }) => probability > 1e-9)
    .map(({ strategy: { name }, probability }) => ({ name, probability }));
}

/**
 * The double oracle of Wang et al. (2019) on `GreenSecurity-v0`: it begins with the random sweeping patroller and the heuristic
 * poacher, learns responses on both sides and solves the game of the strategies so far, with simulated payoffs. At the end
 * a poacher is trained afresh against the patroller's mixture, and with the same budget another one against random sweeping.
 *
 * The game has no exact value here. `learned` is what the mixture earns against its fresh poacher; `exact` an estimate from above:
 * what the better of the patroller's mixture and its last response earn against the poacher's mixture.
 */
export async function runGreenSecurityCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const { iterations, episodes, evaluationEpisodes } = cell.budget as unknown as Budget;
  const responses = new Responses(cell, game, rng, context, 2 * iterations + 2);
  const payoffs = new Payoffs(game, episodes, rng);
  const sweeping: Strategy = { name: 'random sweeping', create: () => randomSweeping(game) };
  const heuristic: Strategy = { name: 'heuristic poacher', create: () => heuristicPoacher(game) };
  const respond = async (side: number, against: readonly Weighted<Strategy>[], name: string) =>
    greedy(name, await responses.learn(side, against, name));
  const result = await doubleOracle<Strategy, Strategy>(
    {
      rows: [sweeping],
      columns: [heuristic],
      payoff: (row, column) => payoffs.of(row, column),
      bestRow: (against, iteration) => respond(patroller, against, `patroller ${iteration}`),
      bestColumn: (against, iteration) => respond(poacher, against, `poacher ${iteration}`),
    },
    { iterations, tolerance: 0, onIteration: (state) => context.metric(curvePoint(state, responses.total)) },
  );
  const against = async (rows: readonly Weighted<Strategy>[], name: string): Promise<Estimate> => {
    const fresh = await respond(poacher, rows, name);
    return simulate(game, rows, pure(fresh), evaluationEpisodes, rng.child('evaluation', name));
  };
  const mixture = result.rows.filter(({ probability }) => probability > 0);
  const mixed = await against(mixture, 'poacher against the mixture');
  const swept = await against(pure(sweeping), 'poacher against random sweeping');
  const last = result.history.at(-1)!;
  const above = Math.max(result.value, last.value + last.rowGain);
  context.picture('episode', await filmed(cell, game, mixture, result.columns, rng.child('film')));
  return {
    exact: above,
    learned: mixed.mean,
    gap: above - mixed.mean,
    stepsTo95: null,
    stepsToExact: null,
    leaderSteps: responses.total,
    queries: responses.steps[poacher],
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      mixture: mixed,
      randomSweeping: swept,
      gain: mixed.mean - swept.mean,
      gainStandardError: Math.hypot(mixed.standardError, swept.standardError),
      restrictedValue: result.value,
      largestPayoffError: payoffs.largestError,
      patrollers: named(result.rows),
      poachers: named(result.columns),
    },
  };
}

/** Exploitability as far as the learned responses show it: what both gain, where they do. */
function curvePoint(state: DoubleOracleState<Strategy, Strategy>, steps: number) {
  const [rowGain, columnGain] = [Math.max(0, state.rowGain), Math.max(0, state.columnGain)];
  return {
    steps,
    value: state.value - columnGain,
    exploitability: rowGain + columnGain,
    restricted: state.value,
    iteration: state.iteration,
  };
}

/** An episode between strategies drawn from two mixtures, as an animated SVG. */
async function filmed(
  cell: Cell,
  game: MarkovGame,
  rows: readonly Weighted<Strategy>[],
  columns: readonly Weighted<Strategy>[],
  rng: Rng,
): Promise<string> {
  const { renderer } = gameDefinition(cell.game);
  const env = new GameParallelEnv(game, {
    renderMode: 'svg',
    renderer,
    title: `${cell.game} ${cell.gameName}`,
  });
  const players = [new MixturePlayer(rows).draw(rng), new MixturePlayer(columns).draw(rng)];
  let { observations } = env.reset({ seed: rng.child('env').path });
  const frames = [env.render() as string];
  while (env.agents.length > 0) {
    const actions = env.possibleAgents.map((id, k) => [id, players[k].act(observations[id], rng)]);
    ({ observations } = env.step(Object.fromEntries(actions)));
    frames.push(env.render() as string);
  }
  return animate(frames, { secondsPerFrame: 1 });
}
