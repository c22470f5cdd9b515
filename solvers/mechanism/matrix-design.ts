import { MatrixDesign } from '../../envs/mechanism/matrix-design.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { type Answer, isRational, type Solver } from '../solver.js';

/** Differences below this count as none. */
const tolerance = 1e-9;

type Joint = readonly [row: number, column: number];

/** A joint action of the followers, and what compensations up to the cap make of it. */
export interface Implementation {
  readonly joint: Joint;
  /** The leader's reward there. */
  readonly value: number;
  /**
   * The least that a follower loses by any other action, whatever the other one does, if its own action here is always paid
   * the cap and its others nothing. Above 0: both play it as a strictly dominant strategy. Infinite without other actions.
   */
  readonly dominanceMargin: number;
  /** The same where the other follower plays its part. At least 0: it is a Nash equilibrium. */
  readonly equilibriumMargin: number;
  /** What each has to be paid there, at least, so that it is a Nash equilibrium. */
  readonly leastPayments: readonly [number, number];
}

/** What can be implemented at each joint action of `MatrixDesign-v0`, in the order of `InducedGame`: rows within columns. */
export function implementations(game: MatrixDesign): readonly Implementation[] {
  const [first] = game.payoffs;
  return first[0].flatMap((_, j) => first.map((_, i) => implementationOf(game, [i, j])));
}

function implementationOf(game: MatrixDesign, joint: Joint): Implementation {
  const cap = game.maximumCompensation;
  const losses = ([0, 1] as const).map((follower) => lossesBy(game, follower, joint));
  const onPath = losses.map((rows, follower) => rows[joint[1 - follower]]);
  const least = (loss: number) => Math.max(0, 0 - loss);
  return {
    joint,
    value: game.payoff(0, ...joint) + game.payoff(1, ...joint),
    dominanceMargin: Math.min(...losses.flat()) + cap,
    equilibriumMargin: Math.min(...onPath) + cap,
    leastPayments: [least(onPath[0]), least(onPath[1])],
  };
}

/** What a follower loses without compensation by its best other action, for each action of the other follower. */
function lossesBy(game: MatrixDesign, follower: 0 | 1, joint: Joint): number[] {
  const counts = [game.payoffs[0].length, game.payoffs[0][0].length];
  const payoff = (own: number, other: number) =>
    follower === 0 ? game.payoff(0, own, other) : game.payoff(1, other, own);
  return Array.from({ length: counts[1 - follower] }, (_, other) => {
    const others = Array.from({ length: counts[follower] }, (_, own) => payoff(own, other));
    const played = others.splice(joint[follower], 1)[0];
    return played - Math.max(...others);
  });
}

/** The best joint action of those that pass; of equal values a strictly dominant one, then a weakly dominant one, then the first. */
function best(
  all: readonly Implementation[],
  passes: (one: Implementation) => boolean,
): Implementation | null {
  let chosen: Implementation | null = null;
  for (const one of all) {
    if (!passes(one)) continue;
    const better = chosen === null || one.value > chosen.value + tolerance;
    const equal = chosen !== null && Math.abs(one.value - chosen.value) <= tolerance;
    if (better || (equal && firmness(one) > firmness(chosen!))) chosen = one;
  }
  return chosen;
}

const isDominant = ({ dominanceMargin }: Implementation) => dominanceMargin > tolerance;
const firmness = ({ dominanceMargin: margin }: Implementation) =>
  margin > tolerance ? 2 : margin >= -tolerance ? 1 : 0;
const isEquilibrium = ({ equilibriumMargin }: Implementation) => equilibriumMargin >= -tolerance;

/** Whoever plays its part gets the cap, whatever the other does. */
function promise({ payoffs, maximumCompensation }: MatrixDesign, [row, column]: Joint): Answer['commitment'] {
  return payoffs[0].flatMap((line, i) =>
    line.map((_, j) => ({
      observation: [i, j],
      action: [i === row ? maximumCompensation : 0, j === column ? maximumCompensation : 0],
    })),
  );
}

function certificateOf(chosen: Implementation, all: readonly Implementation[]): Answer['certificate'] {
  const strict = isDominant(chosen);
  const margin = strict ? chosen.dominanceMargin : chosen.equilibriumMargin;
  return {
    implements: chosen.joint,
    as: strict ? 'strictly dominant strategies' : 'a Nash equilibrium',
    margin: Number.isFinite(margin) ? margin : null,
    largestSum: Math.max(...all.map(({ value }) => value)),
  };
}

/**
 * The optimum of `MatrixDesign-v0` by k-implementation (Monderer & Tennenholtz 2004): of the joint actions that compensations up
 * to the cap can make a pure Nash equilibrium, the one with the largest sum of payoffs. Payments cost the leader nothing, so that a joint
 * action can be implemented exactly if it can be by paying the cap to whoever plays its part. Where this makes it strictly dominant, as
 * any large cap does, ties do not matter; otherwise followers are taken to play the equilibrium that is best for the leader, of equal ones
 * that which `pureEquilibrium` prefers.
 */
export const matrixDesignExact: Solver = {
  name: 'matrix-design-exact',
  summary: 'the best joint action that compensations implement (MatrixDesign-v0)',
  fits: (game, { follower }) => game instanceof MatrixDesign && isRational(follower),
  solve: (game: MatrixDesign, { commitment }) => {
    const all = implementations(game);
    const chosen = best(all, isEquilibrium);
    if (chosen === null) {
      throw new InvalidArgument(
        `matrix-design-exact: maximumCompensation: expected enough to make a joint action an equilibrium, got ${game.maximumCompensation}.`,
      );
    }
    const strict = isDominant(chosen);
    const paid = game.maximumCompensation;
    return {
      value: chosen.value,
      followerValues: {
        follower_0: game.payoff(0, ...chosen.joint) + paid,
        follower_1: game.payoff(1, ...chosen.joint) + paid,
      },
      commitment: promise(game, chosen.joint),
      kind: commitment ?? 'deterministic',
      status: 'optimal',
      tieBreaking: strict ? null : 'leader',
      ...(strict && { weakValue: chosen.value }),
      certificate: certificateOf(chosen, all),
      details: {
        leastPayments: chosen.leastPayments,
        dominantValue: best(all, isDominant)?.value ?? null,
      },
    };
  },
};
