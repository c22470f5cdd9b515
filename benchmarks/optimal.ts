/** Gaps up to this, in units of the optimum's size or of 1, count as none: what linear programs are solved to, and queries can tell. */
const tolerance = 1e-6;

/** Whether a leader value is the optimum itself, to 1e-6 of its size; the one rule for results and report. */
export function isOptimal(value: number, optimum: number): boolean {
  return value >= optimalFrom(optimum);
}

/** The least leader value that counts as the optimum. */
export function optimalFrom(optimum: number): number {
  return optimum - tolerance * Math.max(1, Math.abs(optimum));
}

/** Whether an optimum is 0, so that nothing can be told as a share of it. */
export function isZero(optimum: number): boolean {
  return Math.abs(optimum) < 1e-9;
}

/** Share of the optimum's size that may be missing where a leader counts as nearly there. */
const nearly = 0.05;

/**
 * The leader value from which a leader is nearly at the optimum: 5 % of the optimum's size below it.
 *
 * @param first value that the leader began with: of an optimum of 0, the 5 % are of the distance from there
 */
export function nearFrom(optimum: number, first: number): number {
  return optimum - nearly * (isZero(optimum) ? Math.max(0, optimum - first) : Math.abs(optimum));
}
