import { FiniteMarkovGame } from '../../envs/markov/finite-markov-game.js';
import { backwardStates } from '../../envs/markov/stages.js';
import type { Discrete } from '../../gymnasium/spaces/discrete.js';
import { type LinearSolver, loadLp } from '../linear/linear-program.js';
import { pureCommitment, solveNormalFormWith } from '../normal-form/normal-form.js';
import { expected } from '../normal-form/payoffs.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';

/** What a stage game comes to: the mixed row, the follower's column and the leader's value. */
export interface StageSolution {
  readonly commitment: ArrayLike<number>;
  readonly response: number;
  readonly value: number;
}

/** Solves the bimatrix game (leader's payoffs with its continuation, what the follower maximises). */
export type SolveStage = (
  leader: readonly Float64Array[],
  follower: readonly ArrayLike<number>[],
) => StageSolution;

/** Every observation after all that can follow it. */
export function backwardObservations({ rules }: FiniteMarkovGame): number[] {
  const { stages, horizon } = rules;
  if (horizon === null) return backwardStates(stages)!;
  const count = stages.length * horizon;
  return Array.from({ length: count }, (_, k) => count - 1 - k);
}

/** The discounted expected value of what follows a joint action at an observation, of its stage game's own numbers. */
export function continuation(
  game: FiniteMarkovGame,
  observation: number,
  a: number,
  b: number,
  values: ArrayLike<number>,
): number {
  const chances = game.stageAt(observation).next[a][b];
  let sum = 0;
  for (let s = 0; s < chances.length; s++) {
    if (chances[s] === 0) continue;
    const next = game.observationAfter(observation, s);
    if (next >= 0) sum += chances[s] * values[next];
  }
  return game.discount * sum;
}

/** The expected value of the first observation. */
export function initialValue({ rules }: FiniteMarkovGame, values: ArrayLike<number>): number {
  return rules.start.reduce((sum, p, s) => sum + p * values[s], 0);
}

export interface InductionResult {
  /** By observation. */
  readonly stages: readonly StageSolution[];
  readonly value: number;
  readonly followerValue: number;
}

/**
 * Solves the stage games of all observations backwards. With `farsighted` the follower maximises its stage payoff plus
 * its continuation, else the stage payoff alone; its value is that of its whole play either way.
 */
function backwardInduction(
  game: FiniteMarkovGame,
  solveStage: SolveStage,
  farsighted: boolean,
): InductionResult {
  const { n } = game.agents[0].observationSpace as Discrete;
  const values = new Float64Array(n);
  const followerValues = new Float64Array(n);
  const stages: StageSolution[] = [];
  for (const o of backwardObservations(game)) {
    const { leader, follower } = game.stageAt(o);
    const withRest = (payoffs: readonly (readonly number[])[], rest: Float64Array) =>
      payoffs.map((row, a) =>
        Float64Array.from(row, (payoff, b) => payoff + continuation(game, o, a, b, rest)),
      );
    const total = withRest(follower, followerValues);
    const found = solveStage(withRest(leader, values), farsighted ? total : follower);
    stages[o] = found;
    values[o] = found.value;
    followerValues[o] = expected(total, found.commitment, found.response);
  }
  return {
    stages,
    value: initialValue(game, values),
    followerValue: initialValue(game, followerValues),
  };
}

/** The strong Stackelberg equilibrium of a stage game by multiple linear programs. */
function strongStage(lp: LinearSolver): SolveStage {
  return (leader, follower) => solveNormalFormWith(lp, leader, follower);
}

/** The supremum if ties go against the leader; the commitment only approaches it where ties matter. */
function weakStage(lp: LinearSolver): SolveStage {
  return (leader, follower) => {
    const { weakValue, weakCommitment, response } = solveNormalFormWith(lp, leader, follower);
    return { commitment: weakCommitment, response, value: weakValue };
  };
}

const pureRow = (rows: number, row: number) => Array.from({ length: rows }, (_, a) => Number(a === row));

const pureStage: SolveStage = (leader, follower) => {
  const { row, response, value } = pureCommitment(leader, follower);
  return { commitment: pureRow(leader.length, row), response, value };
};

const weakPureStage: SolveStage = (leader, follower) => {
  const { weakRow, weakValue, response } = pureCommitment(leader, follower);
  return { commitment: pureRow(leader.length, weakRow), response, value: weakValue };
};

/** The leader's value of the best commitment against a myopic follower, ties broken for the leader. */
export async function myopicOptimum(game: FiniteMarkovGame): Promise<number> {
  return backwardInduction(game, strongStage(await loadLp()), false).value;
}

function answer(
  game: FiniteMarkovGame,
  result: InductionResult,
  details: object,
): Omit<Answer, 'status' | 'kind'> {
  const { n } = game.agents[0].actionSpace as Discrete;
  return {
    value: result.value,
    followerValues: { follower_0: result.followerValue },
    commitment: result.stages.map(({ commitment }) =>
      Array.from({ length: n }, (_, a) => commitment[a] ?? 0),
    ),
    tieBreaking: 'leader',
    details: {
      ...details,
      values: result.stages.map(({ value }) => value),
      responses: result.stages.map(({ response }) => response),
    },
  };
}

/**
 * The optimal commitment against a myopic follower (the Stackelberg-Nash equilibrium of Zhong et al. 2023 with one
 * follower): V(o) is the strong Stackelberg value of the bimatrix game (leader's payoff + E V(next), follower's
 * payoff), backwards by multiple linear programs. What the follower does now depends on nothing that comes later, so no
 * commitment does better. With `commitment: 'deterministic'` the best row of each stage game instead.
 */
export const myopicBackwardInduction: Solver = {
  name: 'myopic-backward-induction',
  summary:
    'a finite Markov game with a myopic follower, backwards over multiple linear programs (Zhong et al. 2023)',
  fits: (game, { follower }) => game instanceof FiniteMarkovGame && follower === 'myopic',
  solve: async (game: FiniteMarkovGame, { commitment }: Task) => {
    const pure = commitment === 'deterministic';
    const lp = await loadLp();
    const result = backwardInduction(game, pure ? pureStage : strongStage(lp), false);
    const weak = backwardInduction(game, pure ? weakPureStage : weakStage(lp), false);
    const found = answer(game, result, {});
    return {
      ...found,
      ...(pure && { commitment: result.stages.map((stage) => Array.from(stage.commitment).indexOf(1)) }),
      kind: pure ? 'deterministic' : 'stochastic',
      status: 'optimal',
      weakValue: weak.value,
    };
  },
};

/**
 * The feedback Stackelberg equilibrium with a farsighted follower: at every observation the leader's mixed action is a
 * strong Stackelberg equilibrium of the stage game in which both players' payoffs include their continuations. The
 * leader commits anew at every step and so cannot threaten or promise: commitments for the whole of play may be worth
 * more to it, and `enumeration` finds the best deterministic one of those. The value is that of the commitment found
 * against the follower's best response, hence a lower bound on the best commitment's, and the status says no more.
 */
export const feedbackBackwardInduction: Solver = {
  name: 'feedback-backward-induction',
  summary: 'the feedback Stackelberg equilibrium of a finite Markov game with a farsighted follower',
  fits: (game, { commitment, follower }) =>
    game instanceof FiniteMarkovGame && commitment !== 'deterministic' && isRational(follower),
  solve: async (game: FiniteMarkovGame) => {
    const result = backwardInduction(game, strongStage(await loadLp()), true);
    const found = answer(game, result, { concept: 'feedback Stackelberg equilibrium' });
    return { ...found, kind: 'stochastic', status: 'heuristic' };
  },
};
