export { Box } from './box.js';
export { type BoxConstraint, ConstrainedBox } from './constrained-box.js';
export { Dict, type OrderedSpaces } from './dict.js';
export { Discrete } from './discrete.js';
export { spaceFromJSON } from './from-json.js';
export { MultiBinary } from './multi-binary.js';
export { MultiDiscrete, type NestedNumbers } from './multi-discrete.js';
export { OneOf } from './one-of.js';
export { type LengthMask, Sequence } from './sequence.js';
export {
  checkMask,
  checkProbability,
  checkSampleOptions,
  isTypedArray,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameNumbers,
  sampleIndex,
} from './space.js';
export { alphanumeric, Text } from './text.js';
export { Tuple } from './tuple.js';
export * from './utils.js';
