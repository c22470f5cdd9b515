import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import type { MultiFollower } from './multi-follower.js';
import { objectiveAt, outcomeOf, type Panel, payoffsAt, violationAt } from './setting.js';

type View = EpisodeView<MultiFollower>;

const left = 16;
const barHeight = 46;
const panelHeight = 98;
const width = 640;
/** Panels of up to so many bars show their numbers. */
const listed = 12;
/** Letters of a line of the status. */
const lineLength = 80;
const blocks = ' ▁▂▃▄▅▆▇█';

const objectives = { qre: 'welfare', ssg: 'loss', cyber: 'profit' };
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
  const payoffs = Array.from(outcome.slice(at, at + setting.followers), shortNumber);
  const reward = shortNumber(view.history.at(-1)!.rewards[0]);
  const [objective, violation] = [outcome[objectiveAt], outcome[violationAt]].map(shortNumber);
  return [
    `${setting.name}: ${objectives[setting.name]} ${objective}, violation ${violation}, reward of leader_0 ${reward}`,
    ...wrapped(['payoffs of followers:', ...payoffs]),
  ];
}

/** The words on as few lines as hold them. */
function wrapped(words: readonly string[]): string[] {
  const lines = [''];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= lineLength) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Three digits, however small: the bars of chances may be too low to see. */
const precise = (x: number) => String(Number(x.toPrecision(3)));

function line({ title, values, maximum }: Panel): string {
  const bar = values
    .map((value) => blocks[Math.round(8 * Math.min(1, Math.max(0, value / maximum)))])
    .join('');
  const numbers = values.length <= listed ? `  ${values.map(precise).join(' ')}` : '';
  return `  |${bar}| ${title}${numbers}`;
}

function ansi(view: View): string {
  const header = `${view.title}  ${view.done ? 'ended' : 'before the design'}`;
  return [header, ...status(view), ...(played(view)?.panels ?? []).map(line), ''].join('\n');
}

function drawing({ title, of, values, maximum }: Panel, top: number): string {
  const step = (width - 2 * left) / values.length;
  const floor = top + 20 + barHeight;
  const bars = values.map((value, k) => {
    const height = barHeight * Math.min(1, Math.max(0, value / maximum));
    return element('rect', {
      x: Number((left + k * step).toFixed(2)),
      y: Number((floor - height).toFixed(2)),
      width: Number(Math.max(0.5, step - Math.min(3, step / 4)).toFixed(2)),
      height: Number(height.toFixed(2)),
      fill: of === 'leader' ? leaderColor : followerColor,
    });
  });
  const numbers = values.map((value, k) =>
    textElement(Number((left + (k + 0.5) * step).toFixed(2)), floor + 12, precise(value), {
      'font-size': 10,
    }),
  );
  return [
    textElement(left, top + 12, title, { 'text-anchor': 'start', 'font-size': 12 }),
    element('line', { x1: left, y1: floor, x2: width - left, y2: floor, stroke: '#888888' }),
    ...bars,
    ...(values.length <= listed ? numbers : []),
  ].join('');
}

function svg(view: View): string {
  const { setting } = view.game;
  const empty = setting.panels(
    new Float64Array(setting.designSpace.size),
    new Float64Array(setting.followers * setting.width),
  );
  const panels = played(view)?.panels ?? [];
  // Before play the picture has the size that it will have afterwards: there are at most 9 letters and a space a payoff.
  const lines = Math.max(status(view).length, 1 + Math.ceil((22 + 10 * setting.followers) / lineLength));
  const top = 48 + 18 * lines;
  return svgDocument(
    width,
    top + 6 + empty.length * panelHeight,
    textElement(left, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    status(view).map((text, k) =>
      textElement(left, 48 + 18 * k, text, { 'text-anchor': 'start', 'font-size': 12 }),
    ),
    panels.map((panel, k) => drawing(panel, top + k * panelHeight)),
  );
}

/** The leader's design and the followers' strategies as bars, with what they are worth. */
export const multiFollowerRenderer: GameRenderer<MultiFollower> = { ansi, svg };
