import type { Experiment } from '../experiment.js';
import { bandit } from './bandit.js';
import { myopicFollowers } from './myopic-followers.js';
import { oraclesAndFollowers } from './oracles-and-followers.js';

/** Every experiment by its id. */
export const experiments: Readonly<Record<string, Experiment>> = Object.fromEntries(
  [...oraclesAndFollowers, ...myopicFollowers, ...bandit].map((experiment) => [experiment.id, experiment]),
);
