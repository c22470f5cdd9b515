import { minWork, optimalMakespan } from '../../envs/mechanism/scheduling.js';
import { UnrelatedScheduling } from '../../envs/mechanism/unrelated-scheduling.js';
import { checkCount, checkNatural } from '../../gymnasium/checks.js';
import { checkOptionNames } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';

type Times = readonly (readonly number[])[];

/** Where the truth can be told: by any row, or by a multiplier of 1. */
function allowsTruth({ rules }: UnrelatedScheduling): boolean {
  return rules.reports === 'row' || rules.multipliers.includes(1);
}

/** MinWork on one instance whose machines tell the truth. */
function ofInstance(
  times: Times,
): Pick<Answer, 'value' | 'details'> & { readonly utilities: readonly number[] } {
  const { allocation, payments, utilities, makespan } = minWork(times);
  const optimum = optimalMakespan(times);
  const ratio = makespan / optimum;
  return {
    value: -ratio,
    utilities,
    details: { allocation, payments, utilities, makespan, optimalMakespan: optimum, ratio },
  };
}

function ofInstances(
  { machines, tasks }: UnrelatedScheduling,
  options: Task['options'],
): ReturnType<typeof ofInstance> {
  const instances = checkCount('minwork', 'instances', options['instances'] ?? 2000);
  const rng = new Rng(checkNatural('minwork', 'seed', options['seed'] ?? 0)).child('instances');
  const utilities = new Array<number>(machines).fill(0);
  let [sum, squares, worst] = [0, 0, 0];
  for (let k = 0; k < instances; k++) {
    const times = Array.from({ length: machines }, () =>
      Array.from({ length: tasks }, () => 1 - rng.uniform()),
    );
    const one = ofInstance(times);
    sum -= one.value;
    squares += one.value ** 2;
    worst = Math.max(worst, -one.value);
    one.utilities.forEach((utility, i) => {
      utilities[i] += utility / instances;
    });
  }
  const mean = sum / instances;
  const variance = Math.max(0, squares / instances - mean ** 2);
  return {
    value: -mean,
    utilities,
    details: { instances, ratio: mean, worstRatio: worst, standardError: Math.sqrt(variance / instances) },
  };
}

/**
 * MinWork (Nisan & Ronen 2001): no biases, critical payments, and machines that tell the truth, which is a dominant strategy.
 * Its value is minus the ratio of its makespan to the optimal one, at least -`machines`. Where times are drawn it is the mean
 * over instances (options `instances`, 2000, and `seed`, 0). Nothing says that no other mechanism does better.
 */
export const minWorkMechanism: Solver = {
  name: 'minwork',
  summary: 'second-price auctions of the tasks among truthful machines (UnrelatedScheduling-v0)',
  options: {
    instances: {
      type: 'integer',
      default: 2000,
      description: 'instances that the mean is taken over; only where times are drawn',
    },
    seed: { type: 'integer', default: 0, description: 'of these instances' },
  },
  fits: (game, { follower }) =>
    game instanceof UnrelatedScheduling && isRational(follower) && allowsTruth(game),
  solve: (game: UnrelatedScheduling, { commitment, options }) => {
    const { times } = game.rules;
    checkOptionNames('minwork', options, times === null ? ['instances', 'seed'] : []);
    const { value, utilities, details } = times === null ? ofInstances(game, options) : ofInstance(times);
    return {
      value,
      followerValues: Object.fromEntries(utilities.map((utility, i) => [`follower_${i}`, utility])),
      commitment: new Array<number>(game.machines + 1).fill(1),
      kind: commitment ?? 'deterministic',
      status: 'heuristic',
      tieBreaking: null,
      certificate: { truthful: 'a dominant strategy', ratioAtMost: game.machines },
      details,
    };
  },
};
