import { runBanditCell } from '../bandit-cell.js';
import type { Cell, Experiment } from '../experiment.js';

const epsilons = [0.05, 0.1, 0.2, 0.4];

/** A cell for each accuracy in the game GAP(0.2). */
const cells: readonly Cell[] = epsilons.map((epsilon) => ({
  game: 'BanditGame-v0',
  gameName: `gap, epsilon ${epsilon}`,
  parameters: {
    leader: [
      [1, 0],
      [0.5, 0.5],
    ],
    follower: [
      [0.5, 0.3],
      [0.5, 0],
    ],
  },
  leader: 'bandit-stackelberg',
  oracle: 'none',
  leaderOptions: { epsilon, delta: 0.05, constant: 8, share: 0.75 },
  oracleOptions: {},
  budget: { runs: 200 },
}));

/** The experiments on bandit games after Bai et al. 2021. */
export const bandit: readonly Experiment[] = [
  {
    id: 'bandit-gap',
    title: 'Learning a bandit game from noisy rewards: the price of accuracy',
    description:
      'The bandit learner of Bai et al. (2021) in GAP(0.2), 200 runs a seed. Once epsilon is so large that its response set holds the answer that hurts the leader, it turns to the safe arm and gives up 0.5. Steps are pulls of one run.',
    cells,
    charts: [
      {
        name: 'success-by-pulls',
        title: 'Runs that answer as the true means say',
        kind: 'curve',
        y: 'success',
        xTitle: 'pulls',
        yTitle: 'share of runs',
        logX: true,
      },
      {
        name: 'success-by-epsilon',
        title: 'Runs that answer as the true means say, after all pulls',
        kind: 'scaling',
        x: 'leaderOptions.epsilon',
        y: 'extra.success',
        xTitle: 'epsilon',
        yTitle: 'share of runs',
      },
      {
        name: 'value-by-epsilon',
        title: "Leader's value, and max phi_epsilon (dashed)",
        kind: 'scaling',
        x: 'leaderOptions.epsilon',
        y: 'learned',
        xTitle: 'epsilon',
        yTitle: "leader's value",
        bound: 'extra.slackValue',
      },
      {
        name: 'pulls-by-epsilon',
        title: 'Pulls of a run',
        kind: 'scaling',
        x: 'leaderOptions.epsilon',
        y: 'queries',
        xTitle: 'epsilon',
        yTitle: 'pulls',
        logX: true,
        logY: true,
      },
    ],
    extras: [{ path: 'extra.success', title: 'share of runs that answer as the true means say' }],
    seeds: 5,
    run: runBanditCell,
  },
];
