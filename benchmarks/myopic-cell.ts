import { makeGame } from '../envs/index.js';
import type { FiniteMarkovGame } from '../envs/markov/finite-markov-game.js';
import { Rng } from '../gymnasium/rng.js';
import type { Discrete } from '../gymnasium/spaces/discrete.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import { myopicOptimum } from '../solvers/markov/backward-induction.js';
import {
  expectedReturn,
  policyValue,
  rowsOf,
  valueIterationLearner,
} from '../solvers/markov/value-iteration.js';
import type { ValueIterationLearner } from '../solvers/markov/value-iteration-learner.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { isOptimal } from './optimal.js';

/** Share of the optimum that counts as nearly there. */
const nearly = 0.95;
/** Episodes after which a point is recorded grow by this factor. */
const growth = 1.15;

/**
 * Runs one learner of a finite Markov game with a myopic follower: `optimistic-lsvi` plays its own policy,
 * `pessimistic-lsvi` collects episodes of uniform play and plans at every point of the curve. `value` is the
 * commitment's, by `evaluateCommitment`; `regret` the sum over the episodes played of optimum - expected return,
 * whoever chose the actions; `estimate` what the learner believes.
 */
export async function runMyopicCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as FiniteMarkovGame;
  const exact = await myopicOptimum(game);
  const online = cell.leader === 'optimistic-lsvi';
  const learner = await valueIterationLearner(cell.leader, game, online ? 1 : -1, {
    ...cell.leaderOptions,
    seed: new Rng(seed).child(cell.gameName, cell.leader).path,
  });
  const episodes = cell.budget['episodes'] as number;
  const behaviour = exact - uniformReturn(game);
  let regret = 0;
  let nearSince: number | null = null;
  let exactSince: number | null = null;
  const record = async (): Promise<number> => {
    const value = await gradedValue(game, learner, exact);
    const { steps, estimate } = learner;
    nearSince = value >= exact - (1 - nearly) * Math.abs(exact) ? (nearSince ?? steps) : null;
    exactSince = isOptimal(value, exact) ? (exactSince ?? steps) : null;
    context.metric({ steps, value, regret, estimate });
    context.progress(learner.episodes / episodes);
    return value;
  };
  for (let next = 1; learner.episodes < episodes; ) {
    regret += online ? exact - policyValue(game, learner.policy) : behaviour;
    if (online) learner.playEpisode();
    else learner.exploreEpisode();
    if (learner.episodes < next || learner.episodes === episodes) continue;
    await record();
    next = Math.ceil(next * growth);
  }
  const learned = await record();
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: nearSince,
    stepsToExact: exactSince,
    leaderSteps: learner.steps,
    queries: 0,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: { regret, estimate: learner.estimate },
  };
}

async function gradedValue(
  game: FiniteMarkovGame,
  learner: ValueIterationLearner,
  optimum: number,
): Promise<number> {
  const commitment = rowsOf(learner.policy);
  return (await evaluateCommitment(game, commitment, { follower: 'myopic', optimum })).value;
}

/** The leader's expected return while both players draw uniformly, as in the offline data. */
function uniformReturn(game: FiniteMarkovGame): number {
  const { n } = game.agents[0].observationSpace as Discrete;
  const [leader, follower] = game.agents.map(({ actionSpace }) => {
    const actions = (actionSpace as Discrete).n;
    const row = new Float64Array(actions).fill(1 / actions);
    return Array.from({ length: n }, () => row);
  });
  return expectedReturn(game, leader, follower);
}
