import { InvalidArgument } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { EnumeratingRng, NoExactValue } from './enumerating-rng.js';
import type { GameLane } from './game-lane.js';
import type { MarkovGame } from './markov-game.js';
import { singleLane } from './views.js';

/** One possible consequence of a joint action. */
export interface Outcome {
  readonly probability: number;
  /** Number of the next state. */
  readonly next: number;
  /** In the order of `game.agents`. */
  readonly rewards: readonly number[];
}

interface StateRecord {
  readonly state: Float64Array;
  readonly observations: readonly any[];
  readonly done: boolean;
  readonly outcomes: (readonly Outcome[])[];
}

export interface ModelOptions {
  /** How many states may be met before this throws. Default 100,000. */
  readonly maxStates?: number;
  /**
   * By position in `game.agents`, the actions that are looked at, for agents whose actions are not Discrete or too
   * many.
   */
  readonly actions?: Readonly<Record<number, readonly any[]>>;
}

/**
 * The model view of a small finite game: states, chance outcomes and rewards, enumerated from the game's own rules. All
 * agents must have Discrete actions, or a list of actions in the options; observations are numbered as they are met (for
 * Discrete ones: value - start). States are expanded when first asked for.
 */
export class GameModel {
  /** The distribution of the first state. */
  readonly initial: readonly { readonly probability: number; readonly state: number }[];
  /** Number of actions of each agent. */
  readonly actionCounts: readonly number[];
  private readonly lane: GameLane;
  private readonly chance = new EnumeratingRng();
  private readonly records: StateRecord[] = [];
  private readonly byKey = new Map<string, number>();
  private readonly observationIds: Map<string, number>[];
  private readonly observationValues: any[][];
  private readonly commitSights = new Map<string, number>();
  private expanded = 0;

  readonly game: MarkovGame;

  /** @throws InvalidArgument if an agent's actions are neither Discrete nor listed, or followers move before the leader */
  constructor(
    game: MarkovGame,
    private readonly options: ModelOptions = {},
  ) {
    if (game.followersFirst) {
      throw new InvalidArgument(
        `The model view needs a leader that moves first or at once with its followers; in ${game.constructor.name} it answers them: see InducedGame.`,
      );
    }
    this.actionCounts = game.agents.map(({ id, actionSpace }, agent) => {
      const listed = options.actions?.[agent];
      if (listed !== undefined) return listed.length;
      if (!(actionSpace instanceof Discrete)) {
        throw new NoExactValue(`The model view needs Discrete actions, but ${id} has ${actionSpace}`);
      }
      return actionSpace.n;
    });
    this.observationIds = game.agents.map(() => new Map());
    this.observationValues = game.agents.map(() => []);
    this.lane = singleLane(game);
    this.game = this.lane.game;
    this.lane.seed(this.chance);
    const initial = new Map<number, number>();
    this.chance.enumerate((probability) => {
      this.lane.reset();
      const state = this.intern(false);
      initial.set(state, (initial.get(state) ?? 0) + probability());
    });
    this.initial = [...initial].map(([state, probability]) => ({ state, probability }));
  }

  /** Number of joint actions; joint action = a_0 + n_0 (a_1 + n_1 (a_2 + ...)). */
  get jointActions(): number {
    return this.actionCounts.reduce((product, n) => product * n, 1);
  }

  isDone(state: number): boolean {
    return this.records[state].done;
  }

  /** Number of what `agent` (a position in `game.agents`) observes in this state. */
  observation(state: number, agent: number): number {
    return this.numberOf(agent, this.records[state].observations[agent]);
  }

  /** Number of an observation of `agent`, a new one if it was not met before. */
  numberOf(agent: number, observation: any): number {
    const space = this.game.agents[agent].observationSpace;
    if (space instanceof Discrete) return observation - space.start;
    const key = String(observation);
    const ids = this.observationIds[agent];
    if (!ids.has(key)) {
      ids.set(key, ids.size);
      this.observationValues[agent].push(observation);
    }
    return ids.get(key)!;
  }

  /** The observation with this number. */
  observationValue(agent: number, number: number): any {
    const space = this.game.agents[agent].observationSpace;
    return space instanceof Discrete ? space.start + number : this.observationValues[agent][number];
  }

