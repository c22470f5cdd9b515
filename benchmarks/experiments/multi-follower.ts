import type { Cell, Experiment, ExtraColumn } from '../experiment.js';
import { runMultiFollowerCell } from '../multi-follower-cell.js';

const cell = (gameName: string, parameters: Cell['parameters'], budget: Cell['budget']): Cell => ({
  game: 'MultiFollower-v0',
  gameName,
  parameters,
  leader: 'kkt-gradient',
  oracle: 'damped-best-response',
  leaderOptions: {},
  oracleOptions: {},
  budget,
});

const gain: ExtraColumn = { path: 'extra.gain', title: 'gain over no intervention' };

/** The experiments of Wang et al., "Coordinating followers to reach better equilibria" (AAAI 2022), on our own draws. */
export const multiFollower: readonly Experiment[] = [
  {
    id: 'multi-follower-subsidies',
    reference: 'upper bound',
    title: 'Subsidies to players in quantal response equilibrium',
    description:
      'Social welfare under subsidies of a limited expected cost, by gradient ascent through the KKT conditions of three logit players with ten actions each; a seed is an instance. The upper bound is the welfare of a dictator, which subsidies cannot reach; the gain is over no subsidies.',
    figure: 'the comparison over budgets of "Coordinating followers to reach better equilibria" (AAAI 2022)',
    cells: [1, 2, 3].map((budget) =>
      cell(`budget-${budget}`, { setting: 'qre', budget }, { steps: 1000, starts: 1 }),
    ),
    extras: [gain],
    charts: [
      {
        name: 'gain-over-budget',
        title: 'Welfare gained by subsidies',
        kind: 'scaling',
        x: 'parameters.budget',
        y: 'extra.gain',
        xTitle: 'budget',
        yTitle: 'gain in social welfare',
      },
    ],
    seeds: 5,
    run: runMultiFollowerCell,
  },
  {
    id: 'multi-follower-insurance',
    reference: 'upper bound',
    title: 'Cyber insurance for ten customers who protect each other',
    description:
      'Profit from contracts that customers accept; a seed is an instance. The learned value is that of the best contract found, of three ways: gradient ascent through the KKT conditions of the efforts, full insurance, and a search over coverages that begins at full insurance. The table and the chart show the first two by themselves: what the learned value is above both of them is the work of the search. The curve is that of the best contract so far and begins at full insurance and the search, so it does not show the gradient alone. The upper bound is risk / 2 times the losses.',
    figure:
      'the comparison over risk aversion of "Coordinating followers to reach better equilibria" (AAAI 2022)',
    cells: [0.1, 0.3, 0.5].map((risk) =>
      cell(`risk-${risk}`, { setting: 'cyber', risk }, { steps: 1000, starts: 3 }),
    ),
    extras: [
      gain,
      { path: 'extra.byGradient', title: 'KKT gradient alone' },
      { path: 'extra.fullInsurance', title: 'full insurance' },
    ],
    charts: [
      {
        name: 'profit-over-risk',
        title: 'Profit from insurance, by the way it was found',
        kind: 'scaling',
        x: 'parameters.risk',
        y: 'learned',
        xTitle: 'risk aversion',
        yTitle: 'profit',
        bound: 'exact',
        label: 'best contract found, by any of the ways',
        further: [
          { y: 'extra.byGradient', label: 'KKT gradient alone' },
          { y: 'extra.fullInsurance', label: 'full insurance' },
        ],
      },
    ],
    seeds: 5,
    run: runMultiFollowerCell,
  },
];
