// A routing game on a network of one's own: what a leader of a share of the traffic can do, and what tolls would.
import { makeGame } from 'stackelberg-gym';
import { evaluateCommitment, solve } from 'stackelberg-gym/solvers';

const game = makeGame('StackelbergRouting-v0', {
  nodes: ['home', 'bridge', 'ferry', 'work'],
  edges: [
    { from: 'home', to: 'bridge', latency: 'x' },
    { from: 'home', to: 'ferry', latency: 1 },
    { from: 'bridge', to: 'ferry', latency: 0.1 },
    { from: 'bridge', to: 'work', latency: '1 + 0.2 x' },
    { from: 'ferry', to: 'work', latency: '0.5 + x' },
  ],
  leaderShare: 0.4,
});
for (const strategy of ['optimum', 'llf', 'scale', 'aloof', 'tolls']) {
  const { value, status } = await solve(game, { options: { strategy } });
  console.log(`${strategy}: total cost ${value.toFixed(4)}, ${status}`);
}

// The leader's share split evenly over the three paths, and what the users make of it.
const { value, equilibrium } = await evaluateCommitment(game, [1, 1, 1]);
console.log(`even split: total cost ${(-value).toFixed(4)}, ${equilibrium.notion}, gap ${equilibrium.gap}`);
