import { learner } from '../agents/names.js';
import { type DifferentiablePolicy, defaultPolicy, MlpPolicy, TabularSoftmax } from '../agents/policy.js';
import { TabularGaussian } from '../agents/tabular-gaussian.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { makeGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { gradesItself, gradingFollower, prepareOracle } from '../oracles/names.js';
import { type Commitment, hasDiscreteLeader, leaderAnswers } from '../solvers/commitment.js';
import { type CommitmentKind, solve } from '../solvers/solve.js';
import { leaderReturn } from '../solvers/solver.js';
import { greedyCommitment } from '../wrappers/leader-commitment.js';
import type { CommitmentMode } from '../wrappers/stackelberg-options.js';
import { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';
import type { Cell, CellContext, CellResult, PlainData } from './experiment.js';
import { Grader } from './grading.js';
import { isOptimal, nearFrom } from './optimal.js';
import { hasProfiles, profilePicture } from './profile-picture.js';

interface LeaderOptions {
  readonly commitment?: CommitmentMode;
  readonly policyForm?: 'deterministic' | 'logits';
  readonly repeats?: 'auto' | 'ask' | 'skip';
  readonly rewardEpisodes?: number | 'type-profiles';
  readonly responsePhaseProbability?: number;
  /** Parameters of the game while the leader learns, over those that it is graded by: a reward of less variance. */
  readonly learnsWith?: PlainData;
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
/** The same where commitments are graded by samples, which takes longer. */
const mostSampledPoints = 100;

/** Looks at what a leader learned, keeps pictures of it, and returns more for `CellResult.extra`. */
export type Inspect = (
  cell: Cell,
  game: MarkovGame,
  learned: Commitment,
  context: CellContext,
) => PlainData | Promise<PlainData>;

/**
 * Trains one leader against one oracle and grades it by `evaluateCommitment` as it learns: the curve shows the policy as it
 * is played, the result its greedy commitment. Steps count every leader step, queries included; what the followers were trained on beforehand is counted apart.
 *
 * @param inspect called once in the end; what it does is part of the wall time
 */
export async function runLeaderCell(
  cell: Cell,
  seed: number,
  context: CellContext,
  inspect?: Inspect,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters);
  const follower = gradingFollower(cell.oracle, cell.oracleOptions);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const prepared = await prepareOracle(cell.oracle, game, cell.oracleOptions, rng.child('oracle').path);
  const {
    commitment,
    policyForm,
    repeats,
    rewardEpisodes,
    responsePhaseProbability,
    learnsWith,
    rows = 1,
    policy: make,
    hidden,
    logStd,
    ...options
  } = cell.leaderOptions as LeaderOptions;
  const { oracle } = prepared;
  const exact = leaderReturn(await solve(game, { follower, commitment: committedKind(game, commitment) }));
  const school = learnsWith === undefined ? game : makeGame(cell.game, { ...cell.parameters, ...learnsWith });
  const outer = new StackelbergVectorEnv(school, rows, {
    oracle,
    commitment,
    policyForm,
    repeats,
    rewardEpisodes,
    responsePhaseProbability,
    autoresetMode: 'SameStep',
  });
  // Steps that the wrapper took for the leader are steps of the game all the same.
  const spentOf = (learnerSteps: number) => (repeats === 'skip' ? outer.leaderSteps : learnerSteps);
  const steps = cell.budget['steps'] as number;
  const policy = await startingPolicy(outer, rng.child('init'), { policy: make, hidden, logStd });
  if (responsePhaseProbability !== undefined && responsePhaseProbability < 1)
    outer.queryPolicy = (observation, queryRng) => policy.act(observation, queryRng);
  const sampled = gradesItself(cell.oracle) || game.followerIndices.length === 0;
  const judge = gradesItself(cell.oracle) ? oracle : undefined;
  const grader = new Grader(outer, exact, follower, judge, game);
  let near: number | null = null;
  let nearSince: number | null = null;
  let exactSince: number | null = null;
  const record = async (at: number) => {
    const greedy = await grader.greedy(policy);
    const value = options['greedy'] === true ? greedy : await grader.played(policy);
    near ??= nearFrom(exact, value);
    nearSince = value >= near ? (nearSince ?? at) : null;
    exactSince = isOptimal(greedy, exact) ? (exactSince ?? at) : null;
    context.metric({ steps: at, value, greedy });
  };
  await record(0);
  const interval = steps / (sampled ? mostSampledPoints : mostPoints);
  let next = interval;
  const result = await learner(cell.leader).train(outer, {
    ...options,
    policy,
    steps,
    seed: rng.child('learner').path,
    stop: (progress) => spentOf(progress.steps) >= steps,
    onProgress: async (progress) => {
      const spent = spentOf(progress.steps);
      if (spent >= next) {
        await record(spent);
        next = spent + interval;
      }
      context.progress(Math.min(1, spent / steps));
    },
  });
  const { value: learned, standardError } = await grader.final(policy);
  const greedy = greedyCommitment(outer, policy);
  if (hasProfiles(game)) {
    const title = `${cell.gameName}: what ${cell.leader} learned against ${cell.oracle}, seed ${seed}`;
    const answers = leaderAnswers(game, greedy, true);
    context.picture('allocation', profilePicture(cell.game, game, answers, oracle, title));
  }
  const more = await inspect?.(cell, game, greedy, context);
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: nearSince,
    stepsToExact: exactSince,
    leaderSteps: spentOf(result.steps),
    queries: outer.queries,
    preTrainingSteps: prepared.preTrainingSteps,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      preTrainingQueries: prepared.preTrainingQueries,
      ...(standardError === undefined ? {} : { standardError }),
      ...more,
    },
  };
}

/** An action for each observation is a deterministic commitment; otherwise what the game's first solver is for. */
function committedKind(game: MarkovGame, commitment: CommitmentMode | undefined): CommitmentKind | undefined {
  return commitment === 'episode' && hasDiscreteLeader(game) ? 'deterministic' : undefined;
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
