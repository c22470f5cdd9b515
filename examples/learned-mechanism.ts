// A mechanism learned by PPO, against a follower of private type that learns by multiplicative weights what to say.
import { makeGame } from 'stackelberg-gym';
import { MlpPolicy, ppo } from 'stackelberg-gym/agents';
import { MultiplicativeWeights } from 'stackelberg-gym/oracles';
import { evaluateCommitment } from 'stackelberg-gym/solvers';
import { greedyCommitment, StackelbergVectorEnv } from 'stackelberg-gym/wrappers';

// Three types of follower and two messages: at best two of the types get what they want.
const game = makeGame('SimpleAllocation-v0', { messages: 2 });
const oracle = new MultiplicativeWeights();
const outer = new StackelbergVectorEnv(game, 8, {
  oracle,
  commitment: 'episode', // the answer to a message holds for a whole outer episode,
  repeats: 'skip', // in which nobody asks for it twice;
  rewardEpisodes: 'type-profiles', // it is paid by the exact mean over types
  autoresetMode: 'SameStep',
});
const { singleObservationSpace, singleActionSpace } = outer;
const policy = await MlpPolicy.create(singleObservationSpace, singleActionSpace, { seed: 1, hidden: [32] });
await ppo(outer, { steps: 10_000, seed: 1, policy, critic: 'state', gamma: 1, learningRate: 0.01 });
const { value, optimum } = await evaluateCommitment(game, greedyCommitment(outer, policy), { oracle });
console.log(`learned ${value.toFixed(3)}, optimum ${optimum?.toFixed(3)}`);
