// A follower of private type: the leader commits before it knows whom it faces, and every episode draws a type.
import { make } from 'stackelberg-gym';
import { ExactBestResponse } from 'stackelberg-gym/oracles';
import { solve } from 'stackelberg-gym/solvers';
import { StackelbergWrapper } from 'stackelberg-gym/wrappers';

const visitor = {
  probability: 0.75,
  leader: [
    [2, 4],
    [1, 3],
  ],
  follower: [
    [1, 0],
    [0, 1],
  ],
};
const intruder = {
  probability: 0.25,
  leader: [
    [1, 2],
    [0, 3],
  ],
  follower: [
    [2, 0],
    [1, 3],
  ],
};
const game = make('BayesianNormalForm-v0', { types: [visitor, intruder] });
const { value, commitment } = await solve(game, { solver: 'dobss' });
console.log(`value ${value} with ${commitment}`); // 3.25 with (1/2, 1/2)

// The same as a learning problem: an action is the whole mixed strategy as logits, an episode meets one type.
const oracle = new ExactBestResponse();
const outer = new StackelbergWrapper(game, { oracle, commitment: 'policy' });
const episodes = 4000;
let total = 0;
for (let episode = 0; episode < episodes; episode++) {
  outer.reset({ seed: episode });
  total += outer.step(Float64Array.of(0, 0)).reward;
}
console.log(`mean return ${(total / episodes).toFixed(2)} at even logits`);
