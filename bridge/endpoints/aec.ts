import { ResetNeeded } from '../../gymnasium/error.js';
import { ParallelToAec } from '../../gymnasium/parallel-to-aec.js';
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

/** An AecEnv: agents act one after another, those who move first in a step before the others observe. */
export class AecEndpoint extends Endpoint {
  readonly description: Description;
  private readonly aec: ParallelToAec;
  private readonly given: ActionReader;
  private readonly writers: readonly RowWriter[];
  private readonly selection: TypedArray;
  private readonly numbers: Readonly<
    Record<'agents' | 'rewards' | 'cumulativeRewards' | 'terminations' | 'truncations', TypedArray>
  >;

  constructor(private readonly env: ParallelTimeLimit) {
    const count = env.possibleAgents.length;
    super(actionFields(env), [
      ...observationFields(env),
      field('selection', 'int32', 1),
      field('rewards', 'float64', count),
      field('cumulativeRewards', 'float64', count),
      field('terminations', 'uint8', count),
      field('truncations', 'uint8', count),
      field('agents', 'uint8', count),
    ]);
    this.aec = new ParallelToAec(env);
    this.given = new ActionReader(env, this.actions);
    this.writers = observationWriters(env, this.results);
    this.selection = view(this.results, 'selection');
    this.numbers = {
      agents: view(this.results, 'agents'),
      rewards: view(this.results, 'rewards'),
      cumulativeRewards: view(this.results, 'cumulativeRewards'),
      terminations: view(this.results, 'terminations'),
      truncations: view(this.results, 'truncations'),
    };
    this.description = {
      ...describeAgents(env),
      moveOrder: env.moveOrder,
      stateSpace: env.stateSpace ?? null,
      metadata: env.metadata,
      layouts: this.layouts,
    };
  }

  override reset({ seed, options, maxCycles }: ResetRequest): void {
    if (maxCycles !== undefined) this.env.maxCycles = maxCycles;
    this.aec.reset({ seed: oneSeed(seed), options });
    this.write();
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    const selected = this.env.possibleAgents.indexOf(this.aec.agentSelection);
    if (selected < 0) throw new ResetNeeded('step: expected an agent to move, but none is left. Call reset.');
    this.aec.step(this.given.action(selected));
    this.write();
  }

  override state(): Float64Array {
    return this.aec.state ? Float64Array.from(this.aec.state() as TypedArray) : super.state();
  }

  override render(): RenderFrame {
    return this.aec.render();
  }

  override close(): void {
    this.aec.close();
  }

  private write(): void {
    const { aec, numbers } = this;
    this.selection[0] = this.env.possibleAgents.indexOf(aec.agentSelection);
    this.env.possibleAgents.forEach((id, k) => {
      const lives = aec.agents.includes(id);
      numbers.agents[k] = lives ? 1 : 0;
      numbers.rewards[k] = aec.rewards[id] ?? 0;
      numbers.cumulativeRewards[k] = aec.cumulativeRewards[id] ?? 0;
      numbers.terminations[k] = aec.terminations[id] ? 1 : 0;
      numbers.truncations[k] = aec.truncations[id] ? 1 : 0;
      if (lives) this.writers[k](aec.observe(id), 0);
    });
  }
}
