import { type Env, type ResetResult, type StepResult, Wrapper } from '../core.js';
import { ResetNeeded } from '../error.js';
import type { RenderFrame, ResetOptions } from '../types.js';

/**
 * Refuses calls out of order: `step` and `render` before the first `reset`, and `step` after the end of an episode.
 *
 * @param options.disableRenderOrderEnforcing lets `render` through before the first reset
 * @throws ResetNeeded from the call that is out of order.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new OrderEnforcing(view);
 * env.reset({ seed: 0 }); // without it the next line throws ResetNeeded
 * env.step(1);
 */
export class OrderEnforcing<O = any, A = any> extends Wrapper<O, A, O, A> {
  private readonly checksRender: boolean;
  private state: 'new' | 'running' | 'ended' = 'new';

  constructor(env: Env<O, A>, options: { disableRenderOrderEnforcing?: boolean } = {}) {
    super(env);
    this.checksRender = !options.disableRenderOrderEnforcing;
  }

  /** Whether the environment has been reset at least once. */
  get hasReset(): boolean {
    return this.state !== 'new';
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.state = 'running';
    return result;
  }

  override step(action: A): StepResult<O> {
    if (this.state !== 'running') {
      const when = this.state === 'new' ? 'before the first step' : 'after the end of the episode';
      throw new ResetNeeded(`step: expected a reset ${when}, got none.`);
    }
    const result = this.env.step(action);
    if (result.terminated || result.truncated) this.state = 'ended';
    return result;
  }

  override render(): RenderFrame {
    if (this.checksRender && !this.hasReset) {
      throw new ResetNeeded('render: expected a reset before the first render, got none.');
    }
    return this.env.render();
  }
}
