import { LearningFailed } from './best-response-queries.js';
import { type PolytopeVertex, SimplexPolytope } from './polytope.js';

/** A measured boundary of a region. */
export interface RegionCut {
  /** The answer beyond. */
  readonly neighbour: number;
  /** Of the ball in which it was measured. */
  readonly radius: number;
  /** `normal . x >= 0` in the region. */
  readonly normal: Float64Array;
}

/** The commitments to which one action is the answer: points known to be among them, and an outer polytope. */
export class AnswerRegion {
  /** One a neighbour, in the order in which they cut the polytope. */
  readonly cuts: RegionCut[] = [];
  /** Points that got the answer. */
  readonly seen: Float64Array[] = [];
  /** Vertices of the polytope that got it. */
  readonly confirmed = new Set<PolytopeVertex>();
  private outer: SimplexPolytope;

  constructor(
    readonly action: number,
    size: number,
  ) {
    this.outer = new SimplexPolytope(size);
  }

  get polytope(): SimplexPolytope {
    return this.outer;
  }

  /**
   * Cuts the polytope along the boundary with a neighbour. A second boundary with the same neighbour replaces the
   * first if it was measured better.
   *
   * @throws LearningFailed for a second boundary that was not, or if no region is left
   */
  cut(neighbour: number, radius: number, normal: Float64Array): void {
    const { cuts, action } = this;
    const known = cuts.findIndex((cut) => cut.neighbour === neighbour);
    if (known >= 0 && radius < 2 * cuts[known].radius) {
      throw new LearningFailed(
        `learnCommitment: expected one boundary between the answers ${action} and ${neighbour}, but found a second; are the answers noisy?`,
      );
    }
    if (known < 0) {
      cuts.push({ neighbour, radius, normal });
      this.outer.cut(normal);
    } else
      this.replaceCuts((cut, id) => (id === known + this.outer.size ? { neighbour, radius, normal } : cut));
    if (this.outer.vertices.length > 0) return;
    throw new LearningFailed(
      `learnCommitment: expected the answers to leave a region for action ${action}, but they leave none; are the answers noisy?`,
    );
  }

  /** Cuts the polytope anew. @param change gives the new cut for the old one and its number as a constraint */
  replaceCuts(change: (cut: RegionCut, id: number) => RegionCut): void {
    const fresh = new SimplexPolytope(this.outer.size);
    this.cuts.forEach((cut, k) => {
      this.cuts[k] = change(cut, fresh.size + k);
      fresh.cut(this.cuts[k].normal);
    });
    this.outer = fresh;
  }
}
