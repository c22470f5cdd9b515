import type { Fraction } from 'mathjs';
import { DependencyNotInstalled } from '../../gymnasium/error.js';

/** `numerator / denominator`, from mathjs. */
export type MakeFraction = (numerator: bigint, denominator: bigint) => Fraction;

/** Gauss-Jordan elimination; undefined if the matrix is not square and regular. */
export function solveExactly(matrix: Fraction[][], rhs: Fraction[], zero: Fraction): Fraction[] | undefined {
  const size = rhs.length;
  if (matrix.some((row) => row.length !== size)) return undefined;
  const tableau = matrix.map((row, i) => [...row, rhs[i]]);
  for (let c = 0; c < size; c++) {
    const pivot = tableau.findIndex((row, r) => r >= c && !row[c].equals(zero));
    if (pivot < 0) return undefined;
    [tableau[c], tableau[pivot]] = [tableau[pivot], tableau[c]];
    const scale = tableau[c][c];
    tableau[c] = tableau[c].map((value) => value.div(scale));
    for (let r = 0; r < size; r++) {
      const factor = tableau[r][c];
      if (r === c || factor.equals(zero)) continue;
      tableau[r] = tableau[r].map((value, n) => value.sub(factor.mul(tableau[c][n])));
    }
  }
  return tableau.map((row) => row[size]);
}

/** Every entry as the fraction that its shortest decimal stands for. */
export function exactMatrix(matrix: readonly Float64Array[], make: MakeFraction): Fraction[][] {
  return matrix.map((row) => Array.from(row, (value) => decimal(value, make)));
}

function decimal(value: number, make: MakeFraction): Fraction {
  const [mantissa, exponent] = value.toExponential().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  return shift >= 0 ? make(digits * 10n ** BigInt(shift), 1n) : make(digits, 10n ** BigInt(-shift));
}

/**
 * Loads mathjs (about a second) on first use.
 *
 * @throws DependencyNotInstalled if the package `mathjs` cannot be loaded.
 */
export async function loadFraction(): Promise<MakeFraction> {
  try {
    const { fraction } = await import('mathjs');
    return (numerator, denominator) => fraction(numerator, denominator);
  } catch (cause) {
    throw new DependencyNotInstalled(
      'Exact certificates need the package "mathjs", which could not be loaded.',
      {
        cause,
      },
    );
  }
}
