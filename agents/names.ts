import type { Env } from '../gymnasium/core.js';
import { InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import { es } from './es.js';
import type { LearnerOptions, LearnerResult } from './learner.js';
import { ppo } from './ppo.js';
import { reinforce } from './reinforce.js';

interface NamedLearner {
  readonly summary: string;
  train(
    env: Env | VectorEnv,
    options: LearnerOptions & Readonly<Record<string, unknown>>,
  ): Promise<LearnerResult>;
}

/** The learners that experiments and the command line can name. */
export const learners: Readonly<Record<string, NamedLearner>> = {
  pg: { summary: 'policy gradient (REINFORCE), Williams 1992', train: reinforce },
  ppo: { summary: 'proximal policy optimisation, Schulman et al. 2017', train: ppo },
  es: { summary: 'evolution strategies, Salimans et al. 2017', train: es },
};

/** @throws InvalidArgument for an unknown name, with the closest match */
export function learner(name: string): NamedLearner {
  if (!Object.hasOwn(learners, name)) {
    throw new InvalidArgument(`leader: ${unknownName('leader', name, Object.keys(learners))}`);
  }
  return learners[name];
}
