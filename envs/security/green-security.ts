import { z } from 'zod';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { checkDensity, type DensityMap, densityMap, densityRecipes } from './green-security-density.js';
import { greenSecurityRenderer } from './green-security-rendering.js';
import { moveCount, neighbourTable } from './grid-moves.js';

/** Positions in `agents`. */
const patroller = 0;
const poacher = 1;

const removalReward = 2;
const killReward = 2;
const catchReward = 8;
/** A snare kills with probability density / killDivisor a step. */
const killDivisor = 5;

/** Bits of a footprint: which side it came in from (0 to 3: up, down, left, right), and which it left to (4 to 7). */
const footprintBits = 8;
const enteredBit: readonly number[] = [0, 1 << 1, 1 << 0, 1 << 3, 1 << 2];
const leftBit: readonly number[] = [0, 1 << 4, 1 << 5, 1 << 6, 1 << 7];

/** Channels of the observations, in order; each is a plane of the grid. */
const channels: readonly [number, number] = [20, 22];

/** What became of the poacher. */
export const poacherStatus = ['active', 'caught', 'home'] as const;
const active = 0;
const caught = 1;
const home = 2;

const parameters = z.strictObject({
  rows: z.int().min(2).max(50).optional().describe('Rows of the grid; default 3'),
  columns: z.int().min(2).max(50).optional().describe('Columns of the grid; default: as many as rows'),
  horizon: z.int().min(1).max(10_000).default(4).describe('Steps of an episode at most'),
  snares: z.int().min(1).max(255).default(3).describe('Snares that the poacher carries'),
  density: z
    .union([z.enum(densityRecipes), z.array(z.array(z.number().min(0).max(1)))], {
      error: `expected ${densityRecipes.join(', ')} or a matrix of numbers in [0, 1]`,
    })
    .default('random')
    .describe(
      'Animal density: a recipe, or a matrix of numbers in [0, 1], which then gives rows and columns',
    ),
  seed: z.int().min(0).default(66).describe('Seed of the density recipe'),
  entry: z
    .union([z.literal('random'), z.int().min(0).max(3)])
    .default('random')
    .describe('Corner where the poacher enters: 0 top left, then clockwise; or drawn'),
  zeroSum: z
    .boolean()
    .default(true)
    .describe("Whether the poacher's reward is minus the patroller's, or its own gains and losses"),
});

/** The rules of one green security game. */
export interface GreenSecurityRules {
  readonly density: DensityMap;
  readonly horizon: number;
  readonly snares: number;
  readonly entry: 'random' | number;
  readonly zeroSum: boolean;
}

/** What is where, for renderers. */
export interface GreenSecuritySituation {
  readonly time: number;
  readonly patroller: number;
  readonly poacher: number;
  readonly entry: number;
  readonly status: (typeof poacherStatus)[number];
  /** Snares that the poacher still carries. */
  readonly carried: number;
  /** Snares lying in each cell. */
  readonly snares: readonly number[];
  /** Footprints in each cell, 8 bits each. */
  readonly tracks: readonly [readonly number[], readonly number[]];
  readonly removed: number;
  readonly killed: number;
}

