import type { LearnerOptions } from '../agents/learner.js';
import { learner } from '../agents/names.js';
import { type DifferentiablePolicy, defaultPolicy, MlpPolicy } from '../agents/policy.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Weighted } from '../solvers/double-oracle.js';
import type { Cell, CellContext, PlainData } from './experiment.js';
import { MixtureEnv, type Strategy, simulate } from './mixture-env.js';

export const patroller = 0;
export const poacher = 1;
/** A mixture of one strategy. */
export const pure = <S>(strategy: S): readonly Weighted<S>[] => [{ strategy, probability: 1 }];

/** What the cells of the learned double oracles may spend. */
export interface Budget {
  /** Most iterations of the double oracle. */
  readonly iterations: number;
  /** How often a response that gains nothing is learned anew, with other draws, before it is believed. Default 1. */
  readonly attempts?: number;
  /** Environment steps of each learned response, by side. */
  readonly patrollerSteps: number;
  readonly poacherSteps: number;
  /** Episodes behind each number of the payoff matrix. */
  readonly episodes: number;
  /** Episodes of each evaluation at the end. */
  readonly evaluationEpisodes: number;
}

/** Trains responses by the learners that the cell names, and counts what they take. */
export class Responses {
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
export function greedy(name: string, policy: DifferentiablePolicy): Strategy {
  return {
    name,
    create: () => ({ act: (observation, rng) => policy.act(observation, rng, { greedy: true }) }),
  };
}

/** Payoffs by simulation, with their standard errors. */
export class Payoffs {
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

/** The strategies of positive probability, for results. */
export function named(mixture: readonly Weighted<Strategy>[]): { name: string; probability: number }[] {
  return mixture
    .filter(({ probability }) => probability > 1e-9)
    .map(({ strategy: { name }, probability }) => ({ name, probability }));
}
