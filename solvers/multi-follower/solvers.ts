import { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import { type Answer, isRational, type Solver } from '../solver.js';
import { type KktGradientOptions, kktGradient } from './kkt-gradient.js';

export const kktGradientSolver: Solver = {
  name: 'kkt-gradient',
  summary:
    'designs for followers in equilibrium, by the gradient through their KKT conditions (Wang et al. 2022)',
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
