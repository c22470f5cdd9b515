import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { singleLane } from '../envs/core/views.js';
import { checkAbove, checkCount, checkOneOf, checkRange } from '../gymnasium/checks.js';
import { Rng, type Seed } from '../gymnasium/rng.js';
import type { Discrete } from '../gymnasium/spaces/discrete.js';
import type { ContextEncoding } from './context-encoding.js';
import { ContextTable } from './context-table.js';
import { Examiner } from './contextual-examiner.js';

export interface ContextualTrainingOptions {
  readonly seed: Seed;
  /** Follower steps to learn from, at most. Default 1,000,000. */
  readonly steps?: number;
  /** Episodes an update, each against a fresh random leader. Default 160. */
  readonly batchEpisodes?: number;
  /** Step size of Adam. Default 0.05. */
  readonly learningRate?: number;
  /**
   * First weight of the entropy bonus, in standard deviations of the return; falls to 0 over 80 % of `steps`. Default
   * 0.05.
   */
  readonly entropyCoefficient?: number;
  /**
   * Stop once the greedy follower is an exact best response in every context, where the game's model tells. Default
   * true.
   */
  readonly stopWhenExact?: boolean;
  /**
   * Where the model tells, the share of episodes against leaders whose context has no best response yet, once half of
   * `steps` is used up, in [0, 1]; the rest stay uniform. Default 0.5.
   */
  readonly focus?: number;
  /** `bestResponses`: in how many contexts the greedy follower is exact so far, or null where no model tells. */
  readonly onProgress?: (progress: { steps: number; fraction: number; bestResponses: number | null }) => void;
}

export interface ContextualTrainingReport {
  /** Steps of play that the followers learned from. */
  readonly followerSteps: number;
  /** Queries that the random leaders answered. */
  readonly leaderQueries: number;
  /** In how many contexts the greedy follower is an exact stationary best response, or null where no model tells. */
  readonly exact: { readonly contexts: number; readonly bestResponses: number } | null;
}

/** A running mean for each (context, time): players see no clock, but the return to expect depends on it. */
class Baseline {
  private readonly means = new Map<number, { mean: number; count: number }[]>();

  /** Returns target - mean, then moves the mean towards the target. */
  advantage(context: number, time: number, target: number): number {
    const row = this.means.get(context) ?? [];
    this.means.set(context, row);
    while (row.length <= time) row.push({ mean: 0, count: 0 });
    const entry = row[time];
    const advantage = target - entry.mean;
    entry.count++;
    entry.mean += advantage * Math.max(0.05, 1 / entry.count);
    return advantage;
  }
}

/** Running standard deviation (Welford). */
class Spread {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    const delta = value - this.mean;
    this.mean += delta / ++this.count;
    this.squares += delta * (value - this.mean);
  }

  get deviation(): number {
    const variance = this.count > 1 ? this.squares / (this.count - 1) : 0;
    return variance > 0 ? Math.sqrt(variance) : 1;
  }
}

/**
 * Trains tabular contextual followers by policy gradient against random leaders (Gerstgrasser & Parkes 2023, section 4):
 * every episode a fresh deterministic leader, uniform over all, answers the queries and plays; the followers see its
 * answers. Baselines are kept for each context and time, the entropy bonus fades. Several followers learn at once.
 *
 * @returns a logit table for each follower, in the order of `game.followerIndices`, and what it took
 * @throws InvalidArgument for malformed options
 */
export function trainContextualTables(
  game: MarkovGame,
  encoding: ContextEncoding,
  options: ContextualTrainingOptions,
): { readonly logits: Float64Array[]; readonly report: ContextualTrainingReport } {
  const owner = 'ContextualPolicy';
  const steps = checkCount(owner, 'steps', options.steps ?? 1_000_000);
  const batch = checkCount(owner, 'batchEpisodes', options.batchEpisodes ?? 160);
  const learningRate = checkAbove(owner, 'learningRate', options.learningRate ?? 0.05, 0, 10);
  const entropy = checkRange(owner, 'entropyCoefficient', options.entropyCoefficient ?? 0.05, 0, 1e6);
  const trainer = new Trainer(game, encoding, new Rng(options.seed));
  const examiner = Examiner.for(game, encoding, trainer.tables);
  const stopWhenExact = checkOneOf(owner, 'stopWhenExact', options.stopWhenExact ?? true, [true, false]);
  const interval = Math.max(1, Math.round(30_000 / (batch * trainer.episodeLength)));
  const focus = checkRange(owner, 'focus', options.focus ?? 0.5, 0, 1);
  let update = 0;
  while (trainer.steps < steps) {
    const fraction = trainer.steps / steps;
    trainer.collect(batch, entropy * Math.max(0, 1 - fraction / 0.8));
    update++;
    for (const table of trainer.tables) table.adam(update, learningRate);
    if (update % interval !== 0) continue;
    const failing = examiner?.failing();
    const bestResponses = failing === undefined ? null : encoding.contexts! - failing.length;
    options.onProgress?.({ steps: trainer.steps, fraction, bestResponses });
    if (stopWhenExact && failing?.length === 0) break;
    if (failing !== undefined && fraction >= 0.5) trainer.focusOn(failing, failing.length > 0 ? focus : 0);
  }
  const exact = examiner && {
    contexts: encoding.contexts!,
    bestResponses: encoding.contexts! - examiner.failing().length,
  };
  return {
    logits: trainer.tables.map((table) => table.logits),
    report: { followerSteps: trainer.steps, leaderQueries: trainer.queries, exact },
  };
}

