import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { expected, type PayoffMatrix } from '../normal-form/payoffs.js';
import { LearningFailed, type Queries } from './best-response-queries.js';
import { type Boundary, firstFlip, measureBoundary, moved } from './boundary.js';
import { mean, type PolytopeVertex, SimplexPolytope } from './polytope.js';

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
}

interface Cut {
  readonly neighbour: number;
  readonly radius: number;
  readonly normal: Float64Array;
}

/** Where one answer is known to be given, and what is known to bound that region. */
interface Region {
  readonly action: number;
  polytope: SimplexPolytope;
  /** The cuts of the polytope, in order, one a neighbour. */
  readonly cuts: Cut[];
  readonly seen: Float64Array[];
  readonly confirmed: Set<PolytopeVertex>;
}

const attempts = 8;
/** Boundaries measured in a smaller share of the radius than this are measured again elsewhere. */
const poorRadius = 0.01;
/** Radius of the first ball of a second measurement. */
const wide = 0.1;
/** Second measurements are made this far on the way from the first place to the middle of the facet. */
const places = [1, 0.5, 0.2, 0.1, 0.03, 0.01, 0.001];

/**
 * Learns the optimal mixed commitment against an unknown follower from best-response queries, hyperplane by hyperplane
 * (Letchford, Conitzer & Munagala, SAGT 2009; Peng et al., "Learning optimal strategies to commit to", AAAI 2019). For each
 * follower action seen it keeps an outer polytope of the commitments with that answer, asks at every vertex (nudged inwards),
 * and where the answer differs, bisects for the boundary and cuts along it. When all vertices are confirmed the polytopes
 * are the regions and the best vertex is the optimum. The hyperplanes that meet there are then measured once more, at
 * the middle of their facets.
 *
 * Actions that are only ever tied (regions without interior) are noticed at vertices alone, and regions thinner than `nudge` may be missed.
 * The answers must be those of a best response: against noise ask through `majorityVote`.
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
  private readonly regions = new Map<number, Region>();
  private readonly size: number;
  private tied: Candidate | undefined;

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
      else this.separate(region, point, answer);
      return true;
    }
    return false;
  }

  private see(action: number, point: Float64Array): Region {
    let region = this.regions.get(action);
    if (region === undefined) {
      const polytope = new SimplexPolytope(this.size);
      region = { action, polytope, cuts: [], seen: [], confirmed: new Set() };
      this.regions.set(action, region);
    }
    region.seen.push(point);
    return region;
  }

  /** Finds the boundary that a segment out of the region crosses first, and cuts both regions along it. */
  private separate(region: Region, to: Float64Array, answer: number): void {
    const { queries } = this.problem;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const from = attempt === 0 ? mean(region.seen) : this.randomMean(region.seen);
      const flip = firstFlip(queries, region.action, from, to, answer);
      const direction = to.map((value, i) => value - from[i]);
      const boundary = measureBoundary(queries, flip, region.action, direction, this.radius);
      if (boundary !== undefined) {
        const poor = boundary.radius < poorRadius * this.radius;
        this.cutBoth(region, (poor && this.betterPlaced(region, flip.inside, boundary)) || boundary);
        return;
      }
    }
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

  private cutBoth(region: Region, boundary: Boundary): void {
    const { answer, normal, inside, outside } = boundary;
    region.seen.push(inside);
    const other = this.see(answer, outside);
    this.cut(region, answer, boundary.radius, normal);
    this.cut(
      other,
      region.action,
      boundary.radius,
      normal.map((value) => 0 - value),
    );
  }

  /** A second boundary with the same neighbour replaces the first if it was measured far better. */
  private cut(region: Region, neighbour: number, radius: number, normal: Float64Array): void {
    const { cuts, action } = region;
    const known = cuts.findIndex((cut) => cut.neighbour === neighbour);
    if (known >= 0 && radius < 10 * cuts[known].radius) {
      throw new LearningFailed(
        `learnCommitment: expected one boundary between the answers ${action} and ${neighbour}, but found a second; are the answers noisy?`,
      );
    }
    if (known < 0) cuts.push({ neighbour, radius, normal });
    else cuts[known] = { neighbour, radius, normal };
    if (known < 0) region.polytope.cut(normal);
    else region.polytope = this.polytopeOf(cuts);
    if (region.polytope.vertices.length > 0) return;
    throw new LearningFailed(
      `learnCommitment: expected the answers to leave a region for action ${action}, but they leave none; are the answers noisy?`,
    );
  }

  private polytopeOf(cuts: readonly Cut[]): SimplexPolytope {
    const polytope = new SimplexPolytope(this.size);
    for (const { normal } of cuts) polytope.cut(normal);
    return polytope;
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

  private best(regions: Iterable<Region>): { action: number; vertex: PolytopeVertex; value: number } {
    const { leader } = this.problem;
    const candidates = [...regions].flatMap(({ action, polytope }) =>
      polytope.vertices.map((vertex) => ({ action, vertex, value: expected(leader, vertex.x, action) })),
    );
    return candidates.reduce((a, b) => (b.value > a.value ? b : a));
  }

  /** Measures the cuts that meet at a vertex again and cuts the region anew. */
  private sharpen(region: Region, { x, tight }: PolytopeVertex): void {
    const { action, polytope, cuts } = region;
    const sharpened = cuts.map((cut, k) => {
      const id = this.size + k;
      const sharp = tight.includes(id) && this.remeasured(action, cut.neighbour, polytope, id, x);
      return sharp ? { ...cut, normal: sharp.normal } : cut;
    });
    region.polytope = this.polytopeOf(sharpened);
  }

  /** The boundary measured again in the middle of its facet, or as near to that as both answers are found. */
  private betterPlaced(region: Region, place: Float64Array, poor: Boundary): Boundary | undefined {
    const polytope = region.polytope.copy();
    const id = polytope.cut(poor.normal);
    if (!polytope.vertices.some(({ tight }) => tight.includes(id))) return undefined;
    return this.remeasured(region.action, poor.answer, polytope, id, place);
  }

  private remeasured(
    own: number,
    other: number,
    polytope: SimplexPolytope,
    id: number,
    start: Float64Array,
  ): Boundary | undefined {
    const { queries } = this.problem;
    const normal = polytope.cuts[id - this.size];
    const shift = normal.reduce((total, value) => total + value, 0) / this.size;
    const across = normal.map((value) => shift - value);
    const middle = polytope.middleOf(id);
    for (const share of places) {
      const centre = start.map((value, i) => value + share * (middle[i] - value));
      const step = Math.min(wide * share, 0.5 * Math.min(...centre));
      const [from, to] = [moved(centre, across, -step), moved(centre, across, step)];
      if (!(step > 0) || queries.query(from) !== own || queries.query(to) !== other) continue;
      const flip = firstFlip(queries, own, from, to, other);
      const boundary = measureBoundary(queries, flip, own, across, wide);
      if (boundary?.answer === other) return boundary;
    }
    return undefined;
  }

  /** The point nearest to `x`, on the way from the region's middle, that the follower answered with its action. */
  private answered({ action, seen }: Region, x: Float64Array): Candidate {
    const { leader, queries } = this.problem;
    const answer = queries.query(x);
    const value = expected(leader, x, answer);
    if (answer === action || value >= expected(leader, x, action)) return { x, action: answer, value };
    const { inside } = firstFlip(queries, action, mean(seen), x, answer);
    return { x: inside, action, value: expected(leader, inside, action) };
  }
}
