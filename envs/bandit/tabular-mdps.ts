import { z } from 'zod';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { raggedRow, unitMatrix } from './reward-means.js';

/** One follower's decision process: the same at every step. Rewards are means in [0, 1]. */
export interface TabularMdp {
  /** Probability of the next state, by state, action and next state. */
  readonly transitions: readonly (readonly (readonly number[])[])[];
  /** Leader's reward, by state and action. */
  readonly leader: readonly (readonly number[])[];
  /** Follower's reward, by state and action. */
  readonly follower: readonly (readonly number[])[];
}

/** Sizes and seed of drawn processes. */
export interface MdpRecipe {
  readonly arms: number;
  readonly states: number;
  readonly actions: number;
  /** States that a state and an action may lead to. */
  readonly successors: number;
  readonly seed: number;
}

const defaults = { arms: 2, states: 3, actions: 2, seed: 0 };
/** Rewards are multiples of 1 / rewardSteps, so that ties happen. */
const rewardSteps = 4;
/** Transition probabilities that are drawn at most. */
const maxProbabilities = 10_000_000;

const size = (what: string) =>
  z
    .int('expected a positive integer')
    .min(1, 'expected a positive integer')
    .max(1000)
    .optional()
    .describe(what);

/** The parameters with which a game names its processes: all of them, or a recipe to draw them by. */
export const mdpParameters = {
  mdps: z
    .array(
      z.strictObject({
        transitions: z
          .array(unitMatrix, 'expected transitions by state, action and next state')
          .describe('Probability of the next state: by state, action and next state'),
        leader: unitMatrix.describe("Leader's mean rewards in [0, 1]: a row a state, a column an action"),
        follower: unitMatrix.describe("Follower's mean rewards in [0, 1], of the same shape"),
      }),
    )
    .min(1, 'expected at least one process')
    .optional()
    .describe(
      "For each leader arm the follower's process: transitions[s][b][next], rewards leader[s][b] and follower[s][b] in [0, 1]",
    ),
  arms: size('Leader arms of drawn processes (2)'),
  states: size('States of drawn processes (3)'),
  actions: size("Follower's actions in drawn processes (2)"),
  successors: size('States that may follow a state and an action (all); 1 is deterministic'),
  seed: z
    .int('expected a non-negative integer')
    .min(0, 'expected a non-negative integer')
    .optional()
    .describe('Seed of drawn processes (0)'),
};

type MdpInput = Partial<MdpRecipe> & { readonly mdps?: readonly TabularMdp[] };

/**
 * The processes that the parameters stand for.
 *
 * @throws InvalidArgument for a recipe beside given processes or one too large, shapes that disagree, or rows that do not sum to 1
 */
export function resolveMdps(owner: string, { mdps, ...recipe }: MdpInput): readonly TabularMdp[] {
  if (mdps === undefined) return drawMdps(owner, recipe);
  const extra = Object.entries(recipe).find(([, value]) => value !== undefined);
  if (extra !== undefined) {
    throw new InvalidArgument(`${owner}: ${extra[0]}: expected nothing beside mdps, got ${extra[1]}.`);
  }
  const [states, actions] = [mdps[0].leader.length, mdps[0].leader[0].length];
  mdps.forEach((mdp, arm) => {
    checkMdp(`${owner}: mdps[${arm}]`, mdp, states, actions);
  });
  return mdps;
}

function checkMdp(field: string, mdp: TabularMdp, states: number, actions: number): void {
  for (const name of ['transitions', 'leader', 'follower'] as const) {
    const table: readonly (readonly unknown[])[] = mdp[name];
    if (table.length !== states) {
      throw new InvalidArgument(
        `${field}.${name}: expected a row for each of ${states} states, got ${table.length}.`,
      );
    }
    const row = raggedRow(table, actions);
    if (row >= 0) {
      throw new InvalidArgument(
        `${field}.${name}[${row}]: expected an entry for each of ${actions} actions, got ${table[row].length}.`,
      );
    }
  }
  mdp.transitions.forEach((rows, s) => {
    rows.forEach((row, b) => {
      const sum = row.reduce((total, p) => total + p, 0);
      if (row.length === states && Math.abs(sum - 1) <= 1e-9) return;
      throw new InvalidArgument(
        `${field}.transitions[${s}][${b}]: expected ${states} probabilities that sum to 1, got ${row.length} with sum ${sum}.`,
      );
    });
  });
}

function drawMdps(owner: string, given: Partial<MdpRecipe>): readonly TabularMdp[] {
  const arms = given.arms ?? defaults.arms;
  const states = given.states ?? defaults.states;
  const actions = given.actions ?? defaults.actions;
  const { successors = states, seed = defaults.seed } = given;
  if (successors > states) {
    throw new InvalidArgument(
      `${owner}: successors: expected at most the number of states, ${states}, got ${successors}.`,
    );
  }
  const probabilities = arms * states * states * actions;
  if (probabilities > maxProbabilities) {
    throw new InvalidArgument(
      `${owner}: states: expected at most ${maxProbabilities} transition probabilities in all, got ${probabilities} with ${states}.`,
    );
  }
  const rng = new Rng(seed).child('tabular-mdps');
  return Array.from({ length: arms }, (_, arm) => drawMdp(states, actions, successors, rng.child(arm)));
}

function drawMdp(states: number, actions: number, successors: number, rng: Rng): TabularMdp {
  const table = <T>(entry: () => T) =>
    Array.from({ length: states }, () => Array.from({ length: actions }, entry));
  const reward = () => rng.integer(rewardSteps + 1) / rewardSteps;
  return {
    transitions: table(() => drawRow(states, successors, rng)),
    leader: table(reward),
    follower: table(reward),
  };
}

/** Probabilities on `successors` states, uniform on their simplex. */
function drawRow(states: number, successors: number, rng: Rng): number[] {
  const chosen = rng.shuffle(Array.from({ length: states }, (_, s) => s)).slice(0, successors);
  const weights = chosen.map(() => rng.exponential());
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const row = new Array<number>(states).fill(0);
  chosen.forEach((s, k) => {
    row[s] = weights[k] / sum;
  });
  return row;
}
