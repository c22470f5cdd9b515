import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';

/** One way an agent's values can be, a value a kind. */
export interface ValueOutcome {
  readonly probability: number;
  readonly values: readonly number[];
}

/** Given a world, agents' values are independent: a finite distribution for each agent. */
export interface World {
  readonly probability: number;
  readonly agents: readonly (readonly ValueOutcome[])[];
}

/** How far below a value, as a share, a price is that its owner surely pays, whatever ties and rounding do. */
const hair = 1e-12;

/** What the mechanism is paid: the buyers' values, or their payments. */
export type SumObjective = 'welfare' | 'revenue';

/** An allocation problem with finitely many values: a mixture of worlds. */
export interface FiniteProblem {
  readonly units: readonly number[];
  readonly worlds: readonly World[];
  readonly objective: SumObjective;
  /** A price that nobody pays for what it does not want. */
  readonly largestValue: number;
}

type Values = readonly ValueOutcome[];

const sure = (...values: number[]): Values => [{ probability: 1, values }];
const coin = (first: number[], chance: number, second: number[]): Values => [
  { probability: chance, values: first },
  { probability: 1 - chance, values: second },
];
const either = (a: number, b: number): Values => coin([a], 0.5, [b]);
const all = (agents: number, values: Values): Values[] => new Array(agents).fill(values);

/** The settings of Brero et al. 2021 in which values are finite, as mixtures of worlds. */
const worldsOf: Readonly<Record<string, (agents: number) => readonly World[]>> = {
  inventory: (agents) => [{ probability: 1, agents: all(agents, either(0.5, 1)) }],
  'two-worlds': (agents) => [
    { probability: 0.5, agents: all(agents, either(0.6, 1)) },
    { probability: 0.5, agents: all(agents, either(0.1, 0.4)) },
  ],
  'kitchen-sink': () => [
    { probability: 0.5, agents: [sure(0.01, 0, 0), sure(0, 0, 1), coin([0, 0, 5], 0.2, [0, 0, 0.5])] },
    { probability: 0.5, agents: [sure(0, 0.01, 0), coin([0, 0, 2], 0.2, [0, 0, 0]), sure(0, 0, 0.499)] },
  ],
  id: () => Array.from({ length: 8 }, (_, high) => ({ probability: 1 / 8, agents: idAgents(high) })),
};

/** Bit i of `high`: agent i has 60. */
function idAgents(high: number): Values[] {
  const first = [0, 1, 2].map((i) => sure(high & (1 << i) ? 60 : 0));
  const lucky = [1, 2, 4].indexOf(high);
  const second = [0, 1, 2].map((i) => {
    if (lucky < 0) return sure(0);
    return i === lucky ? either(40, 0) : either(21, 0);
  });
  return [...first, ...second];
}

/** The setting as a mixture of worlds, or null where values are drawn from a continuum. */
export function finiteProblem(setting: SpmSetting, objective: SumObjective): FiniteProblem | null {
  const worlds = worldsOf[setting.name]?.(setting.agents);
  if (worlds === undefined) return null;
  return { units: setting.units, worlds, objective, largestValue: setting.largestValue };
}

/** Agents whose values have the same distribution in every world, by number of the class. */
export function agentClasses({ worlds }: FiniteProblem): readonly number[] {
  const known = new Map<string, number>();
  return worlds[0].agents.map((_, i) => {
    const key = JSON.stringify(worlds.map(({ agents }) => agents[i]));
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
}

/**
 * A price vector for every way in which prices can split these agents' values. For welfare they lie halfway
 * between values, so that ties do not matter; 0 sells to everyone who values the item. For revenue they are a hair
 * below the values themselves.
 */
export function candidatePrices(
  problem: FiniteProblem,
  agents: readonly number[],
): readonly (readonly number[])[] {
  const perKind = problem.units.map((_, k) => {
    const values = problem.worlds.flatMap((world) =>
      agents.flatMap((i) => world.agents[i].map((o) => o.values[k])),
    );
    const support = [...new Set(values)].sort((a, b) => a - b);
    return thresholds(support, problem);
  });
  return perKind.reduce<number[][]>(
    (rows, prices) => rows.flatMap((row) => prices.map((p) => [...row, p])),
    [[]],
  );
}

function thresholds(
  support: readonly number[],
  { objective, largestValue }: FiniteProblem,
): readonly number[] {
  const positive = support.filter((value) => value > 0);
  if (positive.length === 0) return [largestValue / 2];
  if (objective === 'revenue') return positive.map((value) => value * (1 - hair));
  const between = support.slice(1).map((value, j) => (support[j] + value) / 2);
  return support[0] > 0 ? [0, ...between] : between;
}

/**
 * The kind that a buyer of unit demand takes at these prices among those with units left, or -1: of what is worth
 * something and no less than its price, the one of largest utility; the first of several.
 */
function chosenKind(values: readonly number[], prices: readonly number[], left: readonly number[]): number {
  let best = -1;
  let utility = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    const gain = values[k] - prices[k];
    if (left[k] === 0 || values[k] <= 0 || gain < 0 || gain <= utility) continue;
    best = k;
    utility = gain;
  }
  return best;
}

/** How an agent chooses in one world: an entry for each kind, and nothing at the end. */
export interface Split {
  readonly probability: readonly number[];
  /** Expected value or payment, times the probability of the choice. */
  readonly gain: readonly number[];
}

/** How agents with these values split at these prices, among the kinds with units left. */
export function split(
  outcomes: readonly ValueOutcome[],
  prices: readonly number[],
  left: readonly number[],
  objective: SumObjective,
): Split {
  const probability = new Array<number>(left.length + 1).fill(0);
  const gain = new Array<number>(left.length + 1).fill(0);
  for (const outcome of outcomes) {
    const kind = chosenKind(outcome.values, prices, left);
    const at = kind < 0 ? left.length : kind;
    probability[at] += outcome.probability;
    if (kind >= 0)
      gain[at] += outcome.probability * (objective === 'revenue' ? prices : outcome.values)[kind];
  }
  return { probability, gain };
}
