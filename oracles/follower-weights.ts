import type { MarkovGame } from '../envs/core/markov-game.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { StrategyProfile } from '../solvers/induced-game.js';

/** Weights over the actions of one follower of Discrete actions: a row for each of its Discrete observations, else one for all. */
export class FollowerWeights {
  readonly actions: number;
  readonly firstAction: number;
  /** The weights, scaled to sum to 1. */
  readonly rows: readonly Float64Array[];
  /** Logarithms of the weights, the largest of a row 0: they do not underflow, however long or steep the learning. */
  private readonly logs: readonly Float64Array[];
  private readonly firstObservation: number;

  /** @param agent the follower's position in `game.agents` */
  constructor(
    { agents }: MarkovGame,
    readonly agent: number,
  ) {
    const { observationSpace, actionSpace } = agents[agent];
    const { n, start } = actionSpace as Discrete;
    const observations = observationSpace instanceof Discrete ? observationSpace : null;
    const rows = () => Array.from({ length: observations?.n ?? 1 }, () => new Float64Array(n));
    this.actions = n;
    this.firstAction = start;
    this.firstObservation = observations?.start ?? 0;
    this.rows = rows();
    this.logs = rows();
    this.reset();
  }

  /** All weights equal. */
  reset(): void {
    for (const log of this.logs) log.fill(0);
    for (const row of this.rows) row.fill(1 / this.actions);
  }

  /** How many numbers `write` writes. */
  get size(): number {
    return this.rows.length * this.actions;
  }

  /** Every row, scaled so that its largest weight is 1. Returns where the next number goes. */
  write(into: Float64Array, at: number): number {
    let next = at;
    for (const row of this.rows) {
      const largest = Math.max(...row);
      for (const weight of row) into[next++] = weight / largest;
    }
    return next;
  }

  /** Position of the row for what the follower observes. */
  rowOf(observation: any): number {
    return this.rows.length === 1 ? 0 : observation - this.firstObservation;
  }

  /** Gives every action of a row exp(rate * its utility) times its weight. */
  learn(row: number, utilities: Float64Array, rate: number): void {
    const [log, weights] = [this.logs[row], this.rows[row]];
    for (let a = 0; a < log.length; a++) log[a] += rate * utilities[a];
    const largest = Math.max(...log);
    let sum = 0;
    for (let a = 0; a < log.length; a++) {
      log[a] -= largest;
      weights[a] = Math.exp(log[a]);
      sum += weights[a];
    }
    for (let a = 0; a < log.length; a++) weights[a] /= sum;
  }
}

/** The weights of every follower as they stand, as mixed strategies. */
export function weightStrategies(followers: readonly FollowerWeights[]): StrategyProfile {
  return followers.map(({ rows }) => rows.map((row) => row.slice()));
}

/** The heaviest action of every row for certain, the lowest of equals. */
export function heaviestStrategies(followers: readonly FollowerWeights[]): StrategyProfile {
  return followers.map(({ rows }) =>
    rows.map((row) => {
      const best = row.indexOf(Math.max(...row));
      return row.map((_, a) => (a === best ? 1 : 0));
    }),
  );
}
