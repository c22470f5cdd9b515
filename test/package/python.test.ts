import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

it('the Python package has the version and the licence of this one', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(/^version = "(.*)"$/m.exec(readFileSync('python/pyproject.toml', 'utf8'))?.[1]).toBe(version);
  expect(readFileSync('python/LICENSE', 'utf8')).toBe(readFileSync('LICENSE', 'utf8'));
});
