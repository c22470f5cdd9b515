import {
  type Curve,
  direction,
  leftOf,
  moved,
  type NetworkLayout,
  type Point,
  pointAt,
  radius,
} from './network-layout.js';

/** A rectangle around a centre. */
export interface Place {
  readonly centre: Point;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** What a label over a node or another label counts, in points of a road that it covers. */
const collision = 100;
/** Labels of more roads stay where they are first put. */
const mostMoved = 40;

/** Places beside a road, at either side and at several shares of its way, that just clear it where it is straight. */
function placesBeside(road: Curve, halfWidth: number, halfHeight: number, width: number): Place[] {
  return [0.5, 0.38, 0.62, 0.28, 0.72].flatMap((share) =>
    [1, -1].map((side) => {
      const ahead = pointAt(road, share + 0.01);
      const normal = leftOf(direction(pointAt(road, share - 0.01), ahead));
      const clear =
        Math.abs(normal.x) * (halfWidth + width / 2) + Math.abs(normal.y) * (halfHeight + width / 2) + 4;
      return { centre: moved(pointAt(road, share), normal, side * clear), halfWidth, halfHeight };
    }),
  );
}

function covers({ centre, halfWidth, halfHeight }: Place, { x, y }: Point, room: number): boolean {
  return Math.abs(x - centre.x) < halfWidth + room && Math.abs(y - centre.y) < halfHeight + room;
}

/** Points about four pixels apart along a road. */
function pointsOf(road: Curve): Point[] {
  const { start, control, end } = road;
  const length =
    Math.hypot(control.x - start.x, control.y - start.y) + Math.hypot(end.x - control.x, end.y - control.y);
  const count = Math.ceil(length / 4);
  return Array.from({ length: count + 1 }, (_, k) => pointAt(road, k / count));
}

function overlap(a: Place, b: Place): boolean {
  return (
    Math.abs(a.centre.x - b.centre.x) < a.halfWidth + b.halfWidth + 4 &&
    Math.abs(a.centre.y - b.centre.y) < a.halfHeight + b.halfHeight + 2
  );
}

/** How much of the drawing is in the way of a label: nodes count most, then points of roads. */
function clutter(
  place: Place,
  layout: NetworkLayout,
  roads: readonly (readonly Point[])[],
  widths: readonly number[],
): number {
  const nodes = layout.nodes.filter((node) => covers(place, node, radius)).length;
  const outside = place.centre.x < place.halfWidth || place.centre.x > layout.width - place.halfWidth;
  const crossed = roads.map(
    (points, e) => points.filter((point) => covers(place, point, widths[e] / 2 + 2)).length,
  );
  return collision * (nodes + Number(outside)) + crossed.reduce((sum, count) => sum + count, 0);
}

/** A place for a label, and what of the drawing is in its way. */
interface Option {
  readonly place: Place;
  readonly disorder: number;
}

/** What is in the way of the label `e` there, the other labels included. */
function disorderOf(e: number, { place, disorder }: Option, taken: readonly Option[]): number {
  const labels = taken.filter((other, k) => k !== e && overlap(other.place, place)).length;
  return disorder + collision * labels;
}

function leastDisorder(e: number, options: readonly Option[], taken: readonly Option[]): Option {
  const disorder = options.map((option) => disorderOf(e, option, taken));
  return options[disorder.indexOf(Math.min(...disorder))];
}

/** Moves a label that has something in its way to where other labels are, and these elsewhere, if that is better in all. */
function makeRoom(options: readonly (readonly Option[])[], placed: readonly Option[]): readonly Option[] {
  const total = (all: readonly Option[]) =>
    all.reduce((sum, option, e) => sum + disorderOf(e, option, all), 0);
  let taken = placed;
  for (const [e, places] of options.entries()) {
    if (disorderOf(e, taken[e], taken) === 0) continue;
    for (const place of places) {
      const trial = [...taken];
      trial[e] = place;
      trial.forEach((other, f) => {
        if (f !== e && overlap(other.place, place.place)) trial[f] = leastDisorder(f, options[f], trial);
      });
      if (total(trial) < total(taken)) taken = trial;
    }
  }
  return taken;
}

/**
 * A place for the label of each road, of these sizes beside roads as wide as that: the least cluttered, each label in turn and
 * again with all others in place; then labels make room for each other.
 */
export function placeLabels(
  layout: NetworkLayout,
  sizes: readonly Pick<Place, 'halfWidth' | 'halfHeight'>[],
  widths: readonly number[],
): Place[] {
  const roads = layout.roads.map(pointsOf);
  const options = layout.roads.map((road, e) => {
    const { halfWidth, halfHeight } = sizes[e];
    const places = placesBeside(road, halfWidth, halfHeight, widths[e]);
    return places.map((place) => ({ place, disorder: clutter(place, layout, roads, widths) }));
  });
  const taken: Option[] = [];
  for (let round = 0; round < 3; round++) {
    for (const [e, places] of options.entries()) taken[e] = leastDisorder(e, places, taken);
  }
  const settled = options.length <= mostMoved ? makeRoom(options, taken) : taken;
  return settled.map(({ place }) => place);
}
