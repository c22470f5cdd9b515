import { z } from 'zod';
import { policyFromJSON, readJson, writeJson } from '../agents/checkpoint.js';
import type { Policy } from '../agents/policy.js';
import { TabularSoftmax } from '../agents/policy.js';
import { parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import {
  type FollowerPolicy,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import { prefixError } from '../gymnasium/prefix-error.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { AgentId } from '../gymnasium/types.js';
import { ContextEncoding, type ContextOptions } from './context-encoding.js';
import { trainContextualNetwork } from './contextual-network.js';
import {
  type ContextualTrainingOptions,
  type ContextualTrainingReport,
  trainContextualTables,
} from './contextual-training.js';

const trainingOptions = [
  'seed',
  'steps',
  'batchEpisodes',
  'learningRate',
  'entropyCoefficient',
  'stopWhenExact',
  'focus',
  'onProgress',
  'queries',
  'samplesPerQuery',
  'answers',
];
const format = 'stackelberg-gym/contextual-policy';
const checkpoint = z.object({
  format: z.literal(format, { error: `expected ${format}` }),
  version: z.literal(1, { error: 'expected 1' }),
  game: z.string().optional(),
  queries: z.array(z.unknown()).optional(),
  samplesPerQuery: z.int('expected a positive integer').positive('expected a positive integer').optional(),
  answers: z.enum(['action', 'distribution']).optional(),
  greedy: z.boolean().optional(),
  policies: z.record(z.string(), z.unknown(), { error: 'expected a policy for each follower' }),
});

export interface ContextualPolicyOptions extends ContextOptions {
  /** A frozen policy for each follower, from the encoding's space to the follower's actions. */
  readonly policies: Readonly<Record<AgentId, Policy>>;
  /** `signature` of the game that the followers were trained on, which is then the only one they take. */
  readonly game?: string;
  /** Whether followers take their likeliest action. Default true. */
  readonly greedy?: boolean;
}

/**
 * Followers that condition on the leader's answers to a fixed list of queries, trained beforehand against random
 * leaders and then frozen (Gerstgrasser & Parkes 2023, section 4): a response costs as many leader steps as there are
 * queries.
 *
 * @example
 * const { oracle, report } = await ContextualPolicy.pretrain(makeGame('IteratedMatrixGame-v0'), { seed: 1 });
 * const outer = new StackelbergWrapper(env, { oracle });
 */
export class ContextualPolicy implements Oracle {
  readonly name = 'contextual-policy';

  constructor(readonly options: ContextualPolicyOptions) {}

  /**
   * Trains the followers against random leaders. Where the context is a table (one sampled answer a query, Discrete
   * spaces, at most 2^22 entries), several followers may learn and one is certified exact; else one follower learns a
   * network.
   *
   * @throws InvalidArgument for malformed options or a game that does not fit
   */
  static async pretrain(
    game: MarkovGame,
    options: ContextualTrainingOptions & ContextOptions,
  ): Promise<{ readonly oracle: ContextualPolicy; readonly report: ContextualTrainingReport }> {
    checkOptionNames('ContextualPolicy.pretrain', options, trainingOptions);
    const encoding = new ContextEncoding(game, options);
    const { policies, report } =
      encoding.contexts === null ? await trainNetwork(game, options) : trainTables(game, encoding, options);
    const { queries, samplesPerQuery, answers } = options;
    const { signature } = game;
    return {
      oracle: new ContextualPolicy({ policies, game: signature, queries, samplesPerQuery, answers }),
      report,
    };
  }

  /** Writes the frozen followers to a file, whole or not at all. `load` reads it back. */
  save(path: string): void {
    const { policies, game, queries, samplesPerQuery, answers, greedy } = this.options;
    const saved = Object.fromEntries(Object.entries(policies).map(([id, policy]) => [id, policy.save()]));
    const document = { format, version: 1, game, queries, samplesPerQuery, answers, greedy, policies: saved };
    writeJson('ContextualPolicy.save', path, document);
  }

  /** @throws InvalidArgument if the file is missing, is no JSON, or a field is malformed */
  static async load(path: string): Promise<ContextualPolicy> {
    const owner = `ContextualPolicy.load: ${path}`;
    const { policies, ...options } = parseParameters(owner, checkpoint, readJson(owner, path));
    const entries = await Promise.all(
      Object.entries(policies).map(
        async ([id, json]) => [id, await policyFromJSON(json).catch(named(owner, id))] as const,
      ),
    );
    return new ContextualPolicy({ ...options, policies: Object.fromEntries(entries) });
  }

  /** @throws InvalidArgument if a follower has no policy or one for other spaces, or moves before the leader */
  start({ lane: { game } }: OracleContext): Responder {
    if (this.options.game !== undefined && this.options.game !== game.signature) {
      throw new InvalidArgument(
        `ContextualPolicy: expected the game that the followers were trained on, got another: ${game.constructor.name} with other rules.`,
      );
    }
    const encoding = new ContextEncoding(game, this.options);
    const { policies, greedy = true } = this.options;
    for (const agent of game.followerIndices)
      checkPolicy(game, encoding, agent, policies[game.agents[agent].id]);
    return {
      *respond(): Response {
        const context = yield* encoding.ask();
        const followers: Record<AgentId, FollowerPolicy> = {};
        for (const agent of game.followerIndices) {
          const { id, actionSpace } = game.agents[agent];
          const policy = policies[id];
          const seen = (observation: any) => encoding.encode(agent, observation, context);
          const draws = !greedy && actionSpace instanceof Discrete && policy.probabilities !== undefined;
          followers[id] = {
            act: (observation, rng) => policy.act(seen(observation), rng, { greedy }),
            ...(draws && { probabilities: (observation: any) => policy.probabilities!(seen(observation)) }),
          };
        }
        return uncertified(followers);
      },
      reset() {},
    };
  }
}

type Trained = Pick<ContextualPolicyOptions, 'policies'> & { readonly report: ContextualTrainingReport };

function trainTables(
  game: MarkovGame,
  encoding: ContextEncoding,
  options: ContextualTrainingOptions,
): Trained {
  const { logits, report } = trainContextualTables(game, encoding, options);
  const policies = game.followerIndices.map((agent, k) => {
    const { id, actionSpace } = game.agents[agent];
    return [id, new TabularSoftmax(encoding.space(agent), actionSpace, logits[k])];
  });
  return { policies: Object.fromEntries(policies), report };
}

async function trainNetwork(
  game: MarkovGame,
  options: ContextualTrainingOptions & ContextOptions,
): Promise<Trained> {
  const { policy, report } = await trainContextualNetwork(game, options);
  return { policies: { [game.agents[game.followerIndices[0]].id]: policy }, report };
}

function checkPolicy(
  game: MarkovGame,
  encoding: ContextEncoding,
  agent: number,
  policy: Policy | undefined,
): void {
  const { id, actionSpace } = game.agents[agent];
  const space = encoding.space(agent);
  if (policy === undefined)
    throw new InvalidArgument(`ContextualPolicy: expected a policy for ${id}, got none.`);
  if (!policy.observationSpace.equals(space) || !policy.actionSpace.equals(actionSpace)) {
    throw new InvalidArgument(
      `ContextualPolicy: expected a policy of ${id} from ${space} to ${actionSpace}, got one from ${policy.observationSpace} to ${policy.actionSpace}.`,
    );
  }
}

function named(owner: string, id: AgentId): (error: unknown) => never {
  return (error) => {
    throw prefixError(`${owner}: policies.${id}`, error);
  };
}
