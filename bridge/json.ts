import { describe } from '../gymnasium/error.js';
import { isTypedArray } from '../gymnasium/spaces/space.js';
import { ProtocolError } from './frames.js';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** JSON as the bridge writes it: typed arrays as lists, bigints as decimal strings, `{"$number": "Infinity"}` for numbers that JSON lacks. */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(
    JSON.stringify(value, (_key, item) => {
      if (typeof item === 'number' && !Number.isFinite(item)) return { $number: String(item) };
      if (typeof item === 'bigint') return String(item);
      if (item instanceof Map) return Object.fromEntries(item);
      return isTypedArray(item) ? Array.from(item) : item;
    }) ?? 'null',
  );
}

/** How deep values may be nested. Nothing that the verbs take comes near it. */
const maxDepth = 64;

/** @throws ProtocolError if the bytes are not JSON as the bridge writes it */
export function decodeJson(payload: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ').slice(0, 120);
    throw new ProtocolError(`payload: expected JSON in UTF-8, got ${payload.length} bytes: ${reason}.`);
  }
  return revived(value, 0);
}

/** The value with its numbers restored, in place. */
function revived(value: any, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === maxDepth)
    throw new ProtocolError(`payload: expected JSON of at most ${maxDepth} levels, got more.`);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revived(value[i], depth + 1);
    return value;
  }
  if (Object.hasOwn(value, '$number')) return specialNumber(value.$number);
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw new ProtocolError('payload: expected no key "__proto__", got one.');
    value[key] = revived(value[key], depth + 1);
  }
  return value;
}

function specialNumber(name: unknown): number {
  if (name === 'Infinity' || name === '-Infinity' || name === 'NaN') return Number(name);
  throw new ProtocolError(`$number: expected Infinity, -Infinity or NaN, got ${describe(name)}.`);
}
