import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import type { Rng } from '../../gymnasium/rng.js';

/** Of buyers, and of identical items. */
export const maxSpmCount = 1000;

/** Buyers, items and the distribution of values of a sequential price mechanism. */
export interface SpmSetting {
  readonly name: string;
  readonly agents: number;
  /** Units of each kind of item; identical units are one kind. */
  readonly units: readonly number[];
  readonly kindNames: readonly string[];
  /** unit: at most one item in all; one-of-each-kind: additive across kinds, at most one unit of each. */
  readonly demand: 'unit' | 'one-of-each-kind';
  /** The largest value of an item that can occur: prices and rewards are in units of it. */
  readonly largestValue: number;
  /** How far the buyers' values go together, in [0, 1], where that is a parameter. */
  readonly delta?: number;
  /**
   * Draws the buyers' values: writes agent i's RAW value of kind k to `values[at + i * kinds + k]`. Allocates nothing. What
   * is discrete in a setting is drawn by `integer` and `categorical`.
   */
  draw(rng: Rng, values: Float64Array, at: number): void;
}

export interface SpmSettingOptions {
  /** 0 for independent values, 1 for equal ones. Of `correlated`, `revenue` and `additive-across-types`; default 0.5. */
  readonly delta?: number;
  /** Number of buyers. Of these three, `inventory` and `two-worlds`; default as in the paper. */
  readonly agents?: number;
  /** Number of identical items. Of `correlated`, `revenue` and `inventory`; default as in the paper. */
  readonly items?: number;
}

/** 10 red, 10 yellow and 10 blue buyers: how many blue ones want red items is one draw of a probability, the same for all. */
function colors(): SpmSetting {
  const each = 10;
  return {
    name: 'colors',
    agents: 3 * each,
    units: [each, each],
    kindNames: ['red', 'yellow'],
    demand: 'unit',
    largestValue: 2,
    draw(rng, values, at) {
      const red = rng.uniform();
      values.fill(0, at, at + 6 * each);
      for (let i = 0; i < each; i++) {
        values[at + 2 * i] = 1;
        values[at + 2 * (each + i) + 1] = 1;
        values[at + 2 * (2 * each + i) + (rng.uniform() < red ? 0 : 1)] = 2;
      }
    },
  };
}

/** One item; all values are high or all are low. */
function twoWorlds({ agents = 10 }: SpmSettingOptions): SpmSetting {
  return {
    name: 'two-worlds',
    agents,
    units: [1],
    kindNames: ['item'],
    demand: 'unit',
    largestValue: 1,
    draw(rng, values, at) {
      const rich = rng.integer(2) === 0;
      for (let i = 0; i < agents; i++) {
        const high = rng.integer(2) === 0;
        values[at + i] = rich ? (high ? 1 : 0.6) : high ? 0.4 : 0.1;
      }
    },
  };
}

/** Independent values of 1/2 or 1, and fewer items than buyers. */
function inventory({ agents = 20, items = 10 }: SpmSettingOptions): SpmSetting {
  return {
    name: 'inventory',
    agents,
    units: [items],
    kindNames: ['item'],
    demand: 'unit',
    largestValue: 1,
    draw(rng, values, at) {
      for (let i = 0; i < agents; i++) values[at + i] = rng.integer(2) === 0 ? 0.5 : 1;
    },
  };
}

const fifth = [0.2, 0.8];

/** What the first buyer takes tells in which order the others should come, and at which price. */
function kitchenSink(): SpmSetting {
  return {
    name: 'kitchen-sink',
    agents: 3,
    units: [1, 1, 1],
    kindNames: ['A', 'B', 'C'],
    demand: 'unit',
    largestValue: 5,
    draw(rng, values, at) {
      values.fill(0, at, at + 9);
      if (rng.integer(2) === 0) {
        values[at] = 0.01;
        values[at + 5] = 1;
        values[at + 8] = rng.categorical(fifth) === 0 ? 5 : 0.5;
      } else {
        values[at + 1] = 0.01;
        values[at + 5] = rng.categorical(fifth) === 0 ? 2 : 0;
        values[at + 8] = 0.499;
      }
    },
  };
}

/** The identity of the one buyer that takes an item says which of the later buyers may have the highest value. */
function id(): SpmSetting {
  return {
    name: 'id',
    agents: 6,
    units: [2],
    kindNames: ['item'],
    demand: 'unit',
    largestValue: 60,
    draw(rng, values, at) {
      let buyers = 0;
      let last = 0;
      values.fill(0, at, at + 6);
      for (let i = 0; i < 3; i++) {
        if (rng.integer(2) === 1) continue;
        values[at + i] = 60;
        buyers++;
        last = i;
      }
      if (buyers !== 1) return;
      for (let i = 0; i < 3; i++) values[at + 3 + i] = rng.integer(2) === 0 ? (i === last ? 40 : 21) : 0;
    },
  };
}

