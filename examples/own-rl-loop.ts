// An environment in a learning loop of your own: hill climbing on the leader's answer to each observation.
import { make, Rng } from 'stackelberg-gym';
import { ExactBestResponse } from 'stackelberg-gym/oracles';
import { StackelbergWrapper } from 'stackelberg-gym/wrappers';

const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
const outer = new StackelbergWrapper(game, { oracle: new ExactBestResponse() });
const rng = new Rng(1);
let best = { answers: [0, 0, 0, 0, 0], value: -Infinity };
for (let episode = 0; episode < 300; episode++) {
  const answers = best.answers.map((action) => (rng.uniform() < 0.3 ? 1 - action : action));
  let { observation } = outer.reset({ seed: episode });
  for (let value = 0, done = false; !done; ) {
    const step = outer.step(answers[observation]);
    value += step.reward;
    ({ observation, terminated: done } = step);
    if (done && value >= best.value) best = { answers, value };
  }
}
console.log(`value ${best.value} with answers ${best.answers}`); // 31, the exact optimum
