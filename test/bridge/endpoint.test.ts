import { expect, it } from '@jest/globals';
import { Endpoint } from '../../bridge/endpoints/endpoint.js';
import { field, view } from '../../bridge/layout.js';

/** An environment whose game makes these numbers. */
class Faulty extends Endpoint {
  override readonly description = {};

  constructor(private readonly numbers: Readonly<Record<string, number>>) {
    super(
      [],
      [
        field('observations/leader_0', 'float32', 3),
        field('rewards', 'float64', 2),
        field('cumulativeRewards', 'float64', 2),
        field('infos/response/gap', 'float64', 1),
      ],
    );
  }

  override reset(): void {}

  override step(): void {
    for (const [name, number] of Object.entries(this.numbers)) view(this.results, name)[0] = number;
  }
}

it.each([
  ['observations/leader_0', Number.NaN],
  ['rewards', Infinity],
  ['rewards', -Infinity],
  ['cumulativeRewards', Number.NaN],
])('refuses to send %s of %p', (name, number) => {
  const endpoint = new Faulty({ [name]: number });
  endpoint.requireFinite();
  endpoint.step();
  expect(() => endpoint.requireFinite()).toThrow(
    `${name}: expected finite numbers from the game, got ${number} at 0.`,
  );
});

it('sends finite numbers, and a gap that may be infinite', () => {
  const endpoint = new Faulty({
    rewards: -Number.MAX_VALUE,
    'observations/leader_0': 1e38,
    'infos/response/gap': Infinity,
  });
  endpoint.step();
  expect(() => endpoint.requireFinite()).not.toThrow();
});
