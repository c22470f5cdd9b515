import { expect, it } from '@jest/globals';
import { make } from '../../gymnasium/make.js';
import '../../envs/index.js';
import { countingEnv } from './testing-env.js';

it('refuses a bare seed, which would be lost', () => {
  const message = 'reset: expected { seed, options }, got 42.';
  expect(() => make('NormalForm-v0').reset(42 as never)).toThrow(message);
  expect(() => countingEnv(3).reset(42 as never)).toThrow(message);
});
