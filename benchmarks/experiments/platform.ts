import type { Cell, Chart, Experiment, ExtraColumn } from '../experiment.js';
import { checkPlatformCell, runLearnedPlatformCell, runPlatformCell } from '../platform-cell.js';

/** Sellers of the platform experiments of Brero et al., and those of Calvano et al. */
const sellers = { learningRate: 0.25, explorationDecay: 1e-4 };
const calvanoSellers = { learningRate: 0.15, explorationDecay: 4e-6 };

/** A rule that does not learn. */
function fixed(gameName: string, parameters: Cell['parameters'], threshold?: number): Cell {
  return {
    game: 'BertrandPlatform-v0',
    gameName,
    parameters,
    leader: 'fixed-rule',
    oracle: 'q-sellers',
    leaderOptions: threshold === undefined ? {} : { threshold },
    oracleOptions: parameters['prices'] === 15 ? calvanoSellers : sellers,
    budget: {},
  };
}

const thresholdRule = { rule: 'threshold' };

const extras: readonly ExtraColumn[] = [
  { path: 'extra.price', title: 'mean price' },
  { path: 'extra.gain', title: 'gain index Delta' },
];

const charts: readonly Chart[] = [
  {
    name: 'price',
    title: 'Mean price of greedy sellers',
    kind: 'curve',
    y: 'price',
    xTitle: 'steps',
    yTitle: 'price',
    logX: true,
  },
  {
    name: 'gain',
    title: 'Gain index: 0 at Nash profits, 1 at monopoly profits',
    kind: 'curve',
    y: 'gain',
    xTitle: 'steps',
    yTitle: 'gain index',
    logX: true,
  },
];

/** Sellers that learn to price on platforms, after Brero et al. 2022 and Calvano et al. 2020. */
export const platform: readonly Experiment[] = [
  {
    id: 'platform',
    title: 'Consumer surplus under fixed platform rules',
    description:
      'Two sellers learn to price by tabular Q-learning until neither changes its policy for 100,000 steps, for 10,000,000 steps at most. The value is the mean consumer surplus over the cycle that their greedy play then comes to. Without a rule prices stay above competition; the price-directed rule (pdp) sets off price cycles; leaving the buy box with an incumbent (dpdp) lowers prices and breaks the cycles in most runs, not in all; a constant threshold makes its price the dominant one.',
    reference: 'upper bound',
    cells: [
      fixed('4 prices, no rule', {}),
      fixed('4 prices, pdp', { rule: 'pdp' }),
      fixed('4 prices, dpdp', { rule: 'dpdp' }),
      fixed('4 prices, threshold 1.483', thresholdRule, 2),
      fixed('4 prices, threshold 1.267', thresholdRule, 1),
      fixed('4 prices, threshold 1.05', thresholdRule, 0),
      fixed('15 prices of Calvano et al.', { prices: 15 }),
    ],
    charts,
    extras,
    seeds: 25,
    check: checkPlatformCell,
    run: runPlatformCell,
  },
  {
    id: 'platform-learned',
    title: 'A platform that learns whom to show',
    description:
      'The platform sees both prices and learns the dearest price that it shows for each pair of them. In every outer episode fresh sellers learn for 50,000 steps against its answers, then it is paid for 30 steps. Its greedy rule is graded by 25 fresh pairs of sellers that learn until they settle.',
    reference: 'upper bound',
    cells: [
      {
        game: 'BertrandPlatform-v0',
        gameName: '4 prices, reactive threshold',
        parameters: { rule: 'threshold', leaderSees: 'prices' },
        leader: 'ppo',
        oracle: 'q-sellers',
        leaderOptions: {
          rows: 16,
          rolloutSteps: 16,
          minibatchSize: 256,
          gamma: 1,
          gaeLambda: 1,
          learningRate: 0.02,
          entropyCoefficient: 0.02,
          hidden: [32],
        },
        oracleOptions: { ...sellers, steps: 50_000 },
        budget: { episodes: 600, sellers: 25 },
      },
    ],
    charts: charts.map(({ logX: _, ...chart }) => chart),
    extras,
    seeds: 5,
    check: checkPlatformCell,
    run: runLearnedPlatformCell,
  },
];