/**
 * ## Description
 * A patroller protects animals on a grid from a poacher who walks about setting snares; both see only footprints of the
 * other (the game GSG-I of Wang et al., AAAI 2019). A step, in order: the poacher sets a snare where it stands, if it
 * chooses to and has one; the poacher moves; the patroller moves; both look at the footprints in their cells; the poacher
 * is home if it has no snares left, is back at its entry and not in the patroller's cell; the patroller removes all snares
 * in its cell; every other snare kills with probability density / 5, and is then used up; the poacher is caught if it is in the
 * patroller's cell and not home. One that was caught or is home does nothing more.
 *
 * ## Action Space
 * `leader_0`, the patroller: `Discrete(5)`: still, up, down, left, right. `follower_0`, the poacher: `Discrete(10)`: a move
 * (as before) + 5 if it sets a snare first. A move off the grid stays. Both move at once.
 *
 * ## Observation Space
 * Planes of the grid, float32. `leader_0`: `Box` of shape [20, rows, columns]: 0-7 footprints of the poacher as last seen
 * (came in from up, down, left, right; left to up, down, left, right), 8-15 the patroller's own, 16 animal density, 17 one in its own
 * cell, 18 its visits / 10, 19 time * 2 / horizon everywhere. `follower_0`: shape [22, rows, columns]: 0-18 the same with the
 * roles swapped, 19 share of the snares left, 20 time * 2 / horizon, 21 one in its entry. Neither sees the other or
 * the state of snares.
 *
 * ## Rewards
 * `leader_0`: +2 a snare removed, -2 an animal killed, +8 for the catch. `follower_0`: minus that; with `zeroSum: false` +2 an
 * animal killed while it is neither caught nor home, -8 when caught.
 *
 * ## Starting State
 * The patroller in cell (floor(rows / 2), floor(columns / 2)), the poacher in its entry corner, which is drawn uniformly or fixed by `entry`.
 *
 * ## Episode End
 * Termination: when the poacher was caught or is home and no snare is left, or after `horizon` steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('GreenSecurity-v0', { rows: 5, horizon: 25, snares: 6, density: 'gauss' })`. Default: 3 by 3, horizon 4, 3 snares.
 * `density`: 'random' (default), 'gauss' or a matrix. `seed` (66) of the recipe: the recipes are those of the paper's
 * code, the numbers are not, for they come from this package's generator. `entry`: 'random' (default) or a corner. `zeroSum` (true).
 *
 * ## References
 * Y. Wang, Z. R. Shi, L. Yu, Y. Wu, R. Singh, L. Joppa, F. Fang. Deep reinforcement learning for green security games with
 * real-time information. AAAI 2019.
 *
 * ## Version History
 * - v0: first release.
 */
