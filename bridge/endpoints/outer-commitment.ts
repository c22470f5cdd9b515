import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { prefixError } from '../../gymnasium/prefix-error.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import type { Commitment } from '../../solvers/commitment.js';
import { greedyCommitment } from '../../wrappers/leader-commitment.js';
import type { StackelbergWrapper } from '../../wrappers/stackelberg.js';
import type { StackelbergVectorEnv } from '../../wrappers/stackelberg-vector.js';

/**
 * The commitment that one action of a leader with `commitment: "policy"` stands for.
 *
 * @param space of a single action
 * @param given the action as JSON
 * @throws InvalidArgument for another way to commit, or no action
 */
export function wholeCommitment(
  outer: StackelbergWrapper | StackelbergVectorEnv,
  space: Space<any>,
  given: unknown,
): Commitment {
  const { commitment } = outer.options;
  if (commitment !== 'policy') {
    throw new InvalidArgument(
      `commitment: expected an environment with commitment "policy", got ${describe(commitment)}.`,
    );
  }
  const action = actionOf(space, given);
  return greedyCommitment(outer, { act: () => action });
}

function actionOf(space: Space<any>, given: unknown): unknown {
  try {
    return space.fromJSONable([given])[0];
  } catch (error) {
    throw prefixError('commitment: action', error);
  }
}
