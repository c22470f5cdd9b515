import type { MarkovGame } from '../../envs/core/markov-game.js';
import { ChainCosts } from '../../envs/hierarchical/costs.js';
import type { StructuredHierarchicalGame } from '../../envs/hierarchical/structured-hierarchical-game.js';
import type { Solver, Task } from '../solver.js';
import { fitsHierarchy, hierarchicalAnswer } from './play.js';

/** The middle's best response to the root's action x is 4/5 x: it minimises (y - x)^2 + (y / 2)^2. */
const middleResponse = 4 / 5;
/** The leaf's best response to the middle's action y is y / 2: it minimises (z - y)^2 + z^2. */
const leafResponse = 1 / 2;

/** The joint action of subgame-perfect play below the root's action `x` in a chain. */
export function chainResponse(x: number): Float64Array {
  const y = middleResponse * x;
  return Float64Array.of(x, y, leafResponse * y);
}

/** Backward induction in closed form: the root minimises (x - 1)^2 + (r x - 1)^2, where r x is the leaf's action. */
export const chainExact: Solver = {
  name: 'chain-exact',
  summary: 'the subgame-perfect equilibrium of a chain, by backward induction in closed form',
  fits: (game: MarkovGame, task: Task) =>
    fitsHierarchy(game, task) && (game as StructuredHierarchicalGame).costs instanceof ChainCosts,
  solve: (game: StructuredHierarchicalGame) => {
    const r = middleResponse * leafResponse;
    const actions = chainResponse((1 + r) / (1 + r * r));
    return hierarchicalAnswer(game, actions, 'optimal', {});
  },
};
