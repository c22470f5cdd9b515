import { InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { JsNetwork } from './js.js';
import type { NetworkSpec } from './layers.js';
import type { Network } from './network.js';
import { loadTensorFlow, TfjsNetwork } from './tfjs.js';

export { JsNetwork } from './js.js';
export type { NetworkSpec } from './layers.js';
export { FlatNetwork, type Network, type NetworkJSON } from './network.js';
export { Optimizer, type OptimizerOptions, type Vector } from './optimizer.js';
export { Table } from './table.js';
export { loadTensorFlow, TfjsNetwork } from './tfjs.js';

/** Makes a network of one engine, loading what the engine needs. */
export type NetworkEngine = (spec: NetworkSpec) => Promise<Network>;

const engines = new Map<string, NetworkEngine>([
  ['js', async (spec) => new JsNetwork(spec)],
  ['tfjs', async (spec) => new TfjsNetwork(await loadTensorFlow(), spec)],
]);

/** The engine that 'auto' stands for. */
const automatic = 'js';

/** Adds an engine under a name of its own. @throws InvalidArgument if the name is taken. */
export function registerEngine(name: string, engine: NetworkEngine): void {
  if (name === 'auto' || engines.has(name)) {
    throw new InvalidArgument(`registerEngine: expected a name that is not taken, got "${name}".`);
  }
  engines.set(name, engine);
}

/** 'auto' and the names of all engines. */
export function engineNames(): readonly string[] {
  return ['auto', ...engines.keys()];
}

/**
 * Makes a multi-layer perceptron: tanh between layers, linear output, orthogonal start from the seed. All engines
 * start from the same numbers and agree up to rounding.
 *
 * @throws InvalidArgument if the engine is unknown or the sizes are malformed.
 */
export async function createNetwork(spec: NetworkSpec & { engine?: string }): Promise<Network> {
  const { engine = 'auto', ...rest } = spec;
  const make = engines.get(engine === 'auto' ? automatic : engine);
  if (make === undefined) throw new InvalidArgument(unknownName('network engine', engine, engineNames()));
  return make(rest);
}