class Trainer {
  readonly tables: readonly ContextTable[];
  steps = 0;
  queries = 0;
  private focus: { readonly contexts: readonly number[]; readonly share: number } = {
    contexts: [],
    share: 0,
  };
  private readonly lane: GameLane;
  private readonly leader: number;
  private readonly leaderSpaces: { readonly observation: Discrete; readonly action: Discrete };
  private readonly baselines: readonly Baseline[];
  private readonly spread = new Spread();
  private readonly rng: Rng;
  private readonly rows: number[][];
  private readonly choices: number[][];
  private readonly rewards: number[][];

  constructor(
    private readonly game: MarkovGame,
    private readonly encoding: ContextEncoding,
    rng: Rng,
  ) {
    this.rng = rng.child('play');
    this.lane = singleLane(game);
    this.lane.seed(rng.child('game'));
    this.leader = game.leaderIndex;
    const { observationSpace, actionSpace } = game.agents[this.leader];
    this.leaderSpaces = { observation: observationSpace as Discrete, action: actionSpace as Discrete };
    this.tables = game.followerIndices.map((agent) => {
      const { n } = game.agents[agent].actionSpace as Discrete;
      return new ContextTable(agent, (encoding.space(agent) as Discrete).n, n);
    });
    this.baselines = this.tables.map(() => new Baseline());
    this.rows = this.tables.map(() => []);
    this.choices = this.tables.map(() => []);
    this.rewards = this.tables.map(() => []);
  }

  /** Mean steps an episode so far, 1 before the first. */
  get episodeLength(): number {
    return this.queries === 0 ? 10 : this.steps / (this.queries / this.encoding.queries.length);
  }

  /** Draws this share of the coming leaders from the given contexts. */
  focusOn(contexts: readonly number[], share: number): void {
    this.focus = { contexts, share };
  }

  collect(episodes: number, entropy: number): void {
    for (let e = 0; e < episodes; e++) this.episode(entropy);
  }

  private episode(entropy: number): void {
    const leaderPolicy = this.randomLeader();
    let context = 0;
    for (let q = this.encoding.queries.length - 1; q >= 0; q--) {
      const answer = leaderPolicy[this.encoding.queries[q] - this.leaderSpaces.observation.start];
      context = context * this.leaderSpaces.action.n + answer;
    }
    this.queries += this.encoding.queries.length;
    this.play(leaderPolicy, context);
    this.tables.forEach((table, k) => {
      this.learn(table, k, context, entropy);
    });
  }

  /** A leader's action numbers for each of its observations, by number. */
  private randomLeader(): number[] {
    const { observation, action } = this.leaderSpaces;
    const leader = Array.from({ length: observation.n }, () => this.rng.integer(action.n));
    if (this.focus.share > 0 && this.rng.uniform() < this.focus.share) {
      const context = this.focus.contexts[this.rng.integer(this.focus.contexts.length)];
      this.encoding.answersOf(context).forEach((answer, q) => {
        leader[this.encoding.queries[q] - observation.start] = answer;
      });
    }
    return leader;
  }

  private play(leaderPolicy: readonly number[], context: number): void {
    const { lane, tables, leaderSpaces } = this;
    for (const list of [...this.rows, ...this.choices, ...this.rewards]) list.length = 0;
    lane.reset();
    for (let done = false; !done; this.steps++) {
      const observed = lane.observation(this.leader) - leaderSpaces.observation.start;
      lane.act(this.leader, leaderSpaces.action.start + leaderPolicy[observed]);
      lane.commit();
      for (let k = 0; k < tables.length; k++) {
        const table = tables[k];
        const row = this.encoding.encode(table.agent, lane.observation(table.agent), context);
        const choice = this.rng.categorical(table.softmax(row));
        lane.act(table.agent, (this.game.agents[table.agent].actionSpace as Discrete).start + choice);
        this.rows[k].push(row);
        this.choices[k].push(choice);
      }
      done = lane.step();
      for (let k = 0; k < tables.length; k++) this.rewards[k].push(lane.reward(tables[k].agent));
    }
  }

  private learn(table: ContextTable, k: number, context: number, entropy: number): void {
    let target = 0;
    for (let t = this.rewards[k].length - 1; t >= 0; t--) {
      target = this.rewards[k][t] + this.game.discount * target;
      const advantage = this.baselines[k].advantage(context, t, target) / this.spread.deviation;
      table.accumulate(this.rows[k][t], this.choices[k][t], advantage, entropy);
    }
    this.spread.add(target);
  }
}
