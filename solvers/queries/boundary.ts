import { dot } from '../normal-form/payoffs.js';
import type { Queries } from './best-response-queries.js';
import type { SimplexPolytope } from './polytope.js';

/** Where the follower's answer changes on a segment: two points that rounding hardly tells apart. */
export interface Flip {
  /** The last point that got the segment's first answer. */
  readonly inside: Float64Array;
  /** The first point that got another one. */
  readonly outside: Float64Array;
  /** That other answer. */
  readonly answer: number;
}

/** Points are located to this precision. */
const precision = 1e-15;
/** On a boundary a third action may tie, all along it; this far beyond, it no longer answers. */
const beyond = 1e-10;
const smallestRadius = 1e-10;
/** Radius of the first ball of a second measurement. */
const wide = 0.1;
/** Second measurements are made this far on the way from the first place to the middle of the facet. */
const places = [1, 0.5, 0.2, 0.1, 0.03, 0.01, 0.001];

/**
 * Bisects a segment to the first point where the answer is no longer `own`; regions of one answer are convex, so there is
 * one such point. Takes about log2(length / 1e-15) queries.
 *
 * @param to a point whose answer is `answer`, not `own`
 */
export function firstFlip(
  queries: Queries,
  own: number,
  from: Float64Array,
  to: Float64Array,
  answer: number,
): Flip {
  const length = from.reduce((most, value, i) => Math.max(most, Math.abs(value - to[i])), 0);
  let [low, high] = [0, 1];
  let flip: Flip = { inside: from, outside: to, answer };
  while ((high - low) * length > precision) {
    const middle = (low + high) / 2;
    const point = from.map((value, i) => value + middle * (to[i] - value));
    const reply = queries.query(point);
    if (reply === own) {
      low = middle;
      flip = { ...flip, inside: point };
    } else {
      high = middle;
      flip = { inside: flip.inside, outside: point, answer: reply };
    }
  }
  return flip;
}

/** A measured boundary between the answer asked about and another, and points well inside each region. */
export interface Boundary {
  /** The other answer. */
  readonly answer: number;
  /** Of the ball in which it was measured: the smaller, the less certain the direction. */
  readonly radius: number;
  /** `normal . x` is the distance of x from the boundary, positive on the first answer's side. */
  readonly normal: Float64Array;
  readonly inside: Float64Array;
  readonly outside: Float64Array;
}

/**
 * The hyperplane between the region of answer `own` and the next, from the point where a segment leaves the first:
 * further boundary points are found by bisection in a ball around it, one for each direction along it, which give the
 * normal without solving equations. The ball shrinks tenfold while a third answer appears in it.
 *
 * @param direction of the segment; entries sum to 0
 * @param radius of the first ball, cut down to stay inside the simplex
 * @returns undefined if even the smallest ball shows other answers
 */
export function measureBoundary(
  queries: Queries,
  flip: Flip,
  own: number,
  direction: Float64Array,
  radius: number,
): Boundary | undefined {
  const centre = flip.inside;
  const [across, ...along] = orthonormal(direction);
  const room = 0.5 * centre.reduce((least, value) => Math.min(least, value), 1);
  for (let r = Math.min(radius, room); r >= smallestRadius; r /= 10) {
    const boundary = measureInBall(queries, flip, own, across, along, r);
    if (boundary) return boundary;
  }
  return undefined;
}

function measureInBall(
  queries: Queries,
  { inside: centre, answer: first }: Flip,
  own: number,
  across: Float64Array,
  along: readonly Float64Array[],
  radius: number,
): Boundary | undefined {
  const inside = moved(centre, across, -radius);
  const outside = moved(centre, across, radius);
  const answer = queries.query(outside);
  if (answer === own || queries.query(inside) !== own) return undefined;
  if (answer !== first && queries.query(moved(centre, across, beyond)) !== answer) return undefined;
  const normal = across.slice();
  for (const tangent of along) {
    const point = sidePoint(queries, own, answer, inside, outside, tangent, radius);
    if (point === undefined) return undefined;
    const step = point.map((value, i) => value - centre[i]);
    const slope = dot(step, across) / dot(step, tangent);
    for (let i = 0; i < normal.length; i++) normal[i] -= slope * tangent[i];
  }
  const offset = dot(normal, centre);
  const norm = Math.sqrt(dot(normal, normal));
  return { answer, radius, normal: normal.map((value) => (offset - value) / norm), inside, outside };
}

/** A boundary point off the line from `inside` to `outside`, in the plane of it and the tangent. */
function sidePoint(
  queries: Queries,
  own: number,
  other: number,
  inside: Float64Array,
  outside: Float64Array,
  tangent: Float64Array,
  radius: number,
): Float64Array | undefined {
  const [nearBy, farBy] = [moved(inside, tangent, radius), moved(outside, tangent, radius)];
  const [near, far] = [queries.query(nearBy), queries.query(farBy)];
  const ends =
    near === own && far === other
      ? [nearBy, farBy]
      : near === own && far === own
        ? [farBy, outside]
        : near === other && far === other
          ? [inside, nearBy]
          : undefined;
  if (ends === undefined) return undefined;
  const flip = firstFlip(queries, own, ends[0], ends[1], other);
  if (flip.answer === other) return flip.inside;
  const on = unit(ends[1].map((value, i) => value - ends[0][i]));
  return queries.query(moved(flip.inside, on, beyond)) === other ? flip.inside : undefined;
}

/**
 * A boundary that is known roughly, measured once more in the middle of its facet, or as near to that as both answers are
 * found.
 *
 * @param id number of the constraint of the polytope that is the boundary, between `own` (where the polytope is) and `other`
 * @param start a point of the facet
 * @returns undefined if the two answers do not meet at any of the places tried
 */
export function remeasureBoundary(
  queries: Queries,
  own: number,
  other: number,
  polytope: SimplexPolytope,
  id: number,
  start: Float64Array,
): Boundary | undefined {
  const normal = polytope.cuts[id - polytope.size];
  const shift = normal.reduce((total, value) => total + value, 0) / normal.length;
  const across = normal.map((value) => shift - value);
  const middle = polytope.middleOf(id);
  for (const share of places) {
    const centre = start.map((value, i) => value + share * (middle[i] - value));
    const step = Math.min(wide * share, 0.5 * Math.min(...centre));
    const [from, to] = [moved(centre, across, -step), moved(centre, across, step)];
    if (!(step > 0) || queries.query(from) !== own || queries.query(to) !== other) continue;
    const flip = firstFlip(queries, own, from, to, other);
    const boundary = measureBoundary(queries, flip, own, across, wide);
    if (boundary?.answer === other) return boundary;
  }
  return undefined;
}

export function moved(x: Float64Array, direction: Float64Array, by: number): Float64Array {
  return x.map((value, i) => value + by * direction[i]);
}

/** An orthonormal basis of the vectors whose entries sum to 0, beginning with `first` made a unit vector. */
function orthonormal(first: Float64Array): Float64Array[] {
  const basis = [unit(first)];
  let rest: Float64Array[] = Array.from(first, (_, i) =>
    first.map((_, k) => (k === i ? 1 : 0) - 1 / first.length),
  );
  while (basis.length < first.length - 1) {
    const last = basis[basis.length - 1];
    rest = rest.map((vector) => moved(vector, last, -dot(vector, last)));
    basis.push(unit(rest.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a))));
  }
  return basis;
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}
