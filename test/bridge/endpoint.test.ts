import { expect, it } from '@jest/globals';
import { Endpoint } from '../../bridge/endpoints/endpoint.js';
import { StackelbergEndpoint } from '../../bridge/endpoints/stackelberg.js';
import { StackelbergVectorEndpoint } from '../../bridge/endpoints/stackelberg-vector.js';
import { field, type Layout, view } from '../../bridge/layout.js';
import { makeGame } from '../../envs/index.js';
import { ExactBestResponse } from '../../oracles/exact-best-response.js';
import { StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';

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
      [field('finalObservations', 'float64', 2), field('finalInfos/response/gap', 'float64', 1)],
    );
  }

  override reset(): void {}

  override step(): void {
    for (const [name, number] of Object.entries(this.numbers)) {
      view(name.startsWith('final') ? this.final : this.results, name)[0] = number;
    }
    this.finished = true;
  }
}

it.each([
  ['observations/leader_0', Number.NaN],
  ['rewards', Infinity],
  ['rewards', -Infinity],
  ['cumulativeRewards', Number.NaN],
  ['finalObservations', Number.NaN],
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
    'finalInfos/response/gap': Infinity,
  });
  endpoint.step();
  expect(() => endpoint.requireFinite()).not.toThrow();
});

it('reads the last observations of rows only where they are sent', () => {
  const endpoint = new Faulty({ finalObservations: Number.NaN });
  endpoint.step();
  endpoint.finished = false;
  expect(() => endpoint.requireFinite()).not.toThrow();
});

/** What an endpoint sends as `truncations`. */
function truncations(endpoint: Endpoint): number[] {
  const { fields } = (endpoint.description['layouts'] as { results: Layout }).results;
  const { offset, shape } = fields.find(({ name }) => name === 'truncations')!;
  return [...endpoint.frame.subarray(16 + offset, 16 + offset + shape[0])];
}

it('the views of leaders send the truncations of their environments', () => {
  const game = makeGame('NormalForm-v0');
  const options = { oracle: new ExactBestResponse() };
  const single = new StackelbergWrapper(game, options);
  const rows = new StackelbergVectorEnv(game, 2, options);
  const [step, stepRows] = [single.step.bind(single), rows.step.bind(rows)];
  single.step = (action) => ({ ...step(action), truncated: true });
  rows.step = (actions) => ({ ...stepRows(actions), truncations: Uint8Array.of(0, 1) });
  for (const [endpoint, bytes, expected] of [
    [new StackelbergEndpoint(single), 8, [1]],
    [new StackelbergVectorEndpoint(rows), 8, [0, 1]],
  ] as const) {
    endpoint.reset({ seed: 0n, options: {} });
    endpoint.step(new Uint8Array(bytes));
    expect(truncations(endpoint)).toEqual(expected);
    endpoint.reset({ seed: 0n, options: {} });
    expect(truncations(endpoint)).toEqual(expected.map(() => 0));
  }
});
