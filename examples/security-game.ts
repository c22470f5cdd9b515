// A security game solved, stress-tested and learned: coverage of eight targets by two resources.
import { makeGame } from 'stackelberg-gym';
import { maEs, TabularGaussian } from 'stackelberg-gym/agents';
import { ExactBestResponse } from 'stackelberg-gym/oracles';
import { evaluateCommitment, solve } from 'stackelberg-gym/solvers';
import { greedyCommitment, StackelbergVectorEnv } from 'stackelberg-gym/wrappers';

const game = makeGame('SecurityGame-v0', { resources: 2 });
const { value, commitment, solver, status } = await solve(game);
console.log(`${solver}, ${status}: ${value.toFixed(6)}`);

// The optimal coverage against an attacker who errs, and what the best coverage against that attacker gains.
const erring = await evaluateCommitment(game, commitment, { follower: 'quantal' });
console.log(
  `against a quantal attacker ${erring.value.toFixed(4)}, best known ${erring.optimum?.toFixed(4)}`,
);

// A defender that learns the whole coverage as one action, 64 outer episodes side by side.
const outer = new StackelbergVectorEnv(game, 64, {
  oracle: new ExactBestResponse(),
  commitment: 'policy',
  autoresetMode: 'SameStep',
});
const policy = new TabularGaussian(outer.singleObservationSpace, outer.singleActionSpace);
await maEs(outer, { steps: 40_000, seed: 1, policy, population: 64, sigma: 0.2 });
const learned = await evaluateCommitment(game, greedyCommitment(outer, policy));
console.log(`learned ${learned.value.toFixed(3)}, optimum ${learned.optimum?.toFixed(3)}`);
