import { describe, expect, it } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { derivativesOf } from '../../../solvers/hierarchical/derivatives.js';
import { hierarchy } from './games.js';

const settings = [
  { setting: 'public_goods', k: 0.3, constant: 1, linear: 2, quadratic: 3 },
  { setting: 'security', k: 0.4, rationality: 3, price: 0.15, influence: 0.6 },
  { setting: 'chain' },
];

describe.each(settings)('of %p', (parameters) => {
  const { costs } = hierarchy(parameters);
  const { parents, leaves } = costs.tree;
  const players = parents.map((_, player) => player);
  const rng = new Rng('derivatives').child(parameters.setting);
  const x = Float64Array.from(parents, () => rng.uniform());
  const derivatives = derivativesOf(costs);
  const h = 1e-4;

  /** Cost of a player where some players act otherwise. */
  const moved = (player: number, ...moves: [number, number][]) => {
    const y = x.slice();
    for (const [who, by] of moves) y[who] += by;
    return costs.cost(player, y, 0);
  };
  const slope = (player: number, by: number) => (moved(player, [by, h]) - moved(player, [by, -h])) / (2 * h);
  const bend = (player: number) =>
    (moved(player, [player, h]) - 2 * moved(player) + moved(player, [player, -h])) / h ** 2;
  const cross = (player: number, by: number) => {
    const corner = (a: number, b: number) => moved(player, [player, a * h], [by, b * h]);
    return (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h ** 2);
  };

  it('agree with central differences of the costs', () => {
    for (const player of players) {
      expect(derivatives.own(player, x)).toBeCloseTo(slope(player, player), 6);
      expect(derivatives.curvature(player, x)).toBeCloseTo(bend(player), 4);
      if (player > 0) expect(derivatives.mixed(player, x)).toBeCloseTo(cross(player, parents[player]), 4);
      for (const leaf of leaves[player]) {
        if (leaf !== player) expect(derivatives.byLeaf(player, leaf, x)).toBeCloseTo(slope(player, leaf), 6);
      }
    }
  });
});

it('stay finite against an attacker who is all but rational', () => {
  const { costs } = hierarchy({ setting: 'security', rationality: 1e6 });
  const x = new Float64Array(10).fill(1);
  const derivatives = derivativesOf(costs);
  for (const value of [costs.cost(0, x, 0), derivatives.byLeaf(0, 4, x), derivatives.curvature(4, x)]) {
    expect(value).not.toBeNaN();
  }
});
