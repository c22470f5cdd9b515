import { Env, type ResetResult, type StepResult } from '../../gymnasium/core.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import type { Metadata, RenderFrame, ResetOptions } from '../../gymnasium/types.js';

export interface TestingEnvOptions {
  observationSpace?: Space<any>;
  actionSpace?: Space<any>;
  metadata?: Metadata;
  renderMode?: string | null;
  reset?: (env: TestingEnv, options?: ResetOptions) => unknown;
  step?: (env: TestingEnv, action: any) => unknown;
  render?: (env: TestingEnv) => unknown;
}

/** An Env whose every part can be replaced. By itself it never ends and returns observation 0 and reward 0. */
export class TestingEnv extends Env {
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  override readonly metadata: Metadata;
  override readonly renderMode: string | null;
  /** Every call of `reset`, by its argument. */
  readonly resets: (ResetOptions | undefined)[] = [];
  /** Every action given to `step` since construction. */
  readonly actions: any[] = [];
  closeCount = 0;

  constructor(private readonly parts: TestingEnvOptions = {}) {
    super();
    this.observationSpace = parts.observationSpace ?? new Discrete(100);
    this.actionSpace = parts.actionSpace ?? new Discrete(2);
    this.metadata = parts.metadata ?? { renderModes: ['ansi'] };
    this.renderMode = parts.renderMode ?? null;
  }

  override reset(options?: ResetOptions): ResetResult<any> {
    this.reseed(options);
    this.resets.push(options);
    return (this.parts.reset?.(this, options) ?? { observation: 0, info: {} }) as ResetResult<any>;
  }

  override step(action: any): StepResult<any> {
    this.actions.push(action);
    return (this.parts.step?.(this, action) ?? stepResult({})) as StepResult<any>;
  }

  override render(): RenderFrame {
    return (this.parts.render?.(this) ?? null) as RenderFrame;
  }

  override close(): void {
    this.closeCount++;
  }
}

/** A step's result with the given parts, the rest zero, false or empty. */
export function stepResult(parts: Partial<StepResult<any>>): StepResult<any> {
  return { observation: 0, reward: 0, terminated: false, truncated: false, info: {}, ...parts };
}

/** An episode of the given length: observation, reward and `info.step` count its steps; the last one terminates. */
export function countingEnv(length: number, options: TestingEnvOptions = {}): TestingEnv {
  let step = 0;
  return new TestingEnv({
    reset: () => {
      step = 0;
      return { observation: 0, info: { step } };
    },
    step: () => {
      step++;
      return stepResult({ observation: step, reward: step, terminated: step === length, info: { step } });
    },
    ...options,
  });
}

/** Gives each step the next of the scripted results; the first entry is the reset's observation. */
export function scriptedEnv(
  first: any,
  steps: readonly Partial<StepResult<any>>[],
  options: TestingEnvOptions = {},
): TestingEnv {
  let next = 0;
  return new TestingEnv({
    reset: () => {
      next = 0;
      return { observation: first, info: {} };
    },
    step: () => stepResult(steps[next++]),
    ...options,
  });
}

/** The error that `call` throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected the call to throw, but it returned.');
}
