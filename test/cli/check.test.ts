import { describe, expect, it } from '@jest/globals';
import { gym } from './command.js';

const passed = (view: string) => new RegExp(`  ${view} +(\\d+) of \\1 rules$`, 'm');

describe('stackelberg-gym check', () => {
  it('runs all rules on the scalar, the turn-based and the three vector views', async () => {
    const params = '{"game": "battle", "horizon": 3, "memory": "small"}';
    const { code, stdout, stderr } = await gym(['check', 'IteratedMatrixGame-v0', '--params', params]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(5);
    for (const view of ['parallel', 'aec', 'vector NextStep', 'vector SameStep', 'vector Disabled'])
      expect(stdout).toMatch(passed(view));
  });

  it('goes through every preset without --params', async () => {
    const { code, stdout } = await gym(['check', 'NormalForm-v0']);
    expect(code).toBe(0);
    for (const preset of ['conitzer_sandholm', 'observed_action']) expect(stdout).toMatch(`  ${preset} `);
    expect(stdout.trim().split('\n').length % 5).toBe(0);
  });

  it('refuses an unknown game and malformed parameters', async () => {
    expect(await gym(['check', 'NormalFrom-v0'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: Unknown game "NormalFrom-v0"\. Did you mean "NormalForm-v0"\?.*\n$/,
      ),
    });
    expect(await gym(['check', 'IteratedMatrixGame-v0', '--params', '{"horizon": 0}'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*horizon: expected a positive integer, got 0\.\n$/),
    });
  });
});
