/** An edge between two nodes, by their positions. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Which of `count` nodes can be reached from `start` along edges, past the nodes in `barred`. */
export function reachable(
  edges: readonly Link[],
  start: number,
  count: number,
  barred: readonly boolean[] = [],
): readonly boolean[] {
  const seen: boolean[] = new Array(count).fill(false);
  seen[start] = true;
  const frontier = [start];
  for (let node = frontier.pop(); node !== undefined; node = frontier.pop()) {
    for (const { from, to } of edges) {
      if (from !== node || seen[to] || barred[to]) continue;
      seen[to] = true;
      frontier.push(to);
    }
  }
  return seen;
}

/**
 * All paths without repeated nodes, as positions in `edges`, depth first in the order of the edges; null if there are
 * more than `most`. No branch is entered that does not lead to the destination, so the work is polynomial in what is found.
 */
export function simplePaths(
  edges: readonly Link[],
  origin: number,
  destination: number,
  count: number,
  most: number,
): readonly (readonly number[])[] | null {
  const paths: (readonly number[])[] = [];
  const visited: boolean[] = new Array(count).fill(false);
  const extend = (node: number, path: readonly number[]): boolean => {
    if (node === destination) return paths.push(path) <= most;
    visited[node] = true;
    const few = edges.every(({ from, to }, edge) => {
      if (from !== node || visited[to] || !reachable(edges, to, count, visited)[destination]) return true;
      return extend(to, [...path, edge]);
    });
    visited[node] = false;
    return few;
  };
  return extend(origin, []) ? paths : null;
}

/** How many edges the shortest way from `start` to each node has; Infinity where there is none. */
export function distances(edges: readonly Link[], start: number, count: number): readonly number[] {
  const distance: number[] = new Array(count).fill(Infinity);
  distance[start] = 0;
  const frontier = [start];
  for (let k = 0; k < frontier.length; k++) {
    for (const { from, to } of edges) {
      if (from !== frontier[k] || distance[to] < Infinity) continue;
      distance[to] = distance[frontier[k]] + 1;
      frontier.push(to);
    }
  }
  return distance;
}
