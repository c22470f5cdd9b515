import { describe, expect, it } from '@jest/globals';
import { gym } from './command.js';

describe('stackelberg-gym --help', () => {
  it('shows every command and ends with 0', async () => {
    const { code, stdout, stderr } = await gym(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['list', 'check', 'solve', 'render', 'bench', 'report'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });
});

describe('stackelberg-gym list', () => {
  it('shows games, oracles, leaders, solvers and experiments', async () => {
    const { code, stdout } = await gym(['list']);
    expect(code).toBe(0);
    expect(stdout.match(/^\w+$/gm)).toEqual(['games', 'oracles', 'leaders', 'solvers', 'experiments']);
    for (const name of ['NormalForm-v0', 'exact-best-response', 'ppo', 'multiple-lps', 'of-all-games'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  it('prints one JSON document with --json, also of one section', async () => {
    const all = JSON.parse((await gym(['list', '--json'])).stdout);
    expect(all.games.map((game: { name: string }) => game.name)).toContain('IteratedMatrixGame-v0');
    expect(JSON.parse((await gym(['list', 'games', '--json'])).stdout)).toEqual({ games: all.games });
  });

  it('shows the JSON schema of a game’s parameters and its presets', async () => {
    const { stdout } = await gym(['list', 'IteratedMatrixGame-v0', '--json']);
    const { id, parameters, presets } = JSON.parse(stdout);
    expect(id).toBe('IteratedMatrixGame-v0');
    expect(parameters).toMatchObject({ type: 'object', additionalProperties: false });
    expect(parameters.properties.horizon).toMatchObject({ type: 'integer', default: 10 });
    expect(parameters.properties.memory.enum).toEqual(['none', 'small', 'full']);
    expect(presets).toHaveProperty('prisoners_dilemma');
  });

  it('shows the options of an oracle and of a solver', async () => {
    const about = async (name: string) => JSON.parse((await gym(['list', name, '--json'])).stdout);
    const { summary, options } = await about('tabular-q');
    expect(summary).toMatch('Q-learning');
    expect(options.episodes).toEqual({ type: 'integer', default: 80, description: expect.any(String) });
    expect((await about('spm')).options.strategy.enum).toContain('rsd');
    expect((await about('wardrop-response')).options).toEqual({});
    expect((await gym(['list', 'tabular-q'])).stdout).toMatch(/^name: tabular-q\nsummary: .*\noptions: \{\n/);
  });

  it('shows the cells of an experiment', async () => {
    const { cells, seeds } = JSON.parse((await gym(['list', 'of-all-games', '--json'])).stdout);
    expect(cells).toHaveLength(24);
    expect(seeds).toBe(5);
  });
});
