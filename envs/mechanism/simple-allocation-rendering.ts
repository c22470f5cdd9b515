import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, followerColor, leaderColor, markColor, svgDocument, textElement } from '../core/svg.js';
import type { SimpleAllocation } from './simple-allocation.js';

type View = EpisodeView<SimpleAllocation>;

const cell = 56;
const left = 96;
const shown = 12;

/** What happened, in words. */
function story({ history, observations, done }: View): string {
  const last = history.at(-1);
  const type = `type ${observations[1]}`;
  if (!done || last === undefined) return `the follower is of ${type} and has not spoken yet`;
  const [item, message] = last.actions;
  const ending = last.rewards[0] === 1 ? 'which it wants' : 'which it does not want';
  return `the follower of ${type} sends message ${message} and gets item ${item}, ${ending}`;
}

function ansi(view: View): string {
  const { items, messages } = view.game;
  return [
    `${view.title}  ${items} items, ${messages} ${messages === 1 ? 'message' : 'messages'}${view.done ? ' (ended)' : ''}`,
    `  ${story(view)}`,
    '',
  ].join('\n');
}

/** A row of numbered boxes, one of them marked. */
function row(y: number, label: string, count: number, marked: number | undefined, color: string): string {
  const boxes = Array.from({ length: Math.min(count, shown) }, (_, k) => {
    const x = left + k * cell;
    return (
      element('rect', {
        x,
        y,
        width: cell - 6,
        height: 36,
        fill: k === marked ? markColor : '#ffffff',
        stroke: color,
      }) + textElement(x + (cell - 6) / 2, y + 23, String(k), { fill: color })
    );
  });
  const more = count > shown ? textElement(left + shown * cell + 20, y + 23, `to ${count - 1}`) : '';
  const name = textElement(left - 12, y + 23, label, { 'text-anchor': 'end', 'font-size': 12, fill: color });
  return name + boxes.join('') + more;
}

function svg(view: View): string {
  const { items, messages } = view.game;
  const [item, message] = view.history.at(-1)?.actions ?? [];
  const widest = Math.min(shown + 1, Math.max(items, messages));
  return svgDocument(
    Math.max(620, left + widest * cell + 40),
    232,
    textElement(16, 26, `${view.title}${view.done ? ' (ended)' : ''}`, {
      'text-anchor': 'start',
      'font-weight': 'bold',
    }),
    textElement(16, 46, story(view), { 'text-anchor': 'start', 'font-size': 12 }),
    row(70, 'type', items, view.observations[1], followerColor),
    row(120, 'message', messages, message, followerColor),
    row(170, 'item', items, item, leaderColor),
  );
}

function outcome({ history }: View): string {
  const { actions, rewards } = history[0];
  return `gives item ${actions[0]}, ${rewards[0] === 1 ? 'which is wanted' : 'which is not wanted'}`;
}

/** Type, message and item, each marked in its row. */
export const simpleAllocationRenderer: GameRenderer<SimpleAllocation> = { ansi, svg, outcome };
