import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { independentUniform } from './spm-exchangeable.js';
import type { MechanismPlan, PlannedVisit, StaticMechanism } from './spm-plan.js';
import { without } from './spm-plan.js';
import type { SumObjective } from './spm-worlds.js';

/**
 * The optimum of the setting `colors`: blue buyers first, at one price below everything that anyone wants. They take
 * the items that they like and leave all others to those who like these, which is the first best of every draw.
 */
export function colorsMechanism({ agents, units }: SpmSetting): StaticMechanism {
  const blue = (agents * 2) / 3;
  const order = Array.from({ length: agents }, (_, i) => (i + blue) % agents);
  return { order, prices: order.map(() => units.map(() => 0.5)) };
}

/** The exact value of `colorsMechanism` and the first best: 1 for each item, and 1 more for each blue buyer. */
export function colorsValue({ agents, units }: SpmSetting): number {
  return units[0] + units[1] + agents / 3;
}

interface Fairness {
  readonly at: number;
  /** The kind that orange took, or -1 before. */
  readonly world: number;
}

const orange = 0;
const blues = [1, 2, 3, 4];
const reds = [5, 6, 7, 8];

/**
 * A mechanism for the setting `max-min` at prices of 0: orange first; what it takes tells which colour needs black
 * items and comes next, and the other colour has what is left. Only the one black unit that is to spare where
 * orange took white may go to the wrong buyer, so that it falls short of the first best by 0.1 / 48.
 */
export const maxMinPlan: MechanismPlan<Fairness> = {
  start: { at: 0, world: -1 },
  key: ({ at, world }) => `${at}|${world}`,
  next: ({ at, world }) => {
    const order = [orange, ...(world === 1 ? [...reds, ...blues] : [...blues, ...reds])];
    if (at === order.length) return null;
    return {
      agent: order[at],
      prices: [0, 0],
      scores: order.map((_, agent) => 1 - order.indexOf(agent) / order.length),
      possible: [1, 2],
      after: (taken) => ({ at: at + 1, world: at === 0 ? taken - 1 : world }),
    };
  },
};

/** The exact value of `maxMinPlan`: the smallest of eight, or of seven, values uniform on [0.4, 0.5]. */
export const maxMinValue = 0.4 + 0.1 * (0.5 / 9 + 0.5 / 8);

interface Stock {
  readonly buyers: number;
  readonly left: readonly number[];
}

/**
 * The optimum of the correlated settings with delta 0: each kind has the price of `independentUniform` for the
 * buyers and units left.
 */
export function independentPlan(
  setting: SpmSetting,
  objective: SumObjective,
): MechanismPlan<Stock> & { readonly value: number } {
  const { agents, units } = setting;
  const perKind = units.map((count) => independentUniform(agents, count, objective));
  const scores = Array.from({ length: agents }, (_, i) => 1 - i / agents);
  const sets = Array.from({ length: 1 << units.length }, (_, set) => set);
  return {
    value: perKind.reduce((sum, { value }) => sum + value, 0),
    start: { buyers: agents, left: units },
    key: ({ buyers, left }) => `${buyers}|${left}`,
    next: ({ buyers, left }): PlannedVisit<Stock> | null => {
      if (buyers === 0 || left.every((n) => n === 0)) return null;
      return {
        agent: agents - buyers,
        prices: perKind.map(({ prices }, k) => prices[buyers][left[k]]),
        scores,
        possible: sets.filter((set) => left.every((n, k) => n > 0 || ((set >> k) & 1) === 0)),
        after: (taken) => ({ buyers: buyers - 1, left: without(left, taken) }),
      };
    },
  };
}
