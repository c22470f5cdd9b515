import type { PolicyStatisticName } from '../../envs/mechanism/policy-statistics.js';
import {
  type RecordShape,
  recordWidth,
  statisticSpace,
  writeStatistic,
} from '../../envs/mechanism/policy-statistics.js';
import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { arrayTypes } from '../../gymnasium/types.js';
import type { ObservedAction } from '../commitment.js';
import type { Belief, SpmOptimum } from './spm-optimum.js';

/** What comes next in a mechanism: one agent at these prices (raw values), and how to go on from there. */
export interface PlannedVisit<S> {
  readonly agent: number;
  readonly prices: readonly number[];
  /** Scores of all agents, of which this one's is the highest of those left. */
  readonly scores: readonly number[];
  /** The state once the agent took the kinds in a set: bit k for kind k. */
  after(taken: number): S;
  /** The sets that can be taken. */
  readonly possible: readonly number[];
}

/** A sequential price mechanism as a tree of visits, whose nodes are states. */
export interface MechanismPlan<S = any> {
  readonly start: S;
  /** Null where the mechanism is over. */
  next(state: S): PlannedVisit<S> | null;
  /** The same text for states from which the mechanism goes on alike. */
  key(state: S): string;
}

/** Prices and an order that do not depend on what happens: personalised where they differ by agent, else anonymous. */
export interface StaticMechanism {
  /** Agents, first to last. */
  readonly order: readonly number[];
  /** By position in the order: a raw price for each kind. */
  readonly prices: readonly (readonly number[])[];
}

interface Position {
  readonly at: number;
  readonly left: readonly number[];
}

/** A static mechanism as a plan. */
export function staticPlan(setting: SpmSetting, { order, prices }: StaticMechanism): MechanismPlan<Position> {
  const scores = new Array<number>(order.length);
  order.forEach((agent, position) => {
    scores[agent] = 1 - position / order.length;
  });
  return {
    start: { at: 0, left: setting.units },
    key: ({ at, left }) => `${at}|${left}`,
    next: ({ at, left }) => {
      if (at === order.length || left.every((n) => n === 0)) return null;
      return {
        agent: order[at],
        prices: prices[at],
        scores,
        possible: bundles(setting, left),
        after: (taken) => ({ at: at + 1, left: without(left, taken) }),
      };
    },
  };
}

/** The optimal mechanism as a plan: of agents that nobody can tell apart the first that is left comes next. */
export function optimumPlan(optimum: SpmOptimum): MechanismPlan<Belief> {
  const visits = new Map<string, PlannedVisit<Belief> | null>();
  const plan = {
    start: optimum.start,
    key: (belief: Belief) => optimum.key(belief),
    next: (belief: Belief) => {
      const key = plan.key(belief);
      if (!visits.has(key)) visits.set(key, plannedVisit(optimum, belief));
      return visits.get(key)!;
    },
  };
  return plan;
}

function plannedVisit(optimum: SpmOptimum, belief: Belief): PlannedVisit<Belief> | null {
  const visit = optimum.next(belief);
  if (visit === null) return null;
  const { agentClass, prices } = visit;
  const members = optimum.classes.flatMap((of, agent) => (of === agentClass ? [agent] : []));
  const agent = members[members.length - belief.counts[agentClass]];
  const after = (taken: number) => optimum.after(belief, visit, 31 - Math.clz32(taken));
  const sets = [0, ...belief.left.map((_, k) => 1 << k)];
  return {
    agent,
    prices,
    scores: optimum.classes.map((_, i) => (i === agent ? 1 : 0)),
    possible: sets.filter((taken) => after(taken).weights.some((weight) => weight > 0)),
    after,
  };
}

export function without(left: readonly number[], taken: number): number[] {
  return left.map((n, k) => n - ((taken >> k) & 1));
}

/** The sets of kinds that a buyer can end up with. */
function bundles({ demand, units }: SpmSetting, left: readonly number[]): number[] {
  const sets = Array.from({ length: 1 << units.length }, (_, set) => set);
  const available = sets.filter((set) => left.every((n, k) => n > 0 || ((set >> k) & 1) === 0));
  return demand === 'unit' ? available.filter((set) => (set & (set - 1)) === 0) : available;
}

/** How many states of a plan share an observation, at most on average, where a table of it is made. */
const pathsPerObservation = 10;

/** A plan in a game: how its observations are written, and what it counts prices in. */
interface Stage {
  readonly setting: SpmSetting;
  readonly statistic: PolicyStatisticName;
}

