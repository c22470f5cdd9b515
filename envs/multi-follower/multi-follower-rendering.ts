import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, svgDocument, textElement } from '../core/svg.js';
import type { MultiFollower } from './multi-follower.js';
import { objectiveAt, outcomeOf, type Panel, payoffsAt, violationAt } from './setting.js';

type View = EpisodeView<MultiFollower>;

const designColor = '#b3442c';
const strategyColor = '#2c5fb3';
const left = 16;
const barHeight = 46;
const panelHeight = 84;
const width = 640;
/** Numbers shown in a line at most. */
const listed = 10;
const bars = ' ▁▂▃▄▅▆▇█';

const objectives = { qre: 'welfare', ssg: 'loss', cyber: 'profit' };
const number = (x: number) => String(Math.round(x * 1000) / 1000);

/** What was played, if anything was. */
function played({ game: { setting }, history }: View) {
  const actions = history.at(-1)?.actions;
  if (actions === undefined) return undefined;
  const profile = new Float64Array(setting.followers * setting.width);
  for (let i = 0; i < setting.followers; i++) setting.decode(i, actions[i + 1], 0, profile, 0);
  return { outcome: outcomeOf(setting, actions[0], profile), panels: setting.panels(actions[0], profile) };
}

function status(view: View): string[] {
  const { setting } = view.game;
  const last = played(view);
  if (last === undefined) return [`${setting.name}, ${setting.followers} followers: no design yet`];
  const { outcome } = last;
  const at = payoffsAt(setting);
  const payoffs = Array.from(outcome.slice(at, at + setting.followers), number);
  const rest = payoffs.length > listed ? ' ...' : '';
  return [
    `${setting.name}: ${objectives[setting.name]} ${number(outcome[objectiveAt])}, violation ${number(outcome[violationAt])}, reward of leader_0 ${number(view.history.at(-1)!.rewards[0])}`,
    `payoffs of followers: ${payoffs.slice(0, listed).join(' ')}${rest}`,
  ];
}

function line({ title, values, maximum }: Panel): string {
  const bar = values.map((value) => bars[Math.round(8 * Math.min(1, Math.max(0, value / maximum)))]).join('');
  const numbers = values.length <= listed ? `  ${values.map(number).join(' ')}` : '';
  return `  |${bar}| ${title}${numbers}`;
}

function ansi(view: View): string {
  const header = `${view.title}  ${view.done ? 'ended' : 'before the design'}`;
  return [header, ...status(view), ...(played(view)?.panels ?? []).map(line), ''].join('\n');
}

function drawing({ title, values, maximum }: Panel, top: number): string {
  const step = (width - 2 * left) / values.length;
  const color = /subsid|reimburse|coverage as|premium/.test(title) ? designColor : strategyColor;
  const rectangles = values.map((value, k) => {
    const height = barHeight * Math.min(1, Math.max(0, value / maximum));
    return element('rect', {
      x: Number((left + k * step).toFixed(2)),
      y: Number((top + 20 + barHeight - height).toFixed(2)),
      width: Number(Math.max(0.5, step - Math.min(3, step / 4)).toFixed(2)),
      height: Number(height.toFixed(2)),
      fill: color,
    });
  });
  const floor = top + 20 + barHeight;
  return [
    textElement(left, top + 12, title, { 'text-anchor': 'start', 'font-size': 12 }),
    element('line', { x1: left, y1: floor, x2: width - left, y2: floor, stroke: '#888888' }),
    ...rectangles,
  ].join('');
}

function svg(view: View): string {
  const { setting } = view.game;
  const empty = setting.panels(
    new Float64Array(setting.designSpace.size),
    new Float64Array(setting.followers * setting.width),
  );
  const panels = played(view)?.panels ?? [];
  return svgDocument(
    width,
    90 + empty.length * panelHeight,
    textElement(left, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    ...status(view).map((text, k) =>
      textElement(left, 48 + 18 * k, text, { 'text-anchor': 'start', 'font-size': 12 }),
    ),
    ...panels.map((panel, k) => drawing(panel, 84 + k * panelHeight)),
  );
}

/** The leader's design and the followers' strategies as bars, with what they are worth. */
export const multiFollowerRenderer: GameRenderer<MultiFollower> = { ansi, svg };
