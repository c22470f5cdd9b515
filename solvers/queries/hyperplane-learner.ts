import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { dot, expected, type PayoffMatrix } from '../normal-form/payoffs.js';
import { AnswerRegion } from './answer-region.js';
import { LearningFailed, type Queries } from './best-response-queries.js';
import { type Boundary, firstFlip, measureBoundary, remeasureBoundary } from './boundary.js';
import { mean, type PolytopeVertex } from './polytope.js';

/** What the leader knows: its own payoffs, and how to ask. */
export interface MatrixProblem {
  /** A row a leader action, a column a follower action. */
  readonly leader: PayoffMatrix;
  readonly queries: Queries;
}

export interface HyperplaneLearnerOptions {
  /** Seed of the first point and of the directions in which vertices are nudged. Default 0. */
  readonly seed?: Seed;
  /** How far a vertex is drawn into its polytope before it is asked about, as a share. Default 1e-6. */
  readonly nudge?: number;
  /** Of the ball in which the direction of a boundary is measured. Default 0.01; larger for noisy answers. */
  readonly radius?: number;
}

export interface LearnedCommitment {
  /** The leader's payoff at `commitment` and `response`. */
  readonly value: number;
  readonly commitment: Float64Array;
  /** What the follower answered at exactly this commitment. */
  readonly response: number;
  readonly queries: number;
  /** Follower actions seen to be a best response around some point. */
  readonly regions: number;
  /** Boundaries between two of them that were measured. */
  readonly facets: number;
  /** Vertices of the regions, each confirmed by an answer. */
  readonly vertices: number;
  /** Vertices that got another answer only within rounding of a known boundary; 0 unless regions are very thin. */
  readonly unresolved: number;
}

const attempts = 8;
/** Boundaries measured in a smaller share of the radius than this are measured again elsewhere. */
const poorRadius = 0.01;
/** A boundary this near to a known one with the same neighbour is that one, up to rounding. */
const sameBoundary = 1e-7;

/**
 * Learns the optimal mixed commitment against an unknown follower from best-response queries, hyperplane by
 * hyperplane (Letchford, Conitzer & Munagala, SAGT 2009; Peng et al., "Learning optimal strategies to commit to",
 * AAAI 2019). For each follower action seen it keeps an outer polytope of the commitments with that answer, asks at
 * every vertex (nudged inwards), and where the answer differs, bisects for the boundary and cuts along it. When all
 * vertices are confirmed the polytopes are the regions and the best vertex is the optimum. The hyperplanes that meet
 * there are then measured once more, at the middle of their facets.
 *
 * Actions that are only ever tied (regions without interior) are noticed at vertices alone, and regions thinner than
 * `nudge` may be missed. The answers must be those of a best response: against noise ask through `majorityVote`.
 *
 * @throws InvalidArgument for malformed options or payoffs; LearningFailed if answers contradict each other; QueryBudgetSpent
 */
export function learnCommitment(
  problem: MatrixProblem,
  options: HyperplaneLearnerOptions = {},
): LearnedCommitment {
  checkOptionNames('learnCommitment', options, ['seed', 'nudge', 'radius']);
  const { seed = 0, nudge = 1e-6, radius = 0.01 } = options;
  checkShare('nudge', nudge);
  checkShare('radius', radius);
  const { leader, queries } = problem;
  const fits = leader.length === queries.size && leader.every((row) => row.length === queries.actions);
  if (!fits) {
    throw new InvalidArgument(
      `learnCommitment: leader: expected a matrix of ${queries.size} rows and ${queries.actions} columns, got ${describe(leader)}.`,
    );
  }
  return new HyperplaneLearner(problem, new Rng(seed).child('hyperplane-learner'), nudge, radius).learn();
}

function checkShare(field: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value < 1) return;
  throw new InvalidArgument(
    `learnCommitment: ${field}: expected a number between 0 and 1, got ${describe(value)}.`,
  );
}

interface Candidate {
  readonly x: Float64Array;
  readonly action: number;
  readonly value: number;
}

class HyperplaneLearner {
  private readonly regions = new Map<number, AnswerRegion>();
  private readonly size: number;
  private tied: Candidate | undefined;
  private unresolved = 0;

  constructor(
    private readonly problem: MatrixProblem,
    private readonly rng: Rng,
    private readonly nudge: number,
    private readonly radius: number,
  ) {
    this.size = problem.queries.size;
  }

  learn(): LearnedCommitment {
    const { queries } = this.problem;
    const before = queries.count;
    const start = this.randomWeights(this.size);
    this.see(queries.query(start), start);
    while (this.confirmOrCut());
    const { x, action, value } = this.finish();
    const found = [...this.regions.values()];
    return {
      value,
      commitment: x,
      response: action,
      queries: queries.count - before,
      regions: found.length,
      facets: found.reduce((sum, { cuts }) => sum + cuts.length, 0) / 2,
      vertices: found.reduce((sum, { polytope }) => sum + polytope.vertices.length, 0),
      unresolved: this.unresolved,
    };
  }

  /** Asks about one vertex that is not confirmed yet; false if there is none. */
  private confirmOrCut(): boolean {
    for (const region of this.regions.values()) {
      const vertex = region.polytope.vertices.find((candidate) => !region.confirmed.has(candidate));
      if (vertex === undefined) continue;
      const middle = this.randomMean(region.polytope.vertices.map(({ x }) => x));
      const point = vertex.x.map((value, i) => value + this.nudge * (middle[i] - value));
      const answer = this.problem.queries.query(point);
      this.see(answer, point);
      if (answer === region.action) region.confirmed.add(vertex);
      else if (!this.separate(region, vertex, point, answer)) {
        region.confirmed.add(vertex);
        this.unresolved++;
      }
      return true;
    }
    return false;
  }

