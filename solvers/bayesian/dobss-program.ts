import type { LinearProgram, LinearRow } from '../linear/linear-program.js';
import type { Profile } from './responses.js';
import type { UnitForm, UnitType } from './unit-form.js';

/** How a mixed-integer program says that responses are best ones: see `responseProgram`. */
export type Formulation = 'obedience' | 'big-m';
export const formulations: readonly Formulation[] = ['obedience', 'big-m'];

const unbounded = Number.POSITIVE_INFINITY;

/** Where a type's variables are: z by row and column, then q by column, then a. */
interface Block {
  readonly type: UnitType;
  z(row: number, column: number): number;
  q(column: number): number;
  readonly a: number;
}

function blocksOf({ rows, types }: UnitForm): Block[] {
  let next = rows;
  return types.map((type) => {
    const columns = type.columns.length;
    const first = next;
    next += rows * columns + columns + 1;
    return {
      type,
      z: (i, j) => first + i * columns + j,
      q: (j) => first + rows * columns + j,
      a: next - 1,
    };
  });
}

/**
 * DOBSS (Paruchuri et al. 2008) with x explicit. Variables: x, and for each type z = x q by row and column,
 * binary responses q, and its value a, which every column stays below. With `big-m` the response reaches a by the
 * paper's rows a - payoff <= (1 - q) M, M the most that the column can fall short; with `obedience` no column pays more
 * than the response on the z of that response, which is as true and leaves the relaxation less room.
 */
export function responseProgram(form: UnitForm, formulation: Formulation): LinearProgram {
  const blocks = blocksOf(form);
  const size = blocks[blocks.length - 1].a + 1;
  const objective = new Float64Array(size);
  for (const { type, z } of blocks) {
    type.leader.forEach((payoffs, j) => {
      payoffs.forEach((payoff, i) => {
        objective[z(i, j)] = payoff;
      });
    });
  }
  const bestResponses = formulation === 'big-m' ? bigM : obedience;
  return {
    sense: 'maximize',
    objective,
    rows: blocks.flatMap((block) => [...products(form.rows, block), ...bestResponses(form.rows, block)]),
    upper: new Float64Array(size).fill(1),
    integer: blocks.flatMap(({ type, q }) => type.columns.map((_, j) => q(j))),
  };
}

/** One response, and z summing to x by row and to q by column. */
function products(rows: number, { type, z, q }: Block): LinearRow[] {
  const columns = range(type.columns.length);
  return [
    linear(
      columns.map((j) => [q(j), 1]),
      1,
      1,
    ),
    ...range(rows).map((i) => linear([...columns.map((j) => [z(i, j), 1] as const), [i, -1]], 0, 0)),
    ...columns.map((j) => linear([...range(rows).map((i) => [z(i, j), 1] as const), [q(j), -1]], 0, 0)),
  ];
}

function bigM(rows: number, { type: { follower }, q, a }: Block): LinearRow[] {
  const most = range(rows).map((i) => Math.max(...follower.map((payoffs) => payoffs[i])));
  return follower.flatMap((payoffs, j) => {
    const short = [[a, 1] as const, ...range(rows).map((i) => [i, -payoffs[i]] as const)];
    const room = Math.max(...most.map((best, i) => best - payoffs[i]));
    return [linear(short, 0, unbounded), linear([...short, [q(j), room]], -unbounded, room)];
  });
}

function obedience(rows: number, { type: { follower }, z }: Block): LinearRow[] {
  return follower.flatMap((payoffs, j) =>
    follower.flatMap((other, k) => {
      if (k === j) return [];
      return [
        linear(
          range(rows).map((i) => [z(i, j), payoffs[i] - other[i]]),
          0,
          unbounded,
        ),
      ];
    }),
  );
}

/** The column that q marks, for each type. */
export function markedProfile(form: UnitForm, x: ArrayLike<number>): Profile {
  return blocksOf(form).map(({ type, q }) =>
    range(type.columns.length).reduce((best, j) => (x[q(j)] > x[q(best)] ? j : best), 0),
  );
}

/** The row that forbids one profile. */
export function cutOff(form: UnitForm, profile: Profile): LinearRow {
  const marked = blocksOf(form).map(({ q }, t) => [q(profile[t]), 1] as const);
  return linear(marked, -unbounded, marked.length - 1);
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, k) => k);
}

function linear(entries: readonly (readonly [number, number])[], lower: number, upper: number): LinearRow {
  const indices = entries.map(([index]) => index);
  return { coefficients: { indices, values: entries.map(([, value]) => value) }, lower, upper };
}
