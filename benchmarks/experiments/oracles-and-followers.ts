import { ordinalGames } from '../../envs/matrix/classics.js';
import type { Cell, Experiment } from '../experiment.js';
import { runFollowerCell } from '../follower-cell.js';
import { runLeaderCell } from '../leader-cell.js';

const pg = {
  commitment: 'episode',
  rows: 8,
  batchEpisodes: 8,
  gamma: 1,
  learningRate: 0.05,
  baseline: 'mean',
  normalizeAdvantages: true,
  entropyCoefficient: 0.03,
};
/** The outer MDP shows no phase, so values of observations say little: credit is by whole returns (gaeLambda 1). */
const ppo = { commitment: 'episode', rows: 8, gamma: 1, gaeLambda: 1, learningRate: 0.05 };
/** An outer episode has 810 steps here, so a rollout holds at least one a row, and credit is not cut short. */
const ppoLong = { ...ppo, learningRate: 0.03, rolloutSteps: 1000 };

interface Side {
  readonly name: string;
  readonly options: Record<string, unknown>;
}

/** A cell for each of the twelve games and each leader, against one oracle. */
function allGames(leaders: readonly Side[], oracle: Side, steps: number): Cell[] {
  return leaders.flatMap((leader) =>
    Object.keys(ordinalGames).map((gameName) => ({
      game: 'IteratedMatrixGame-v0',
      gameName,
      parameters: { game: gameName, horizon: 10, memory: 'full', rewardOffset: -2.5 },
      leader: leader.name,
      oracle: oracle.name,
      leaderOptions: leader.options,
      oracleOptions: oracle.options,
      budget: { steps },
    })),
  );
}

const leaders = [
  { name: 'pg', options: pg },
  { name: 'ppo', options: ppo },
];

const longLeaders = [leaders[0], { name: 'ppo', options: ppoLong }];

const es = { rows: 8, population: 16, learningRate: 0.3, sigma: 1 };

/** Every leader with every way to commit, in the game that needs memory and in one that does not. */
function commitmentModes(): Cell[] {
  const modes = [
    { mode: { commitment: 'step' }, steps: 30_000 },
    { mode: { commitment: 'episode' }, steps: 30_000 },
    { mode: { commitment: 'policy', policyForm: 'deterministic' }, steps: 2_000 },
  ];
  const oracle = { name: 'exact-best-response', options: {} };
  const sides = [...leaders, { name: 'es', options: es }];
  return modes.flatMap(({ mode, steps }) => {
    const shortRollouts = mode.commitment === 'policy' ? { rolloutSteps: 8, minibatchSize: 64 } : {};
    const leadersOf = sides.map(({ name, options }) => ({
      name,
      options: { ...options, ...mode, ...(name === 'ppo' ? shortRollouts : {}) },
    }));
    return allGames(leadersOf, oracle, steps).filter(({ gameName }) =>
      ['prisoners_dilemma', 'chicken'].includes(gameName),
    );
  });
}

/** The experiments of Gerstgrasser & Parkes, "Oracles & Followers" (ICML 2023). */
export const oraclesAndFollowers: readonly Experiment[] = [
  {
    id: 'of-all-games',
    title: 'Twelve iterated games, contextual follower',
    description:
      'A leader learns to commit against a pre-trained follower that sees its answers to five queries.',
    figure: 'the main comparison of "Oracles & Followers" (ICML 2023)',
    cells: allGames(leaders, { name: 'contextual-policy', options: {} }, 30_000),
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'of-all-games-q',
    title: 'Twelve iterated games, inner-loop Q-learning follower',
    description:
      'The same leaders against followers that learn by Q-learning inside every outer episode (Stackelberg POMDP).',
    figure: 'the main comparison of "Oracles & Followers" (ICML 2023)',
    cells: allGames(
      longLeaders,
      { name: 'tabular-q', options: { episodes: 80, learningRate: 0.01 } },
      2_000_000,
    ),
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'of-all-games-exact',
    title: 'Twelve iterated games, exact best response',
    description: "The same leaders against the exact best response to the leader's answers.",
    cells: allGames(leaders, { name: 'exact-best-response', options: {} }, 30_000),
    seeds: 20,
    run: runLeaderCell,
  },
  {
    id: 'of-follower',
    title: 'Contextual follower: contexts with an exact best response, of 32',
    description:
      'How many of the 32 deterministic leaders the pre-trained contextual follower best-responds to exactly. The value is that count; steps are leader queries in training.',
    cells: allGames([{ name: 'random', options: {} }], { name: 'contextual-policy', options: {} }, 1_000_000),
    seeds: 5,
    run: runFollowerCell,
  },
  {
    id: 'commitment-modes',
    title: 'Ways to commit, exact best response',
    description:
      'Every leader, committing at each step, for a whole outer episode, or by handing over its whole policy (there a step is a whole outer episode).',
    cells: commitmentModes(),
    seeds: 5,
    run: runLeaderCell,
  },
];
