import type { Cell, Experiment } from '../experiment.js';
import { runLeaderCell } from '../leader-cell.js';

interface Side {
  readonly name: string;
  readonly options: Record<string, unknown>;
}

/** The whole coverage is one action, as the logits of its coordinates. */
const coverage = { commitment: 'policy', rows: 64, policy: 'table' };

const searcher: Side = { name: 'ma-es', options: { ...coverage, greedy: true, population: 24, sigma: 0.5 } };
const es: Side = {
  name: 'es',
  options: {
    ...coverage,
    greedy: true,
    population: 64,
    sigma: { from: 0.5, to: 0.05 },
    learningRate: { from: 0.3, to: 0.003 },
  },
};

const ppo: Side = {
  name: 'ppo',
  options: {
    ...coverage,
    policy: 'network',
    hidden: [],
    rolloutSteps: 32,
    minibatchSize: 2048,
    learningRate: { from: 0.02, to: 0.002 },
  },
};

const gradients = [es, ppo];

const best: Side = { name: 'exact-best-response', options: {} };
const quantal: Side = { name: 'quantal', options: { rationality: 0.76 } };
const subjective: Side = { name: 'subjective-quantal', options: {} };
/** Learns which target to attack inside every outer episode, from the attacks that it tries. */
const learning: Side = {
  name: 'tabular-q',
  options: { episodes: 100, learningRate: 1, epsilon: 0.5 },
};

/** The eight targets against one attacker. */
function eightTargets(resources: number, leader: Side, oracle: Side, steps: number): Cell {
  return {
    game: 'SecurityGame-v0',
    gameName: `eight targets, ${resources} ${resources === 1 ? 'resource' : 'resources'}`,
    parameters: { resources },
    leader: leader.name,
    oracle: oracle.name,
    leaderOptions: leader.options,
    oracleOptions: oracle.options,
    budget: { steps },
  };
}

/** A game whose defender hands over a distribution for each of its observations. */
function distributions(
  game: string,
  gameName: string,
  parameters: Cell['parameters'],
  leader: Side,
  steps: number,
): Cell {
  return {
    game,
    gameName,
    parameters,
    leader: leader.name,
    oracle: best.name,
    leaderOptions: leader.options,
    oracleOptions: best.options,
    budget: { steps },
  };
}

/** Defenders that learn to commit, through StackelbergWrapper, beside the exact value of each game. */
export const security: readonly Experiment[] = [
  {
    id: 'security',
    title: 'Learned coverage of eight targets',
    description:
      'A defender learns its whole coverage as one action, against attackers that respond exactly or learn by trying targets.',
    cells: [
      ...[1, 2, 3].map((resources) => eightTargets(resources, searcher, best, 150_000)),
      ...gradients.map((leader) => eightTargets(2, leader, best, 150_000)),
      eightTargets(2, searcher, learning, 150_000),
    ],
    seeds: 10,
    run: runLeaderCell,
  },
  {
    id: 'security-quantal',
    title: 'Learned coverage against attackers of bounded rationality',
    description:
      'The same defenders against attackers that draw their target by quantal response (QR) or subjective utility quantal response (SUQR).',
    reference: 'best known value',
    cells: gradients.flatMap((leader) =>
      [quantal, subjective].map((oracle) => eightTargets(2, leader, oracle, 300_000)),
    ),
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'security-sequential',
    title: 'Learned patrols and mixtures, one episode a policy',
    description:
      'A defender learns the distribution of its move at every place and time of a patrol, and its mixed row against four types of attacker that it cannot tell apart. Each policy is paid for one episode alone.',
    cells: [
      distributions('SpatioTemporalSecurity-v0', 'patrol of three cells', { name: 'static' }, ppo, 1_000_000),
      distributions('BayesianNormalForm-v0', 'four attacker types', { name: 'third_party' }, ppo, 1_000_000),
    ],
    seeds: 3,
    run: runLeaderCell,
  },
];
