import type { MarkovGame } from '../../envs/core/markov-game.js';
import { StructuredHierarchicalGame } from '../../envs/hierarchical/structured-hierarchical-game.js';
import { type Answer, isRational, type SolutionStatus, type Task } from '../solver.js';

/** A pure action of the root, against followers who maximise their own reward. */
export function fitsHierarchy(game: MarkovGame, { commitment, follower }: Task): boolean {
  return game instanceof StructuredHierarchicalGame && commitment !== 'stochastic' && isRational(follower);
}

/** A joint action as a solver's answer, with every player's action in `details`. */
export function hierarchicalAnswer(
  { agents, costs }: StructuredHierarchicalGame,
  actions: Float64Array,
  status: SolutionStatus,
  details: Readonly<Record<string, unknown>>,
): Answer {
  const reward = (player: number) => -costs.cost(player, actions, 0);
  return {
    value: reward(0),
    followerValues: Object.fromEntries(agents.slice(1).map(({ id }, i) => [id, reward(i + 1)])),
    commitment: [actions[0]],
    kind: 'deterministic',
    status,
    tieBreaking: null,
    details: { actions: Array.from(actions), ...details },
  };
}
