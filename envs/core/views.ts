import { whyNot } from '../../gymnasium/agent-arguments.js';
import { checkResetOptions } from '../../gymnasium/core.js';
import {
  describe,
  InvalidAction,
  InvalidArgument,
  ResetNeeded,
  UnsupportedMode,
} from '../../gymnasium/error.js';
import {
  ParallelEnv,
  type ParallelResetResult,
  type ParallelStepResult,
  type PerAgent,
} from '../../gymnasium/parallel.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import { isTypedArray } from '../../gymnasium/spaces/space.js';
import type { AgentId, Metadata, RenderFrame, ResetOptions } from '../../gymnasium/types.js';
import type { GameRenderer } from './definition.js';
import { GameLane } from './game-lane.js';
import { actionBuffers, MarkovGame, readRow, stepBuffers } from './markov-game.js';
import { RecordedLane } from './recorded-lane.js';

type RenderMode = 'ansi' | 'svg' | null;

export interface GameEnvOptions {
  /** `ansi`, `svg`, or null for none. */
  readonly renderMode?: RenderMode;
  readonly renderer?: GameRenderer;
  readonly title?: string;
}

/** The mode, null for none. @throws UnsupportedMode unless it is offered */
export function checkRenderMode(mode: RenderMode | undefined, offered: readonly string[]): RenderMode {
  if (mode == null || offered.includes(mode)) return mode ?? null;
  throw new UnsupportedMode(
    `renderMode: expected one of ${offered.join(', ') || 'none'}, got ${describe(mode)}.`,
  );
}

/** A lane of its own, of a twin of the game. */
export function singleLane(game: MarkovGame): GameLane {
  return new GameLane(game.twin(), 0, actionBuffers(game, 1), stepBuffers(game, 1));
}

/**
 * The scalar view of a game: one lane as a PettingZoo-style ParallelEnv. In a game with turns within a step `commit`
 * takes the first movers' actions and returns what the others then observe; `step` without it makes them act on what
 * they saw before.
 */
export class GameParallelEnv extends ParallelEnv {
  override readonly metadata: Metadata;
  override readonly renderMode: RenderMode;
  readonly possibleAgents: readonly AgentId[];
  agents: readonly AgentId[] = [];
  readonly lane: GameLane;
  override stateSpace: Space<any>;
  private readonly title: string;
  readonly renderer: GameRenderer | undefined;
  /** The lane again where it keeps what `render` draws, else null. */
  private readonly recorded: RecordedLane | null;
  private committed: PerAgent<any> = {};
  private seeded = false;

  readonly game: MarkovGame;

  /** @throws UnsupportedMode for a render mode that the game does not offer. */
  constructor(game: MarkovGame, options: GameEnvOptions = {}) {
    super();
    const renderModes = options.renderer ? ['ansi', 'svg'] : [];
    this.title = options.title ?? game.constructor.name;
    this.metadata = { name: this.title, renderModes, renderFps: 4 };
    this.renderMode = checkRenderMode(options.renderMode, renderModes);
    this.renderer = options.renderer;
    this.recorded = this.renderMode === null ? null : new RecordedLane(game);
    this.lane = this.recorded ?? singleLane(game);
    this.game = this.lane.game;
    this.possibleAgents = game.agents.map(({ id }) => id);
    this.stateSpace = new Box(-Infinity, Infinity, {
      shape: [Math.max(1, this.game.stateSize)],
      dtype: 'float64',
    });
    if (game.commit) this.commit = (actions) => this.commitActions(actions);
  }

  override get moveOrder(): readonly (readonly AgentId[])[] {
    if (!this.game.commit) return [this.possibleAgents];
    const ids = (role: string) => this.game.agents.filter((agent) => agent.role === role).map(({ id }) => id);
    return this.game.firstMovers === 'leader'
      ? [ids('leader'), ids('follower')]
      : [ids('follower'), ids('leader')];
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.game.agents[this.game.agentIndex(agent)].observationSpace;
  }

  override actionSpace(agent: AgentId): Space<any> {
    return this.game.agents[this.game.agentIndex(agent)].actionSpace;
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    checkResetOptions(options);
    if (options?.seed != null) this.lane.seed(new Rng(options.seed).child('env'));
    else if (!this.seeded) this.lane.seed(Rng.fromEntropy());
    this.seeded = true;
    this.lane.reset();
    this.agents = [...this.possibleAgents];
    this.committed = {};
    return { observations: this.each((k) => this.lane.observation(k)), infos: this.each(() => ({})) };
  }

