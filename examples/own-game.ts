// A game of your own in one file: an inspector commits to a level of inspection, and the inspected party responds.
import {
  type Actions,
  type AgentSpec,
  Discrete,
  defineGame,
  MarkovGame,
  makeGame,
  registerGame,
  type StepBuffers,
  z,
} from 'stackelberg-gym';
import { solve } from 'stackelberg-gym/solvers';

const costs = [0, 1, 3];
const detection = [0, 0.5, 1];

class Inspection extends MarkovGame {
  readonly agents: readonly AgentSpec[] = [
    { id: 'leader_0', role: 'leader', observationSpace: new Discrete(1), actionSpace: new Discrete(3) },
    { id: 'follower_0', role: 'follower', observationSpace: new Discrete(1), actionSpace: new Discrete(2) },
  ];

  constructor(readonly fine: number) {
    super();
  }

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    for (const observations of out.observations) observations[lane] = 0;
  }

  override step(from: number, to: number, [levels, violations]: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      const [level, violates] = [levels[i], violations[i] === 1];
      const caught = this.rng(i).categorical([1 - detection[level], detection[level]]) === 1;
      out.rewards[0][i] = -costs[level] - (violates ? (caught ? 1 : 6) : 0);
      out.rewards[1][i] = violates ? (caught ? -this.fine : 2) : 0;
      out.terminated[i] = 1;
    }
  }
}

const inspection = defineGame({
  id: 'Inspection-v0',
  summary: 'One inspection at level 0, 1 or 2',
  parameters: z.strictObject({ fine: z.number().positive().default(4) }),
  create: ({ fine }) => new Inspection(fine),
  presets: { default: {}, lenient: { fine: 1 } },
});

registerGame(inspection); // make, makeVec, makeAec, makeGame, the wrappers and the solvers now know it
const { value, commitment } = await solve(makeGame('Inspection-v0', { fine: 4 }));
const levels = Array.from(commitment as readonly number[], (p) => p.toFixed(2));
console.log(`value ${value.toFixed(4)} with levels ${levels}`); // -2/3: a light inspection two times in three deters
