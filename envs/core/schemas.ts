import { z } from 'zod';

/** An integer from `least` to `most`, both included. */
export function integerFrom(least: number, most: number): z.ZodInt {
  return z
    .int('expected an integer')
    .min(least, `expected at least ${least}`)
    .max(most, `expected at most ${most}`);
}

/** A number from `least` to `most`, both included. */
export function numberFrom(least: number, most: number): z.ZodNumber {
  return z
    .number('expected a number')
    .min(least, `expected at least ${least}`)
    .max(most, `expected at most ${most}`);
}
