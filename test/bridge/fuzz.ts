import { kinds } from '../../bridge/frames.js';
import { Rng } from '../../gymnasium/rng.js';
import { dilemma, frame, hello, request } from './wire.js';

/** A client that behaves, as a list of frames: some environment is made, reset, stepped, looked at and closed. */
function conversation(rng: Rng): Buffer[] {
  const [made, actionBytes] = pick(rng, makes);
  const size = rng.integer(10) === 0 ? 64 : actionBytes;
  const steps = Array.from({ length: rng.integer(6) }, () => {
    const payload = Buffer.alloc(size);
    for (let i = 0; i < size; i += rng.integer(9) + 1) payload[i] = rng.integer(2);
    return frame(pick(rng, [kinds.step, kinds.step, kinds.step, kinds.commit]), 1, rng.integer(100), payload);
  });
  const looks = Array.from({ length: rng.integer(3) }, () =>
    request({ verb: pick(rng, ['state', 'render', 'close', 'hello']) }, 1),
  );
  const limit = 'view' in made && /parallel|aec/.test(String(made.view)) ? { maxCycles: 2 } : {};
  const reset = { verb: 'reset', seed: String(rng.integer(100)), options: {}, ...limit };
  return [hello(), request(made), request(reset, 1), ...steps, ...looks, request(reset, 1)];
}

const leader = { ...dilemma, oracle: 'tabular-q', oracleOptions: { episodes: 2 } };
/** Requests, and how many bytes the actions of what they make take. */
const makes: readonly (readonly [object, number])[] = [
  [{ ...dilemma, view: 'parallel', renderMode: 'ansi' }, 24],
  [{ ...dilemma, view: 'aec' }, 24],
  [{ ...dilemma, view: 'vector', numEnvs: 2, autoresetMode: 'SameStep' }, 16],
  [{ ...dilemma, view: 'vector', numEnvs: 3, autoresetMode: 'Disabled' }, 32],
  [{ ...leader, view: 'stackelberg', options: { commitment: 'episode' } }, 8],
  [{ ...leader, view: 'stackelberg-vector', numEnvs: 2 }, 8],
  [{ ...dilemma, view: 'stackelberg', oracle: { callable: 1, name: 'mine' } }, 8],
  [{ verb: 'make', view: 'parallel', game: 'SecurityGame-v0', params: {} }, 80],
  [{ verb: 'solve', game: dilemma.game, params: dilemma.params }, 8],
  [{ verb: 'evaluate', game: dilemma.game, params: dilemma.params, commitment: { callable: 1 } }, 8],
];

/** Values that are rarely expected. None makes rows that are allowed but many. */
const strange: readonly unknown[] = [
  null,
  true,
  '',
  'x'.repeat(5000),
  '__proto__',
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  -1e308,
  { $number: 'NaN' },
  { $number: 'Infinity' },
  { $number: 'x' },
  [],
  {},
  { toString: 1, valueOf: 2, length: -1 },
  { callable: 1 },
  [[[[[[]]]]]],
  ['1', null, 1],
  Array(100).fill(0),
];

/** What a client sends that does not behave: the bytes of a conversation with a few things wrong, or noise. */
export function misbehaviour(seed: number): Buffer {
  const rng = new Rng(`fuzz/${seed}`);
  if (rng.integer(20) === 0) return noise(rng, rng.integer(300));
  let frames = conversation(rng);
  for (let times = 1 + rng.integer(3); times > 0; times--) frames = pick(rng, frameMutations)(rng, frames);
  let bytes: Buffer = Buffer.concat(frames);
  for (let times = rng.integer(3); times > 0; times--) bytes = pick(rng, byteMutations)(rng, bytes);
  return bytes;
}

const frameMutations: readonly ((rng: Rng, frames: Buffer[]) => Buffer[])[] = [
  (rng, frames) => frames.toSpliced(rng.integer(frames.length), 1),
  (rng, frames) => frames.toSpliced(rng.integer(frames.length), 0, pick(rng, frames)),
  (rng, frames) => frames.toSpliced(rng.integer(frames.length), 0, noise(rng, 16 + rng.integer(20))),
  (rng, frames) => frames.toSpliced(1 + rng.integer(frames.length), 0, answer(rng)),
  (rng, frames) => frames.toSpliced(1 + rng.integer(frames.length), 0, ...conversation(rng).slice(1)),
  (rng, frames) => changeOne(rng, frames, (one) => withHeader(rng, one)),
  (rng, frames) => changeOne(rng, frames, (one) => withJson(rng, one)),
  (rng, frames) => changeOne(rng, frames, (one) => withJson(rng, one)),
  (rng, frames) => changeOne(rng, frames, (one) => withJson(rng, one)),
  (rng, frames) => changeOne(rng, frames, (one) => withNumber(rng, one)),
];

const byteMutations: readonly ((rng: Rng, bytes: Buffer) => Buffer)[] = [
  (rng, bytes) => bytes.subarray(0, rng.integer(bytes.length + 1)),
  (_rng, bytes) => bytes,
  (_rng, bytes) => bytes,
  (rng, bytes) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[rng.integer(changed.length)] ^= 1 << rng.integer(8);
    return changed;
  },
];

function changeOne(rng: Rng, frames: Buffer[], change: (one: Buffer) => Buffer): Buffer[] {
  if (frames.length === 0) return frames;
  const at = rng.integer(frames.length);
  return frames.with(at, change(frames[at]));
}

function withHeader(rng: Rng, one: Buffer): Buffer {
  const changed = Buffer.from(one);
  if (changed.length < 16) return changed;
  const at = pick(rng, [0, 4, 5, 6, 8, 12]);
  if (at === 0) changed.writeUInt32LE(pick(rng, [0, 1, 2 ** 16, 2 ** 24, 2 ** 28, 2 ** 32 - 1]), 0);
  else changed[at] = pick(rng, [0, 1, 2, 3, 4, 5, 6, 129, 255]);
  return changed;
}

/** The frame with one value of its JSON replaced, removed or joined by another. */
function withJson(rng: Rng, one: Buffer): Buffer {
  let value: any;
  try {
    value = JSON.parse(one.subarray(16).toString());
  } catch {
    return one;
  }
  let at = value;
  for (;;) {
    const keys = Object.keys(at ?? {});
    if (keys.length === 0) break;
    const key = pick(rng, [...keys, ...keys, 'extra', 'params', 'numEnvs']);
    const inner = at[key];
    if (typeof inner === 'object' && inner !== null && rng.integer(3) > 0) at = inner;
    else {
      if (rng.integer(4) === 0) delete at[key];
      else at[key] = pick(rng, strange);
      break;
    }
  }
  return frame(one[4], one.readUInt32LE(8), one.readUInt32LE(12), Buffer.from(JSON.stringify(value)));
}

/** The frame with a number that no space has somewhere in its payload. */
function withNumber(rng: Rng, one: Buffer): Buffer {
  const changed = Buffer.from(one);
  if (changed.length >= 24) {
    const at = 16 + 8 * rng.integer(Math.floor((changed.length - 16) / 8));
    changed.writeDoubleLE(pick(rng, [Number.NaN, Infinity, -Infinity, 1e300, -0, 5e-324]), at);
  }
  return changed;
}

/** An answer to a call that nobody made, or that a callable of the client's waits for. */
function answer(rng: Rng): Buffer {
  return frame(pick(rng, [kinds.return, kinds.raise]), 1, 7, { value: pick(rng, strange) });
}

function noise(rng: Rng, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => rng.integer(256)));
}

function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.integer(from.length)];
}
