import { GymError } from './error.js';

type ErrorClass = new (message: string, options: ErrorOptions) => Error;

/**
 * The same error with `prefix: ` before its message on one line, as a new object with the old one as its cause. The
 * class is kept if it can be built from a message, else the result is a GymError.
 */
export function prefixError(prefix: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const message = `${prefix}: ${text.replace(/\s*\n\s*/g, ' ')}`;
  if (error instanceof Error) {
    try {
      const copy = new (error.constructor as ErrorClass)(message, { cause: error });
      if (copy.message === message) return Object.assign(copy, error);
    } catch {
      // A class with a constructor of its own kind falls through to GymError.
    }
  }
  return new GymError(message, { cause: error });
}
