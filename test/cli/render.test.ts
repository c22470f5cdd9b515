import { describe, expect, it } from '@jest/globals';
import { gym } from './command.js';

const horizon = ['--params', '{"game": "chicken", "horizon": 3}'];

describe('stackelberg-gym render', () => {
  it('prints the last frame as text, or as SVG', async () => {
    const text = await gym(['render', 'IteratedMatrixGame-v0', ...horizon]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).not.toContain('<svg');
    const { stdout } = await gym(['render', 'IteratedMatrixGame-v0', ...horizon, '--mode', 'svg']);
    expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(stdout).not.toContain('<animate');
  });

  it('prints an episode as one animated SVG that holds its last frame', async () => {
    const args = ['render', 'IteratedMatrixGame-v0', ...horizon, '--seed', '3'];
    const [last, moving, again] = await Promise.all([
      gym([...args, '--mode', 'svg']),
      gym([...args, '--animate']),
      gym([...args, '--mode', 'svg', '--animate']),
    ]);
    expect(moving).toMatchObject({ code: 0, stderr: '' });
    expect(moving.stdout.match(/<animate /g)).toHaveLength(4);
    expect(moving.stdout).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(moving.stdout).not.toContain('<script');
    const inner = /^<svg[^>]*>([\s\S]*)<\/svg>\n$/.exec(last.stdout)![1];
    expect(moving.stdout).toContain(inner);
    expect(again.stdout).toBe(moving.stdout);
  });

  it('puts frames of several sizes on one page', async () => {
    const { code, stdout } = await gym(['render', 'BanditRLGame-v0', '--animate']);
    expect(code).toBe(0);
    const [width, height] = ['width', 'height'].map((side) =>
      [...stdout.matchAll(new RegExp(`<svg[^>]*\\s${side}="([\\d.]+)"`, 'g'))].map((match) =>
        Number(match[1]),
      ),
    );
    expect(width[0]).toBe(Math.max(...width));
    expect(height[0]).toBe(Math.max(...height));
    expect(new Set(height).size).toBeGreaterThan(1);
  });

  it('animates no text', async () => {
    const ended = await gym(['render', 'NormalForm-v0', '--mode', 'ansi', '--animate']);
    expect(ended).toMatchObject({
      ...{ code: 1, stdout: '', stderr: 'error: --animate: expected --mode svg, got "ansi".\n' },
    });
  });
});
