import type { StepResult } from '../../gymnasium/core.js';
import type { Info, RenderFrame } from '../../gymnasium/types.js';
import type { StackelbergWrapper } from '../../wrappers/stackelberg.js';
import { field, type RowReader, type RowWriter, rowReader, rowWriter, spaceFields, view } from '../layout.js';
import { type Description, Endpoint, oneSeed, type ResetRequest } from './endpoint.js';
import { wholeCommitment } from './outer-commitment.js';
import { OuterInfos } from './outer-infos.js';

/** The leader's outer environment. */
export class StackelbergEndpoint extends Endpoint {
  readonly description: Description;
  private readonly action: RowReader;
  private readonly writeObservation: RowWriter;
  private readonly writeInfo: (info: Info, row: number) => void;

  constructor(private readonly env: StackelbergWrapper) {
    const infos = new OuterInfos(env.game.agents[env.game.leaderIndex].actionSpace, env.options);
    super(spaceFields('actions', env.actionSpace), [
      ...spaceFields('observations', env.observationSpace),
      field('rewards', 'float64', 1),
      field('terminations', 'uint8', 1),
      field('truncations', 'uint8', 1),
      ...infos.fields('infos', null),
    ]);
    this.action = rowReader('actions', env.actionSpace, this.actions);
    this.writeObservation = rowWriter('observations', env.observationSpace, this.results);
    this.writeInfo = infos.writer('infos', this.results);
    this.description = {
      observationSpace: env.observationSpace,
      actionSpace: env.actionSpace,
      stateSpace: env.stateSpace,
      metadata: env.metadata,
      ...infos.description,
      layouts: this.layouts,
    };
  }

  override reset({ seed, options }: ResetRequest): void {
    const start = this.env.reset({ seed: oneSeed(seed), options });
    this.write({ ...start, reward: 0, terminated: false, truncated: false });
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    this.write(this.env.step(this.action(0)));
  }

  override state(): Float64Array {
    return this.env.state();
  }

  override commitment(action: unknown): unknown {
    return wholeCommitment(this.env, this.env.actionSpace, action);
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  private write({ observation, reward, terminated, truncated, info }: StepResult<any>): void {
    this.writeObservation(observation, 0);
    view(this.results, 'rewards')[0] = reward;
    view(this.results, 'terminations')[0] = terminated ? 1 : 0;
    view(this.results, 'truncations')[0] = truncated ? 1 : 0;
    this.writeInfo(info, 0);
  }
}
