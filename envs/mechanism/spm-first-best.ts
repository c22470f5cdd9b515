import type { SpmSetting } from './spm-settings.js';

/** What the first best needs to know of a setting. */
type Shape = Pick<SpmSetting, 'agents' | 'units' | 'demand'>;

/** Gains below this share of the largest value are rounding. */
const rounding = 1e-12;

/** Working space that grows to the largest setting seen, so that a call allocates nothing after the first. */
let holds = new Int32Array(0);
let free = new Int32Array(0);
let reach = new Float64Array(0);
let mover = new Int32Array(0);
let top = new Float64Array(0);

function reserve(agents: number, kinds: number): void {
  if (holds.length < agents) holds = new Int32Array(agents);
  if (top.length < agents) top = new Float64Array(agents);
  if (free.length >= kinds) return;
  free = new Int32Array(kinds);
  reach = new Float64Array(kinds);
  mover = new Int32Array(kinds);
}

/**
 * The largest welfare that any allocation of the units reaches, when all values are known: the first best that
 * sequential prices are measured against. Identical units are sold to the highest values; several kinds under unit
 * demand are an assignment, solved by augmenting paths over the kinds.
 *
 * @param values not negative; agent i's value of kind k at `values[at + i * kinds + k]`
 */
export function firstBest({ agents, units, demand }: Shape, values: ArrayLike<number>, at = 0): number {
  const kinds = units.length;
  reserve(agents, kinds);
  if (demand === 'unit' && kinds > 1) return assignment(agents, units, values, at);
  let welfare = 0;
  for (let k = 0; k < kinds; k++) welfare += highest(agents, units[k], values, at + k, kinds);
  return welfare;
}

/** The sum of the `count` highest of every `stride`-th number. */
function highest(
  agents: number,
  count: number,
  values: ArrayLike<number>,
  at: number,
  stride: number,
): number {
  const kept = Math.min(count, agents);
  if (kept === 0) return 0;
  let size = 0;
  for (let i = 0; i < agents; i++) {
    const value = values[at + i * stride];
    if (size === kept && value <= top[size - 1]) continue;
    let place = size < kept ? size++ : size - 1;
    for (; place > 0 && top[place - 1] < value; place--) top[place] = top[place - 1];
    top[place] = value;
  }
  let sum = 0;
  for (let j = 0; j < size; j++) sum += top[j];
  return sum;
}

/** Agents enter one by one, each along the path of swaps that gains the most. */
function assignment(agents: number, units: readonly number[], values: ArrayLike<number>, at: number): number {
  const kinds = units.length;
  for (let k = 0; k < kinds; k++) free[k] = units[k];
  let largest = 0;
  for (let j = 0; j < agents * kinds; j++) largest = Math.max(largest, values[at + j]);
  let welfare = 0;
  for (let i = 0; i < agents; i++) welfare += enter(i, kinds, values, at, largest * rounding);
  return welfare;
}

/** What the newcomer adds to the welfare of those before it. */
function enter(
  newcomer: number,
  kinds: number,
  values: ArrayLike<number>,
  at: number,
  least: number,
): number {
  for (let k = 0; k < kinds; k++) {
    reach[k] = values[at + newcomer * kinds + k];
    mover[k] = newcomer;
  }
  relax(newcomer, kinds, values, at, least);
  let gain = least;
  let end = -1;
  let leaver = -1;
  for (let k = 0; k < kinds; k++) {
    if (free[k] > 0 && reach[k] > gain) {
      gain = reach[k];
      end = k;
      leaver = -1;
    }
  }
  for (let j = 0; j < newcomer; j++) {
    if (holds[j] < 0) continue;
    const without = reach[holds[j]] - values[at + j * kinds + holds[j]];
    if (without > gain) {
      gain = without;
      end = holds[j];
      leaver = j;
    }
  }
  holds[newcomer] = -1;
  if (end < 0) return 0;
  if (leaver < 0) free[end]--;
  else holds[leaver] = -1;
  for (let moving = -1, kind = end; moving !== newcomer; ) {
    moving = mover[kind];
    const before = holds[moving];
    holds[moving] = kind;
    kind = before;
  }
  return gain;
}

/**
 * `reach[k]`: the most that the newcomer and those it displaces gain when one of them ends up with a further unit
 * of k.
 */
function relax(newcomer: number, kinds: number, values: ArrayLike<number>, at: number, least: number): void {
  for (let round = 1, changed = true; changed && round < kinds; round++) {
    changed = false;
    for (let j = 0; j < newcomer; j++) {
      const from = holds[j];
      if (from < 0) continue;
      const base = reach[from] - values[at + j * kinds + from];
      for (let k = 0; k < kinds; k++) {
        const through = base + values[at + j * kinds + k];
        if (k === from || through <= reach[k] + least) continue;
        reach[k] = through;
        mover[k] = j;
        changed = true;
      }
    }
  }
}

/**
 * The largest minimum over agents of what they hold, under unit demand: the first best of max-min fairness. It is
 * the largest of the values at which no set of kinds is the only choice of more agents than it has units (Hall's
 * condition).
 *
 * @param values not negative; agent i's value of kind k at `values[at + i * kinds + k]`
 */
export function largestMinimum({ agents, units }: Shape, values: ArrayLike<number>, at = 0): number {
  const size = agents * units.length;
  let best = 0;
  for (let j = 0; j < size; j++) {
    const least = values[at + j];
    if (least > best && everyoneServed(agents, units, values, at, least)) best = least;
  }
  return best;
}

function everyoneServed(
  agents: number,
  units: readonly number[],
  values: ArrayLike<number>,
  at: number,
  least: number,
): boolean {
  const kinds = units.length;
  for (let set = 0; set < 1 << kinds; set++) {
    let room = 0;
    for (let k = 0; k < kinds; k++) if (set & (1 << k)) room += units[k];
    for (let i = 0; i < agents; i++) {
      let acceptable = 0;
      for (let k = 0; k < kinds; k++) if (values[at + i * kinds + k] >= least) acceptable |= 1 << k;
      if ((acceptable & ~set) === 0) room--;
    }
    if (room < 0) return false;
  }
  return true;
}
