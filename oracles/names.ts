import { gameDefinition, type NamedFollowers, parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { type Oracle, responseMemories, tieBreakings } from '../envs/core/stackelberg.js';
import { checkOptionNames, describe, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { Seed } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { FollowerInput } from '../solvers/follower-model.js';
import { dbi } from '../solvers/hierarchical/differential-backward-induction.js';
import type { OptionNotes } from '../solvers/solver.js';
import { ContextualPolicy } from './contextual-policy.js';
import { DampedBestResponse } from './damped-best-response.js';
import { ExactBestResponse } from './exact-best-response.js';
import { FixedPolicy } from './fixed-policy.js';
import { HierarchicalResponse } from './hierarchical-response.js';
import { MultiplicativeWeights } from './multiplicative-weights.js';
import { HeuristicPoacher, RandomPoacher } from './poachers.js';
import { QSellers } from './q-sellers.js';
import { QuantalResponse, SubjectiveQuantalResponse } from './quantal-response.js';
import { ReplicatorResponse } from './replicator.js';
import { TabularQ } from './tabular-q.js';
import { WardropResponse } from './wardrop-response.js';

/** An oracle by name, ready for a game. */
export interface PreparedOracle {
  readonly oracle: Oracle;
  /** Steps of play that the followers were trained on beforehand. */
  readonly preTrainingSteps: number;
  /** Queries that random leaders answered for it. */
  readonly preTrainingQueries: number;
}

interface NamedOracle {
  readonly summary: string;
  /** Its options; absent where it has none. `prepareOracle` refuses others. */
  readonly options?: OptionNotes;
  /** The model of the follower that commitments against this oracle are graded by. Default: its exact best response. */
  follower?(options: any): FollowerInput;
  /** Whether commitments against this oracle are graded by its own responses: no model of the follower says what they do. */
  readonly gradesItself?: boolean;
  prepare(game: MarkovGame, options: any, seed: Seed): Promise<PreparedOracle>;
}

/** Whether every observation is an action. */
function reportsWhatItSees(observations: Space<any>, actions: Space<any>): boolean {
  return (
    observations instanceof Box &&
    actions instanceof Box &&
    observations.isBounded &&
    actions.contains(observations.low) &&
    actions.contains(observations.high)
  );
}

const ready = (oracle: Oracle): PreparedOracle => ({ oracle, preTrainingSteps: 0, preTrainingQueries: 0 });

/** Of every oracle that computes a best response. */
const bestResponseNotes: OptionNotes = {
  ties: { type: 'string', enum: tieBreakings, default: 'leader', description: 'for whom ties are broken' },
  samplesPerQuery: {
    type: 'integer',
    default: 1,
    description: "how often each observation is asked; the answers' frequencies are taken for the policy",
  },
  answers: {
    type: 'string',
    enum: ['auto', 'action', 'distribution'],
    default: 'auto',
    description:
      'whether the leader is asked for an action or for the distribution that it draws from; auto: for the latter where it can tell one and samplesPerQuery is 1',
  },
};

/** The lower levels descend as those of the solver do. */
const { method: _, ...descentNotes } = dbi.options!;

/** The oracles that experiments and the command line can name. */
export const oracles: Readonly<Record<string, NamedOracle>> = {
  'exact-best-response': {
    summary: "the exact best response to the leader's answers, from the game's model",
    options: {
      memory: {
        type: 'string',
        enum: responseMemories,
        default: 'stationary',
        description: 'what the follower may condition on',
      },
      ...bestResponseNotes,
    },
    follower: ({ memory = 'stationary' }) => memory,
    prepare: async (_game, options) => ready(new ExactBestResponse(options)),
  },
  myopic: {
    follower: () => 'myopic',
    summary: 'the exact best response of a follower that looks at the reward of the present step alone',
    options: bestResponseNotes,
    prepare: async (_game, options) => ready(new ExactBestResponse({ memory: 'myopic', ...options })),
  },
  'damped-best-response': {
    summary: 'the equilibrium that several followers reach by damped best responses (MultiFollower-v0)',
    options: {
      damping: {
        type: 'number',
        default: 0.5,
        description: 'weight of the best response in each iteration, in (0, 1]',
      },
      tolerance: {
        type: 'number',
        default: 1e-10,
        description: 'stop once no strategy is farther than this from its best response',
      },
      iterations: { type: 'integer', default: 1000, description: 'most iterations' },
    },
    prepare: async (_game, options) => ready(new DampedBestResponse(options)),
  },
  'heuristic-poacher': {
    summary: 'the rule-based poacher of Wang et al. 2019 (GreenSecurity-v0)',
    prepare: async () => ready(new HeuristicPoacher()),
  },
  'random-poacher': {
    summary: 'a poacher that draws its actions uniformly (GreenSecurity-v0)',
    prepare: async () => ready(new RandomPoacher()),
  },
  'hierarchical-response': {
    summary: "the levels below the root's action in a structured hierarchical game",
    options: descentNotes,
    prepare: async (_game, options) => ready(new HierarchicalResponse(options)),
  },
  'multiplicative-weights': {
    summary: 'followers without regret, by multiplicative weights over messages, reports or one-shot actions',
    options: {
      updates: { type: 'integer', default: 33, description: 'updates of the weights in an outer episode' },
      learningRate: {
        type: 'number',
        default: 0.1,
        description: 'epsilon: an action whose utility is U gets (1 + epsilon)^U times its weight',
      },
      form: {
        type: 'string',
        enum: ['exact', 'sampled'],
        default: 'exact',
        description:
          "how utilities are found: exact plays every joint action, sampled tries each follower's actions against a drawn one",
      },
      play: {
        type: 'string',
        enum: ['argmax', 'mixed', 'average'],
        default: 'argmax',
        description:
          'what is played then: the heaviest actions, the weights as probabilities, or those of a drawn update',
      },
      certify: {
        type: 'number',
        description:
          'largest gap at which play is taken for an equilibrium; learning goes on until it is met; without it nothing is certified',
      },
      mostUpdates: {
        type: 'integer',
        default: 10_000,
        description: 'updates after which learning with certify ends',
      },
    },
    gradesItself: true,
    prepare: async (_game, options) => ready(new MultiplicativeWeights(options)),
  },
  'q-sellers': {
    summary: 'two sellers that learn to price by Q-learning with one step of memory (BertrandPlatform-v0)',
    options: {
      learningRate: { type: 'number', default: 0.25, description: 'alpha, in (0, 1]' },
      explorationDecay: {
        type: 'number',
        default: 1e-4,
        description: 'beta: at step t a seller draws its price with probability exp(-beta t)',
      },
      discount: { type: 'number', default: 0.95, description: "the sellers' discount, in [0, 1)" },
      steps: {
        type: 'integer',
        description:
          'steps of learning in an outer episode; without it until both greedy policies have settled',
      },
      unchanged: {
        type: 'integer',
        default: 100_000,
        description: 'steps without a change after which they have settled; not with steps',
      },
      mostSteps: {
        type: 'integer',
        default: 10_000_000,
        description: 'steps after which learning ends although they have not; not with steps',
      },
    },
    prepare: async (_game, options) => ready(new QSellers(options)),
  },
  quantal: {
    summary: 'a logit quantal response, which errs the more the less it costs (one-shot games)',
    options: {
      rationality: {
        type: 'number',
        default: 0.76,
        description: 'lambda: 0 is uniform play, the limit is a best response',
      },
    },
    follower: (options) => ({ ...options, kind: 'quantal' }),
    prepare: async (_game, options) => ready(new QuantalResponse(options)),
  },
  'subjective-quantal': {
    summary: 'an attacker by subjective utility quantal response, SUQR (security games)',
    options: {
      weights: {
        type: 'array',
        default: [-9.85, 0.37, 0.15],
        description: 'of coverage, reward and penalty',
      },
    },
    follower: (options) => ({ ...options, kind: 'subjective-quantal' }),
    prepare: async (_game, options) => ready(new SubjectiveQuantalResponse(options)),
  },
  'contextual-policy': {
    summary: "a pre-trained follower that conditions on the leader's answers to a few queries",
    options: {
      queries: {
        type: 'array',
        description: 'leader observations to ask about; without it all of a Discrete space',
      },
      samplesPerQuery: { type: 'integer', default: 1, description: 'how often each is asked' },
      answers: {
        type: 'string',
        enum: ['action', 'distribution'],
        default: 'action',
        description: 'sampled actions, or the probabilities of a leader that commits to a whole policy',
      },
      steps: { type: 'integer', default: 1_000_000, description: 'follower steps to learn from, at most' },
      batchEpisodes: {
        type: 'integer',
        default: 160,
        description: 'episodes an update, each against a fresh random leader',
      },
      learningRate: {
        type: 'number',
        description: 'step size of Adam; without it 0.05 for tables, 0.002 for a network',
      },
      entropyCoefficient: {
        type: 'number',
        default: 0.05,
        description: 'first weight of the entropy bonus; falls to 0',
      },
      stopWhenExact: {
        type: 'boolean',
        default: true,
        description:
          "stop once the follower is an exact best response in every context, where the game's model tells",
      },
      focus: {
        type: 'number',
        default: 0.5,
        description:
          'share of later episodes against leaders whose context has no best response yet, in [0, 1]',
      },
    },
    prepare: async (game, options, seed) => {
      const { oracle, report } = await ContextualPolicy.pretrain(game, { ...options, seed });
      return { oracle, preTrainingSteps: report.followerSteps, preTrainingQueries: report.leaderQueries };
    },
  },
  'fixed-policy': {
    summary:
      'followers that always play the same action, the first of their space unless `actions` says otherwise',
    options: {
      actions: {
        type: 'object',
        description: 'action of each follower by id; without it the first of its space',
      },
    },
    prepare: async (game, options) => {
      const ids = game.followerIndices.map((agent) => game.agents[agent].id);
      checkOptionNames('fixed-policy: actions', options.actions ?? {}, ids);
      const actionOf = (agent: number) => {
        const { id, actionSpace } = game.agents[agent];
        return options.actions?.[id] ?? (actionSpace instanceof Discrete ? actionSpace.start : undefined);
      };
      const constant = (agent: number) => {
        const { id, actionSpace } = game.agents[agent];
        const action = actionOf(agent);
        if (actionSpace.contains(action)) return [id, () => action] as const;
        throw new InvalidArgument(
          `fixed-policy: actions.${id}: expected an action in ${actionSpace}, got ${describe(action)}.`,
        );
      };
      return ready(new FixedPolicy(Object.fromEntries(game.followerIndices.map(constant))));
    },
  },
  truthful: {
    summary: 'followers that report what they see (UnrelatedScheduling-v0 with reports row)',
    gradesItself: true,
    prepare: async (game) => {
      const report = (observation: any) => observation;
      const followers = game.followerIndices.map((agent) => game.agents[agent]);
      for (const { id, observationSpace, actionSpace } of followers) {
        if (reportsWhatItSees(observationSpace, actionSpace)) continue;
        throw new InvalidArgument(
          `truthful: expected every observation of ${id} to be an action, got ${observationSpace} and ${actionSpace}.`,
        );
      }
      return ready(new FixedPolicy(Object.fromEntries(followers.map(({ id }) => [id, report]))));
    },
  },
  'wardrop-response': {
    summary: 'users in Wardrop equilibrium, computed (StackelbergRouting-v0)',
    prepare: async () => ready(new WardropResponse()),
  },
  replicator: {
    summary: 'a population of users that learns by replicator dynamics (StackelbergRouting-v0)',
    options: {
      rounds: { type: 'integer', default: 200, description: 'most rounds of a response, each with a query' },
      rate: {
        type: 'number',
        default: 4,
        description: 'how fast shares move: above about 8 they may swing for ever',
      },
      tolerance: {
        type: 'number',
        default: 1e-3,
        description: "gap, in units of a user's cost, at which learning stops",
      },
      extinction: {
        type: 'number',
        default: 1e-3,
        description: 'paths with a smaller share than this are given up at the end',
      },
    },
    prepare: async (_game, options) => ready(new ReplicatorResponse(options)),
  },
  'tabular-q': {
    summary: 'followers that learn by Q-learning inside every episode of the leader',
    options: {
      episodes: {
        type: 'integer',
        default: 80,
        description: 'inner episodes of learning in each outer episode',
      },
      learningRate: { type: 'number', default: 0.1, description: 'in (0, 1]' },
      epsilon: {
        type: 'number',
        default: 0.1,
        description: 'probability of a uniform action while learning, in [0, 1]',
      },
      discount: { type: 'number', default: 0.9, description: "of the followers' learning, in [0, 1]" },
      initial: {
        type: 'string',
        enum: ['normal', 'zero'],
        default: 'normal',
        description: 'a fresh table: N(0, 0.01^2) entries, or zeros',
      },
    },
    prepare: async (_game, options) => ready(new TabularQ(options)),
  },
};

/**
 * The oracle that a registered game's leader meets unless it names one, with its options.
 *
 * @throws NameNotFound; InvalidArgument naming the bad parameter
 */
export function defaultOracle(id: string, parameters: unknown = {}): Required<NamedFollowers> {
  const { parameters: schema, oracle } = gameDefinition(id);
  const parsed = parseParameters(id, schema, parameters);
  const followers = typeof oracle === 'function' ? oracle(parsed) : oracle;
  return { name: 'exact-best-response', options: {}, ...followers };
}

/** How commitments against a named oracle are graded. */
export function gradingFollower(name: string, options: object): FollowerInput {
  return oracles[name]?.follower?.(options) ?? 'stationary';
}

/** Whether commitments against a named oracle are graded by responses of its own. */
export function gradesItself(name: string): boolean {
  return oracles[name]?.gradesItself ?? false;
}

/** @throws InvalidArgument for an unknown name (with the closest match) or malformed options */
export async function prepareOracle(
  name: string,
  game: MarkovGame,
  options: object,
  seed: Seed,
): Promise<PreparedOracle> {
  if (!Object.hasOwn(oracles, name)) {
    throw new InvalidArgument(`oracle: ${unknownName('oracle', name, Object.keys(oracles))}`);
  }
  checkOptionNames(name, options, Object.keys(oracles[name].options ?? {}));
  return oracles[name].prepare(game, options, seed);
}