/** delta u + (1 - delta) w_i: values within a band of width 1 - delta, whose place is drawn. */
function correlated({ delta = 0.5, agents = 20, items = 5 }: SpmSettingOptions, name: string): SpmSetting {
  return {
    name,
    agents,
    units: [items],
    kindNames: ['item'],
    demand: 'unit',
    largestValue: 1,
    delta,
    draw(rng, values, at) {
      const base = delta * rng.uniform();
      for (let i = 0; i < agents; i++) values[at + i] = base + (1 - delta) * rng.uniform();
    },
  };
}

/** Two kinds of items, each with a band of values of its own, of which a buyer may have one each. */
function additive({ delta = 0.5, agents = 10 }: SpmSettingOptions): SpmSetting {
  return {
    name: 'additive-across-types',
    agents,
    units: [2, 4],
    kindNames: ['A', 'B'],
    demand: 'one-of-each-kind',
    largestValue: 1,
    delta,
    draw(rng, values, at) {
      for (let k = 0; k < 2; k++) {
        const base = delta * rng.uniform();
        for (let i = 0; i < agents; i++) values[at + 2 * i + k] = base + (1 - delta) * rng.uniform();
      }
    },
  };
}

/** Of max-min: values for black and white items of buyers whose needs are modest, of the others, and of the orange one. */
const maxMinRanges: readonly (readonly [low: number, high: number])[] = [
  [0.4, 0.5],
  [0, 0.25],
  [0.9, 1],
  [0.4, 0.5],
  [0.5, 1],
];
const lows = Float64Array.from(maxMinRanges, ([low]) => low);
const widths = Float64Array.from(maxMinRanges, ([low, high]) => high - low);

/**
 * Buyer 0 is orange, 1 to 4 are blue, 5 to 8 are red. The orange one's colour of item says which of the other two colours
 * needs black items: blue in the first world, red in the second.
 */
function maxMin(): SpmSetting {
  return {
    name: 'max-min',
    agents: 9,
    units: [5, 5],
    kindNames: ['black', 'white'],
    demand: 'unit',
    largestValue: 1,
    draw(rng, values, at) {
      const world = rng.integer(2);
      for (let j = 0; j < 18; j++) {
        const agent = j >> 1;
        const kind = j & 1;
        const modest = (agent < 5 ? 0 : 1) === world;
        const range = agent === 0 ? 4 : kind + (modest ? 0 : 2);
        const worthless = agent === 0 && kind !== world;
        values[at + j] = worthless ? 0 : lows[range] + widths[range] * rng.uniform();
      }
    },
  };
}

/** The settings of Brero et al. 2021 by name. The options that a setting takes are checked by `spmSetting`. */
export const spmSettings: Readonly<Record<string, (options: SpmSettingOptions) => SpmSetting>> = {
  colors,
  'two-worlds': twoWorlds,
  inventory,
  'kitchen-sink': kitchenSink,
  id,
  correlated: (options) => correlated(options, 'correlated'),
  'additive-across-types': additive,
  revenue: (options) => correlated(options, 'revenue'),
  'max-min': maxMin,
};

/** The options that a setting takes; none for the settings that are not named. */
export const spmOptionsOf: Readonly<Record<string, readonly (keyof SpmSettingOptions)[]>> = {
  'two-worlds': ['agents'],
  inventory: ['agents', 'items'],
  correlated: ['delta', 'agents', 'items'],
  'additive-across-types': ['delta', 'agents'],
  revenue: ['delta', 'agents', 'items'],
};

/**
 * A setting by name.
 *
 * @throws InvalidArgument for an unknown name, an option that the setting does not take, delta outside [0, 1], or a
 * number of buyers or items that is no integer from 1 to 1000
 */
export function spmSetting(name: string, options: SpmSettingOptions = {}): SpmSetting {
  if (!Object.hasOwn(spmSettings, name)) {
    throw new InvalidArgument(unknownName('setting', name, Object.keys(spmSettings)));
  }
  const allowed = spmOptionsOf[name] ?? [];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!allowed.includes(option as keyof SpmSettingOptions)) {
      throw new InvalidArgument(
        `${option}: expected none for the setting ${name}, which takes ${allowed.join(', ') || 'no options'}, got ${describe(value)}.`,
      );
    }
    const valid =
      option === 'delta'
        ? value >= 0 && value <= 1
        : Number.isSafeInteger(value) && value >= 1 && value <= maxSpmCount;
    if (valid) continue;
    const expected = option === 'delta' ? 'a number from 0 to 1' : `an integer from 1 to ${maxSpmCount}`;
    throw new InvalidArgument(`${option}: expected ${expected}, got ${describe(value)}.`);
  }
  return spmSettings[name](options);
}
