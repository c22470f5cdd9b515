import { graph, type Network, parallelLinks } from '../../../envs/routing/network.js';
import type { Rng } from '../../../gymnasium/rng.js';

/** a + b x with random a and b. */
function affine(rng: Rng): string {
  return `${rng.uniform().toFixed(4)} + ${(0.1 + rng.uniform()).toFixed(4)} * x`;
}

/** Up to `most` links side by side. */
export function randomLinks(rng: Rng, most = 5, latency: (rng: Rng) => string = affine): Network {
  return parallelLinks(Array.from({ length: 2 + rng.integer(most - 1) }, () => latency(rng)));
}

/** A series-parallel graph: edges of a single link, each replaced by two in a row or side by side, again and again. */
export function seriesParallel(
  rng: Rng,
  replacements: number,
  latency: (rng: Rng) => string = affine,
): Network {
  let nodes = 2;
  const edges = [{ from: 0, to: 1 }];
  for (let k = 0; k < replacements; k++) {
    const [{ from, to }] = edges.splice(rng.integer(edges.length), 1);
    if (rng.uniform() < 0.5) edges.push({ from, to }, { from, to });
    else {
      edges.push({ from, to: nodes }, { from: nodes, to });
      nodes++;
    }
  }
  const named = edges.map(({ from, to }) => ({ from, to, latency: latency(rng) }));
  return graph({ nodes, edges: named, origin: 0, destination: 1 });
}

/** A grid of side by side squares with edges to the right and downwards. */
export function grid(rng: Rng, side: number, latency: (rng: Rng) => string = affine): Network {
  const at = (row: number, column: number) => row * side + column;
  const edges: { from: number; to: number; latency: string }[] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      if (column + 1 < side)
        edges.push({ from: at(row, column), to: at(row, column + 1), latency: latency(rng) });
      if (row + 1 < side)
        edges.push({ from: at(row, column), to: at(row + 1, column), latency: latency(rng) });
    }
  }
  return graph({ nodes: side * side, edges });
}

/** c + b x^p with p from 1 to 6. */
export function power(rng: Rng): string {
  return `${rng.uniform().toFixed(4)} + ${(0.1 + rng.uniform()).toFixed(4)} * x^${1 + rng.integer(6)}`;
}
