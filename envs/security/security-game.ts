import { z } from 'zod';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../../gymnasium/spaces/constrained-box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { securityRenderer } from './security-game-rendering.js';
import { generateTargets, generatorParameters } from './security-generators.js';
import { eightTargets, type Target, twoTargets } from './security-instances.js';

const greatest = 1e12;
const bounds = `expected a payoff from -${greatest} to ${greatest}`;
const payoff = z.number().min(-greatest, bounds).max(greatest, bounds);

/** Scratch space of `step`. */
const odds = new Float64Array(2);

const target = z
  .strictObject({
    defenderCovered: payoff.describe('Defender payoff if the target is attacked while covered'),
    defenderUncovered: payoff.describe(
      'Defender payoff if it is attacked while uncovered, at most defenderCovered',
    ),
    attackerCovered: payoff.describe(
      'Attacker payoff if it is attacked while covered, at most attackerUncovered',
    ),
    attackerUncovered: payoff.describe('Attacker payoff if it is attacked while uncovered'),
  })
  .superRefine((t, context) => {
    const wrong = (path: string, expected: string) =>
      context.addIssue({ code: 'custom', path: [path], message: `expected ${expected}` });
    if (t.defenderCovered < t.defenderUncovered)
      wrong('defenderCovered', `at least defenderUncovered (${t.defenderUncovered})`);
    if (t.attackerCovered > t.attackerUncovered)
      wrong('attackerCovered', `at most attackerUncovered (${t.attackerUncovered})`);
  });

const parameters = z.strictObject({
  targets: z
    .array(target)
    .min(1, 'expected at least one target')
    .optional()
    .describe('Payoffs of each target; default: eight targets'),
  generate: generatorParameters.optional().describe('Draws the targets instead'),
  resources: z
    .number()
    .positive('expected a positive number')
    .default(1)
    .describe('Resources of the defender'),
  schedules: z
    .array(z.array(z.int().min(0)).min(1, 'expected at least one target'))
    .min(1, 'expected at least one schedule')
    .optional()
    .describe('Sets of targets that one resource covers together; default: each target by itself'),
  payoffs: z
    .enum(['expected', 'sampled'])
    .default('expected')
    .describe('Whether rewards are expected payoffs, or those of a drawn deployment'),
});

/**
 * ## Description
 * A static Stackelberg security game: the defender commits to a coverage of targets by few resources, the attacker
 * sees it and attacks one target (Kiekintveld et al. 2009; An, Tambe, Sinha 2017; Sinha et al. 2018).
 *
 * Coverage adds up over schedules and no target may be covered twice, as in ERASER-C. With more than one resource and
 * overlapping schedules this is not what deployments can reach: it may be more, and since they may overlap it may be
 * less (Kiekintveld et al. 2009; Jain et al. 2010).
 *
 * ## Action Space
 * `leader_0`, the defender: `ConstrainedBox` of shape [n] and float64, the probability that each target is covered; the
 * sum is at most `resources`. With `schedules`: shape [number of schedules], the probability that each schedule is
 * flown; the sum is at most `resources`, and the coverage of no target exceeds 1. `follower_0`, the attacker:
 * `Discrete(n)`, the target.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_0`: `Box(0, 1, [n])` of float64, the coverage of the targets: zeros
 * before the defender has committed (the game is leader-first: see `ParallelEnv.commit`).
 *
 * ## Rewards
 * At target t with coverage c: c * covered + (1 - c) * uncovered, for each side with its own payoffs. With
 * `payoffs: 'sampled'` the covered payoff with probability c, else the uncovered one.
 *
 * ## Starting State
 * There is only one state.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('SecurityGame-v0', { targets: [{ defenderCovered: 5, defenderUncovered: -6, attackerCovered: -3,
 * attackerUncovered: 7 }, ...], resources: 2 })`; default eight targets. `generate: { targets: 20, seed: 1 }` draws
 * them. `schedules`: `[[0, 1], [1, 2]]`. `payoffs`: 'expected' (default) or 'sampled'.
 *
 * ## References
 * C. Kiekintveld et al. Computing optimal randomized resource allocations for massive security games. AAMAS 2009.
 * B. An, M. Tambe, A. Sinha. Stackelberg security games: basics and application overview. 2017.
 * A. Sinha et al. Stackelberg security games: looking beyond a decade of success. IJCAI 2018.
 *
 * ## Version History
 * - v0: first release.
 */
