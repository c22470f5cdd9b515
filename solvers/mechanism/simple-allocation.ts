import { SimpleAllocation } from '../../envs/mechanism/simple-allocation.js';
import { isRational, type Solver } from '../solver.js';

/**
 * The optimum of `SimpleAllocation-v0` in closed form: message k gets item k as far as there are messages, and types
 * without a message of their own send the last. A mechanism hands out at most as many different items as there are
 * messages, so no commitment does better, mixed ones included.
 */
export const simpleAllocationExact: Solver = {
  name: 'simple-allocation-exact',
  summary: 'a message for each item, in closed form (SimpleAllocation-v0)',
  fits: (game, { follower }) => game instanceof SimpleAllocation && isRational(follower),
  solve: ({ items, messages }: SimpleAllocation, { commitment }) => {
    const served = Math.min(items, messages);
    return {
      value: served / items,
      followerValues: { follower_0: served / items },
      commitment: Array.from({ length: messages }, (_, message) => Math.min(message, served - 1)),
      kind: commitment ?? 'deterministic',
      status: 'optimal',
      tieBreaking: null,
      certificate: { itemsHandedOut: served, items },
    };
  },
};
