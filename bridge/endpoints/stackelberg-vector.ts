import type { Space } from '../../gymnasium/spaces/space.js';
import type { Info, RenderFrame, TypedArray } from '../../gymnasium/types.js';
import type { Batch, VectorResetResult } from '../../gymnasium/vector.js';
import type { StackelbergVectorEnv } from '../../wrappers/stackelberg-vector.js';
import { field, type RowReader, rowReader, rowWriter, spaceFields, type Views, view } from '../layout.js';
import { type Description, Endpoint, type ResetRequest } from './endpoint.js';
import { wholeCommitment } from './outer-commitment.js';
import { OuterInfos } from './outer-infos.js';

/** N outer environments side by side. */
export class StackelbergVectorEndpoint extends Endpoint {
  readonly description: Description;
  private readonly action: RowReader;
  private readonly writeObservations: (batch: Batch) => void;
  private readonly writeFinal: (batch: Batch) => void;
  private readonly writeInfo: (info: Info, row: number) => void;
  private readonly writeFinalInfo: (info: Info, row: number) => void;

  constructor(private readonly env: StackelbergVectorEnv) {
    const { numEnvs, game, options, singleObservationSpace: seen } = env;
    const infos = new OuterInfos(game.agents[game.leaderIndex].actionSpace, options);
    super(
      spaceFields('actions', env.singleActionSpace, numEnvs),
      [
        ...spaceFields('observations', seen, numEnvs),
        field('rewards', 'float64', numEnvs),
        field('terminations', 'uint8', numEnvs),
        field('truncations', 'uint8', numEnvs),
        ...infos.fields('infos', numEnvs),
      ],
      [
        field('finalMask', 'uint8', numEnvs),
        ...spaceFields('finalObservations', seen, numEnvs),
        ...infos.fields('finalInfos', numEnvs),
      ],
    );
    this.action = rowReader('actions', env.singleActionSpace, this.actions);
    this.writeObservations = batchWriter('observations', seen, this.results);
    this.writeFinal = batchWriter('finalObservations', seen, this.final);
    this.writeInfo = infos.writer('infos', this.results);
    this.writeFinalInfo = infos.writer('finalInfos', this.final);
    this.description = {
      observationSpace: seen,
      actionSpace: env.singleActionSpace,
      stateSpace: env.stateSpace,
      numEnvs,
      autoresetMode: env.autoresetMode,
      metadata: env.metadata,
      ...infos.description,
      layouts: this.layouts,
    };
  }

  override reset({ seed, options }: ResetRequest): void {
    this.finished = false;
    this.write(this.env.reset({ seed, options }));
    for (const name of ['rewards', 'terminations', 'truncations']) view(this.results, name).fill(0);
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    const step = this.env.step(this.batch());
    this.write(step);
    view(this.results, 'rewards').set(step.rewards);
    view(this.results, 'terminations').set(step.terminations);
    view(this.results, 'truncations').set(step.truncations);
    this.finished = this.env.autoresetMode === 'SameStep' && step.finalMask.includes(1);
    if (!this.finished) return;
    view(this.final, 'finalMask').set(step.finalMask);
    this.writeFinal(step.finalObservations);
    step.finalInfos.forEach((info, row) => {
      if (info !== null) this.writeFinalInfo(info, row);
    });
  }

  override state(): Float64Array {
    return this.env.state();
  }

  override commitment(action: unknown): unknown {
    return wholeCommitment(this.env, this.env.singleActionSpace, action);
  }

  override get rows(): number {
    return this.env.numEnvs;
  }

  override render(row: number): RenderFrame {
    return this.env.renderRow(row);
  }

  override close(): void {
    this.env.close();
  }

  private batch(): Batch {
    const whole = this.actions.get('actions');
    return whole ?? Array.from({ length: this.env.numEnvs }, (_, row) => this.action(row));
  }

  private write({ observations, infos }: VectorResetResult): void {
    this.writeObservations(observations);
    infos.forEach(this.writeInfo);
  }
}

/** Batches of array spaces are one array already; those of others are written row by row. */
function batchWriter(name: string, space: Space<any>, views: Views): (batch: Batch) => void {
  const whole = views.get(name);
  if (whole !== undefined) return (batch) => whole.set(batch as TypedArray);
  const write = rowWriter(name, space, views);
  return (batch) => (batch as readonly any[]).forEach(write);
}
