import { describe, expect, it } from '@jest/globals';
import { animate } from '../../../envs/core/animation.js';
import { element, svgDocument, textElement } from '../../../envs/core/svg.js';
import { expectWellFormed, textsOf } from '../xml.js';

const frame = (k: number) => svgDocument(40, 30, textElement(1, 2, `frame ${k}`), element('g', { id: 'a' }));

/** Which frame is visible at a time, by the document's own animations. */
function visibleAt(drawing: string, seconds: number): string[] {
  const groups = drawing.split('<g display=').slice(1);
  return groups.flatMap((group) => {
    const [, values, keyTimes, cycle] =
      /values="([^"]*)" keyTimes="([^"]*)" calcMode="discrete" dur="([\d.]+)s"/.exec(group)!;
    const share = (seconds % Number(cycle)) / Number(cycle);
    const times = keyTimes.split(';').map(Number);
    expect(times[0]).toBe(0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const at = times.filter((time) => time <= share).length - 1;
    return values.split(';')[at] === 'inline' ? textsOf(group) : [];
  });
}

describe('animate', () => {
  it('shows the frames one after another, the last one longest, and loops', () => {
    const drawing = animate([frame(0), frame(1), frame(2)], { secondsPerFrame: 0.5, secondsAtEnd: 2 });
    expectWellFormed(drawing);
    const seen = [0, 0.4, 0.6, 1.1, 2.9, 3.1, 3.6].map((seconds) => visibleAt(drawing, seconds));
    expect(seen).toEqual([0, 0, 1, 2, 2, 0, 1].map((k) => [`frame ${k}`]));
    expect(drawing.match(/repeatCount="indefinite"/g)).toHaveLength(3);
  });

  it('keeps the size, holds no script and shows the last frame where nothing moves', () => {
    const drawing = animate([frame(0), frame(1)]);
    expect(drawing).toMatch(/^<svg [^>]*width="40" height="30" viewBox="0 0 40 30"/);
    expect(drawing).not.toMatch(/script|href/);
    expect(drawing.match(/<g display="(\w+)"/g)).toEqual(['<g display="none"', '<g display="inline"']);
  });

  it('leaves a single frame as it is', () => {
    expect(animate([frame(7)])).toBe(frame(7));
  });

  it.each<[string[], object, string]>([
    [[], {}, 'animate: frames: expected at least one, got none.'],
    [[frame(0), 'hello'], {}, 'animate: frames[1]: expected a whole SVG document, got "hello".'],
    [
      [frame(0), svgDocument(41, 30)],
      {},
      'animate: frames[1]: expected the size 0 0 40 30 of the first frame, got 0 0 41 30.',
    ],
    [
      [frame(0)],
      { secondsPerFrame: 0 },
      'animate: secondsPerFrame: expected a positive number of seconds, got 0.',
    ],
    [
      [frame(0)],
      { secondsAtEnd: -1 },
      'animate: secondsAtEnd: expected a positive number of seconds, got -1.',
    ],
    [[frame(0)], { secondPerFrame: 1 }, 'animate: Unknown option "secondPerFrame"'],
  ])('refuses what it cannot join (%#)', (frames, options, message) => {
    expect(() => animate(frames, options)).toThrow(message);
  });
});
