import { type Env, type ResetResult, type StepResult, Wrapper } from '../core.js';
import { CheckFailed, describe } from '../error.js';
import { logger } from '../logger.js';
import { Space } from '../spaces/space.js';
import type { RenderFrame, ResetOptions } from '../types.js';

/**
 * Looks at the first `reset`, `step` and `render` of an environment without changing them, after
 * `gymnasium.wrappers.PassiveEnvChecker`: a structure that callers cannot use throws, all else warns through `logger`.
 *
 * @throws CheckFailed at construction if a space is not a Space; from `reset` and `step` if the result lacks a field or
 * the info is not a plain object; from `render` if `renderMode` is not among `metadata.renderModes`.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new PassiveEnvChecker(view);
 * env.reset({ seed: 0 });
 */
export class PassiveEnvChecker<O = any, A = any> extends Wrapper<O, A, O, A> {
  private checkedReset = false;
  private checkedStep = false;
  private checkedRender = false;

  constructor(env: Env<O, A>) {
    super(env);
    checkSpace(env, 'observationSpace');
    checkSpace(env, 'actionSpace');
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    if (!this.checkedReset) {
      this.checkedReset = true;
      checkFields('reset', result, ['observation', 'info']);
      checkObservation(this.env, 'reset', result.observation);
    }
    return result;
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    if (!this.checkedStep) {
      this.checkedStep = true;
      checkFields('step', result, ['observation', 'reward', 'terminated', 'truncated', 'info']);
      checkObservation(this.env, 'step', result.observation);
      checkReward(result.reward);
      checkFlag('terminated', result.terminated);
      checkFlag('truncated', result.truncated);
    }
    return result;
  }

  override render(): RenderFrame {
    if (this.checkedRender) return this.env.render();
    this.checkedRender = true;
    checkRenderModes(this.env);
    const frame = this.env.render();
    if (frame !== null && typeof frame !== 'string') {
      logger.warn(`render: expected a string or null, got ${describe(frame)}.`);
    }
    return frame;
  }
}

function checkSpace(env: Env, name: 'observationSpace' | 'actionSpace'): void {
  if (env[name] instanceof Space) return;
  throw new CheckFailed(
    `${env.constructor.name}: expected ${name} to be a Space, got ${describe(env[name])}.`,
  );
}

function checkFields(method: string, result: unknown, fields: readonly string[]): void {
  const missing =
    typeof result !== 'object' || result === null ? fields : fields.filter((field) => !(field in result));
  if (missing.length > 0) {
    throw new CheckFailed(
      `${method}: expected an object with ${fields.join(', ')}, got ${describe(result)}.`,
    );
  }
  const { info } = result as { info: unknown };
  if (typeof info !== 'object' || info === null || Array.isArray(info)) {
    throw new CheckFailed(`${method}: expected info to be an object, got ${describe(info)}.`);
  }
}

function checkObservation(env: Env, method: string, observation: unknown): void {
  if (env.observationSpace.contains(observation)) return;
  logger.warn(`${method}: expected an observation in ${env.observationSpace}, got ${describe(observation)}.`);
}

function checkReward(reward: unknown): void {
  if (typeof reward === 'number' && Number.isFinite(reward)) return;
  logger.warn(`step: expected reward to be a finite number, got ${describe(reward)}.`);
}

function checkFlag(name: string, value: unknown): void {
  if (typeof value !== 'boolean')
    logger.warn(`step: expected ${name} to be a boolean, got ${describe(value)}.`);
}

function checkRenderModes({ metadata, renderMode }: Env): void {
  const { renderModes, renderFps } = metadata;
  if (!Array.isArray(renderModes) || !renderModes.every((mode) => typeof mode === 'string')) {
    logger.warn(
      `render: expected metadata.renderModes to be an array of strings, got ${describe(renderModes)}.`,
    );
    return;
  }
  if (renderFps !== undefined && !(renderFps > 0)) {
    logger.warn(`render: expected metadata.renderFps to be a positive number, got ${describe(renderFps)}.`);
  }
  if (renderMode !== null && !renderModes.includes(renderMode)) {
    throw new CheckFailed(
      `render: expected renderMode to be one of ${renderModes.join(', ')}, got ${describe(renderMode)}.`,
    );
  }
}
