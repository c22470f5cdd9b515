import { BertrandPlatform } from '../../envs/platform/bertrand-platform.js';
import { isRational, type Solver } from '../solver.js';

/** Both sellers are shown. */
const both = 3;

/**
 * The optimum of `BertrandPlatform-v0` with a rule of thresholds: the lowest price, whatever is asked. A seller that asks more is
 * not shown and earns nothing, and one that asks it earns its margin times a share above 0, so the lowest price is strictly
 * dominant at every step, where it exceeds the cost. No commitment does better: consumer surplus falls in prices and grows with
 * the sellers that are shown.
 */
export const constantThreshold: Solver = {
  name: 'constant-threshold',
  summary: 'the lowest price as the threshold at every step, which is proved best (BertrandPlatform-v0)',
  fits: (game, { follower }) =>
    game instanceof BertrandPlatform &&
    (game.rule === 'threshold' || game.rule === 'binary') &&
    game.prices[0] > game.economy.cost &&
    (isRational(follower) || follower === 'myopic'),
  solve: (game: BertrandPlatform, { commitment }) => {
    let weight = 0;
    for (let step = 0, each = 1; step < game.horizon; step++, each *= game.discount) weight += each;
    const profit = weight * game.profit(0, both, 0, 0);
    const observations = game.leaderSees === 'prices' ? game.prices.length ** 2 : 1;
    return {
      value: weight * game.surplus(both, 0, 0),
      followerValues: { follower_0: profit, follower_1: profit },
      commitment: new Array<number>(observations).fill(0),
      kind: commitment ?? 'deterministic',
      status: 'optimal',
      tieBreaking: null,
      certificate: { dominantPrice: game.prices[0], cost: game.economy.cost },
    };
  },
};
