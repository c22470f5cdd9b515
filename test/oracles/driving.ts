import type { MarkovGame } from '../../envs/core/markov-game.js';
import type { JointFollowerPolicy, Oracle, Query } from '../../envs/core/stackelberg.js';
import { singleLane } from '../../envs/index.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';

/** Runs an oracle by hand: answers its queries and notes them. */
export class Driver {
  readonly queries: { observation: any; answer: Query['answer'] }[] = [];
  /** The leader's rewards in simulated play, in order. */
  readonly simulated: number[] = [];
  private readonly responder;

  constructor(
    readonly game: MarkovGame,
    oracle: Oracle,
    seed: Seed = 0,
    distributions = false,
  ) {
    const rng = new Rng(seed);
    const lane = singleLane(game);
    lane.seed(rng.child('game'));
    this.responder = oracle.start({
      lane,
      leader: game.leaderIndex,
      rng: rng.child('oracle'),
      distributions,
      simulated: (reward) => this.simulated.push(reward),
    });
  }

  respond(leader: (observation: any, answer: Query['answer']) => any): JointFollowerPolicy {
    const response = this.responder.respond();
    let step = response.next();
    while (!step.done) {
      this.queries.push({ ...step.value });
      step = response.next(leader(step.value.observation, step.value.answer));
    }
    return step.value.mixture[0];
  }

  reset(): void {
    this.responder.reset();
  }
}

/** A follower's actions for each of a number of observations. */
export function actionsOf(policies: JointFollowerPolicy, observations: number, start = 0): any[] {
  const { follower_0: policy } = policies;
  policy.reset?.();
  return Array.from({ length: observations }, (_, o) => policy.act(start + o, new Rng(0)));
}
