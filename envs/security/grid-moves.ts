/** What a mover on the grid does: its actions 0 to 4. */
export const moves = ['still', 'up', 'down', 'left', 'right'] as const;
export const moveCount = moves.length;

/** By move: how far down and to the right it goes. */
export const rowSteps: readonly number[] = [0, -1, 1, 0, 0];
export const columnSteps: readonly number[] = [0, 0, 0, -1, 1];

/**
 * The cell that each move leads to, `moveCount` entries a cell; cells are numbered row by row from 0. A move off the grid
 * stays where it is.
 */
export function neighbourTable(rows: number, columns: number): readonly number[] {
  const table: number[] = [];
  for (let cell = 0; cell < rows * columns; cell++) {
    const row = Math.floor(cell / columns);
    const column = cell % columns;
    for (let move = 0; move < moveCount; move++) {
      const [r, c] = [row + rowSteps[move], column + columnSteps[move]];
      table.push(r >= 0 && r < rows && c >= 0 && c < columns ? r * columns + c : cell);
    }
  }
  return table;
}
