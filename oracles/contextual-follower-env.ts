import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { singleLane } from '../envs/core/views.js';
import { checkOneOf } from '../gymnasium/checks.js';
import { Env, type ResetResult, type StepResult } from '../gymnasium/core.js';
import { describe, InvalidAction, InvalidArgument, ResetNeeded } from '../gymnasium/error.js';
import type { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { ResetOptions } from '../gymnasium/types.js';
import { ContextEncoding, type ContextOptions } from './context-encoding.js';

export interface ContextualFollowerOptions extends ContextOptions {
  /**
   * Random leaders: an action for each observation, or a distribution for each (uniform on the simplex). Default by
   * `answers` and `samplesPerQuery`.
   */
  readonly leaders?: 'deterministic' | 'stochastic';
}

/**
 * The follower's side of pre-training as an ordinary environment: every episode draws a random leader, asks it the
 * queries, and the follower plays the game seeing the answers. Any learner of `agents/` trains on it; the policy then
 * goes into `ContextualPolicy`, whose `pretrain` does this for those who need nothing special.
 *
 * @throws InvalidArgument unless the game has one follower and a leader with Discrete spaces
 */
export class ContextualFollowerEnv extends Env {
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly encoding: ContextEncoding;
  private readonly lane: GameLane;
  private readonly follower: number;
  private readonly leader: number;
  private readonly leaders: 'deterministic' | 'stochastic';
  private readonly observations: Discrete;
  private readonly actions: Discrete;
  private policy: Float64Array[] = [];
  private context: number | Float64Array = 0;
  private running = false;

  constructor(game: MarkovGame, options: ContextualFollowerOptions = {}) {
    super();
    const followers = game.followerIndices;
    if (followers.length !== 1) {
      throw new InvalidArgument(
        `ContextualFollowerEnv: expected a game with one follower, got ${followers.length}.`,
      );
    }
    this.encoding = new ContextEncoding(game, options);
    this.lane = singleLane(game);
    this.follower = followers[0];
    this.leader = game.leaderIndex;
    this.observations = game.agents[this.leader].observationSpace as Discrete;
    this.actions = game.agents[this.leader].actionSpace as Discrete;
    const plain = this.encoding.samplesPerQuery === 1 && this.encoding.answers === 'action';
    const leaders = options.leaders ?? (plain ? 'deterministic' : 'stochastic');
    this.leaders = checkOneOf('ContextualFollowerEnv', 'leaders', leaders, [
      'deterministic',
      'stochastic',
    ] as const);
    this.observationSpace = this.encoding.space(this.follower);
    this.actionSpace = game.agents[this.follower].actionSpace;
  }

  override reset(options?: ResetOptions): ResetResult<any> {
    this.reseed(options);
    this.lane.seed(this.rng);
    this.policy = Array.from({ length: this.observations.n }, () => this.randomRow());
    const asking = this.encoding.ask();
    let step = asking.next();
    while (!step.done) {
      const { observation, answer } = step.value;
      step = asking.next(answer === 'distribution' ? this.rowFor(observation) : this.draw(observation));
    }
    this.context = step.value;
    this.lane.reset();
    this.leaderMoves();
    this.running = true;
    return { observation: this.observe(), info: {} };
  }

  override step(action: any): StepResult<any> {
    if (!this.running) throw new ResetNeeded('step: expected a running episode, got none. Call reset first.');
    if (!this.actionSpace.contains(action)) {
      throw new InvalidAction(`step: expected an action in ${this.actionSpace}, got ${describe(action)}.`);
    }
    this.lane.act(this.follower, action);
    const done = this.lane.step();
    const reward = this.lane.reward(this.follower);
    const { terminated, truncated } = this.lane.out;
    this.running = !done;
    if (!done) this.leaderMoves();
    return {
      observation: this.observe(),
      reward,
      terminated: terminated[0] === 1,
      truncated: truncated[0] === 1,
      info: {},
    };
  }

  private leaderMoves(): void {
    this.lane.act(this.leader, this.draw(this.lane.observation(this.leader)));
    this.lane.commit();
  }

  private observe(): any {
    return this.encoding.encode(this.follower, this.lane.observation(this.follower), this.context);
  }

  private rowFor(observation: number): Float64Array {
    return this.policy[observation - this.observations.start];
  }

  private draw(observation: number): number {
    return this.actions.start + this.rng.categorical(this.rowFor(observation));
  }

  private randomRow(): Float64Array {
    const row = new Float64Array(this.actions.n);
    if (this.leaders === 'deterministic') row[this.rng.integer(row.length)] = 1;
    else for (let a = 0; a < row.length; a++) row[a] = this.rng.exponential();
    const total = row.reduce((sum, x) => sum + x, 0);
    return row.map((x) => x / total);
  }
}
