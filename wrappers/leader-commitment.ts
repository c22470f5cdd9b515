import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { ActingPolicy, Commitment } from '../solvers/commitment.js';
import { leaderSpaces } from '../solvers/commitment.js';
import { boxAction, policyRow, takesLogits } from './policy-forms.js';
import type { StackelbergWrapper } from './stackelberg.js';
import type { StackelbergVectorEnv } from './stackelberg-vector.js';

/**
 * The commitment in the game that a policy learned in the outer MDP stands for, at its likeliest actions: an action for
 * each observation (as a function that remembers its answers, where observations are not Discrete), with `policy` commitment
 * and logits a distribution for each, or for a leader of vectors its vector. `evaluateCommitment` takes it.
 */
export function greedyCommitment(
  outer: StackelbergWrapper | StackelbergVectorEnv,
  policy: ActingPolicy,
): Commitment {
  const { game, options } = outer;
  const rng = new Rng('greedy');
  const { actionSpace } = game.agents[game.leaderIndex];
  const greedy = (observation: number) => policy.act(observation, rng, { greedy: true });
  if (options.commitment === 'policy' && !(actionSpace instanceof Discrete)) {
    const vector = greedy(0);
    return options.policyForm === 'logits' && takesLogits(actionSpace)
      ? boxAction(actionSpace, vector)
      : vector;
  }
  const { observationSpace } = game.agents[game.leaderIndex];
  if (!(observationSpace instanceof Discrete)) return rememberedAnswers(outer, policy);
  const { observations, actions } = leaderSpaces(game);
  const rows = Array.from({ length: observations.n }, (_, row) => row);
  if (options.commitment !== 'policy') {
    const shift = options.revealPhase && observations instanceof Discrete ? observations.n : 0;
    return rows.map((row) => greedy(observations.start + shift + row));
  }
  const whole = greedy(0);
  if (options.policyForm === 'deterministic') return rows.map((row) => actions.start + whole[row]);
  return rows.map((row) => policyRow(whole, row, actions.n));
}

/** The policy's likeliest action for each observation, decided when it is first met. */
function rememberedAnswers(
  { options }: StackelbergWrapper | StackelbergVectorEnv,
  policy: ActingPolicy,
): (observation: any) => any {
  const known = new Map<string, any>();
  const rng = new Rng('greedy');
  return (observation) => {
    const key = String(observation);
    const seen = options.revealPhase ? [observation, 1] : observation;
    if (!known.has(key)) known.set(key, policy.act(seen, rng, { greedy: true }));
    return known.get(key);
  };
}
