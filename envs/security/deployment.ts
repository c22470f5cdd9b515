import { describe, InvalidArgument } from '../../gymnasium/error.js';
import type { Rng } from '../../gymnasium/rng.js';

/**
 * Draws a deployment with given marginals by systematic (comb) sampling: item k is in it with probability
 * `marginals[k]` exactly, and the size is the sum of the marginals, rounded down or up. With whole budgets no more
 * resources are used than there are.
 *
 * @param marginals numbers in [0, 1], such as a coverage vector of targets or of schedules
 * @returns the chosen indices in ascending order
 * @throws InvalidArgument for a number outside [0, 1]
 */
export function sampleDeployment(marginals: ArrayLike<number>, rng: Rng): number[] {
  const chosen: number[] = [];
  let next = rng.uniform();
  let sum = 0;
  for (let k = 0; k < marginals.length; k++) {
    const p = marginals[k];
    if (!(p >= 0 && p <= 1 + 1e-9)) {
      throw new InvalidArgument(`marginals[${k}]: expected a number in [0, 1], got ${describe(p)}.`);
    }
    sum += p;
    if (next < sum) {
      chosen.push(k);
      next++;
    }
  }
  return chosen;
}
