import type { Cell, Experiment } from '../experiment.js';
import { runLeaderCell } from '../leader-cell.js';
import { runPriceMechanismCell } from '../price-mechanism-cell.js';

/** One policy for a whole outer episode, whose answers are kept; the reward is the exact sum over types. */
const committed = { commitment: 'episode', repeats: 'skip', gamma: 1 };
const table = { ...committed, rows: 8, rolloutSteps: 24 };
const network = {
  ...committed,
  policy: 'network',
  rows: 16,
  rolloutSteps: 32,
  minibatchSize: 64,
  epochs: 10,
  learningRate: 0.001,
  gaeLambda: 1,
};
const overTypes = { rewardEpisodes: 'type-profiles' };

type Followers = Pick<Cell, 'oracle' | 'oracleOptions'>;
const weights = (updates: number): Followers => ({
  oracle: 'multiplicative-weights',
  oracleOptions: { updates },
});
const qLearners: Followers = {
  oracle: 'tabular-q',
  oracleOptions: { episodes: 100, learningRate: 0.2, epsilon: 0.3 },
};

/** A leader that picks a row against one learner. */
function rows(name: string): Cell {
  return {
    ...weights(33),
    game: 'NormalForm-v0',
    gameName: name,
    parameters: { name },
    leader: 'ppo',
    leaderOptions: { ...table, rolloutSteps: 16 },
    budget: { steps: 300_000 },
  };
}

const matrixDesign: Cell = {
  ...weights(33),
  game: 'MatrixDesign-v0',
  gameName: 'matrix design',
  parameters: {},
  leader: 'ppo',
  leaderOptions: { ...network, critic: 'state', logStd: 0.7 },
  budget: { steps: 300_000 },
};

function simpleAllocation(messages: number, followers: Followers, further: Cell['leaderOptions'] = {}): Cell {
  return {
    ...followers,
    game: 'SimpleAllocation-v0',
    gameName: `simple allocation, ${messages} ${messages === 1 ? 'message' : 'messages'}`,
    parameters: { messages },
    leader: 'ppo',
    leaderOptions: { ...table, ...overTypes, ...further },
    budget: { steps: 500_000 },
  };
}

function messageSpm(
  gameName: string,
  parameters: Cell['parameters'],
  updates: number,
  critic: 'state' | 'observation' = 'state',
): Cell {
  return {
    ...weights(updates),
    game: 'MessageSPM-v0',
    gameName,
    parameters,
    leader: 'ppo',
    leaderOptions: { ...network, ...overTypes, critic, logStd: -0.5 },
    budget: { steps: 1_000_000 },
  };
}

/** A designer without followers: its buyers are truthful, and part of the game. */
function priceMechanism(
  gameName: string,
  setting: string,
  statistic: string,
  steps: number,
  further: Cell['parameters'] = {},
): Cell {
  return {
    game: 'SequentialPriceMechanism-v0',
    gameName,
    parameters: { setting, statistic, ...further },
    leader: 'ppo',
    oracle: 'fixed-policy',
    leaderOptions: {
      policy: 'network',
      hidden: [32, 32],
      rows: 16,
      rolloutSteps: 128,
      minibatchSize: 256,
      epochs: 2,
      learningRate: { from: 0.002, to: 0.0001 },
      gamma: 1,
      logStd: -0.7,
      learnsWith: { reward: 'regret' },
    },
    oracleOptions: {},
    budget: { steps },
  };
}

/** Leaders that design the rules, against followers without regret (Brero et al. 2022). */
export const mechanism: readonly Experiment[] = [
  {
    id: 'mechanism',
    title: 'Learned mechanisms against followers without regret',
    description:
      'A Stackelberg POMDP: the leader answers the queries of followers that learn by multiplicative weights or Q-learning, and is paid for the exact sum over their types. MSPM and SPM are sequential price mechanisms with and without messages, whose value is minus the loss in welfare.',
    cells: [
      ...['escape', 'maintain', 'game_3', 'game_4'].map(rows),
      matrixDesign,
      ...[1, 2, 3].map((messages) => simpleAllocation(messages, weights(33))),
      simpleAllocation(3, qLearners),
      messageSpm('MSPM, PI', { setting: 'pi' }, 25),
      messageSpm('SPM, PI', { setting: 'pi', messages: 1 }, 25),
    ],
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'mechanism-critic',
    title: 'Critics that see the phase and what followers have learned, and critics that do not',
    description:
      'The sequential price mechanism with messages (MSPM), learned with a critic that sees the whole state (MAPPO) and with one that sees what the leader sees.',
    cells: [
      messageSpm('MSPM, PI', { setting: 'pi' }, 25),
      messageSpm('MSPM, PI', { setting: 'pi' }, 25, 'observation'),
    ],
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'mechanism-messages',
    title: 'Price mechanisms with messages and more types',
    description:
      'Sequential price mechanisms with messages (MSPM) in the setting MSGSpace-k: both buyers have one of k values, evenly spaced, and two messages. The value is minus the loss in welfare.',
    cells: [3, 4, 5, 6].map((types) =>
      messageSpm(`MSPM, ${types} types`, { setting: 'msgspace', types }, 75),
    ),
    seeds: 5,
    run: runLeaderCell,
  },
  {
    id: 'mechanism-ablation',
    title: 'Without the response phase',
    description:
      'Simple allocation with three messages, where the queries of the response phase are steps of the leader in all, half or none of its episodes.',
    cells: [1, 0.5, 0].map((responsePhaseProbability) =>
      simpleAllocation(3, weights(33), { responsePhaseProbability }),
    ),
    seeds: 10,
    run: runLeaderCell,
  },
  {
    id: 'sequential-price',
    title: 'Learned sequential price mechanisms',
    description:
      'A designer visits truthful buyers in an order and at prices of its own, and sees a statistic of what happened so far (Brero et al. 2021). Values are welfare in units of the largest value that a buyer can have; learned values are means over 40,000 episodes and curves over 1,000, so they may be above the optimum by chance.',
    valueTitle: 'welfare',
    reference: 'exact or best known value',
    cells: [
      priceMechanism('inventory', 'inventory', 'items-agents-left', 600_000),
      priceMechanism('two worlds', 'two-worlds', 'items-agents-left', 300_000),
      priceMechanism('two worlds', 'two-worlds', 'price-allocation-left', 300_000),
      priceMechanism('kitchen sink', 'kitchen-sink', 'items-agents-left', 300_000),
      priceMechanism('kitchen sink', 'kitchen-sink', 'price-allocation-left', 300_000),
      priceMechanism('id', 'id', 'items-agents-left', 300_000),
      priceMechanism('id', 'id', 'allocation-left', 300_000),
    ],
    extras: [{ path: 'extra.standardError', title: 'standard error of a learned value' }],
    seeds: 3,
    run: runPriceMechanismCell,
  },
];