export class GreenSecurity extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly gridRows: number;
  readonly gridColumns: number;
  /** Cells are numbered row by row. */
  readonly cells: number;
  /** Top left, then clockwise. */
  readonly corners: readonly number[];
  private readonly densities: readonly number[];
  private readonly killOdds: readonly (readonly number[])[];
  private readonly neighbours: readonly number[];
  /** Two entries a lane: the patroller's, the poacher's. The same holds for tracks, memory and visits. */
  private place!: Uint16Array;
  private entry!: Uint16Array;
  private time!: Uint16Array;
  private carried!: Uint8Array;
  private status!: Uint8Array;
  private snares!: Uint8Array;
  private tracks!: Uint8Array;
  /** The other's footprints as last seen. */
  private memory!: Uint8Array;
  private visits!: Uint16Array;
  /** Snares removed, animals killed. */
  private tally!: Uint32Array;

  constructor(readonly rules: GreenSecurityRules) {
    super();
    const { density } = rules;
    this.gridRows = density.length;
    this.gridColumns = density[0].length;
    this.cells = this.gridRows * this.gridColumns;
    this.corners = [0, this.gridColumns - 1, this.cells - 1, this.cells - this.gridColumns];
    this.densities = density.flat();
    this.killOdds = this.densities.map((d) => [1 - d / killDivisor, d / killDivisor]);
    this.neighbours = neighbourTable(this.gridRows, this.gridColumns);
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: this.sight(patroller),
        actionSpace: new Discrete(moveCount),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: this.sight(poacher),
        actionSpace: new Discrete(2 * moveCount),
      },
    ];
  }

  private sight(player: number): Box {
    const { gridRows, gridColumns, cells } = this;
    const high = new Float64Array(channels[player] * cells).fill(1);
    high.fill(Math.max(1, this.rules.horizon / 10), 18 * cells, 19 * cells);
    const time = player === patroller ? 19 : 20;
    high.fill(2, time * cells, (time + 1) * cells);
    return new Box(0, high, { shape: [channels[player], gridRows, gridColumns] });
  }

  protected override allocateState(): void {
    const { cells } = this;
    this.place = this.array(Uint16Array, 2);
    this.entry = this.array(Uint16Array);
    this.time = this.array(Uint16Array);
    this.carried = this.array(Uint8Array);
    this.status = this.array(Uint8Array);
    this.snares = this.array(Uint8Array, cells);
    this.tracks = this.array(Uint8Array, 2 * cells);
    this.memory = this.array(Uint8Array, 2 * cells);
    this.visits = this.array(Uint16Array, 2 * cells);
    this.tally = this.array(Uint32Array, 2);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { cells, gridColumns } = this;
    const { entry, snares } = this.rules;
    const corner = this.corners[entry === 'random' ? this.rng(lane).integer(4) : entry];
    this.place[2 * lane + patroller] =
      Math.floor(this.gridRows / 2) * gridColumns + Math.floor(gridColumns / 2);
    this.place[2 * lane + poacher] = corner;
    this.entry[lane] = corner;
    this.time[lane] = 0;
    this.carried[lane] = snares;
    this.status[lane] = active;
    this.snares.fill(0, lane * cells, (lane + 1) * cells);
    this.tracks.fill(0, 2 * lane * cells, 2 * (lane + 1) * cells);
    this.memory.fill(0, 2 * lane * cells, 2 * (lane + 1) * cells);
    this.visits.fill(0, 2 * lane * cells, 2 * (lane + 1) * cells);
    this.tally.fill(0, 2 * lane, 2 * lane + 2);
    this.observe(lane, patroller, out.observations[patroller]);
    this.observe(lane, poacher, out.observations[poacher]);
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      this.movePoacher(lane, actions[poacher][lane]);
      this.walk(lane, patroller, actions[patroller][lane]);
      this.look(lane, patroller);
      this.look(lane, poacher);
      this.time[lane]++;
      this.settle(lane, out);
      this.observe(lane, patroller, out.observations[patroller]);
      this.observe(lane, poacher, out.observations[poacher]);
    }
  }

  private movePoacher(lane: number, action: number): void {
    if (this.status[lane] !== active) return;
    if (action >= moveCount && this.carried[lane] > 0) {
      this.carried[lane]--;
      this.snares[lane * this.cells + this.place[2 * lane + poacher]]++;
    }
    this.walk(lane, poacher, action % moveCount);
  }

  private walk(lane: number, player: number, move: number): void {
    const at = 2 * lane + player;
    const from = this.place[at];
    const to = this.neighbours[from * moveCount + move];
    if (to !== from) {
      this.tracks[at * this.cells + from] |= leftBit[move];
      this.tracks[at * this.cells + to] |= enteredBit[move];
    }
    this.place[at] = to;
    this.visits[at * this.cells + to]++;
  }

  private look(lane: number, player: number): void {
    const at = 2 * lane + player;
    const other = 2 * lane + 1 - player;
    const cell = this.place[at];
    this.memory[at * this.cells + cell] = this.tracks[other * this.cells + cell];
  }

  /** Homecoming, snares and the catch: writes the rewards and whether the episode is over. */
  private settle(lane: number, out: StepBuffers): void {
    const together = this.place[2 * lane + patroller] === this.place[2 * lane + poacher];
    if (this.status[lane] === active && !together && this.isBack(lane)) this.status[lane] = home;
    const free = this.status[lane] === active;
    const removed = this.removeSnares(lane);
    const killed = this.springSnares(lane);
    const catches = free && together ? 1 : 0;
    if (catches === 1) this.status[lane] = caught;
    this.tally[2 * lane] += removed;
    this.tally[2 * lane + 1] += killed;
    const reward = removalReward * removed - killReward * killed + catchReward * catches;
    out.rewards[patroller][lane] = reward;
    out.rewards[poacher][lane] = this.rules.zeroSum
      ? 0 - reward
      : (free ? killReward * killed : 0) - catchReward * catches;
    const over = this.status[lane] !== active && !this.anySnare(lane);
    if (over || this.time[lane] === this.rules.horizon) out.terminated[lane] = 1;
  }

  private isBack(lane: number): boolean {
    return this.carried[lane] === 0 && this.place[2 * lane + poacher] === this.entry[lane];
  }

  private removeSnares(lane: number): number {
    const at = lane * this.cells + this.place[2 * lane + patroller];
    const removed = this.snares[at];
    this.snares[at] = 0;
    return removed;
  }

  private springSnares(lane: number): number {
    let killed = 0;
    for (let cell = 0; cell < this.cells; cell++) {
      const at = lane * this.cells + cell;
      for (let left = this.snares[at]; left > 0; left--) {
        if (this.rng(lane).categorical(this.killOdds[cell]) === 0) continue;
        this.snares[at]--;
        killed++;
      }
    }
    return killed;
  }

  private anySnare(lane: number): boolean {
    for (let at = lane * this.cells; at < (lane + 1) * this.cells; at++) if (this.snares[at] > 0) return true;
    return false;
  }

  private observe(lane: number, player: number, into: TypedArray): void {
    const { cells } = this;
    const base = lane * channels[player] * cells;
    const own = (2 * lane + player) * cells;
    for (let cell = 0; cell < cells; cell++) {
      const seen = this.memory[own + cell];
      const made = this.tracks[own + cell];
      for (let bit = 0; bit < footprintBits; bit++) {
        into[base + bit * cells + cell] = (seen >> bit) & 1;
        into[base + (footprintBits + bit) * cells + cell] = (made >> bit) & 1;
      }
      into[base + 16 * cells + cell] = this.densities[cell];
      into[base + 17 * cells + cell] = 0;
      into[base + 18 * cells + cell] = this.visits[own + cell] / 10;
    }
    into[base + 17 * cells + this.place[2 * lane + player]] = 1;
    const time = base + (channels[player] === channels[patroller] ? 19 : 20) * cells;
    into.fill((2 * this.time[lane]) / this.rules.horizon, time, time + cells);
    if (player === patroller) return;
    into.fill(this.carried[lane] / this.rules.snares, base + 19 * cells, base + 20 * cells);
    into.fill(0, base + 21 * cells, base + 22 * cells);
    into[base + 21 * cells + this.entry[lane]] = 1;
  }

  /** What is where in a lane: a copy. */
  situation(lane = 0): GreenSecuritySituation {
    const { cells } = this;
    const rowOf = (array: Uint8Array, row: number) =>
      Array.from(array.subarray(row * cells, (row + 1) * cells));
    return {
      time: this.time[lane],
      patroller: this.place[2 * lane + patroller],
      poacher: this.place[2 * lane + poacher],
      entry: this.entry[lane],
      status: poacherStatus[this.status[lane]],
      carried: this.carried[lane],
      snares: rowOf(this.snares, lane),
      tracks: [rowOf(this.tracks, 2 * lane + patroller), rowOf(this.tracks, 2 * lane + poacher)],
      removed: this.tally[2 * lane],
      killed: this.tally[2 * lane + 1],
    };
  }
}

