import type { Env } from '../gymnasium/core.js';
import { InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import { dqn } from './dqn.js';
import { es } from './es.js';
import type { LearnerOptions, LearnerResult } from './learner.js';
import { maEs } from './ma-es.js';
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
  'ma-es': {
    summary: 'matrix adaptation evolution strategy, Beyer & Sendhoff 2017: CMA-ES without the matrix',
    train: maEs,
  },
  es: { summary: 'evolution strategies, Salimans et al. 2017', train: es },
  dqn: { summary: 'deep Q-learning, double and with replay; Discrete actions. Mnih et al. 2015', train: dqn },
};

/** @throws InvalidArgument for an unknown name, with the closest match */
export function learner(name: string): NamedLearner {
  if (!Object.hasOwn(learners, name)) {
    throw new InvalidArgument(`leader: ${unknownName('leader', name, Object.keys(learners))}`);
  }
  return learners[name];
}
