import type { PerAgent } from '../../gymnasium/parallel.js';
import type { ParallelTimeLimit } from '../../gymnasium/wrappers/parallel-time-limit.js';
import { AgentsEndpoint } from './agents.js';
import type { ResetRequest } from './endpoint.js';

/** A ParallelEnv: all agents act in every step, or the first movers `commit` before the others act. */
export class ParallelEndpoint extends AgentsEndpoint {
  constructor(env: ParallelTimeLimit) {
    super(env, [], { commits: env.commit !== undefined });
  }

  override reset(request: ResetRequest): void {
    const { observations } = this.env.reset(this.resetOptions(request));
    this.writeObservations(observations);
    this.writeNumbers(this.env.agents, {}, {}, {});
  }

  override step(payload: Uint8Array): void {
    this.receive(payload);
    const { observations, rewards, terminations, truncations } = this.env.step(this.givenActions());
    this.writeObservations(observations);
    this.writeNumbers(this.env.agents, rewards, terminations, truncations);
  }

  override commit(payload: Uint8Array): void {
    const { commit } = this.env;
    if (!commit) {
      super.commit(payload);
      return;
    }
    this.receive(payload, 'commit');
    this.writeObservations(commit(this.givenActions()));
  }

  private writeObservations(observations: PerAgent<any>): void {
    this.env.possibleAgents.forEach((id, k) => {
      if (id in observations) this.writeObservation(k, observations[id]);
    });
  }
}