type Parameters = z.output<typeof parameters>;

function create({ rows, columns, density, seed, ...rules }: Parameters): GreenSecurity {
  if (typeof density === 'string') {
    const map = densityMap(density, rows ?? 3, columns ?? rows ?? 3, seed);
    return new GreenSecurity({ ...rules, density: map });
  }
  const map = checkDensity('GreenSecurity-v0', density);
  const wrong = (rows ?? map.length) !== map.length || (columns ?? map[0].length) !== map[0].length;
  if (!wrong) return new GreenSecurity({ ...rules, density: map });
  throw new InvalidArgument(
    `GreenSecurity-v0: rows and columns: expected those of the density matrix, ${map.length} by ${map[0].length}, or none, got ${rows ?? 'none'} by ${columns ?? 'none'}.`,
  );
}

const sizes = {
  '3x3': { rows: 3, horizon: 4, snares: 3 },
  '5x5': { rows: 5, horizon: 25, snares: 6 },
  '7x7': { rows: 7, horizon: 75, snares: 6 },
};

export const greenSecurity = defineGame({
  id: 'GreenSecurity-v0',
  summary: 'A patroller and a poacher with snares on a grid, who see only footprints of each other',
  parameters,
  create,
  presets: {
    ...sizes,
    '3x3_gauss': { ...sizes['3x3'], density: 'gauss' },
    '3x3_local': { ...sizes['3x3'], entry: 0 },
    '3x3_general': { ...sizes['3x3'], zeroSum: false },
  },
  oracle: { name: 'heuristic-poacher' },
  renderer: greenSecurityRenderer,
});
