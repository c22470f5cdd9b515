import { z } from 'zod';
import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { compileExpression } from '../core/expressions.js';
import { type Bimatrix, namedGames } from './classics.js';

const payoff = z.union([z.number(), z.string()], { error: 'expected a finite number or an expression' });
const matrix = z
  .array(z.array(payoff, { error: 'expected a row of payoffs' }).min(1, 'expected at least one payoff'))
  .min(1, 'expected at least one row');

/** The parameters with which every matrix game names its payoffs. */
export const payoffParameters = {
  leader: matrix
    .optional()
    .describe("Leader's payoffs: a row per leader action, a column per follower action"),
  follower: matrix.optional().describe("Follower's payoffs, of the same shape"),
  variables: z
    .record(z.string(), z.number())
    .optional()
    .describe('Values of the names used in payoffs given as expressions, such as "v - p"'),
};

interface PayoffInput {
  readonly leader?: readonly (readonly (number | string)[])[];
  readonly follower?: readonly (readonly (number | string)[])[];
  readonly variables?: Readonly<Record<string, number>>;
}

/**
 * The payoffs that the parameters stand for: two matrices, or a named game, not both.
 *
 * @throws InvalidArgument for ragged, mismatched, missing or non-finite payoffs and unknown names, naming the field.
 */
export function resolvePayoffs(
  owner: string,
  nameField: string,
  name: string | undefined,
  input: PayoffInput,
  fallback: string,
): Bimatrix {
  const { leader, follower, variables = {} } = input;
  if (leader === undefined && follower === undefined)
    return namedBimatrix(owner, nameField, name ?? fallback);
  if (name !== undefined) {
    throw new InvalidArgument(
      `${owner}: ${nameField}: expected a name or two matrices, got ${describe(name)} and a matrix.`,
    );
  }
  if (leader === undefined || follower === undefined) {
    const missing = leader === undefined ? 'leader' : 'follower';
    throw new InvalidArgument(
      `${owner}: ${missing}: expected a payoff matrix beside the other player's, got undefined.`,
    );
  }
  const columns = leader[0].length;
  return {
    leader: numericMatrix(`${owner}: leader`, leader, leader.length, columns, variables),
    follower: numericMatrix(`${owner}: follower`, follower, leader.length, columns, variables),
  };
}

function namedBimatrix(owner: string, field: string, name: string): Bimatrix {
  if (!Object.hasOwn(namedGames, name)) {
    throw new InvalidArgument(`${owner}: ${field}: ${unknownName('game', name, Object.keys(namedGames))}`);
  }
  return namedGames[name];
}

function numericMatrix(
  field: string,
  rows: readonly (readonly (number | string)[])[],
  height: number,
  width: number,
  variables: Readonly<Record<string, number>>,
): number[][] {
  if (rows.length !== height)
    throw new InvalidArgument(`${field}: expected ${height} rows, got ${rows.length}.`);
  return rows.map((row, i) => {
    if (row.length !== width) {
      throw new InvalidArgument(
        `${field}[${i}]: expected ${width} payoffs as in the first row of leader, got ${row.length}.`,
      );
    }
    return row.map((cell, j) => {
      const value =
        typeof cell === 'number'
          ? cell
          : compileExpression(`${field}[${i}][${j}]`, cell, Object.keys(variables))(variables);
      if (!Number.isFinite(value)) {
        throw new InvalidArgument(
          `${field}[${i}][${j}]: expected a finite payoff, got ${describe(cell)}${typeof cell === 'string' ? ` = ${value}` : ''}.`,
        );
      }
      return value;
    });
  });
}

/** Payoffs by joint action `leader + rows * follower`, plus an offset. */
export function jointTable(payoffs: readonly (readonly number[])[], offset = 0): Float64Array {
  const [rows, columns] = [payoffs.length, payoffs[0].length];
  return Float64Array.from(
    { length: rows * columns },
    (_, k) => payoffs[k % rows][Math.floor(k / rows)] + offset,
  );
}