  private see(action: number, point: Float64Array): AnswerRegion {
    let region = this.regions.get(action);
    if (region === undefined) {
      region = new AnswerRegion(action, this.size);
      this.regions.set(action, region);
    }
    region.seen.push(point);
    return region;
  }

  /**
   * Finds the boundary that a segment out of the region crosses first, and cuts both regions along it. Returns false if
   * that boundary is known already, or too near to the vertex to be measured.
   */
  private separate(region: AnswerRegion, vertex: PolytopeVertex, to: Float64Array, answer: number): boolean {
    const { queries } = this.problem;
    let nearest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const from = attempt === 0 ? mean(region.seen) : this.randomMean(region.seen);
      const flip = firstFlip(queries, region.action, from, to, answer);
      nearest = Math.min(nearest, farthestEntry(flip.inside, vertex.x));
      const direction = to.map((value, i) => value - from[i]);
      const boundary = measureBoundary(queries, flip, region.action, direction, this.radius);
      if (boundary !== undefined) return this.cutBoth(region, flip.inside, boundary);
    }
    if (nearest <= 10 * this.nudge) return false;
    throw new LearningFailed(
      `learnCommitment: expected a boundary between the answers ${region.action} and ${answer}, but found none that two answers share; are the answers noisy?`,
    );
  }

  /** A point inside the hull that is in general position, where structured games have none of their ties. */
  private randomMean(points: readonly Float64Array[]): Float64Array {
    const weights = this.randomWeights(points.length);
    return points[0].map((_, i) => points.reduce((sum, x, k) => sum + weights[k] * x[i], 0));
  }

  /** Uniform in the simplex. */
  private randomWeights(count: number): Float64Array {
    const draws = Float64Array.from({ length: count }, () => this.rng.exponential());
    const total = draws.reduce((sum, draw) => sum + draw, 0);
    return draws.map((draw) => draw / total);
  }

  private cutBoth(region: AnswerRegion, place: Float64Array, first: Boundary): boolean {
    const { answer } = first;
    const known = region.cuts.find(({ neighbour }) => neighbour === answer);
    const poor = known !== undefined || first.radius < poorRadius * this.radius;
    const better = poor ? this.betterPlaced(region, place, first) : undefined;
    const boundary = better !== undefined && better.radius > first.radius ? better : first;
    if (known && boundary.radius < 2 * known.radius && Math.abs(dot(known.normal, place)) <= sameBoundary)
      return false;
    region.seen.push(boundary.inside);
    const other = this.see(answer, boundary.outside);
    region.cut(answer, boundary.radius, boundary.normal);
    const away = boundary.normal.map((value) => 0 - value);
    other.cut(region.action, boundary.radius, away);
    return true;
  }

  private finish(): Candidate {
    for (const { action, polytope } of this.regions.values()) {
      for (const { x } of polytope.vertices) this.noteTie(x, action);
    }
    const coarse = this.best(this.regions.values());
    const region = this.regions.get(coarse.action)!;
    this.sharpen(region, coarse.vertex);
    const sharp = this.answered(region, this.best([region]).vertex.x);
    return this.tied !== undefined && this.tied.value > sharp.value ? this.tied : sharp;
  }

  /** At a vertex itself another action may answer, one that the leader likes better. */
  private noteTie(x: Float64Array, action: number): void {
    const answer = this.problem.queries.query(x);
    if (answer === action) return;
    const value = expected(this.problem.leader, x, answer);
    if (this.tied === undefined || value > this.tied.value) this.tied = { x, action: answer, value };
  }

  private best(regions: Iterable<AnswerRegion>): { action: number; vertex: PolytopeVertex; value: number } {
    const { leader } = this.problem;
    const candidates = [...regions].flatMap(({ action, polytope }) =>
      polytope.vertices.map((vertex) => ({ action, vertex, value: expected(leader, vertex.x, action) })),
    );
    return candidates.reduce((a, b) => (b.value > a.value ? b : a));
  }

  /** Measures the cuts that meet at a vertex again and cuts the region anew. */
  private sharpen(region: AnswerRegion, { x, tight }: PolytopeVertex): void {
    const { action, polytope } = region;
    region.replaceCuts((cut, id) => {
      if (!tight.includes(id)) return cut;
      const sharp = remeasureBoundary(this.problem.queries, action, cut.neighbour, polytope, id, x);
      return sharp ? { ...cut, normal: sharp.normal } : cut;
    });
  }

  /** The boundary measured again in the middle of its facet, or as near to that as both answers are found. */
  private betterPlaced(region: AnswerRegion, place: Float64Array, poor: Boundary): Boundary | undefined {
    const { action, cuts, polytope } = region;
    const known = cuts.findIndex(({ neighbour }) => neighbour === poor.answer);
    const cut = known < 0 ? polytope.copy() : polytope;
    const id = known < 0 ? cut.cut(poor.normal) : this.size + known;
    if (!cut.vertices.some(({ tight }) => tight.includes(id))) return undefined;
    return remeasureBoundary(this.problem.queries, action, poor.answer, cut, id, place);
  }

  /** The point nearest to `x`, on the way from the region's middle, that the follower answered with its action. */
  private answered({ action, seen }: AnswerRegion, x: Float64Array): Candidate {
    const { leader, queries } = this.problem;
    const answer = queries.query(x);
    const value = expected(leader, x, answer);
    if (answer === action || value >= expected(leader, x, action)) return { x, action: answer, value };
    const { inside } = firstFlip(queries, action, mean(seen), x, answer);
    return { x: inside, action, value: expected(leader, inside, action) };
  }
}

function farthestEntry(x: Float64Array, y: Float64Array): number {
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
}
