import type { Experiment } from '../experiment.js';
import { bandit } from './bandit.js';
import { greenSecurity } from './green-security.js';
import { learningToCommit } from './learning-to-commit.js';
import { mechanism } from './mechanism.js';
import { multiFollower } from './multi-follower.js';
import { myopicFollowers } from './myopic-followers.js';
import { oraclesAndFollowers } from './oracles-and-followers.js';
import { platform } from './platform.js';
import { routing } from './routing.js';
import { security } from './security.js';

/** Every experiment by its id. */
export const experiments: Readonly<Record<string, Experiment>> = Object.fromEntries(
  [
    ...oraclesAndFollowers,
    ...myopicFollowers,
    ...bandit,
    ...security,
    ...greenSecurity,
    ...learningToCommit,
    ...multiFollower,
    ...mechanism,
    ...platform,
    ...routing,
  ].map((experiment) => [experiment.id, experiment]),
);