/** The visit as the leader's action: scores, then prices in units of the largest value. */
export function actionOf(
  { largestValue }: SpmSetting,
  { scores, prices }: PlannedVisit<unknown>,
): Float64Array {
  return Float64Array.from([...scores, ...prices.map((price) => Math.min(1, price / largestValue))]);
}

/**
 * The plan as a list of observations, each with its action. Null where the statistic does not tell apart what the
 * plan does, or where there are more than `most` observations.
 */
export function planTable<S>(stage: Stage, plan: MechanismPlan<S>, most: number): ObservedAction[] | null {
  const shape = shapeOf(stage.setting);
  const actions = new Map<string, ObservedAction>();
  const seen = new Set<string>();
  const open: [S, Float64Array][] = [[plan.start, firstRecord(stage.setting)]];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const [state, record] = node;
    const visit = plan.next(state);
    const observation = observe(stage.statistic, shape, record);
    const key = `${plan.key(state)}#${observation}`;
    if (visit === null || seen.has(key)) continue;
    if (actions.size === most || seen.size === most * pathsPerObservation) return null;
    seen.add(key);
    const action = Array.from(actionOf(stage.setting, visit));
    const other = actions.get(String(observation))?.action;
    if (other !== undefined && String(other) !== String(action)) return null;
    actions.set(String(observation), { observation, action });
    for (const taken of visit.possible) {
      open.push([visit.after(taken), recordAfter(stage.setting, record, visit, action, taken)]);
    }
  }
  return [...actions.values()];
}

/**
 * The plan in short: each state that it can come to, with the agent to visit and the prices. Null if there are
 * more than `most`.
 */
export function planRules<S extends object>(plan: MechanismPlan<S>, most: number): object[] | null {
  const rules = new Map<string, object>();
  const open: S[] = [plan.start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const visit = plan.next(state);
    const key = plan.key(state);
    if (visit === null || rules.has(key)) continue;
    if (rules.size === most) return null;
    rules.set(key, { ...state, agent: visit.agent, prices: visit.prices });
    open.push(...visit.possible.map(visit.after));
  }
  return [...rules.values()];
}

/**
 * The plan as a function of the leader's observations, for games that show which agents are left and who took what
 * (`allocation-left` and `price-allocation-left`): it follows the plan to the first agent that is left.
 */
export function planPolicy<S>(
  { setting, statistic }: Stage,
  plan: MechanismPlan<S>,
): (observation: ArrayLike<number>) => Float64Array {
  const { agents, units } = setting;
  const kinds = units.length;
  const allocation = statistic === 'price-allocation-left' ? agents * kinds : 0;
  return (observation) => {
    let visit = plan.next(plan.start)!;
    while (observation[allocation + agents * kinds + visit.agent] === 0) {
      let taken = 0;
      for (let k = 0; k < kinds; k++) {
        if (observation[allocation + visit.agent * kinds + k] > 0) taken |= 1 << k;
      }
      visit = plan.next(visit.after(taken))!;
    }
    return actionOf(setting, visit);
  };
}

function shapeOf({ agents, units }: SpmSetting): RecordShape {
  return { agents, kinds: units.length };
}

/** Everyone is left, and all units are. */
function firstRecord(setting: SpmSetting): Float64Array {
  const { agents, units } = setting;
  return new Float64Array(recordWidth(shapeOf(setting))).fill(1, 2 * agents * units.length);
}

function recordAfter(
  { agents, units }: SpmSetting,
  before: Float64Array,
  { agent }: PlannedVisit<unknown>,
  action: readonly number[],
  taken: number,
): Float64Array {
  const kinds = units.length;
  const record = before.slice();
  const left = 2 * agents * kinds;
  record[left + agent] = 0;
  units.forEach((count, k) => {
    const item = left + agents + k;
    const unitsLeft = Math.round(before[item] * count);
    if (unitsLeft > 0) record[agent * kinds + k] = action[agents + k];
    if (((taken >> k) & 1) === 0) return;
    record[agents * kinds + agent * kinds + k] = 1;
    record[item] = (unitsLeft - 1) / count;
  });
  return record;
}

function observe(
  statistic: PolicyStatisticName,
  shape: RecordShape,
  record: Float64Array,
): number | number[] {
  const space = statisticSpace(statistic, shape);
  const out = new arrayTypes[space.dtype ?? 'float64'](Math.max(1, recordWidth(shape, statistic)));
  writeStatistic(statistic, shape, record, 0, out, 0);
  return statistic === 'hidden' ? 0 : Array.from(out);
}
