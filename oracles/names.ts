import { gameDefinition, type NamedFollowers, parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import { describe, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { Seed } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { FollowerInput } from '../solvers/follower-model.js';
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

/** The oracles that experiments and the command line can name. */
export const oracles: Readonly<Record<string, NamedOracle>> = {
  'exact-best-response': {
    summary: "the exact best response to the leader's answers, from the game's model",
    follower: ({ memory = 'stationary' }) => memory,
    prepare: async (_game, options) => ready(new ExactBestResponse(options)),
  },
  myopic: {
    follower: () => 'myopic',
    summary: 'the exact best response of a follower that looks at the reward of the present step alone',
    prepare: async (_game, options) => ready(new ExactBestResponse({ memory: 'myopic', ...options })),
  },
  'damped-best-response': {
    summary: 'the equilibrium that several followers reach by damped best responses (MultiFollower-v0)',
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
    prepare: async (_game, options) => ready(new HierarchicalResponse(options)),
  },
  'multiplicative-weights': {
    summary: 'followers without regret, by multiplicative weights over messages, reports or one-shot actions',
    gradesItself: true,
    prepare: async (_game, options) => ready(new MultiplicativeWeights(options)),
  },
  'q-sellers': {
    summary: 'two sellers that learn to price by Q-learning with one step of memory (BertrandPlatform-v0)',
    prepare: async (_game, options) => ready(new QSellers(options)),
  },
  quantal: {
    summary: 'a logit quantal response, which errs the more the less it costs (one-shot games)',
    follower: (options) => ({ ...options, kind: 'quantal' }),
    prepare: async (_game, options) => ready(new QuantalResponse(options)),
  },
  'subjective-quantal': {
    summary: 'an attacker by subjective utility quantal response, SUQR (security games)',
    follower: (options) => ({ ...options, kind: 'subjective-quantal' }),
    prepare: async (_game, options) => ready(new SubjectiveQuantalResponse(options)),
  },
  'contextual-policy': {
    summary: "a pre-trained follower that conditions on the leader's answers to a few queries",
    prepare: async (game, options, seed) => {
      const { oracle, report } = await ContextualPolicy.pretrain(game, { ...options, seed });
      return { oracle, preTrainingSteps: report.followerSteps, preTrainingQueries: report.leaderQueries };
    },
  },
  'fixed-policy': {
    summary:
      'followers that always play the same action, the first of their space unless `actions` says otherwise',
    prepare: async (game, options) => {
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
    prepare: async (_game, options) => ready(new ReplicatorResponse(options)),
  },
  'tabular-q': {
    summary: 'followers that learn by Q-learning inside every episode of the leader',
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
  return oracles[name].prepare(game, options, seed);
}
