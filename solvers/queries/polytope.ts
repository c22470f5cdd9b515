import { dot } from '../normal-form/payoffs.js';

/** A vertex, and the sorted numbers of the constraints that are tight there. */
export interface PolytopeVertex {
  readonly x: Float64Array;
  /** Below `size`: that entry is 0; from `size` on: the cut of that number less `size`. */
  readonly tight: readonly number[];
}

/** A vertex this near to a cut lies on it. */
const onCut = 1e-12;

/**
 * A polytope in the simplex of `size` probabilities, by its vertices, that half-spaces cut one at a time (the double
 * description method of Motzkin et al. 1953). A cut joins each vertex that it keeps to each that it removes where the
 * two share an edge. Vertices that survive a cut stay the same objects unless they lie on it.
 */
export class SimplexPolytope {
  vertices: readonly PolytopeVertex[];
  readonly cuts: Float64Array[] = [];

  constructor(readonly size: number) {
    const all = Array.from({ length: size }, (_, i) => i);
    this.vertices = all.map((i) => ({
      x: Float64Array.from(all, (k) => (k === i ? 1 : 0)),
      tight: all.filter((k) => k !== i),
    }));
  }

  /** Keeps the part where `normal . x >= 0`. Returns the number of the cut. */
  cut(normal: Float64Array): number {
    const id = this.size + this.cuts.length;
    this.cuts.push(normal);
    const sides = this.vertices.map((vertex) => ({ vertex, side: dot(normal, vertex.x) }));
    const kept = sides.filter(({ side }) => side > onCut);
    const gone = sides.filter(({ side }) => side < -onCut);
    const on = sides
      .filter(({ side }) => Math.abs(side) <= onCut)
      .map(({ vertex: { x, tight } }) => ({ x, tight: [...tight, id] }));
    const fresh = kept.flatMap((inside) =>
      gone.flatMap((outside) => {
        const common = this.edge(inside.vertex, outside.vertex);
        if (common === undefined) return [];
        const share = inside.side / (inside.side - outside.side);
        const x = inside.vertex.x.map((value, i) => value + share * (outside.vertex.x[i] - value));
        for (const i of common) if (i < this.size) x[i] = 0;
        return [{ x, tight: [...common, id] }];
      }),
    );
    this.vertices = [...kept.map(({ vertex }) => vertex), ...on, ...fresh];
    return id;
  }

  /** The constraints tight at both vertices if they span an edge: no third vertex has them all. */
  private edge(a: PolytopeVertex, b: PolytopeVertex): number[] | undefined {
    const common = a.tight.filter((id) => b.tight.includes(id));
    if (common.length < this.size - 2) return undefined;
    const between = this.vertices.some(
      (vertex) => vertex !== a && vertex !== b && common.every((id) => vertex.tight.includes(id)),
    );
    return between ? undefined : common;
  }

  copy(): SimplexPolytope {
    const copy = new SimplexPolytope(this.size);
    copy.vertices = this.vertices;
    copy.cuts.push(...this.cuts);
    return copy;
  }

  /** Mean of the vertices at which a constraint is tight. */
  middleOf(constraint: number): Float64Array {
    return mean(this.vertices.filter(({ tight }) => tight.includes(constraint)).map(({ x }) => x));
  }
}

/** Entrywise mean of at least one point. */
export function mean(points: readonly Float64Array[]): Float64Array {
  return points[0].map((_, i) => points.reduce((sum, x) => sum + x[i], 0) / points.length);
}
