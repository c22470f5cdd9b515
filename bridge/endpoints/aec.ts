import { ResetNeeded } from '../../gymnasium/error.js';
import { ParallelToAec } from '../../gymnasium/parallel-to-aec.js';
import type { TypedArray } from '../../gymnasium/types.js';
import type { ParallelTimeLimit } from '../../gymnasium/wrappers/parallel-time-limit.js';
import { field, view } from '../layout.js';
import { AgentsEndpoint } from './agents.js';
import type { ResetRequest } from './endpoint.js';

/** An AecEnv: agents act one after another, those who move first in a step before the others observe. */
export class AecEndpoint extends AgentsEndpoint {
  private readonly aec: ParallelToAec;
  private readonly selection: TypedArray;
  private readonly cumulativeRewards: TypedArray;

  constructor(env: ParallelTimeLimit) {
    super(env, [
      field('cumulativeRewards', 'float64', env.possibleAgents.length),
      field('selection', 'int32', 1),
    ]);
    this.aec = new ParallelToAec(env);
    this.selection = view(this.results, 'selection');
    this.cumulativeRewards = view(this.results, 'cumulativeRewards');
  }

  override reset(request: ResetRequest): void {
    this.aec.reset(this.resetOptions(request));
    this.write();
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    const selected = this.env.possibleAgents.indexOf(this.aec.agentSelection);
    if (selected < 0) throw new ResetNeeded('step: expected an agent to move, but none is left. Call reset.');
    this.aec.step(this.action(selected));
    this.write();
  }

  private write(): void {
    const { aec, env } = this;
    this.selection[0] = env.possibleAgents.indexOf(aec.agentSelection);
    this.writeNumbers(aec.agents, aec.rewards, aec.terminations, aec.truncations);
    env.possibleAgents.forEach((id, k) => {
      this.cumulativeRewards[k] = aec.cumulativeRewards[id] ?? 0;
      if (aec.agents.includes(id)) this.writeObservation(k, aec.observe(id));
    });
  }
}
