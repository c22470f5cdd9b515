import { z } from 'zod';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { type PatrolInstance, patrolInstances } from './spatio-temporal-security-instances.js';
import { spatioTemporalRenderer } from './spatio-temporal-security-rendering.js';

const owner = 'SpatioTemporalSecurity-v0';
/** Most joint positions of the patrollers: the leader has so many actions. */
const maxPositions = 4096;

const cell = z.int().min(0);
const weight = z.number().min(0).max(1e9);

const target = z.strictObject({
  path: z.union([cell, z.array(cell)]).describe('Its cell at each time, or one cell'),
  weights: z.union([weight, z.array(weight)]).describe('Worth of an attack at each time, or one number'),
});

const parameters = z.strictObject({
  name: z.enum(Object.keys(patrolInstances)).optional().describe('A named instance; default `tw`'),
  cells: z.int().min(2).max(1000).optional().describe('Cells on the line'),
  horizon: z.int().min(1).max(1000).optional().describe('Number of times'),
  targets: z.array(target).min(1).max(100).optional().describe('Moving targets: path and weights of each'),
  speed: z.int().min(0).max(1000).default(1).describe('Cells that a patroller moves at most in a step'),
  radius: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Distance within which a patroller protects, in cells'),
  patrollers: z.int().min(1).max(12).default(1).describe('Number of patrollers, at most one a cell'),
});

/** The rules of one spatio-temporal security game. */
export interface PatrolRules extends PatrolInstance {
  readonly speed: number;
  readonly radius: number;
  readonly patrollers: number;
}

/**
 * ## Description
 * Patrollers of limited speed protect targets that move along a line on known paths, such as ferries, from one attack
 * (Xu et al., AAAI 2014, in discrete space and time). The attacker knows how the patrollers mix and not where they
 * are. Time runs over 0..horizon-1 and cells over 0..cells-1. At time 0 the patrollers are placed anywhere; later
 * each moves at most `speed` cells. A target is protected while a patroller is within `radius` of it.
 *
 * ## Action Space
 * `leader_0`, the patrollers: `Discrete(cells^patrollers)`: the cell that each heads for, the first patroller's as the
 * lowest digit in base `cells`. A patroller goes as far towards it as its speed allows. `follower_0`, the
 * attacker: `Discrete(targets * horizon)`: action i * horizon + t attacks target i at time t. It decides at the first
 * step; its later actions are ignored.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1 + horizon * cells^patrollers)`: 0 before the patrollers are placed, then 1 + t *
 * cells^patrollers + their joint position at time t, coded like the action. It never sees the attack. `follower_0`:
 * `Discrete(1)`, always 0.
 *
 * ## Rewards
 * Zero-sum, paid at the time of the attack: the attacker gets the target's weight at that time if it is not
 * protected, else 0.
 *
 * ## Starting State
 * The patrollers are not yet placed and no attack is planned; step t decides where they are at time t.
 *
 * ## Episode End
 * Termination: after `horizon` steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('SpatioTemporalSecurity-v0', { cells: 4, horizon: 4, targets: [{ path: [0, 1, 2, 3], weights: 1 }, { path: 2,
 * weights: [1, 2, 2, 1] }] })` or `{ name: 'tw' }` (the default); `speed` (1), `radius` (0), `patrollers` (1). At
 * most 4096 joint positions.
 *
 * ## References
 * H. Xu, F. Fang, A. X. Jiang, V. Conitzer, S. Dughmi, M. Tambe. Solving zero-sum security games in discretized
 * spatio-temporal domains. AAAI 2014.
 *
 * ## Version History
 * - v0: first release.
 */
