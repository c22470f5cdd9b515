import type { Cell, Experiment } from '../experiment.js';
import { runMyopicCell } from '../myopic-cell.js';

const games = ['leader_controls', 'follower_controls', 'inspection'];
const learners = ['optimistic-lsvi', 'pessimistic-lsvi'];

const cells: readonly Cell[] = games.flatMap((game) =>
  learners.map((leader) => ({
    game: 'FiniteMarkovGame-v0',
    gameName: game,
    parameters: { game },
    leader,
    oracle: 'exact-best-response',
    leaderOptions: {},
    oracleOptions: { memory: 'myopic' },
    budget: { episodes: 2000 },
  })),
);

/** The learners of Zhong et al. (JMLR 2023) for leaders of myopic followers. */
export const myopicFollowers: readonly Experiment[] = [
  {
    id: 'myopic-followers',
    title: 'Markov games with a myopic follower',
    description:
      'Least-squares value iteration for the leader over 2000 episodes: optimistic, on the play of its own policy, and pessimistic, on episodes of uniform play. The regret of the pessimistic learner is that of the play it learns from.',
    figure: 'Zhong et al. (JMLR 2023), which has theorems where this has curves',
    cells,
    charts: [
      {
        name: 'regret',
        title: 'Cumulative regret against the optimal commitment',
        kind: 'curve',
        y: 'regret',
        xTitle: 'leader steps',
        yTitle: 'cumulative regret',
        logX: true,
        logY: true,
      },
      {
        name: 'estimate',
        title: 'What the leader believes its commitment to be worth',
        kind: 'curve',
        y: 'estimate',
        xTitle: 'leader steps',
        yTitle: 'estimated value',
        logX: true,
      },
    ],
    seeds: 5,
    run: runMyopicCell,
  },
];
