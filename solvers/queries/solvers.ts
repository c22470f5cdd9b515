import { type TieBreaking, tieBreakings } from '../../envs/core/stackelberg.js';
import { NormalForm } from '../../envs/matrix/normal-form.js';
import type { SecurityGame } from '../../envs/security/security-game.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { plainSecurityGame } from '../security/security-answer.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';
import { BestResponseQueries } from './best-response-queries.js';
import { type HyperplaneLearnerOptions, learnCommitment } from './hyperplane-learner.js';
import { commitmentGame, exactResponses } from './response-sources.js';
import { learnCoverage } from './security-learner.js';

type Options = Task['options'];

/** Exact best responses of the game, by the options `budget` and `ties`. */
function access(game: NormalForm | SecurityGame, { budget, ties }: Options): BestResponseQueries {
  const source = exactResponses(game, { ties: ties as TieBreaking | undefined });
  return new BestResponseQueries(source, { budget: budget as number | undefined });
}

function learned(
  game: NormalForm | SecurityGame,
  commitment: Float64Array,
  response: number,
  { ties }: Options,
  details: Readonly<Record<string, unknown>>,
): Answer {
  const played = commitmentGame(game);
  return {
    value: played.leaderValue(commitment, response),
    followerValues: { follower_0: played.followerValue(commitment, response) },
    commitment: Array.from(commitment),
    kind: 'stochastic',
    status: 'learned',
    tieBreaking: (ties ?? 'leader') as TieBreaking,
    details: { response, ...details },
  };
}

/** Options: `seed`, `nudge` and `radius` of `learnCommitment`, `budget` of queries, `ties` of the follower. */
export const hyperplaneLearner: Solver = {
  name: 'hyperplane-learner',
  summary:
    'mixed commitments of a bimatrix game from best-response queries alone (Letchford et al. 2009; Peng et al. 2019)',
  options: {
    seed: { type: 'integer', default: 0, description: 'of the points that are asked about' },
    nudge: { type: 'number', default: 1e-6, description: 'how far inwards a vertex is asked about' },
    radius: {
      type: 'number',
      default: 0.01,
      description: 'of the ball in which the direction of a boundary is measured; larger for noisy answers',
    },
    budget: { type: 'integer', description: 'most queries; without it as many as it takes' },
    ties: {
      type: 'string',
      enum: tieBreakings,
      default: 'leader',
      description: 'how the follower breaks ties',
    },
  },
  fits: (game, { commitment, follower }) =>
    game instanceof NormalForm &&
    !game.observeAction &&
    commitment !== 'deterministic' &&
    isRational(follower),
  solve: (game: NormalForm, { options }) => {
    const { budget: _, ties: __, ...own } = options;
    const queries = access(game, options);
    const found = learnCommitment({ leader: game.payoffs.leader, queries }, own as HyperplaneLearnerOptions);
    const { queries: asked, regions, facets, vertices, unresolved } = found;
    const details = { queries: asked, regions, facets, vertices, unresolved };
    return learned(game, found.commitment, found.response, options, details);
  },
};

/** Clinch needs an attacker that coverage deters: a target as good covered as not tells nothing of its coverage. */
function checkFalling({ targets }: SecurityGame): void {
  const level = targets.findIndex(
    ({ attackerCovered, attackerUncovered }) => !(attackerCovered < attackerUncovered),
  );
  if (level < 0) return;
  throw new InvalidArgument(
    `security-learner: targets[${level}]: expected attackerCovered below attackerUncovered, got ${targets[level].attackerCovered} and ${targets[level].attackerUncovered}: use origami.`,
  );
}

/** Options: `precision` of `learnCoverage`, `budget` of queries, `ties` of the attacker. */
export const securityLearner: Solver = {
  name: 'security-learner',
  summary:
    'coverage of a security game without schedules from best-response queries alone (Clinch; Haghtalab et al. 2022)',
  options: {
    precision: { type: 'number', default: 1e-10, description: 'to which coverage is found' },
    budget: { type: 'integer', description: 'most queries; without it as many as it takes' },
    ties: {
      type: 'string',
      enum: tieBreakings,
      default: 'leader',
      description: 'how the attacker breaks ties',
    },
  },
  fits: plainSecurityGame,
  solve: (game: SecurityGame, { options }) => {
    checkFalling(game);
    const { precision } = options;
    const defender = game.targets.map((t) => ({
      covered: t.defenderCovered,
      uncovered: t.defenderUncovered,
    }));
    const problem = { defender, resources: game.resources, queries: access(game, options) };
    const found = learnCoverage(problem, precision === undefined ? {} : { precision: precision as number });
    const { queries, clinchQueries, attackSet } = found;
    return learned(game, found.coverage, found.attacked, options, { queries, clinchQueries, attackSet });
  },
};
