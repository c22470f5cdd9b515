import type { GameVectorEnv } from '../../envs/core/vector-env.js';
import type { TypedArray } from '../../gymnasium/types.js';
import type { ParallelVectorStepResult } from '../../gymnasium/vector.js';
import { field, spaceFields, view } from '../layout.js';
import { describeAgents } from './agents.js';
import { type Description, Endpoint, type ResetRequest } from './endpoint.js';

/** N lanes of a game, all agents' actions in one message. */
export class VectorEndpoint extends Endpoint {
  readonly description: Description;
  private readonly moves: Record<string, TypedArray>;

  constructor(private readonly env: GameVectorEnv) {
    const { possibleAgents: agents, numEnvs } = env;
    const observations = (name: string) =>
      agents.flatMap((id) => spaceFields(`${name}/${id}`, env.singleObservationSpace(id), numEnvs));
    super(
      agents.flatMap((id) => spaceFields(`actions/${id}`, env.singleActionSpace(id), numEnvs)),
      [
        ...observations('observations'),
        ...agents.map((id) => field(`rewards/${id}`, 'float64', numEnvs)),
        field('terminations', 'uint8', numEnvs),
        field('truncations', 'uint8', numEnvs),
      ],
      [field('finalMask', 'uint8', numEnvs), ...observations('finalObservations')],
    );
    this.moves = Object.fromEntries(agents.map((id) => [id, view(this.actions, `actions/${id}`)]));
    this.description = {
      ...describeAgents({
        possibleAgents: agents,
        observationSpace: (id) => env.singleObservationSpace(id),
        actionSpace: (id) => env.singleActionSpace(id),
      }),
      numEnvs,
      autoresetMode: env.autoresetMode,
      metadata: env.metadata,
      layouts: this.layouts,
    };
  }

  override reset({ seed, options }: ResetRequest): void {
    const { observations } = this.env.reset({ seed, options });
    this.finished = false;
    for (const id of this.env.possibleAgents) {
      view(this.results, `observations/${id}`).set(observations[id]);
      view(this.results, `rewards/${id}`).fill(0);
    }
    view(this.results, 'terminations').fill(0);
    view(this.results, 'truncations').fill(0);
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    this.write(this.env.step(this.moves));
  }

  override close(): void {
    this.env.close();
  }

  private write(step: ParallelVectorStepResult): void {
    for (const id of this.env.possibleAgents) {
      view(this.results, `observations/${id}`).set(step.observations[id]);
      view(this.results, `rewards/${id}`).set(step.rewards[id]);
    }
    view(this.results, 'terminations').set(step.terminations);
    view(this.results, 'truncations').set(step.truncations);
    this.finished = this.env.autoresetMode === 'SameStep' && step.finalMask.includes(1);
    if (!this.finished) return;
    view(this.final, 'finalMask').set(step.finalMask);
    for (const id of this.env.possibleAgents)
      view(this.final, `finalObservations/${id}`).set(step.finalObservations[id]);
  }
}
