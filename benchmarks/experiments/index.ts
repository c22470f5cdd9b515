import type { Experiment } from '../experiment.js';
import { oraclesAndFollowers } from './oracles-and-followers.js';

/** Every experiment by its id. */
export const experiments: Readonly<Record<string, Experiment>> = Object.fromEntries(
  oraclesAndFollowers.map((experiment) => [experiment.id, experiment]),
);
