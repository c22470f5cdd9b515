/** An edge between two nodes, by their positions. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Ends of the edges from each of `count` nodes, in the order of the edges. */
function nextNodes(edges: readonly Link[], count: number): readonly (readonly number[])[] {
  const next: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) next[from].push(to);
  return next;
}

/** Which of `count` nodes can be reached from `start` along edges. */
export function reachable(edges: readonly Link[], start: number, count: number): readonly boolean[] {
  return reachedPast(nextNodes(edges, count), start, []);
}

/** Which nodes can be reached, by the nodes next to each, past those in `barred`. */
function reachedPast(
  next: readonly (readonly number[])[],
  start: number,
  barred: readonly boolean[],
): readonly boolean[] {
  const seen: boolean[] = new Array(next.length).fill(false);
  seen[start] = true;
  const frontier = [start];
  for (let node = frontier.pop(); node !== undefined; node = frontier.pop()) {
    for (const to of next[node]) {
      if (seen[to] || barred[to]) continue;
      seen[to] = true;
      frontier.push(to);
    }
  }
  return seen;
}

/**
 * All paths without repeated nodes, as positions in `edges`, depth first in the order of the edges; null if there are
 * more than `most`. The destination must be reachable. No branch is entered that does not lead to it, so the work is polynomial
 * in what is found; where a node has one way out, that leads there.
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
  const previous = nextNodes(
    edges.map(({ from, to }) => ({ from: to, to: from })),
    count,
  );
  const leaving: number[][] = Array.from({ length: count }, () => []);
  edges.forEach(({ from }, edge) => {
    leaving[from].push(edge);
  });
  const path: number[] = [];
  const extend = (node: number): boolean => {
    if (node === destination) return paths.push([...path]) <= most;
    visited[node] = true;
    const leads = leaving[node].length > 1 ? reachedPast(previous, destination, visited) : null;
    const few = leaving[node].every((edge) => {
      const { to } = edges[edge];
      if (leads?.[to] === false) return true;
      path.push(edge);
      const extended = extend(to);
      path.pop();
      return extended;
    });
    visited[node] = false;
    return few;
  };
  return extend(origin) ? paths : null;
}

/** How many edges the shortest way from `start` to each node has; Infinity where there is none. */
export function distances(edges: readonly Link[], start: number, count: number): readonly number[] {
  const distance: number[] = new Array(count).fill(Infinity);
  distance[start] = 0;
  const frontier = [start];
  const next = nextNodes(edges, count);
  for (let k = 0; k < frontier.length; k++) {
    for (const to of next[frontier[k]]) {
      if (distance[to] < Infinity) continue;
      distance[to] = distance[frontier[k]] + 1;
      frontier.push(to);
    }
  }
  return distance;
}
