import type { StackelbergOptions } from '../wrappers/index.js';

/** A leader's environment by name: a game, its followers and how the leader commits. */
export interface WrapperPreset {
  /** `Name-vN`, unlike the id of any game. */
  readonly id: string;
  /** One line for catalogues. */
  readonly summary: string;
  /** The game's id, and its parameters. */
  readonly game: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** A name of `oracles/names.ts`, and the oracle's options. */
  readonly oracle: string;
  readonly oracleOptions: Readonly<Record<string, unknown>>;
  /** Options of `StackelbergWrapper`. */
  readonly options: Omit<StackelbergOptions, 'oracle'>;
}

const iterated = { game: 'prisoners_dilemma', horizon: 10, memory: 'full', rewardOffset: -2.5 };
const short = { horizon: 5, memory: 'small', rewardOffset: -2.5 };
const designed = { commitment: 'episode', repeats: 'skip' } as const;
const overTypes = { ...designed, rewardEpisodes: 'type-profiles' } as const;

/** Settings of the experiments in `benchmarks/`, of "Oracles & Followers" and of each option of `StackelbergWrapper`. */
export const wrapperPresets: readonly WrapperPreset[] = [
  {
    id: 'PrisonersDilemmaContextual-v0',
    summary:
      "Iterated prisoner's dilemma against a pre-trained follower that sees the answers to five queries",
    game: 'IteratedMatrixGame-v0',
    params: iterated,
    oracle: 'contextual-policy',
    oracleOptions: {},
    options: { commitment: 'episode', repeats: 'ask' },
  },
  {
    id: 'PrisonersDilemmaQLearning-v0',
    summary:
      "Iterated prisoner's dilemma against a follower that learns by Q-learning in every outer episode",
    game: 'IteratedMatrixGame-v0',
    params: iterated,
    oracle: 'tabular-q',
    oracleOptions: { episodes: 80, learningRate: 0.01 },
    options: { commitment: 'episode', repeats: 'ask' },
  },
  {
    id: 'PrisonersDilemmaSteps-v0',
    summary: "Iterated prisoner's dilemma whose leader draws afresh at every step, paid for five episodes",
    game: 'IteratedMatrixGame-v0',
    params: iterated,
    oracle: 'exact-best-response',
    oracleOptions: {},
    options: { commitment: 'step', rewardEpisodes: 5 },
  },
  {
    id: 'PrisonersDilemmaWholePolicy-v0',
    summary: "Iterated prisoner's dilemma whose leader hands over an action for each observation in one step",
    game: 'IteratedMatrixGame-v0',
    params: iterated,
    oracle: 'exact-best-response',
    oracleOptions: {},
    options: { commitment: 'policy', policyForm: 'deterministic' },
  },
  {
    id: 'HiddenQueries-v0',
    summary:
      'Five rounds of a 2x2 game whose leader never sees the queries (condition 1 of Theorem 1 broken)',
    game: 'IteratedMatrixGame-v0',
    params: {
      leader: [
        [4, 2],
        [3, 1],
      ],
      follower: [
        [3, 4],
        [1, 2],
      ],
      ...short,
    },
    oracle: 'contextual-policy',
    oracleOptions: {},
    options: { hideQueries: true },
  },
  {
    id: 'LeaderMemory-v0',
    summary:
      "Five rounds of the prisoner's dilemma whose leader is told queries from play (condition 2 broken)",
    game: 'IteratedMatrixGame-v0',
    params: { game: 'prisoners_dilemma', ...short },
    oracle: 'contextual-policy',
    oracleOptions: {},
    options: { revealPhase: true },
  },
  {
    id: 'OutOfEquilibriumReward-v0',
    summary: 'One-shot game whose leader is paid while the follower still learns (condition 3 broken)',
    game: 'NormalForm-v0',
    params: {
      leader: [
        [2, -5],
        [-5, 1],
      ],
      follower: [
        [0.001, 0],
        [0, 2],
      ],
    },
    oracle: 'tabular-q',
    oracleOptions: { episodes: 10, learningRate: 0.2, discount: 1, initial: 'zero' },
    options: { rewardDuringResponse: true },
  },
  {
    id: 'BattleOfTheSexesNoReset-v0',
    summary: 'Battle of the sexes against a follower that keeps what it learned (condition 4 broken)',
    game: 'NormalForm-v0',
    params: {
      leader: [
        [2, 0],
        [0, 1],
      ],
      follower: [
        [1, 0],
        [0, 2],
      ],
    },
    oracle: 'tabular-q',
    oracleOptions: { episodes: 10, discount: 1 },
    options: { resetFollowers: false },
  },
  {
    id: 'MatrixDesignLearners-v0',
    summary: 'Compensation of two followers without regret in a matrix game',
    game: 'MatrixDesign-v0',
    params: {},
    oracle: 'multiplicative-weights',
    oracleOptions: { updates: 33 },
    options: designed,
  },
  {
    id: 'SimpleAllocationTypes-v0',
    summary:
      'Allocation by three messages, paid for the exact mean over the types of a follower without regret',
    game: 'SimpleAllocation-v0',
    params: { messages: 3 },
    oracle: 'multiplicative-weights',
    oracleOptions: { updates: 33 },
    options: overTypes,
  },
  {
    id: 'SimpleAllocationHalfShown-v0',
    summary: 'Allocation by three messages, where the leader sees the queries of half of its outer episodes',
    game: 'SimpleAllocation-v0',
    params: { messages: 3 },
    oracle: 'multiplicative-weights',
    oracleOptions: { updates: 33 },
    options: { ...overTypes, responsePhaseProbability: 0.5 },
  },
  {
    id: 'MessagePricesTypes-v0',
    summary: 'Sequential prices after messages (MSPM, setting PI) for buyers without regret',
    game: 'MessageSPM-v0',
    params: { setting: 'pi' },
    oracle: 'multiplicative-weights',
    oracleOptions: { updates: 25 },
    options: overTypes,
  },
  {
    id: 'PlatformThreshold-v0',
    summary:
      'A platform that sees both prices sets the dearest one to show, against sellers that learn by Q-learning',
    game: 'BertrandPlatform-v0',
    params: { rule: 'threshold', leaderSees: 'prices' },
    oracle: 'q-sellers',
    oracleOptions: { learningRate: 0.25, explorationDecay: 1e-4, steps: 50_000 },
    options: {},
  },
  {
    id: 'SecurityCoverage-v0',
    summary: 'A coverage of eight targets as the logits of its coordinates, against the exact attacker',
    game: 'SecurityGame-v0',
    params: { resources: 2 },
    oracle: 'exact-best-response',
    oracleOptions: {},
    options: { commitment: 'policy', policyForm: 'logits' },
  },
  {
    id: 'PatrolDistributions-v0',
    summary: 'The distribution of a patrol at every place and time in one step, against the exact attacker',
    game: 'SpatioTemporalSecurity-v0',
    params: { name: 'static' },
    oracle: 'exact-best-response',
    oracleOptions: {},
    options: { commitment: 'policy', policyForm: 'logits' },
  },
  {
    id: 'BraessTolls-v0',
    summary: "Tolls on Braess's network as logits, for users in Wardrop equilibrium",
    game: 'StackelbergRouting-v0',
    params: { name: 'braess', control: 'tolls' },
    oracle: 'wardrop-response',
    oracleOptions: {},
    options: { commitment: 'policy', policyForm: 'logits' },
  },
];
