import { learner } from '../agents/names.js';
import { type DifferentiablePolicy, defaultPolicy, MlpPolicy, TabularSoftmax } from '../agents/policy.js';
import { TabularGaussian } from '../agents/tabular-gaussian.js';
import { makeGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { gradingFollower, prepareOracle } from '../oracles/names.js';
import { solve } from '../solvers/solve.js';
import { leaderReturn } from '../solvers/solver.js';
import type { CommitmentMode } from '../wrappers/stackelberg-options.js';
import { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { Grader } from './grading.js';
import { isOptimal } from './optimal.js';

interface LeaderOptions {
  readonly commitment?: CommitmentMode;
  readonly policyForm?: 'deterministic' | 'logits';
  /** Outer episodes side by side. */
  readonly rows?: number;
  /** Where actions are vectors: a mean for each observation (`table`) or a network. Default `network`. */
  readonly policy?: 'table' | 'network';
  /** Hidden layers of a network. */
  readonly hidden?: readonly number[];
  /** First log standard deviation of vectors. */
  readonly logStd?: number;
  readonly [option: string]: unknown;
}

/** Most points of a learning curve. */
const mostPoints = 500;

/** Share of the optimum that counts as nearly there. */
const nearly = 0.95;

/**
 * Trains one leader against one oracle and grades it by `evaluateCommitment` as it learns: the curve shows the policy as it
 * is played, the result its greedy commitment. Steps count every leader step, queries included; what the followers were trained on beforehand is counted apart.
 */
export async function runLeaderCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters);
  const follower = gradingFollower(cell.oracle, cell.oracleOptions);
  const exact = leaderReturn(await solve(game, { follower }));
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const prepared = await prepareOracle(cell.oracle, game, cell.oracleOptions, rng.child('oracle').path);
  const {
    commitment,
    policyForm,
    rows = 1,
    policy: make,
    hidden,
    logStd,
    ...options
  } = cell.leaderOptions as LeaderOptions;
  const { oracle } = prepared;
  const outer = new StackelbergVectorEnv(game, rows, {
    oracle,
    commitment,
    policyForm,
    autoresetMode: 'SameStep',
  });
  const steps = cell.budget['steps'] as number;
  const policy = await startingPolicy(outer, rng.child('init'), { policy: make, hidden, logStd });
  const grader = new Grader(outer, exact, follower);
  let nearSince: number | null = null;
  let exactSince: number | null = null;
  const record = async (at: number) => {
    const greedy = await grader.greedy(policy);
    const value = options['greedy'] === true ? greedy : await grader.played(policy);
    nearSince = value >= exact - (1 - nearly) * Math.abs(exact) ? (nearSince ?? at) : null;
    exactSince = isOptimal(greedy, exact) ? (exactSince ?? at) : null;
    context.metric({ steps: at, value, greedy });
  };
  await record(0);
  let next = steps / mostPoints;
  const result = await learner(cell.leader).train(outer, {
    ...options,
    policy,
    steps,
    seed: rng.child('learner').path,
    onProgress: async (progress) => {
      if (progress.steps >= next) {
        await record(progress.steps);
        next = progress.steps + steps / mostPoints;
      }
      context.progress(progress.steps / steps);
    },
  });
  const learned = await grader.greedy(policy);
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: nearSince,
    stepsToExact: exactSince,
    leaderSteps: result.steps,
    queries: outer.queries,
    preTrainingSteps: prepared.preTrainingSteps,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: { preTrainingQueries: prepared.preTrainingQueries },
  };
}

/**
 * What the leader starts from: where its spaces are discrete, a table with logits near zero, so that the greedy
 * commitment of an untrained leader is a random one and not, by the order of actions, the optimum of half of the games.
 */
async function startingPolicy(
  outer: StackelbergVectorEnv,
  rng: Rng,
  { policy, hidden, logStd }: Pick<LeaderOptions, 'policy' | 'hidden' | 'logStd'>,
): Promise<DifferentiablePolicy> {
  const { singleObservationSpace: observations, singleActionSpace: actions } = outer;
  if (!(observations instanceof Discrete && actions instanceof Discrete)) {
    if (!(actions instanceof Box)) return defaultPolicy(observations, actions, rng.path);
    if (policy === 'table') return new TabularGaussian(observations, actions, { logStd });
    return MlpPolicy.create(observations, actions, { seed: rng.path, hidden, logStd });
  }
  const logits = Float64Array.from({ length: observations.n * actions.n }, () => 0.01 * rng.normal());
  return new TabularSoftmax(observations, actions, logits);
}
