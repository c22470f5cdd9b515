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
