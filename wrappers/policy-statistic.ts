import { gameOf } from '../envs/core/views.js';
import {
  type PolicyStatisticName,
  policyStatisticNames,
  recordWidth,
  statisticSpace,
  writeStatistic,
} from '../envs/mechanism/policy-statistics.js';
import { SequentialPriceMechanism } from '../envs/mechanism/sequential-price-mechanism.js';
import { checkOneOf } from '../gymnasium/checks.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import {
  ParallelEnv,
  type ParallelResetResult,
  type ParallelStepResult,
  ParallelWrapper,
  type PerAgent,
} from '../gymnasium/parallel.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { AgentId, ResetOptions } from '../gymnasium/types.js';

/**
 * Shows the leader of a sequential price mechanism a smaller policy statistic (Brero et al. 2021) than the fullest
 * one, from which every other follows. The game's parameter `statistic` gives the same observations; this one compares
 * statistics over one and the same environment.
 *
 * @throws InvalidArgument unless the environment is a `SequentialPriceMechanism-v0` whose statistic is
 * `price-allocation-left`, or for an unknown statistic
 * @example
 * const env = new PolicyStatistic(make('SequentialPriceMechanism-v0'), 'items-agents-left');
 */
export class PolicyStatistic extends ParallelWrapper {
  readonly statistic: PolicyStatisticName;
  private readonly game: SequentialPriceMechanism;
  private readonly leader: AgentId;
  private readonly space: Space<any>;

  constructor(env: ParallelEnv, statistic: PolicyStatisticName) {
    if (!(env instanceof ParallelEnv)) {
      throw new InvalidArgument(`PolicyStatistic: expected a ParallelEnv, got ${describe(env)}.`);
    }
    super(env);
    checkOneOf('PolicyStatistic', 'statistic', statistic, policyStatisticNames);
    const game = gameOf(env);
    if (!(game instanceof SequentialPriceMechanism)) {
      throw new InvalidArgument(
        `PolicyStatistic: expected a SequentialPriceMechanism-v0, got ${game.constructor.name}.`,
      );
    }
    this.leader = game.agents[game.leaderIndex].id;
    if (env.observationSpace(this.leader).shape?.[0] !== recordWidth(game.shape)) {
      throw new InvalidArgument(
        `PolicyStatistic: expected an environment whose statistic is "price-allocation-left", got ${describe(game.statistic)}.`,
      );
    }
    this.game = game;
    this.statistic = statistic;
    this.space = statisticSpace(statistic, game.shape);
  }

  override observationSpace(agent: AgentId): Space<any> {
    return agent === this.leader ? this.space : this.env.observationSpace(agent);
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    const { observations, infos } = this.env.reset(options);
    return { observations: this.shown(observations), infos };
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    const result = this.env.step(actions);
    return { ...result, observations: this.shown(result.observations) };
  }

  private shown(observations: PerAgent<any>): PerAgent<any> {
    const { shape } = this.game;
    const out = new Float64Array(Math.max(1, recordWidth(shape, this.statistic)));
    writeStatistic(this.statistic, shape, observations[this.leader], 0, out, 0);
    return { ...observations, [this.leader]: this.statistic === 'hidden' ? 0 : out };
  }
}