  /** How many observations `agent` can have: all of a Discrete space, else those met so far. */
  observationCount(agent: number): number {
    const space = this.game.agents[agent].observationSpace;
    return space instanceof Discrete ? space.n : this.observationValues[agent].length;
  }

  /** Number of what the follower observes once the leader has committed to `leaderAction` in this state. */
  observationAfterCommit(state: number, follower: number, leader: number, leaderAction: number): number {
    if (!this.game.commit) return this.observation(state, follower);
    const key = `${state}/${follower}/${leaderAction}`;
    let number = this.commitSights.get(key);
    if (number === undefined) {
      this.load(state);
      this.lane.act(leader, this.actionValue(leader, leaderAction));
      this.lane.commit();
      number = this.numberOf(follower, this.lane.observation(follower));
      this.commitSights.set(key, number);
    }
    return number;
  }

  /** The action of `agent` with this number. */
  actionValue(agent: number, number: number): any {
    const listed = this.options.actions?.[agent];
    if (listed !== undefined) return listed[number];
    return (this.game.agents[agent].actionSpace as Discrete).start + number;
  }

  /** What can happen when this joint action is taken here. */
  outcomes(state: number, jointAction: number): readonly Outcome[] {
    const record = this.records[state];
    record.outcomes[jointAction] ??= this.expand(state, jointAction);
    return record.outcomes[jointAction];
  }

  /**
   * Meets every state that can be reached and everything seen there, so that `observationCount` is final. Does nothing
   * where all observations are Discrete, and so counted already.
   */
  expandAll(): void {
    if (this.game.agents.every(({ observationSpace }) => observationSpace instanceof Discrete)) return;
    for (; this.expanded < this.records.length; this.expanded++) {
      const state = this.expanded;
      this.game.agents.forEach((_, agent) => {
        this.observation(state, agent);
      });
      if (this.isDone(state)) continue;
      for (let joint = 0; joint < this.jointActions; joint++) this.outcomes(state, joint);
      this.expandSights(state);
    }
  }

  /** What followers see once their leader has committed. */
  private expandSights(state: number): void {
    const { agents, followerIndices } = this.game;
    agents.forEach(({ role }, leader) => {
      if (role !== 'leader') return;
      for (let action = 0; action < this.actionCounts[leader]; action++) {
        for (const follower of followerIndices) this.observationAfterCommit(state, follower, leader, action);
      }
    });
  }

  private expand(state: number, jointAction: number): readonly Outcome[] {
    const merged = new Map<string, Outcome>();
    this.chance.enumerate((probability) => {
      this.load(state);
      let rest = jointAction;
      this.actionCounts.forEach((n, agent) => {
        this.lane.act(agent, this.actionValue(agent, rest % n));
        rest = Math.floor(rest / n);
      });
      const done = this.lane.step();
      const next = this.intern(done);
      const rewards = this.game.agents.map((_, agent) => this.lane.reward(agent));
      const key = `${next}/${rewards}`;
      merged.set(key, { next, rewards, probability: (merged.get(key)?.probability ?? 0) + probability() });
    });
    return [...merged.values()];
  }

  private load(state: number): void {
    this.lane.restore(this.records[state]);
  }

  /** The number of the state that the lane is in. Ended states differ from live ones that look alike. */
  private intern(done: boolean): number {
    const state = this.game.readState(0);
    const observations = this.game.agents.map((_, agent) => this.lane.observation(agent));
    const key = `${state}|${observations.join('|')}|${done}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const limit = this.options.maxStates ?? 100_000;
    if (this.records.length >= limit) {
      throw new InvalidArgument(
        `The model view met more than ${limit} states: raise maxStates, or use a learning oracle.`,
      );
    }
    this.records.push({ state, observations, done, outcomes: [] });
    this.byKey.set(key, this.records.length - 1);
    return this.records.length - 1;
  }
}

const models = new WeakMap<MarkovGame, GameModel>();

/** The model view of a game, made once: what has been expanded stays expanded. */
export function modelOf(game: MarkovGame): GameModel {
  const known = models.get(game);
  if (known !== undefined) return known;
  const model = new GameModel(game);
  models.set(game, model);
  return model;
}
