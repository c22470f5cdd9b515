import type { Cell, Experiment } from '../experiment.js';
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

/** The experiments of Wang et al., "Coordinating followers to reach better equilibria" (AAAI 2022), on our own draws. */
export const multiFollower: readonly Experiment[] = [
  {
    id: 'multi-follower-subsidies',
    title: 'Subsidies to players in quantal response equilibrium',
    description:
      'Social welfare under subsidies of a limited expected cost, by gradient ascent through the KKT conditions of three logit players with ten actions each; a seed is an instance. `exact` is the welfare of a dictator, a bound that subsidies cannot reach. `extra.gain` is over no subsidies.',
    figure: 'the comparison over budgets of "Coordinating followers to reach better equilibria" (AAAI 2022)',
    cells: [1, 2, 3].map((budget) =>
      cell(`budget-${budget}`, { setting: 'qre', budget }, { steps: 1000, starts: 1 }),
    ),
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
    title: 'Cyber insurance for ten customers who protect each other',
    description:
      'Profit from contracts that customers accept, by gradient ascent through the KKT conditions of their efforts, beside full insurance and a search from there; a seed is an instance. `exact` is risk / 2 times the losses, a bound above the optimum. `extra.byGradient` and `extra.fullInsurance` are the parts.',
    figure:
      'the comparison over risk aversion of "Coordinating followers to reach better equilibria" (AAAI 2022)',
    cells: [0.1, 0.3, 0.5].map((risk) =>
      cell(`risk-${risk}`, { setting: 'cyber', risk }, { steps: 1000, starts: 3 }),
    ),
    charts: [
      {
        name: 'profit-over-risk',
        title: 'Profit from insurance',
        kind: 'scaling',
        x: 'parameters.risk',
        y: 'learned',
        xTitle: 'risk aversion',
        yTitle: 'profit',
        bound: 'exact',
      },
    ],
    seeds: 5,
    run: runMultiFollowerCell,
  },
];
