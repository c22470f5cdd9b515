import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';

/** Options of {@link animate}. */
export interface AnimationOptions {
  /** How long each frame is shown. Default 0.8. */
  readonly secondsPerFrame?: number;
  /** How long the last frame is shown before the loop begins again. Default three frames. */
  readonly secondsAtEnd?: number;
}

interface Drawing {
  /** The attributes of the document's outermost element, as they stood. */
  readonly attributes: string;
  readonly size: string;
  readonly content: string;
}

const document = /^\s*(?:<\?xml[^>]*\?>\s*)?<svg\b([^>]*)>([\s\S]*)<\/svg>\s*$/;

/**
 * Joins SVG documents of one size into one animated SVG that shows them one after another and loops. It holds no script and
 * refers to nothing outside; frames are switched by SMIL animations, and a viewer without these shows the last frame.
 *
 * @throws InvalidArgument unless there is at least one frame, all are whole SVG documents of one size, and the times are
 * positive
 * @example
 * animate(frames, { secondsPerFrame: 0.5 });
 */
export function animate(frames: readonly string[], options: AnimationOptions = {}): string {
  checkOptionNames('animate', options, ['secondsPerFrame', 'secondsAtEnd']);
  const { secondsPerFrame = 0.8 } = options;
  const { secondsAtEnd = 3 * secondsPerFrame } = options;
  checkSeconds('secondsPerFrame', secondsPerFrame);
  checkSeconds('secondsAtEnd', secondsAtEnd);
  const drawings = frames.map(read);
  if (drawings.length === 0) throw new InvalidArgument('animate: frames: expected at least one, got none.');
  const [{ attributes, size }] = drawings;
  const other = drawings.findIndex((drawing) => drawing.size !== size);
  if (other > 0) {
    throw new InvalidArgument(
      `animate: frames[${other}]: expected the size ${size} of the first frame, got ${drawings[other].size}.`,
    );
  }
  const cycle = (drawings.length - 1) * secondsPerFrame + secondsAtEnd;
  const shown = drawings.map(({ content }, k) =>
    drawings.length === 1 ? content : frame(content, k, drawings.length, secondsPerFrame, cycle),
  );
  return `<svg${attributes}>${shown.join('')}</svg>`;
}

/** One frame, visible from its turn to the next one's. */
function frame(content: string, k: number, count: number, seconds: number, cycle: number): string {
  const last = k === count - 1;
  const share = (turn: number) => rounded((turn * seconds) / cycle);
  const steps = [
    ...(k === 0 ? [] : [{ at: 0, visible: false }]),
    { at: share(k), visible: true },
    ...(last ? [] : [{ at: share(k + 1), visible: false }]),
  ];
  const values = steps.map(({ visible }) => (visible ? 'inline' : 'none')).join(';');
  const times = steps.map(({ at }) => at).join(';');
  return [
    `<g display="${last ? 'inline' : 'none'}">`,
    `<animate attributeName="display" values="${values}" keyTimes="${times}" calcMode="discrete" dur="${rounded(cycle)}s" repeatCount="indefinite"/>`,
    content,
    '</g>',
  ].join('');
}

function read(text: string, k: number): Drawing {
  const match = document.exec(text);
  if (match === null) {
    throw new InvalidArgument(`animate: frames[${k}]: expected a whole SVG document, got ${describe(text)}.`);
  }
  const [, attributes, content] = match;
  return { attributes, size: sizeOf(attributes), content };
}

function sizeOf(attributes: string): string {
  const value = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
  return value('viewBox') ?? `${value('width') ?? '?'} ${value('height') ?? '?'}`;
}

function rounded(x: number): number {
  return Number(x.toFixed(6));
}

function checkSeconds(name: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value < Infinity) return;
  throw new InvalidArgument(
    `animate: ${name}: expected a positive number of seconds, got ${describe(value)}.`,
  );
}
