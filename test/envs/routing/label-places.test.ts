import { describe, expect, it } from '@jest/globals';
import { placeLabels } from '../../../envs/routing/label-places.js';
import { networkOf } from '../../../envs/routing/network.js';
import { layOut, pointAt } from '../../../envs/routing/network-layout.js';

describe('placeLabels', () => {
  it.each(['pigou', 'braess', 'two_bridges'] as const)(
    'keeps labels of %s off roads and each other',
    (name) => {
      const layout = layOut(networkOf({ name }), 76, 28, 620);
      const sizes = layout.roads.map(() => ({ halfWidth: 62, halfHeight: 14 }));
      const places = placeLabels(
        layout,
        sizes,
        layout.roads.map(() => 8),
      );
      places.forEach(({ centre, halfWidth, halfHeight }, e) => {
        const near = ({ x, y }: { x: number; y: number }, wide: number, high: number) =>
          Math.abs(x - centre.x) < halfWidth + wide && Math.abs(y - centre.y) < halfHeight + high;
        for (const road of layout.roads) {
          for (let k = 0; k <= 400; k++) expect(near(pointAt(road, k / 400), 0, 0)).toBe(false);
        }
        for (const node of layout.nodes) expect(near(node, 20, 20)).toBe(false);
        for (const other of places.slice(0, e)) expect(near(other.centre, halfWidth, halfHeight)).toBe(false);
      });
    },
  );
});