export class SecurityGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  private readonly defenderCovered: Float64Array;
  private readonly defenderUncovered: Float64Array;
  private readonly attackerCovered: Float64Array;
  private readonly attackerUncovered: Float64Array;

  constructor(
    readonly targets: readonly Target[],
    readonly resources: number,
    /** Sets of targets, or null where every target is a schedule of its own. */
    readonly schedules: readonly (readonly number[])[] | null = null,
    readonly payoffs: 'expected' | 'sampled' = 'expected',
  ) {
    super();
    const column = (field: keyof Target) => Float64Array.from(targets, (t) => t[field]);
    this.defenderCovered = column('defenderCovered');
    this.defenderUncovered = column('defenderUncovered');
    this.attackerCovered = column('attackerCovered');
    this.attackerUncovered = column('attackerUncovered');
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(1),
        actionSpace: coverageSpace(targets.length, resources, schedules),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Box(0, 1, { shape: [targets.length], dtype: 'float64' }),
        actionSpace: new Discrete(targets.length),
      },
    ];
  }

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    const n = this.targets.length;
    out.observations[0][lane] = 0;
    out.observations[1].fill(0, lane * n, (lane + 1) * n);
  }

  /** Shows the attacker the coverage. */
  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const n = this.targets.length;
    const seen = out.observations[1];
    const action = actions[0];
    if (this.schedules === null) {
      for (let k = from * n; k < to * n; k++) seen[k] = action[k];
      return;
    }
    const width = this.schedules.length;
    for (let lane = from; lane < to; lane++) {
      seen.fill(0, lane * n, (lane + 1) * n);
      for (let s = 0; s < width; s++) this.addSchedule(s, action[lane * width + s], seen, lane * n);
    }
  }

  private addSchedule(schedule: number, weight: number, coverage: Actions[number], at: number): void {
    const covered = this.schedules![schedule];
    for (let k = 0; k < covered.length; k++) {
      const t = at + covered[k];
      coverage[t] = Math.min(1, coverage[t] + weight);
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    this.commit(from, to, actions, out);
    const n = this.targets.length;
    const coverage = out.observations[1];
    const attacked = actions[1];
    for (let lane = from; lane < to; lane++) {
      const t = attacked[lane];
      const c = coverage[lane * n + t];
      const share = this.payoffs === 'expected' ? c : this.drawCovered(lane, c);
      out.rewards[0][lane] = share * this.defenderCovered[t] + (1 - share) * this.defenderUncovered[t];
      out.rewards[1][lane] = share * this.attackerCovered[t] + (1 - share) * this.attackerUncovered[t];
    }
    out.terminated.fill(1, from, to);
  }

  /** 1 with probability c, else 0. */
  private drawCovered(lane: number, c: number): number {
    odds[0] = 1 - c;
    odds[1] = c;
    return this.rng(lane).categorical(odds);
  }

  /** Probability that each target is covered, for an action of the defender. */
  coverageOf(action: ArrayLike<number>): Float64Array {
    if (this.schedules === null) return Float64Array.from(action);
    const coverage = new Float64Array(this.targets.length);
    for (let s = 0; s < this.schedules.length; s++) this.addSchedule(s, action[s], coverage, 0);
    return coverage;
  }
}

function coverageSpace(
  n: number,
  resources: number,
  schedules: readonly (readonly number[])[] | null,
): ConstrainedBox {
  const width = schedules === null ? n : schedules.length;
  const everything = Array.from({ length: width }, (_, k) => k);
  const budget = { indices: everything, upper: resources };
  if (schedules === null) return new ConstrainedBox(1, [budget], { shape: [n] });
  const overlapping = Array.from({ length: n }, (_, t) => everything.filter((s) => schedules[s].includes(t)));
  const caps = overlapping.filter((over) => over.length > 1).map((indices) => ({ indices, upper: 1 }));
  return new ConstrainedBox(1, [budget, ...caps], { shape: [width] });
}

type Parameters = z.output<typeof parameters>;

function create({ targets, generate, resources, schedules, payoffs }: Parameters): SecurityGame {
  if (targets !== undefined && generate !== undefined) {
    throw new InvalidArgument('SecurityGame-v0: generate: expected either targets or generate, got both.');
  }
  const all = targets ?? (generate === undefined ? eightTargets : generateTargets(generate));
  schedules?.forEach((schedule, s) => {
    const missing = schedule.find((t) => t >= all.length);
    if (missing !== undefined) {
      throw new InvalidArgument(
        `SecurityGame-v0: schedules[${s}]: expected targets from 0 to ${all.length - 1}, got ${missing}.`,
      );
    }
    if (new Set(schedule).size < schedule.length) {
      throw new InvalidArgument(
        `SecurityGame-v0: schedules[${s}]: expected no target twice, got ${JSON.stringify(schedule)}.`,
      );
    }
  });
  return new SecurityGame(all, resources, schedules ?? null, payoffs);
}

export const securityGame = defineGame({
  id: 'SecurityGame-v0',
  summary: 'Static security game: the defender commits to a coverage, the attacker picks a target',
  parameters,
  create,
  presets: {
    p8: { resources: 2 },
    two: { targets: twoTargets },
    sampled: { resources: 2, payoffs: 'sampled' },
    schedules: {
      targets: Array.from({ length: 3 }, () => ({
        defenderCovered: 0,
        defenderUncovered: -1,
        attackerCovered: 0,
        attackerUncovered: 1,
      })),
      schedules: [
        [0, 1],
        [1, 2],
      ],
    },
    generated: { generate: { targets: 20, seed: 1 }, resources: 5 },
  },
  renderer: securityRenderer,
});
