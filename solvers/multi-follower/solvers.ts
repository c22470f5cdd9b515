import { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import { type Answer, isRational, type Solver } from '../solver.js';
import { type KktGradientOptions, kktGradient } from './kkt-gradient.js';

export const kktGradientSolver: Solver = {
  name: 'kkt-gradient',
  summary:
    'designs for followers in equilibrium, by the gradient through their KKT conditions (Wang et al. 2022)',
  options: {
    steps: { type: 'integer', description: 'steps of Adam from each start; without it 1000, or 300 in ssg' },
    learningRate: { type: 'number', description: 'length of a step; without it 0.01, or 0.1 in cyber' },
    mu: { type: 'number', description: 'weight of the quadratic penalty; without it 10, or 100 in cyber' },
    starts: { type: 'integer', description: 'designs to start from; without it 1, or 3 in cyber' },
    seed: { type: 'integer', default: 0, description: 'of the starts' },
    tolerance: {
      type: 'number',
      default: 1e-6,
      description: "residual at which the followers' equilibrium is good enough for a step",
    },
  },
  fits: (game, { commitment, follower }) =>
    game instanceof MultiFollower && commitment !== 'stochastic' && isRational(follower),
  solve: (game: MultiFollower, { options }): Answer => {
    const { design, profile, objective, violation, followerValues, ...found } = kktGradient(
      game,
      options as KktGradientOptions,
    );
    return {
      value: objective - game.penalty * violation,
      followerValues: Object.fromEntries(followerValues.map((value, i) => [`follower_${i}`, value])),
      commitment: Array.from(design),
      kind: 'deterministic',
      status: 'best-known',
      tieBreaking: null,
      details: {
        setting: game.setting.name,
        objective,
        gain: objective - found.base,
        violation,
        ...found,
        strategies: Array.from({ length: game.setting.followers }, (_, i) =>
          Array.from(profile.slice(i * game.setting.width, (i + 1) * game.setting.width)),
        ),
      },
    };
  },
};