  private commitActions(actions: PerAgent<any>): PerAgent<any> {
    this.requireActive('commit');
    const [first, others] = this.moveOrder;
    const joint: PerAgent<any> = { ...this.committed, ...actions };
    if (!first.every((id) => id in joint) || Object.keys(joint).some((id) => !first.includes(id))) {
      throw new InvalidAction(
        `commit: expected an action for ${first.join(', ')}, got actions for ${describe(Object.keys(actions))}.`,
      );
    }
    this.setActions(joint);
    this.lane.commit();
    this.committed = this.copyActions(first);
    return Object.fromEntries(others.map((id) => [id, this.lane.observation(this.game.agentIndex(id))]));
  }

  override step(given: PerAgent<any>): ParallelStepResult {
    this.requireActive('step');
    const { possibleAgents, lane } = this;
    const actions = given ?? {};
    for (const id of possibleAgents) {
      if (!(id in actions || id in this.committed)) {
        throw new InvalidAction(
          `Expected an action for ${id}, got actions for ${describe(Object.keys(actions))}.`,
        );
      }
    }
    this.setActions(actions);
    this.committed = {};
    const done = lane.step();
    const terminated = lane.out.terminated[0] === 1;
    const truncated = lane.out.truncated[0] === 1;
    if (done) this.agents = [];
    return {
      observations: this.each((k) => lane.observation(k)),
      rewards: this.each((k) => lane.reward(k)),
      terminations: this.each(() => terminated),
      truncations: this.each(() => truncated),
      infos: this.each(() => ({})),
    };
  }

  /** The lane's state arrays, concatenated: a Float64Array of `game.stateSize`. */
  override state(): Float64Array {
    return this.lane.game.stateSize > 0 ? this.lane.game.readState(0) : new Float64Array(1);
  }

  override render(): RenderFrame {
    const { recorded, renderer, renderMode } = this;
    if (recorded === null || renderer === undefined || renderMode === null) return null;
    if (!this.seeded) throw new ResetNeeded('render: expected reset to be called first.');
    return renderer[renderMode](recorded.view(this.title));
  }

  private requireActive(method: string): void {
    if (this.agents.length > 0) return;
    const why = this.seeded ? 'the episode has ended' : 'the environment was never reset';
    throw new ResetNeeded(`${method}: expected a running episode, but ${why}. Call reset.`);
  }

  /** Checks all actions before it sets the first. */
  private setActions(actions: PerAgent<any>): void {
    for (const id in actions) {
      const { actionSpace } = this.game.agents[this.game.agentIndex(id)];
      const action = actions[id];
      if (!actionSpace.contains(action)) {
        throw new InvalidAction(
          `${id}: expected an action in ${actionSpace}, got ${describe(action)}${whyNot(actionSpace, action)}.`,
        );
      }
      if (id in this.committed && !sameAction(action, this.committed[id])) {
        throw new InvalidAction(
          `${id} committed to ${describe(this.committed[id])} but now plays ${describe(action)}.`,
        );
      }
    }
    for (const id in actions) this.lane.act(this.game.agentIndex(id), actions[id]);
  }

  /** The actions that are set: callers may reuse the arrays that they gave. */
  private copyActions(agents: readonly AgentId[]): PerAgent<any> {
    const read = (id: AgentId) => {
      const k = this.game.agentIndex(id);
      return readRow(this.game.agents[k].actionSpace, this.lane.actions[k], 0);
    };
    return Object.fromEntries(agents.map((id) => [id, read(id)]));
  }

  private each<T>(read: (agent: number) => T): PerAgent<T> {
    const record: PerAgent<T> = {};
    for (let k = 0; k < this.possibleAgents.length; k++) record[this.possibleAgents[k]] = read(k);
    return record;
  }
}

function sameAction(a: unknown, b: unknown): boolean {
  return isTypedArray(a) && isTypedArray(b) ? a.every((x, i) => x === b[i]) : a === b;
}

/** The game behind a scalar view, or the game itself. @throws InvalidArgument for anything else. */
export function gameOf(source: MarkovGame | ParallelEnv): MarkovGame {
  if (source instanceof ParallelEnv) {
    const inner = source.unwrapped;
    if (inner instanceof GameParallelEnv) return inner.game;
    throw new InvalidArgument(
      `Expected an environment made from a MarkovGame, got ${inner.constructor.name}.`,
    );
  }
  if (!(source instanceof MarkovGame)) {
    throw new InvalidArgument(
      `Expected a MarkovGame or an environment made from one, got ${describe(source)}.`,
    );
  }
  return source;
}
