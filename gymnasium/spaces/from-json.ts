import { describe, InvalidArgument, unknownName } from '../error.js';
import { Box } from './box.js';
import { ConstrainedBox } from './constrained-box.js';
import { Dict } from './dict.js';
import { Discrete } from './discrete.js';
import { MultiBinary } from './multi-binary.js';
import { MultiDiscrete } from './multi-discrete.js';
import { OneOf } from './one-of.js';
import { Sequence } from './sequence.js';
import { decodeNumbers, isRecord, type Space } from './space.js';
import { Text } from './text.js';
import { Tuple } from './tuple.js';

type Fields = Readonly<Record<string, any>>;

const readers: Readonly<Record<string, (fields: Fields, path: string) => Space<any>>> = {
  Box: (json) => {
    const { shape, dtype } = json;
    return new Box(bound(json, 'low'), bound(json, 'high'), { shape, dtype });
  },
  ConstrainedBox: (json) => {
    const { shape, dtype, constraints } = json;
    if (Array.from(bound(json, 'low')).some((low) => low !== 0)) {
      throw new InvalidArgument(`ConstrainedBox: expected low to be 0, got ${describe(json.low)}.`);
    }
    return new ConstrainedBox(bound(json, 'high'), constraints, { shape, dtype });
  },
  Discrete: (json) => new Discrete(json.n, { start: json.start }),
  MultiDiscrete: (json) => new MultiDiscrete(json.nvec, { start: json.start }),
  MultiBinary: (json) => new MultiBinary(json.shape),
  Text: (json) => {
    const { minLength, charset } = json;
    return new Text(json.maxLength, { minLength, charset });
  },
  Dict: (json, path) => new Dict(pairs(json, path)),
  Tuple: (json, path) => new Tuple(list(json).map((part, i) => read(part, `${path}.spaces[${i}]`))),
  OneOf: (json, path) => new OneOf(list(json).map((part, i) => read(part, `${path}.spaces[${i}]`))),
  Sequence: (json, path) =>
    new Sequence(read(json.featureSpace, `${path}.featureSpace`), { stack: json.stack }),
};

/**
 * The space that `space.toJSON()` describes, also after a trip through text.
 *
 * @throws InvalidArgument that names the field which is missing or malformed and, for nested spaces, where it is.
 */
export function spaceFromJSON(json: unknown): Space<any> {
  return read(json, 'json');
}

function read(json: unknown, path: string): Space<any> {
  if (!isRecord(json) || typeof json.type !== 'string') {
    throw new InvalidArgument(
      `spaceFromJSON: expected ${path} to be an object with the field "type", got ${describe(json)}.`,
    );
  }
  if (!Object.hasOwn(readers, json.type)) {
    const message = unknownName('space type', json.type, Object.keys(readers));
    throw new InvalidArgument(`spaceFromJSON: malformed field "type" at ${path}. ${message}`);
  }
  try {
    return readers[json.type](json, path);
  } catch (error) {
    if (!(error instanceof InvalidArgument) || error.message.startsWith('spaceFromJSON')) throw error;
    throw new InvalidArgument(`spaceFromJSON: malformed space at ${path}. ${error.message}`, {
      cause: error,
    });
  }
}

function bound(json: Fields, name: string): ArrayLike<number> {
  const numbers = decodeNumbers('float64', json[name]);
  if (numbers !== null) return numbers;
  throw new InvalidArgument(
    `Box: expected ${name} to be an array of numbers, "Infinity" or "-Infinity", got ${describe(json[name])}.`,
  );
}

function list(json: Fields): unknown[] {
  if (Array.isArray(json.spaces)) return Array.from(json.spaces);
  throw new InvalidArgument(`${json.type}: expected spaces to be an array, got ${describe(json.spaces)}.`);
}

function pairs(json: Fields, path: string): [string, Space<any>][] {
  return list(json).map((pair, i) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidArgument(
        `Dict: expected spaces[${i}] to be a [key, space] pair, got ${describe(pair)}.`,
      );
    }
    return [pair[0], read(pair[1], `${path}.spaces[${i}]`)];
  });
}
