import type { Chart, Experiment } from '../experiment.js';
import { runGreenSecurityCell } from '../green-security-cell.js';
import { runStaticPatrolCell } from '../static-patrol-cell.js';

const table = {
  gamma: 1,
  learningRate: 0.03,
  capacity: 40_000,
  batchSize: 256,
  stepsPerUpdate: 10,
  targetUpdates: 60,
  errorLimit: 4,
};

const network = {
  hidden: [32],
  gamma: 1,
  learningRate: 0.002,
  capacity: 20_000,
  batchSize: 32,
  stepsPerUpdate: 2,
  targetUpdates: 250,
  errorLimit: 4,
  dueling: false,
};

const exploitability: Chart = {
  name: 'exploitability',
  title: 'Exploitability of the double oracle',
  kind: 'curve',
  x: 'iteration',
  y: 'exploitability',
  xTitle: 'iteration',
  yTitle: 'exploitability',
};

/** Green security games: double oracles whose responses are learned (Wang et al. 2019). */
export const greenSecurity: readonly Experiment[] = [
  {
    id: 'green-security-static',
    title: 'Static patrol, learned double oracle',
    description:
      'Both responses learned by deep Q-learning on a table, payoffs simulated; the mixture of patrols that comes of it is graded by the exact best response. The optimum is the linear program over all walks. Leader steps are those that responses were learned from, the simulation of payoffs apart.',
    cells: [
      {
        game: 'StaticPatrol-v0',
        gameName: '3x3',
        parameters: {},
        leader: 'dqn',
        oracle: 'dqn',
        leaderOptions: table,
        oracleOptions: table,
        budget: { iterations: 30, attempts: 2, patrollerSteps: 40_000, poacherSteps: 6000, episodes: 10_000 },
      },
    ],
    charts: [exploitability],
    extras: [{ path: 'extra.payoffSteps', title: 'steps of payoff simulation' }],
    seeds: 5,
    run: runStaticPatrolCell,
  },
  {
    id: 'green-security',
    reference: 'estimate from above',
    title: 'Green security game, learned double oracle',
    description:
      'The double oracle of Wang et al. (2019) from random sweeping and the heuristic poacher. No exact value is known: the optimum shown is an estimate from above, what the best patroller found earns against the poachers found. The mixture of patrollers is compared with random sweeping, each against a poacher trained afresh with one budget.',
    figure: 'the comparison of DeDOL with random sweeping (Wang et al., AAAI 2019)',
    cells: [
      {
        game: 'GreenSecurity-v0',
        gameName: '3x3',
        parameters: {},
        leader: 'dqn',
        oracle: 'dqn',
        leaderOptions: network,
        oracleOptions: network,
        budget: {
          iterations: 6,
          patrollerSteps: 16_000,
          poacherSteps: 16_000,
          episodes: 2000,
          evaluationEpisodes: 5000,
        },
      },
    ],
    charts: [exploitability],
    extras: [
      { path: 'extra.mixture.mean', title: 'mixture of patrollers' },
      { path: 'extra.randomSweeping.mean', title: 'random sweeping' },
      { path: 'extra.gain', title: 'gain over random sweeping' },
    ],
    seeds: 3,
    run: runGreenSecurityCell,
  },
];
