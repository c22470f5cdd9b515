import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import { checkOptionNames, describe, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { Tuple } from '../gymnasium/spaces/tuple.js';
import type { AgentId } from '../gymnasium/types.js';
import { type PolicyForm, policySpace } from './policy-forms.js';

export const commitments = ['step', 'episode', 'policy'] as const;
/**
 * What an action of the leader fixes: this step; its answer to this observation until the outer episode ends (Brero et
 * al. 2022); or its whole policy at once, so that an outer episode is one step.
 */
export type CommitmentMode = (typeof commitments)[number];

/** Answers queries that are hidden from the learner: the leader's present policy. */
export type QueryPolicy = (observation: any, rng: Rng) => any;

/** Options of the outer MDP. The defaults satisfy Theorem 1 of Gerstgrasser & Parkes 2023; each other value breaks a condition. */
export interface StackelbergOptions {
  /** How the followers respond. */
  readonly oracle: Oracle;
  /** Default `step`. */
  readonly commitment?: CommitmentMode;
  /**
   * With `policy` commitment: the action is an action for each observation (`deterministic`, a MultiDiscrete), or the
   * logits of a distribution for each (`logits`, a Box in [-10, 10]). For a leader whose actions are vectors, with a single
   * observation: the vector itself (`deterministic`), or where its space is bounded the logits of its coordinates within
   * their bounds, scaled down to meet the constraints of a ConstrainedBox (`logits`). Default `logits`.
   */
  readonly policyForm?: PolicyForm;
  /**
   * Episodes played with the followers' response, for which the leader is paid; or `type-profiles`, in games with
   * private types: one episode for each, weighted by its probability, so that the reward has no variance from types. Default 1.
   */
  readonly rewardEpisodes?: number | 'type-profiles';
  /**
   * With `episode` commitment, what happens where the leader meets an observation again: `ask`, with an
   * `info.actionMask` that leaves only the committed action; or `skip`, the wrapper answers for it and the outer episode has no
   * such step. Default `auto`: `skip` where actions are vectors, which no mask can fix, else `ask`.
   */
  readonly repeats?: 'auto' | 'ask' | 'skip';
  /**
   * Breaks condition 2 (the leader cannot tell a query from play): its observation also says which it is. A Discrete(n)
   * observation becomes Discrete(2 n), o + n in play; any other a Tuple with Discrete(2). Default false.
   */
  readonly revealPhase?: boolean;
  /**
   * Breaks condition 1 (queries are steps of the leader's own episode): `queryPolicy` answers them inside `reset`, and the
   * learner never sees them. Default false.
   */
  readonly hideQueries?: boolean;
  /**
   * The same for a share of outer episodes: the queries of each are shown with this probability (`response_phase_prob` of
   * Brero et al. 2022, where 0 is the basic POMDP). With `repeats: 'skip'` a hidden answer is shown when play
   * comes to it, as `info.committedAction`, so that it can be learned from. Default 1.
   */
  readonly responsePhaseProbability?: number;
  /**
   * Breaks condition 3 (reward only after the response): the leader is also paid in the oracle's simulated play.
   * Default false.
   */
  readonly rewardDuringResponse?: boolean;
  /** Breaks condition 4 (a fresh response to every leader) when false: learning followers keep what they learned. Default true. */
  readonly resetFollowers?: boolean;
}

/** The names of `StackelbergOptions`. */
export const stackelbergOptionNames = [
  'oracle',
  'commitment',
  'policyForm',
  'rewardEpisodes',
  'repeats',
  'responsePhaseProbability',
  'revealPhase',
  'hideQueries',
  'rewardDuringResponse',
  'resetFollowers',
];

/** The options with their defaults filled in. @throws InvalidArgument naming the option */
export function checkStackelbergOptions(
  owner: string,
  options: StackelbergOptions,
): Required<StackelbergOptions> {
  checkOptionNames(owner, options ?? {}, stackelbergOptionNames);
  const filled: Required<StackelbergOptions> = {
    commitment: 'step',
    policyForm: 'logits',
    rewardEpisodes: 1,
    repeats: 'auto',
    responsePhaseProbability: 1,
    revealPhase: false,
    hideQueries: false,
    rewardDuringResponse: false,
    resetFollowers: true,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  } as Required<StackelbergOptions>;
  const fail = (field: keyof StackelbergOptions, expected: string) => {
    throw new InvalidArgument(`${owner}: ${field}: expected ${expected}, got ${describe(filled[field])}.`);
  };
  if (typeof filled.oracle?.start !== 'function') fail('oracle', 'an oracle such as new TabularQ()');
  if (!commitments.includes(filled.commitment)) fail('commitment', `one of ${commitments.join(', ')}`);
  if (!['deterministic', 'logits'].includes(filled.policyForm)) fail('policyForm', 'deterministic or logits');
  const { rewardEpisodes, responsePhaseProbability: shown } = filled;
  if (rewardEpisodes !== 'type-profiles' && !(Number.isSafeInteger(rewardEpisodes) && rewardEpisodes >= 1))
    fail('rewardEpisodes', 'a positive integer or type-profiles');
  if (!['auto', 'ask', 'skip'].includes(filled.repeats)) fail('repeats', 'auto, ask or skip');
  if (filled.repeats === 'skip' && filled.commitment !== 'episode')
    fail('repeats', 'auto or ask without commitment "episode"');
  if (!(typeof shown === 'number' && shown >= 0 && shown <= 1))
    fail('responsePhaseProbability', 'a probability from 0 to 1');
  for (const field of ['revealPhase', 'hideQueries', 'rewardDuringResponse', 'resetFollowers'] as const) {
    if (typeof filled[field] !== 'boolean') fail(field, 'true or false');
  }
  if (shown < 1 && (filled.hideQueries || filled.rewardDuringResponse || filled.commitment === 'policy'))
    fail('responsePhaseProbability', '1 with hideQueries, rewardDuringResponse or commitment "policy"');
  if (filled.hideQueries && filled.rewardDuringResponse)
    fail('rewardDuringResponse', 'false with hideQueries, which has no step to pay for a hidden query');
  if (filled.commitment === 'policy' && filled.revealPhase)
    fail('revealPhase', 'false with commitment "policy", which has one phase');
  return filled;
}

/** The leader's spaces in the outer MDP, from those it has in the game. */
export function outerSpaces(
  lane: GameLane,
  leader: number,
  options: Required<StackelbergOptions>,
): { observation: Space<any>; action: Space<any> } {
  const { observationSpace, actionSpace } = lane.game.agents[leader];
  if (options.rewardEpisodes === 'type-profiles' && lane.game.typeProfiles === null) {
    throw new InvalidArgument(
      `rewardEpisodes: expected a number, got "type-profiles" for ${lane.game.constructor.name}, a game without private types.`,
    );
  }
  if (options.commitment === 'policy') {
    return {
      observation: new Discrete(1),
      action: policySpace(observationSpace, actionSpace, options.policyForm),
    };
  }
  if (!options.revealPhase) return { observation: observationSpace, action: actionSpace };
  const revealed =
    observationSpace instanceof Discrete
      ? new Discrete(2 * observationSpace.n, { start: observationSpace.start })
      : new Tuple([observationSpace, new Discrete(2)]);
  return { observation: revealed, action: actionSpace };
}

/** Position of the leader: the game's only one unless an id names it. @throws InvalidArgument if that agent does not lead */
export function leaderOf(game: MarkovGame, id: AgentId | undefined): number {
  const index = id === undefined ? game.leaderIndex : game.agentIndex(id);
  if (game.agents[index].role !== 'leader') {
    throw new InvalidArgument(`leader: expected an agent with the role of leader, got ${describe(id)}.`);
  }
  return index;
}
