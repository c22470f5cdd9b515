import type { BanditGame } from '../envs/bandit/bandit-game.js';
import { makeGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import {
  type BanditLearnerOptions,
  banditLearnerOptions,
  pessimisticArm,
} from '../solvers/bandit/bandit-stackelberg.js';
import { PairSampler } from '../solvers/bandit/pair-sampler.js';
import { chooseArm } from '../solvers/bandit/response-sets.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { isOptimal } from './optimal.js';

/** Points of a learning curve, evenly spread over the logarithm of the pulls. */
const curvePoints = 40;

/**
 * The bandit learner, `budget.runs` times side by side: after more and more pulls of every pair each run says the arm it would now
 * answer. The value is the mean over runs of that arm's, by `evaluateCommitment` with ties against the leader; `success` is the share of runs
 * whose arm is the one that the same rule takes from the true means. Steps are the pulls of one run.
 */
export async function runBanditCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as BanditGame;
  const options = banditLearnerOptions(game, cell.leaderOptions);
  const rng = new Rng(seed).child(cell.gameName, cell.leader);
  const runs = cell.budget['runs'] as number;
  const samplers = Array.from({ length: runs }, (_, k) => new PairSampler(game, rng.child('run', k)));
  const grades = await gradesOf(game);
  const exact = Math.max(...grades);
  const target = pessimisticArm(game.means, options).arm;
  const since: { near: number | null; exact: number | null } = { near: null, exact: null };
  let [learned, success] = [0, 0];
  for (const pulls of checkpoints(options.pullsPerPair)) {
    for (const sampler of samplers) sampler.pull(pulls - sampler.pullsPerPair);
    ({ learned, success } = summary(samplers, options, grades, target));
    const steps = samplers[0].pulls;
    since.near = learned >= 0.95 * exact ? (since.near ?? steps) : null;
    since.exact = isOptimal(learned, exact) ? (since.exact ?? steps) : null;
    context.metric({ steps, value: learned, success });
    context.progress(pulls / options.pullsPerPair);
  }
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: since.near,
    stepsToExact: since.exact,
    leaderSteps: samplers[0].pulls,
    queries: samplers[0].pulls,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      runs,
      success,
      pullsPerPair: options.pullsPerPair,
      slackValue: chooseArm(game.means, options.epsilon, 'against').value,
    },
  };
}

/** What each arm is worth against the exact best response, ties against the leader. */
async function gradesOf(game: BanditGame): Promise<number[]> {
  const grades: number[] = [];
  for (let arm = 0; arm < game.means.leader.length; arm++) {
    grades.push((await evaluateCommitment(game, [arm], { ties: 'against', optimum: null })).value);
  }
  return grades;
}

function summary(
  samplers: readonly PairSampler[],
  options: BanditLearnerOptions,
  grades: readonly number[],
  target: number,
): { learned: number; success: number } {
  const arms = samplers.map((sampler) => pessimisticArm(sampler.means(), options).arm);
  return {
    learned: arms.reduce((sum, arm) => sum + grades[arm], 0) / arms.length,
    success: arms.filter((arm) => arm === target).length / arms.length,
  };
}

/** Pulls of each pair, from 1 to all of them. */
function checkpoints(pullsPerPair: number): number[] {
  const points = Array.from({ length: curvePoints }, (_, k) =>
    Math.round(pullsPerPair ** (k / (curvePoints - 1))),
  );
  return [...new Set(points)];
}
