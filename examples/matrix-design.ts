// Several followers: two mechanisms, what followers that learn play under each, and how far that is from an equilibrium.
import { makeGame } from 'stackelberg-gym';
import { MultiplicativeWeights } from 'stackelberg-gym/oracles';
import { evaluateCommitment, solve } from 'stackelberg-gym/solvers';

const game = makeGame('MatrixDesign-v0');
const oracle = new MultiplicativeWeights();
const mechanisms = {
  // Pays follower_0 at (0, 0) and follower_1 at (1, 1), so that both play for (0, 1), where nothing falls due.
  promises: ([row, column]: Int32Array) =>
    Float64Array.of(row + column === 0 ? 1 : 0, row + column === 2 ? 1 : 0),
  nothing: () => Float64Array.of(0, 0),
};
for (const [name, mechanism] of Object.entries(mechanisms)) {
  const { value, equilibrium } = await evaluateCommitment(game, mechanism, { oracle });
  console.log(`${name}: ${value.toFixed(4)}, ${equilibrium.notion}, gap ${equilibrium.gap?.toFixed(4)}`);
}
const best = await solve(game);
console.log(`${best.solver}, ${best.status}: ${best.value.toFixed(4)}`);
