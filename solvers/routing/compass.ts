/** Steps shorter than this share of the first are not taken. */
const finest = 1e-9;
/** Gains below this share of the cost may be rounding. */
const leastGain = 1e-12;

export interface CompassProblem<Point> {
  /** What is minimised. */
  cost(point: Point): number;
  /** The neighbours at a distance, one by one. */
  neighbours(point: Point, step: number): Iterable<Point>;
}

/**
 * Compass search: takes any neighbour that costs less, and halves the step where there is none. It needs no derivative, but may
 * stop where every neighbour lies across a kink.
 *
 * @param mostCosts costs that are looked at before it stops in any case
 */
export function compassSearch<Point>(
  problem: CompassProblem<Point>,
  start: Point,
  firstStep: number,
  mostCosts: number,
): { readonly point: Point; readonly cost: number } {
  let point = start;
  let cost = problem.cost(start);
  let looked = 1;
  for (let step = firstStep; step > finest * firstStep && looked < mostCosts; ) {
    let moved = false;
    for (const next of problem.neighbours(point, step)) {
      const there = problem.cost(next);
      looked++;
      if (there < cost - leastGain * Math.abs(cost)) {
        [point, cost, moved] = [next, there, true];
        break;
      }
      if (looked >= mostCosts) break;
    }
    if (!moved) step /= 2;
  }
  return { point, cost };
}
