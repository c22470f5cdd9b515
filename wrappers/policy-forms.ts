import type { AgentSpec } from '../envs/core/markov-game.js';
import type { Answer, Query } from '../envs/core/stackelberg.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../gymnasium/spaces/constrained-box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { TypedArray } from '../gymnasium/types.js';
import { softmax } from '../solvers/quantal-response.js';

/** How a whole policy is written as one action of the outer MDP: see `StackelbergOptions.policyForm`. */
export type PolicyForm = 'deterministic' | 'logits';

/** Logits of whole policies lie between -this and this. */
const largestLogit = 10;

/** The outer action space under `policy` commitment. @throws InvalidArgument if the leader's policy is no one action */
export function policySpace(observations: Space<any>, actions: Space<any>, form: PolicyForm): Space<any> {
  if (!(observations instanceof Discrete)) {
    throw new InvalidArgument(
      `commitment "policy": expected Discrete leader observations, got ${observations}.`,
    );
  }
  const logits = (shape: readonly number[]) =>
    new Box(-largestLogit, largestLogit, { shape, dtype: 'float64' });
  if (actions instanceof Discrete) {
    if (form === 'deterministic') return new MultiDiscrete(new Array(observations.n).fill(actions.n));
    return logits([observations.n, actions.n]);
  }
  if (observations.n !== 1) {
    throw new InvalidArgument(
      `commitment "policy": expected Discrete leader actions or a single observation, got ${actions}.`,
    );
  }
  return form === 'logits' && takesLogits(actions) ? logits(actions.shape) : actions;
}

/** Whether the vectors of a space can be written as logits: boxes of floats that are bounded. */
export function takesLogits(actions: Space<any>): actions is Box {
  return actions instanceof Box && actions.isBounded && actions.dtype.startsWith('float');
}

/** Logits as a vector of the box: low + (high - low) * sigmoid, scaled down to meet the constraints of a ConstrainedBox. */
export function boxAction(space: Box, logits: ArrayLike<number>): TypedArray {
  const { low, high } = space;
  const action = low.slice();
  for (let i = 0; i < action.length; i++) action[i] += (high[i] - low[i]) / (1 + Math.exp(-logits[i]));
  return space instanceof ConstrainedBox ? space.shrink(action) : action;
}

/** Row `row` of a whole policy given as logits, as probabilities of its n actions. */
export function policyRow(whole: Float64Array, row: number, n: number): Float64Array {
  return softmax(whole.subarray(row * n, (row + 1) * n));
}

/**
 * The policy that one action of the outer MDP stands for, as answers to observations.
 *
 * @param rng what a policy that mixes draws from
 */
export function wholePolicy(
  { observationSpace, actionSpace }: AgentSpec,
  form: PolicyForm,
  action: any,
  rng: Rng,
): (observation: any, answer: Query['answer']) => Answer {
  const row = (observation: number) => observation - (observationSpace as Discrete).start;
  if (!(actionSpace instanceof Discrete)) {
    const vector = form === 'logits' && takesLogits(actionSpace) ? boxAction(actionSpace, action) : action;
    return () => vector;
  }
  if (form === 'deterministic') {
    return (observation, answer) => {
      const choice = action[row(observation)];
      return answer === 'action' ? actionSpace.start + choice : oneHot(actionSpace.n, choice);
    };
  }
  return (observation, answer) => {
    const p = policyRow(action, row(observation), actionSpace.n);
    return answer === 'distribution' ? p : actionSpace.start + rng.categorical(p);
  };
}

function oneHot(n: number, index: number): Float64Array {
  const row = new Float64Array(n);
  row[index] = 1;
  return row;
}