export class SpatioTemporalSecurity extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly cells: number;
  readonly horizon: number;
  readonly speed: number;
  readonly radius: number;
  readonly patrollers: number;
  /** Cell of each target at each time. */
  readonly paths: readonly (readonly number[])[];
  /** Worth of each target at each time. */
  readonly weights: readonly (readonly number[])[];
  /** cells^patrollers. */
  readonly positions: number;
  private time!: Int32Array;
  private place!: Int32Array;
  private attack!: Int32Array;

  /** @throws InvalidArgument naming the field that is malformed */
  constructor(rules: PatrolRules) {
    super();
    const { cells, horizon, speed, radius, patrollers, targets } = checkRules(rules);
    this.cells = cells;
    this.horizon = horizon;
    this.speed = speed;
    this.radius = radius;
    this.patrollers = patrollers;
    this.paths = targets.map(({ path }) => everyTime(path, horizon));
    this.weights = targets.map(({ weights }) => everyTime(weights, horizon));
    this.positions = cells ** patrollers;
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(1 + horizon * this.positions),
        actionSpace: new Discrete(this.positions),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(1),
        actionSpace: new Discrete(targets.length * horizon),
      },
    ];
  }

  protected override allocateState(): void {
    this.time = this.array(Int32Array);
    this.place = this.array(Int32Array);
    this.attack = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.time[lane] = 0;
    this.place[lane] = 0;
    this.attack[lane] = 0;
    out.observations[0][lane] = 0;
    out.observations[1][lane] = 0;
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { time, place, attack, horizon } = this;
    for (let i = from; i < to; i++) {
      const t = time[i];
      if (t === 0) attack[i] = actions[1][i];
      place[i] = this.arrive(t, place[i], actions[0][i]);
      const loot = attack[i] % horizon === t ? this.loot(attack[i], place[i]) : 0;
      out.rewards[0][i] = 0 - loot;
      out.rewards[1][i] = loot;
      out.observations[0][i] = this.observationAt(t, place[i]);
      out.observations[1][i] = 0;
      time[i] = t + 1;
      if (t + 1 === horizon) out.terminated[i] = 1;
    }
  }

  /**
   * The joint position at time `time` of patrollers that were at `place` and head for `goal`; at time 0 they are put
   * there.
   */
  arrive(time: number, place: number, goal: number): number {
    if (time === 0) return goal;
    const { cells, speed } = this;
    let joint = 0;
    for (let digit = 1; digit < this.positions; digit *= cells) {
      const here = place % cells;
      const there = goal % cells;
      joint += digit * (here + Math.max(-speed, Math.min(speed, there - here)));
      place = (place - here) / cells;
      goal = (goal - there) / cells;
    }
    return joint;
  }

  /** What an attack brings when the patrollers are at this joint position at its time. */
  loot(attack: number, place: number): number {
    const time = attack % this.horizon;
    const target = (attack - time) / this.horizon;
    return this.protects(place, this.paths[target][time]) ? 0 : this.weights[target][time];
  }

  /** The leader's observation once the patrollers are at joint position `place` at time `time`. */
  observationAt(time: number, place: number): number {
    return 1 + time * this.positions + place;
  }

  /** The cell of each patroller at a joint position. */
  cellsOf(place: number): number[] {
    return Array.from(
      { length: this.patrollers },
      (_, k) => Math.floor(place / this.cells ** k) % this.cells,
    );
  }

  /** The joint position with these cells. */
  placeOf(cells: readonly number[]): number {
    return cells.reduce((sum, cell, k) => sum + cell * this.cells ** k, 0);
  }

  private protects(place: number, cell: number): boolean {
    const { cells, radius } = this;
    for (let digit = 1; digit < this.positions; digit *= cells) {
      if (Math.abs((place % cells) - cell) <= radius) return true;
      place = Math.floor(place / cells);
    }
    return false;
  }
}

function everyTime(value: number | readonly number[], horizon: number): readonly number[] {
  return typeof value === 'number' ? new Array<number>(horizon).fill(value) : [...value];
}

function refuse(field: string, expected: string, got: unknown): never {
  throw new InvalidArgument(`${owner}: ${field}: expected ${expected}, got ${describe(got)}.`);
}

/** What the schema cannot say, for it takes several fields together. */
function checkRules(rules: PatrolRules): PatrolRules {
  const { cells, horizon, patrollers, targets } = rules;
  if (patrollers > cells) refuse('patrollers', `at most one for each of ${cells} cells`, patrollers);
  if (cells ** patrollers > maxPositions) {
    refuse('patrollers', `at most ${maxPositions} joint positions (cells^patrollers)`, patrollers);
  }
  targets.forEach(({ path, weights }, i) => {
    checkLength(`targets[${i}].path`, path, horizon);
    checkLength(`targets[${i}].weights`, weights, horizon);
    const stray = everyTime(path, horizon).find((at) => at >= cells);
    if (stray !== undefined) refuse(`targets[${i}].path`, `cells below ${cells}`, stray);
  });
  return rules;
}

function checkLength(field: string, values: number | readonly number[], horizon: number): void {
  if (typeof values === 'number' || values.length === horizon) return;
  refuse(field, `${horizon} numbers, one for each time`, values);
}

/** The named instance or the user's own, but no mixture of both. */
function instanceOf(given: z.infer<typeof parameters>): PatrolInstance {
  const { name, cells, horizon, targets } = given;
  const own = Object.entries({ cells, horizon, targets }).filter(([, value]) => value !== undefined);
  if (own.length === 0) return patrolInstances[name ?? 'tw'];
  if (name !== undefined) refuse('name', `no name beside ${own[0][0]}, or the name alone`, name);
  if (cells !== undefined && horizon !== undefined && targets !== undefined)
    return { cells, horizon, targets };
  const missing = Object.entries({ cells, horizon, targets }).find(([, value]) => value === undefined)!;
  return refuse(missing[0], `cells, horizon and targets together`, undefined);
}

export const spatioTemporalSecurity = defineGame({
  id: owner,
  summary: 'Patrollers protect moving targets on a line; the attacker picks a target and a time',
  parameters,
  create: (given) => {
    const { speed, radius, patrollers } = given;
    return new SpatioTemporalSecurity({ ...instanceOf(given), speed, radius, patrollers });
  },
  presets: {
    ...Object.fromEntries(Object.keys(patrolInstances).map((name) => [name, { name }])),
    two_patrollers: { name: 'three_ferries', patrollers: 2 },
    wide_radius: { name: 'tw', radius: 1 },
  },
  renderer: spatioTemporalRenderer,
});
