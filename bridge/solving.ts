import type { Callables } from './callables.js';
import type { Request } from './session.js';

export async function solveVerb(_request: Request, _callables: Callables): Promise<unknown> {
  return null;
}

export async function evaluateVerb(_request: Request, _callables: Callables): Promise<unknown> {
  return null;
}
