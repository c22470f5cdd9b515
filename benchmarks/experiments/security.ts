import type { Cell, Experiment } from '../experiment.js';
import { runLeaderCell } from '../leader-cell.js';

interface Side {
  readonly name: string;
  readonly options: Record<string, unknown>;
}

/** The whole coverage is one action, as the logits of its coordinates. */
const coverage = { commitment: 'policy', rows: 64, policy: 'table' };

const searcher: Side = { name: 'ma-es', options: { ...coverage, greedy: true, population: 24, sigma: 0.5 } };
const defenders: readonly Side[] = [
  searcher,
  {
    name: 'es',
    options: {
      ...coverage,
      greedy: true,
      population: 64,
      sigma: { from: 0.5, to: 0.05 },
      learningRate: { from: 0.3, to: 0.003 },
    },
  },
  {
    name: 'ppo',
    options: {
      ...coverage,
      policy: 'network',
      hidden: [],
      rolloutSteps: 32,
      minibatchSize: 2048,
      learningRate: { from: 0.02, to: 0.002 },
    },
  },
];

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

/** Patrols in space and time: the policy moves the patroller step by step. */
function patrols(leader: Side, steps: number): Cell {
  return {
    game: 'SpatioTemporalSecurity-v0',
    gameName: 'patrol of three cells',
    parameters: { name: 'static' },
    leader: leader.name,
    oracle: best.name,
    leaderOptions: leader.options,
    oracleOptions: { answers: 'distribution' },
    budget: { steps },
  };
}

/** Four types of attacker that the defender cannot tell apart. */
function bayesian(leader: Side, steps: number): Cell {
  return {
    game: 'BayesianNormalForm-v0',
    gameName: 'four attacker types',
    parameters: { name: 'third_party' },
    leader: leader.name,
    oracle: best.name,
    leaderOptions: leader.options,
    oracleOptions: { answers: 'distribution' },
    budget: { steps },
  };
}

/** Defenders that learn to commit, through StackelbergWrapper, beside the exact value of each game. */
export const security: readonly Experiment[] = [
  {
    id: 'security',
    title: 'Learned defenders beside exact ones',
    description:
      'A defender learns its whole mixed strategy as one action: the coverage of a static game, the moves of a patrol, the mixed row against attackers of unknown type. Attackers respond exactly, by quantal response, or learn by trying targets. The optimum is exact, but against quantal attackers the best known.',
    cells: [
      ...[1, 2, 3].map((resources) => eightTargets(resources, searcher, best, 150_000)),
      ...defenders.slice(1).map((leader) => eightTargets(2, leader, best, 300_000)),
      ...defenders
        .slice(1)
        .flatMap((leader) => [quantal, subjective].map((oracle) => eightTargets(2, leader, oracle, 300_000))),
      eightTargets(2, searcher, learning, 150_000),
      patrols(defenders[2], 300_000),
      bayesian(defenders[2], 300_000),
    ],
    seeds: 10,
    run: runLeaderCell,
  },
];
