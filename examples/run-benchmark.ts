// A reference leader against the paper's contextual follower, graded against the exact optimum.
import { makeGame } from 'stackelberg-gym';
import { ppo } from 'stackelberg-gym/agents';
import { ContextualPolicy } from 'stackelberg-gym/oracles';
import { evaluateCommitment } from 'stackelberg-gym/solvers';
import { greedyCommitment, StackelbergVectorEnv } from 'stackelberg-gym/wrappers';

const game = makeGame('IteratedMatrixGame-v0', { game: 'prisoners_dilemma' });
const { oracle } = await ContextualPolicy.pretrain(game, { seed: 1 });
const outer = new StackelbergVectorEnv(game, 8, { oracle, commitment: 'episode', autoresetMode: 'SameStep' });
const { policy, steps } = await ppo(outer, { steps: 20_000, seed: 1, gamma: 1, learningRate: 0.05 });
const { value, optimum, gap } = await evaluateCommitment(game, greedyCommitment(outer, policy));
console.log(`value ${value} after ${steps} steps, optimum ${optimum}, gap ${gap}`);
