import { NormalForm } from '../envs/matrix/normal-form.js';
import { SecurityGame } from '../envs/security/security-game.js';
import { describe, InvalidArgument, unknownName } from '../gymnasium/error.js';
import { Rng } from '../gymnasium/rng.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import { BestResponseQueries, type Queries } from '../solvers/queries/best-response-queries.js';
import { clinch } from '../solvers/queries/clinch.js';
import { learnCommitment } from '../solvers/queries/hyperplane-learner.js';
import { commitmentGame, exactResponses } from '../solvers/queries/response-sources.js';
import {
  type DefenderTarget,
  learnCoverage,
  learnCoverageByHyperplanes,
} from '../solvers/queries/security-learner.js';
import { solve } from '../solvers/solve.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { isOptimal, optimalFrom } from './optimal.js';

type Game = NormalForm | SecurityGame;
type Learner = (game: Game, queries: Queries, options: object) => ArrayLike<number>;

/** Share of the optimum that counts as nearly there. */
const nearly = 0.95;
/** The curve has a point whenever the queries have grown by this factor. */
const pace = 1.25;

/** What a learner of `security-learner` may know of the game. */
const defenderOf = ({ targets }: SecurityGame): DefenderTarget[] =>
  targets.map(({ defenderCovered, defenderUncovered }) => ({
    covered: defenderCovered,
    uncovered: defenderUncovered,
  }));

const learners: Readonly<Record<string, Learner>> = {
  'hyperplane-learner': (game, queries, options) => {
    if (game instanceof NormalForm)
      return learnCommitment({ leader: game.payoffs.leader, queries }, options).commitment;
    const { resources } = game;
    return learnCoverageByHyperplanes({ defender: defenderOf(game), resources, queries }, options).commitment;
  },
  clinch: (game, queries, options) =>
    clinch({ resources: securityOf(game).resources, queries }, options).coverage,
  'security-learner': (game, queries, options) => {
    const { resources } = securityOf(game);
    return learnCoverage({ defender: defenderOf(securityOf(game)), resources, queries }, options).coverage;
  },
};

function securityOf(game: Game): SecurityGame {
  if (game instanceof SecurityGame) return game;
  throw new InvalidArgument(`query-cell: game: expected SecurityGame-v0, got ${game.constructor.name}.`);
}

/**
 * Draws a game by the seed and learns to commit in it from exact best-response queries. The cell's `parameters` say how it
 * is drawn: `rows` and `columns` of a `NormalForm-v0` with payoffs uniform in [0, 1], or `targets` of a zero-sum
 * `SecurityGame-v0` with one resource, whose attacker gets (1 - coverage) times a value uniform in [0, 1]. `leader` is
 * `hyperplane-learner`, `clinch` or `security-learner`, with its options.
 *
 * The curve shows the best commitment that any query so far has shown the learner (steps are queries), the result what
 * it returned, both graded by `evaluateCommitment`. `extra.bound` is Clinch's: n ln(1 / 1e-8) + n queries.
 *
 * @throws InvalidArgument for a game, a size or a learner that is not one of these
 */
export async function runQueryCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = drawnFor(cell, seed);
  const { value: exact } = await solve(game);
  const queries = new WatchedQueries(game, new BestResponseQueries(exactResponses(game)));
  const commitment = learners[cell.leader](game, queries, cell.leaderOptions);
  const grade = async (x: ArrayLike<number>) =>
    (await evaluateCommitment(game, Array.from(x), { optimum: exact })).value;
  for (const { steps, best } of queries.snapshots()) {
    context.metric({ steps, value: await grade(best) });
    context.progress(steps / queries.count);
  }
  const learned = await grade(commitment);
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: queries.firstAt(exact - (1 - nearly) * Math.abs(exact)),
    stepsToExact: isOptimal(learned, exact) ? queries.firstAt(optimalFrom(exact)) : null,
    leaderSteps: queries.count,
    queries: queries.count,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: { bound: clinchBound(queries.size) },
  };
}

/** Refuses what {@link runQueryCell} would refuse, before anything runs. @throws InvalidArgument as it does */
export function checkQueryCell(cell: Cell): void {
  drawnFor(cell, 0);
}

function drawnFor(cell: Cell, seed: number): Game {
  const game = drawGame(cell, new Rng(seed).child(cell.gameName));
  if (!Object.hasOwn(learners, cell.leader)) {
    throw new InvalidArgument(
      `query-cell: leader: ${unknownName('learner', cell.leader, Object.keys(learners))}`,
    );
  }
  return game;
}

/** Queries that Clinch needs at most for n targets and one resource at precision 1e-8. */
export function clinchBound(targets: number): number {
  return targets * Math.log(1e8) + targets;
}

function drawGame({ game, parameters }: Cell, rng: Rng): Game {
  if (game === 'NormalForm-v0') {
    const [rows, columns] = [count(parameters, 'rows'), count(parameters, 'columns')];
    const matrix = () => Array.from({ length: rows }, () => uniforms(rng, columns));
    return new NormalForm({ leader: matrix(), follower: matrix() });
  }
  if (game === 'SecurityGame-v0') {
    const targets = uniforms(rng, count(parameters, 'targets')).map((value) => ({
      defenderCovered: 0,
      defenderUncovered: 0 - value,
      attackerCovered: 0,
      attackerUncovered: value,
    }));
    return new SecurityGame(targets, 1);
  }
  throw new InvalidArgument(
    `query-cell: game: expected NormalForm-v0 or SecurityGame-v0, got ${describe(game)}.`,
  );
}

function uniforms(rng: Rng, size: number): number[] {
  return Array.from({ length: size }, () => rng.uniform());
}

function count(parameters: Cell['parameters'], field: string): number {
  const value = parameters[field];
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw new InvalidArgument(
    `query-cell: parameters.${field}: expected a positive integer, got ${describe(value)}.`,
  );
}

interface Seen {
  readonly steps: number;
  readonly value: number;
  readonly best: Float64Array;
}

/** Queries that remember by which the best commitment so far was seen, as the learner could itself. */
class WatchedQueries implements Queries {
  readonly size: number;
  readonly actions: number;
  private readonly improvements: Seen[] = [];

  constructor(
    private readonly game: Game,
    private readonly queries: Queries,
  ) {
    this.size = queries.size;
    this.actions = queries.actions;
  }

  get count(): number {
    return this.queries.count;
  }

  query(commitment: ArrayLike<number>): number {
    const answer = this.queries.query(commitment);
    const value = commitmentGame(this.game).leaderValue(commitment, answer);
    if (!(value <= (this.improvements.at(-1)?.value ?? Number.NEGATIVE_INFINITY)))
      this.improvements.push({ steps: this.count, value, best: Float64Array.from(commitment) });
    return answer;
  }

  /** The best commitment seen after 1 query, after all, and at a geometric pace between. */
  snapshots(): Seen[] {
    const at = [1];
    while (at[at.length - 1] < this.count)
      at.push(Math.min(this.count, Math.ceil(pace * at[at.length - 1] + 0.5)));
    return at.map((steps) => ({ ...this.improvements.findLast((seen) => seen.steps <= steps)!, steps }));
  }

  /** Queries until a commitment worth this much was seen; null if none was. */
  firstAt(value: number): number | null {
    return this.improvements.find((seen) => seen.value >= value)?.steps ?? null;
  }
}
