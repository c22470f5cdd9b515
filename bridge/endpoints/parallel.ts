import type { ParallelResetResult, PerAgent } from '../../gymnasium/parallel.js';
import type { RenderFrame, TypedArray } from '../../gymnasium/types.js';
import type { ParallelTimeLimit } from '../../gymnasium/wrappers/parallel-time-limit.js';
import { field, type RowWriter, view } from '../layout.js';
import {
  ActionReader,
  actionFields,
  describeAgents,
  observationFields,
  observationWriters,
} from './agents.js';
import { type Description, Endpoint, oneSeed, type ResetRequest } from './endpoint.js';

/** A ParallelEnv: all agents act in every step, or the first movers `commit` before the others act. */
export class ParallelEndpoint extends Endpoint {
  readonly description: Description;
  private readonly given: ActionReader;
  private readonly writers: readonly RowWriter[];
  private readonly numbers: Readonly<
    Record<'rewards' | 'terminations' | 'truncations' | 'agents', TypedArray>
  >;

  constructor(private readonly env: ParallelTimeLimit) {
    const count = env.possibleAgents.length;
    super(actionFields(env), [
      ...observationFields(env),
      field('rewards', 'float64', count),
      field('terminations', 'uint8', count),
      field('truncations', 'uint8', count),
      field('agents', 'uint8', count),
    ]);
    this.given = new ActionReader(env, this.actions);
    this.writers = observationWriters(env, this.results);
    this.numbers = {
      rewards: view(this.results, 'rewards'),
      terminations: view(this.results, 'terminations'),
      truncations: view(this.results, 'truncations'),
      agents: view(this.results, 'agents'),
    };
    this.description = {
      ...describeAgents(env),
      commits: env.commit !== undefined,
      moveOrder: env.moveOrder,
      stateSpace: env.stateSpace ?? null,
      metadata: env.metadata,
      layouts: this.layouts,
    };
  }

  override reset({ seed, options, maxCycles }: ResetRequest): void {
    if (maxCycles !== undefined) this.env.maxCycles = maxCycles;
    const { observations } = this.env.reset({ seed: oneSeed(seed), options });
    this.numbers.rewards.fill(0);
    this.numbers.terminations.fill(0);
    this.numbers.truncations.fill(0);
    this.writeObservations(observations);
    this.writeAgents();
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    const { observations, rewards, terminations, truncations } = this.env.step(this.given.all());
    this.writeObservations(observations);
    this.env.possibleAgents.forEach((id, k) => {
      this.numbers.rewards[k] = rewards[id] ?? 0;
      this.numbers.terminations[k] = terminations[id] ? 1 : 0;
      this.numbers.truncations[k] = truncations[id] ? 1 : 0;
    });
    this.writeAgents();
  }

  override commit(payload: Uint8Array): void {
    if (!this.env.commit) super.commit(payload);
    this.receive(payload);
    this.writeObservations(this.env.commit!(this.given.all()));
  }

  override state(): Float64Array {
    return this.env.state ? Float64Array.from(this.env.state() as TypedArray) : super.state();
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  private writeObservations(observations: PerAgent<any> | ParallelResetResult['observations']): void {
    this.env.possibleAgents.forEach((id, k) => {
      if (id in observations) this.writers[k](observations[id], 0);
    });
  }

  private writeAgents(): void {
    const { agents, possibleAgents } = this.env;
    possibleAgents.forEach((id, k) => {
      this.numbers.agents[k] = agents.includes(id) ? 1 : 0;
    });
  }
}
