import type { Cell, Chart, Experiment, ExtraColumn } from '../experiment.js';
import { runRoutingCell } from '../routing-cell.js';

interface Side {
  readonly name: string;
  readonly options: Record<string, unknown>;
}

/** The whole split or all tolls are one action, as logits of its coordinates. */
const vector = { commitment: 'policy', rows: 64, policy: 'table' };

const searcher: Side = { name: 'ma-es', options: { ...vector, greedy: true, population: 16, sigma: 1 } };
const ppo: Side = {
  name: 'ppo',
  options: {
    ...vector,
    policy: 'network',
    hidden: [],
    rolloutSteps: 32,
    minibatchSize: 2048,
    learningRate: { from: 0.05, to: 0.002 },
  },
};

const wardrop: Side = { name: 'wardrop-response', options: {} };
/** Learns afresh under every leader. */
const replicator: Side = { name: 'replicator', options: { rounds: 100 } };

const networks = [
  { gameName: 'Pigou, half the flow', parameters: { name: 'pigou', leaderShare: 0.5 } },
  { gameName: 'Braess, half the flow', parameters: { name: 'braess', leaderShare: 0.5 } },
  { gameName: 'Pigou, tolls', parameters: { name: 'pigou', control: 'tolls' } },
  { gameName: 'Braess, tolls', parameters: { name: 'braess', control: 'tolls' } },
  {
    gameName: 'Braess, tolls count',
    parameters: { name: 'braess', control: 'tolls', objective: 'disutility' },
  },
];

function cell(
  network: Pick<Cell, 'gameName' | 'parameters'>,
  leader: Side,
  oracle: Side,
  steps: number,
): Cell {
  return {
    game: 'StackelbergRouting-v0',
    ...network,
    leader: leader.name,
    oracle: oracle.name,
    leaderOptions: leader.options,
    oracleOptions: oracle.options,
    budget: { steps },
  };
}

const costs: readonly ExtraColumn[] = [
  { path: 'extra.cost', title: 'total cost, learned' },
  { path: 'extra.nash', title: 'total cost without a leader' },
  { path: 'extra.socialOptimum', title: 'least total cost' },
];

const overShares: Chart = {
  name: 'cost-over-share',
  title: 'Total cost over the share that the leader routes',
  kind: 'scaling',
  x: 'parameters.leaderShare',
  y: 'extra.cost',
  xTitle: "leader's share of the demand",
  yTitle: 'total cost',
  label: 'learned',
  bound: 'extra.optimalCost',
  boundLabel: 'exact optimum of the leader',
  further: [
    { y: 'extra.llf', label: 'LLF' },
    { y: 'extra.scale', label: 'SCALE' },
    { y: 'extra.aloof', label: 'Aloof' },
    { y: 'extra.nash', label: 'without a leader' },
    { y: 'extra.socialOptimum', label: 'social optimum' },
  ],
};

/** A learned leader at every tenth of the demand on one network. */
function shares(name: 'pigou' | 'braess', title: string): Experiment {
  return {
    id: `routing-shares-${name}`,
    title: `Learned routing of a share of the traffic: ${title}`,
    description:
      'A leader learns how to split its share of the demand, against users in Wardrop equilibrium; beside it the strategies LLF, SCALE and Aloof, computed. Values are minus total costs.',
    valueTitle: 'minus total cost',
    cells: Array.from({ length: 9 }, (_, k) => (k + 1) / 10).map((leaderShare) =>
      cell(
        { gameName: `share ${leaderShare}`, parameters: { name, leaderShare } },
        searcher,
        wardrop,
        10_000,
      ),
    ),
    extras: costs,
    charts: [overShares],
    seeds: 3,
    run: runRoutingCell,
  };
}

/** Leaders that learn to route or to set tolls (Swamy 2007), beside the exact value of each network. */
export const routing: readonly Experiment[] = [
  {
    id: 'routing',
    title: 'Learned routing and tolls on the networks of Pigou and Braess',
    description:
      'A leader learns how to split half of the demand, or what to charge on each edge, against users in Wardrop equilibrium or a population that learns by replicator dynamics inside every episode of the leader. Values are minus total costs, and minus what users pay as well in "tolls count", graded against the Wardrop equilibrium.',
    valueTitle: 'minus total cost',
    cells: [
      ...networks.flatMap((network) =>
        [searcher, ppo].map((leader) => cell(network, leader, wardrop, leader === ppo ? 200_000 : 10_000)),
      ),
      ...networks.map((network) => cell(network, searcher, replicator, 10_000)),
    ],
    extras: costs,
    seeds: 5,
    run: runRoutingCell,
  },
  shares('pigou', 'the links of Pigou'),
  shares('braess', 'the network of Braess'),
];
