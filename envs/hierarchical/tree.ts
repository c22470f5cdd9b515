/** Who moves after whom. Players are numbered level by level: 0 is the root, the last ones are the leaves. */
export interface Tree {
  /** Each player's parent; the root is its own. */
  readonly parents: readonly number[];
  /** The players of each level, from the root down. */
  readonly levels: readonly (readonly number[])[];
  readonly children: readonly (readonly number[])[];
  /** The leaves below each player; a leaf's own list is itself. */
  readonly leaves: readonly (readonly number[])[];
}

/** The tree of these parents: `parents[0]` is 0, no parent comes after its child, and all leaves are on one level. */
export function treeOf(parents: readonly number[]): Tree {
  const depths: number[] = [];
  for (const [player, parent] of parents.entries()) depths.push(player === 0 ? 0 : depths[parent] + 1);
  const players = parents.map((_, player) => player);
  const levels = Array.from({ length: Math.max(...depths) + 1 }, (_, level) =>
    players.filter((player) => depths[player] === level),
  );
  const children = players.map((player) =>
    players.filter((child) => child !== 0 && parents[child] === player),
  );
  const below = (player: number): number[] =>
    children[player].length === 0 ? [player] : children[player].flatMap(below);
  return { parents, levels, children, leaves: players.map(below) };
}
