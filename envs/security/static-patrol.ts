import { z } from 'zod';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { checkDensity, type DensityMap } from './green-security-density.js';
import { moveCount, neighbourTable } from './grid-moves.js';
import { staticPatrolRenderer } from './static-patrol-rendering.js';

/** Positions in `agents`. */
const patroller = 0;
const poacher = 1;

const removalReward = 2;
const killReward = 2;
/** The snare kills with probability density / killDivisor a step. */
const killDivisor = 5;
const maxHistories = 200_000;

/** 0.2 + 0.1 i in cell i. */
const gradient: DensityMap = [
  [0.2, 0.3, 0.4],
  [0.5, 0.6, 0.7],
  [0.8, 0.9, 1],
];

const parameters = z.strictObject({
  density: z
    .array(z.array(z.number().min(0).max(1)))
    .default(gradient.map((row) => [...row]))
    .describe('Animal density of each cell, in [0, 1]; its shape is that of the grid'),
  horizon: z.int().min(1).max(20).default(4).describe('Steps of the patrol'),
  start: z.int().min(0).optional().describe('Cell where the patrol starts; default: the middle'),
});

/**
 * ## Description
 * A green security game cut down to one snare, small enough to be solved exactly: the poacher chooses a cell for it unseen,
 * then the patroller walks over the grid, once, for `horizon` steps. In each step the patroller moves; if it is now in the
 * snare's cell, it removes the snare and the episode is over; else the snare kills with probability density / 5, which also
 * ends the episode.
 *
 * ## Action Space
 * `leader_0`, the patroller: `Discrete(5)`: still, up, down, left, right; a move off the grid stays. `follower_0`, the poacher:
 * `Discrete(cells)`: in the first step the cell of the snare (numbered row by row), afterwards without effect.
 *
 * ## Observation Space
 * `leader_0`: `Discrete`, the number of its walk so far among all walks shorter than `horizon` (`walks` lists them), 0 before
 * the first step: with this it remembers all it did, and what it committed to in each situation is a mixture of whole
 * walks. In the last observation of an episode it is the walk before the last move. `follower_0`: `Discrete(2)`, 0 before the
 * snare is set and 1 afterwards.
 *
 * ## Rewards
 * `leader_0`: +2 for the removal, -2 for the kill. `follower_0`: minus that.
 *
 * ## Starting State
 * The patroller in cell `start`, by default in row floor(rows / 2), column floor(columns / 2).
 *
 * ## Episode End
 * Termination: when the snare is gone, or after `horizon` steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('StaticPatrol-v0', { density: [[0.2, 0.5], [0.8, 1]], horizon: 3, start: 0 })`. Default: 3 by 3 with densities 0.2 to
 * 1, horizon 4, from the middle; its value is 0.0624440.
 *
 * ## References
 * Y. Wang et al. Deep reinforcement learning for green security games with real-time information. AAAI 2019. The reduction
 * to one snare that is set beforehand is this package's.
 *
 * ## Version History
 * - v0: first release.
 */
