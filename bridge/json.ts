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

/** @throws ProtocolError if the bytes are not JSON */
export function decodeJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload), (_key, item) =>
      typeof item?.$number === 'string' ? Number(item.$number) : item,
    );
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ').slice(0, 120);
    throw new ProtocolError(`payload: expected JSON in UTF-8, got ${payload.length} bytes: ${reason}.`);
  }
}
