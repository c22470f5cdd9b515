import { describe, expect, it } from '@jest/globals';
import '../../envs/index.js';
import { createGame, type GameDefinition, gameDefinitions } from '../../envs/core/definition.js';
import { GameParallelEnv } from '../../envs/core/views.js';
import { expectWellFormed } from './xml.js';

/** Estimated width of a letter, in font sizes. */
const letterWidth = 0.62;
const widestLine = 140;
const mostSteps = 200;

/** A drawing before the first step, after it, and at the end of an episode of uniform play. */
function frames(definition: GameDefinition, parameters: unknown, renderMode: 'ansi' | 'svg'): string[] {
  const { renderer, id: title } = definition;
  const game = createGame(definition, parameters);
  const env = new GameParallelEnv(game, { renderMode, renderer, title });
  env.reset({ seed: 3 });
  for (const { id } of game.agents) env.actionSpace(id).seed(5);
  const drawn = [env.render() as string];
  for (let step = 0; env.agents.length > 0 && step < mostSteps; step++) {
    env.step(Object.fromEntries(env.agents.map((id) => [id, env.actionSpace(id).sample()])));
    if (step === 0) drawn.push(env.render() as string);
  }
  return [...drawn, env.render() as string];
}

interface PlacedText {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
}

/** Text elements with the place that they are estimated to take; those of moved groups are left out. */
function placedTexts(svg: string): PlacedText[] {
  const plain = svg.replace(/<g [^>]*transform=.*?<\/g>/g, '');
  return Array.from(plain.matchAll(/<text([^>]*)>([^<]*)<\/text>/g), ([, attributes, escaped]) => {
    const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
    const text = escaped.replace(/&\w+;/g, '?').trim();
    const size = Number(value('font-size') ?? 14);
    const width = letterWidth * size * text.length;
    const shift = { start: 0, middle: 0.5, end: 1 }[value('text-anchor') ?? 'start'] as number;
    const from = Number(value('x')) - shift * width;
    const bottom = Number(value('y'));
    return { text, from, to: from + width, top: bottom - 0.75 * size, bottom };
  });
}

function outside(svg: string): string[] {
  const [width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.slice(1).map(Number);
  return placedTexts(svg).flatMap(({ text, from, to, top, bottom }) =>
    from >= 0 && to <= width && top >= 0 && bottom <= height
      ? []
      : [`"${text}" at ${[from, to, top, bottom].map(Math.round).join(' ')} in ${width} x ${height}`],
  );
}

const definitions = [...gameDefinitions().values()].filter(({ renderer }) => renderer !== undefined);

describe.each(definitions.map((definition) => [definition.id, definition] as const))(
  '%s is drawn',
  (_id, definition) => {
    const presets = Object.entries({ default: {}, ...definition.presets });

    it.each(presets)('within the picture with preset %s', (_name, parameters) => {
      for (const svg of frames(definition, parameters, 'svg')) {
        expectWellFormed(svg);
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        expect(outside(svg)).toEqual([]);
      }
    });

    it.each(presets)('in lines of 140 letters at most with preset %s', (_name, parameters) => {
      for (const text of frames(definition, parameters, 'ansi')) {
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
        const lines = text.split('\n');
        expect(lines.filter((line) => Array.from(line).length > widestLine)).toEqual([]);
      }
    });
  },
);