export class StaticPatrol extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly columns: number;
  readonly cells: number;
  readonly densities: readonly number[];
  /** The last cell of each walk shorter than `horizon`, by its number. */
  readonly walkEnds: readonly number[];
  /** The number of the walk that each move makes of each walk, `moveCount` entries a walk; -1 once it is `horizon` long. */
  readonly extensions: readonly number[];
  /** The cell that each move leads to, `moveCount` entries a cell. */
  readonly neighbours: readonly number[];
  private readonly killOdds: readonly (readonly number[])[];
  private walk!: Int32Array;
  private place!: Uint16Array;
  private time!: Uint16Array;
  /** The snare's cell; -1 before it is set, -2 once it is gone. */
  private snare!: Int16Array;

  constructor(
    readonly density: DensityMap,
    readonly horizon: number,
    readonly start: number,
  ) {
    super();
    this.columns = density[0].length;
    this.densities = density.flat();
    this.cells = this.densities.length;
    this.killOdds = this.densities.map((d) => [1 - d / killDivisor, d / killDivisor]);
    this.neighbours = neighbourTable(density.length, this.columns);
    const { ends, extensions } = numberWalks(this.neighbours, start, horizon);
    this.walkEnds = ends;
    this.extensions = extensions;
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(ends.length),
        actionSpace: new Discrete(moveCount),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(2),
        actionSpace: new Discrete(this.cells),
      },
    ];
  }

  protected override allocateState(): void {
    this.walk = this.array(Int32Array);
    this.place = this.array(Uint16Array);
    this.time = this.array(Uint16Array);
    this.snare = this.array(Int16Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.walk[lane] = 0;
    this.place[lane] = this.start;
    this.time[lane] = 0;
    this.snare[lane] = -1;
    out.observations[patroller][lane] = 0;
    out.observations[poacher][lane] = 0;
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      if (this.time[lane] === 0) this.snare[lane] = actions[poacher][lane];
      const move = actions[patroller][lane];
      this.place[lane] = this.neighbours[this.place[lane] * moveCount + move];
      const walk = this.extensions[this.walk[lane] * moveCount + move];
      if (walk >= 0) this.walk[lane] = walk;
      this.time[lane]++;
      const reward = this.settle(lane);
      out.rewards[patroller][lane] = reward;
      out.rewards[poacher][lane] = 0 - reward;
      out.observations[patroller][lane] = this.walk[lane];
      out.observations[poacher][lane] = 1;
      if (this.snare[lane] < 0 || this.time[lane] === this.horizon) out.terminated[lane] = 1;
    }
  }

  /** What becomes of the snare: the patroller's reward. */
  private settle(lane: number): number {
    const cell = this.snare[lane];
    const found = this.place[lane] === cell;
    if (!found && this.rng(lane).categorical(this.killOdds[cell]) === 0) return 0;
    this.snare[lane] = -2;
    return found ? removalReward : -killReward;
  }

  /** Expected reward of a walk (its cells after each step) against a snare in `cell`. */
  walkValue(walk: readonly number[], cell: number): number {
    const kill = this.densities[cell] / killDivisor;
    let [alive, value] = [1, 0];
    for (const place of walk) {
      if (place === cell) return value + removalReward * alive;
      value -= killReward * kill * alive;
      alive *= 1 - kill;
    }
    return value;
  }

  /** All walks of `horizon` steps, as the cells after each step. */
  allWalks(): number[][] {
    let walks: number[][] = [[]];
    for (let step = 0; step < this.horizon; step++) {
      walks = walks.flatMap((walk) =>
        reachable(this.neighbours, walk.at(-1) ?? this.start).map((cell) => [...walk, cell]),
      );
    }
    return walks;
  }

  /** Where things are in a lane: cells, `snare` null before it is set and once it is gone. */
  situation(lane = 0): { readonly time: number; readonly patroller: number; readonly snare: number | null } {
    const snare = this.snare[lane];
    return { time: this.time[lane], patroller: this.place[lane], snare: snare < 0 ? null : snare };
  }
}

/** The cells that one step may lead to, each once. */
function reachable(neighbours: readonly number[], cell: number): number[] {
  return [...new Set(neighbours.slice(cell * moveCount, (cell + 1) * moveCount))];
}

/** Numbers the walks of 0 to horizon - 1 steps, the shorter first. */
function numberWalks(neighbours: readonly number[], start: number, horizon: number) {
  const ends = [start];
  const extensions: number[] = [];
  for (let walk = 0, level = 0, levelEnd = 1; walk < ends.length; walk++) {
    if (walk === levelEnd) {
      level++;
      levelEnd = ends.length;
    }
    const cell = ends[walk];
    const numbers = new Map<number, number>();
    for (let move = 0; move < moveCount; move++) {
      const next = neighbours[cell * moveCount + move];
      if (level + 1 < horizon && !numbers.has(next)) numbers.set(next, ends.push(next) - 1);
      extensions.push(numbers.get(next) ?? -1);
    }
    if (ends.length > maxHistories) {
      throw new InvalidArgument(
        `StaticPatrol-v0: horizon: expected at most ${maxHistories} walks shorter than it, got more with ${horizon}; choose a shorter one.`,
      );
    }
  }
  return { ends, extensions };
}

function create({ density, horizon, start }: z.output<typeof parameters>): StaticPatrol {
  checkDensity('StaticPatrol-v0', density);
  const [rows, columns] = [density.length, density[0].length];
  const from = start ?? Math.floor(rows / 2) * columns + Math.floor(columns / 2);
  if (from >= rows * columns) {
    throw new InvalidArgument(
      `StaticPatrol-v0: start: expected a cell from 0 to ${rows * columns - 1}, got ${from}.`,
    );
  }
  return new StaticPatrol(density, horizon, from);
}

export const staticPatrol = defineGame({
  id: 'StaticPatrol-v0',
  summary: 'One hidden snare, one walk of a patroller: a green security game with an exact value',
  parameters,
  create,
  presets: {
    '3x3': {},
    corner: { start: 0, horizon: 3 },
    '2x3': {
      density: [
        [0.2, 0.5, 0.8],
        [0.4, 0.7, 1],
      ],
      horizon: 5,
    },
  },
  renderer: staticPatrolRenderer,
});
