import { SpatioTemporalSecurity } from '../../envs/security/spatio-temporal-security.js';
import type { Weighted } from '../double-oracle.js';
import {
  expectOptimal,
  type LinearProgram,
  type LinearRow,
  type LinearSolver,
  loadLp,
} from '../linear/linear-program.js';
import { isRational, type Solver } from '../solver.js';
import { type PatrolMixture, pathMixture } from './path-mixture.js';
import { patrolAnswer } from './patrol-response.js';

/** An optimal flow of patrollers through space-time. */
export interface PatrolFlow {
  /** The leader's value: minus what the attacker gets at most. */
  readonly value: number;
  /** Expected number of patrollers in each cell at each time. */
  readonly marginals: readonly Float64Array[];
  /** Number of edges of the network, counting those by which patrollers enter at time 0. */
  readonly edges: number;
  /** A mixture of whole patrols with those marginals. */
  readonly mixture: PatrolMixture;
  /** The attacker's optimal mixture of actions. */
  readonly attacks: readonly Weighted<number>[];
}

/** A move that arrives at `to` at time `time`; from outside at time 0. */
interface Edge {
  readonly time: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The optimal commitment by one linear program over flows in the time-expanded network (Xu et al. 2014).
 *
 * In general such a flow is a mixture of patrols for one patroller alone, and only a bound for several, whose
 * protection overlaps. On a line it is exact for any number of them: a mixture protects a target with at most min(1,
 * m), where m is the flow within the radius of it, and the mixture of `pathMixture` with exactly that, as the cells
 * within the radius are consecutive.
 *
 * @throws SolveFailed if the program had no proved optimum
 */
export async function solvePatrolFlow(game: SpatioTemporalSecurity): Promise<PatrolFlow> {
  return solvePatrolFlowWith(await loadLp(), game);
}

/** `solvePatrolFlow` with a solver already loaded, synchronously. */
function solvePatrolFlowWith(lp: LinearSolver, game: SpatioTemporalSecurity): PatrolFlow {
  const edges = networkEdges(game);
  const scale = Math.max(...game.weights.flat()) || 1;
  const { rows, firstAttack } = flowRows(game, edges, scale);
  const { value, x, duals } = expectOptimal(lp.solve(flowProgram(edges.length, rows)), 'patrol flow');
  const marginals = Array.from({ length: game.horizon }, () => new Float64Array(game.cells));
  edges.forEach(({ time, to }, e) => {
    marginals[time][to] += x[e];
  });
  return {
    value: 0 + value * scale,
    marginals,
    edges: edges.length,
    mixture: pathMixture(game, marginals),
    attacks: attackMixture(duals.subarray(firstAttack)),
  };
}

function networkEdges({ cells, horizon, speed }: SpatioTemporalSecurity): Edge[] {
  const edges: Edge[] = Array.from({ length: cells }, (_, to) => ({ time: 0, from: -1, to }));
  for (let time = 1; time < horizon; time++) {
    for (let from = 0; from < cells; from++) {
      const last = Math.min(cells - 1, from + speed);
      for (let to = Math.max(0, from - speed); to <= last; to++) edges.push({ time, from, to });
    }
  }
  return edges;
}

/** Variables: the flow on each edge, then the value, which is in [-1, 0] as weights are scaled to at most 1. */
function flowProgram(edges: number, rows: readonly LinearRow[]): LinearProgram {
  const flows = new Array<number>(edges).fill(0);
  return {
    sense: 'maximize',
    objective: [...flows, 1],
    rows,
    lower: [...flows, -1],
    upper: [...flows.map(() => Infinity), 0],
  };
}

/** Rows: all patrollers enter; what arrives at a grid point leaves it; each attack gets minus the value at most. */
function flowRows(game: SpatioTemporalSecurity, edges: readonly Edge[], scale: number) {
  const grid = () =>
    Array.from({ length: game.horizon }, () => Array.from({ length: game.cells }, (): number[] => []));
  const arriving = grid();
  const leaving = grid();
  edges.forEach(({ time, from, to }, e) => {
    arriving[time][to].push(e);
    if (time > 0) leaving[time - 1][from].push(e);
  });
  const entering = between(arriving[0].flat(), () => 1, game.patrollers, game.patrollers);
  const inner = arriving.slice(0, -1).flat();
  const outgoing = leaving.flat();
  const conserved = inner.map((into, point) => balanced(into, outgoing[point]));
  const attacks = attackRows(game, arriving, edges.length, scale);
  return { rows: [entering, ...conserved, ...attacks], firstAttack: 1 + conserved.length };
}

function balanced(into: readonly number[], out: readonly number[]): LinearRow {
  return between([...into, ...out], (k) => (k < into.length ? 1 : -1), 0, 0);
}

/**
 * The value (variable `value`) is at most minus the worth of an attack times the chance that nobody is within the
 * radius.
 */
function attackRows(
  game: SpatioTemporalSecurity,
  arriving: number[][][],
  value: number,
  scale: number,
): LinearRow[] {
  return game.paths.flatMap((path, target) =>
    path.map((cell, time) => {
      const worth = game.weights[target][time] / scale;
      const watched = arriving[time].slice(Math.max(0, cell - game.radius), cell + game.radius + 1);
      return between([value, ...watched.flat()], (k) => (k === 0 ? 1 : -worth), -Infinity, -worth);
    }),
  );
}

function between(indices: number[], value: (k: number) => number, lower: number, upper: number): LinearRow {
  return { coefficients: { indices, values: indices.map((_, k) => value(k)) }, lower, upper };
}

/** The attacks' duals as probabilities; a value of 0 may have none, and then any attack will do. */
function attackMixture(duals: Float64Array): Weighted<number>[] {
  const total = duals.reduce((sum, dual) => sum + Math.max(0, dual), 0);
  if (total === 0) return [{ strategy: 0, probability: 1 }];
  return Array.from(duals, (dual, strategy) => ({ strategy, probability: Math.max(0, dual) / total })).filter(
    ({ probability }) => probability > 0,
  );
}

/** Flows through space-time. */
export const flowLp: Solver = {
  name: 'flow-lp',
  summary: 'mixed patrols by a linear program over flows in space-time (Xu et al. 2014)',
  fits: (game, { commitment, follower }) =>
    game instanceof SpatioTemporalSecurity && commitment !== 'deterministic' && isRational(follower),
  solve: async (game: SpatioTemporalSecurity) => {
    const { mixture, attacks, marginals, edges } = await solvePatrolFlow(game);
    const details = { marginals: marginals.map((masses) => Array.from(masses)), edges };
    return patrolAnswer(game, mixture, attacks, 'optimal', details);
  },
};
