import type { EpisodeView, GameRenderer } from '../core/definition.js';
import {
  element,
  followerColor,
  leaderColor,
  markColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../core/svg.js';
import type { MessageSpm } from './message-spm.js';

type View = EpisodeView<MessageSpm>;

/** One buyer's part of the episode. */
interface BuyerStory {
  readonly name: string;
  readonly value: number;
  /** Null before it spoke, undefined where there are no messages. */
  readonly message: number | null | undefined;
  /** When it was visited, at which price, and whether it bought; null if it was not. */
  readonly visit: { readonly step: number; readonly price: number; readonly bought: boolean } | null;
}

function buyerStories({ game, history, observations }: View): BuyerStory[] {
  const visited: number[] = [];
  for (const { actions } of history) {
    const [one, other] = actions[0];
    visited.push(visited.length === 0 ? (other > one ? 1 : 0) : 1 - visited[0]);
  }
  return game.buyers.map(({ values }, i) => {
    const value = values[observations[i + 1]];
    const step = visited.indexOf(i);
    const price = step < 0 ? 0 : history[step].actions[0][2];
    const message = history.length === 0 ? null : history[0].actions[i + 1];
    return {
      name: `A${i}`,
      value,
      message: game.messages === 1 ? undefined : message,
      visit: step < 0 ? null : { step, price, bought: game.accepts(value, price) },
    };
  });
}

function visitWords({ visit }: BuyerStory): string {
  if (visit === null) return 'not visited';
  const what = visit.bought ? 'takes the item' : 'refuses';
  return `visited ${visit.step === 0 ? 'first' : 'second'} at price ${shortNumber(visit.price)}: ${what}`;
}

/** What a buyer has, said and met. */
function storyWords(story: BuyerStory): string {
  const { value, message } = story;
  const said = message === null ? 'no message yet, ' : `message ${message}, `;
  return `value ${shortNumber(value)}, ${message === undefined ? '' : said}${visitWords(story)}`;
}

/** Who got the item, and what that loses against the best allocation. */
function ending(stories: readonly BuyerStory[], done: boolean): string {
  if (!done) return 'the item is not sold yet';
  const winner = stories.find(({ visit }) => visit?.bought);
  const best = Math.max(...stories.map(({ value }) => value));
  const loss = shortNumber(best - (winner?.value ?? 0));
  const welfare = shortNumber(winner?.value ?? 0);
  return `${winner ? `${winner.name} got the item` : 'nobody got the item'}: welfare ${welfare} of at most ${shortNumber(best)}, a loss of ${loss}`;
}

/** How many messages there are, and which prices a buyer accepts. */
function rules({ messages, accept }: MessageSpm): string {
  const words = messages === 1 ? 'no messages' : `${messages} messages`;
  return `${words}, a buyer accepts a price ${accept === 'strict' ? 'below' : 'up to'} its value`;
}

function ansi(view: View): string {
  const stories = buyerStories(view);
  return [
    `${view.title}  ${rules(view.game)}${view.done ? ' (ended)' : ''}`,
    ...stories.map((story) => `  ${story.name}  ${storyWords(story)}`),
    `  ${ending(stories, view.done)}`,
    '',
  ].join('\n');
}

const left = 60;
const scale = 440;
const muted = '#777777';

/** A buyer's value as a bar from 0 to 1, and the price that it was offered as a line across. */
function buyerRow(story: BuyerStory, y: number): string {
  const { name, value, visit } = story;
  const label = { 'text-anchor': 'start', 'font-size': 12 } as const;
  const ground = visit?.bought ? markColor : '#f2f2f2';
  const parts = [
    textElement(left - 12, y + 30, name, { 'text-anchor': 'end', fill: followerColor }),
    textElement(left, y + 8, storyWords(story), label),
    element('rect', { x: left, y: y + 16, width: scale, height: 22, fill: ground }),
    element('rect', { x: left, y: y + 20, width: scale * value, height: 14, fill: followerColor }),
  ];
  if (visit !== null) {
    const x = left + scale * visit.price;
    parts.push(
      element('line', { x1: x, x2: x, y1: y + 12, y2: y + 42, stroke: leaderColor, 'stroke-width': 3 }),
      textElement(x, y + 56, `price ${shortNumber(visit.price)}`, { 'font-size': 11, fill: leaderColor }),
    );
  }
  return parts.join('');
}

/** From 0 to 1, for values and prices alike. */
function axis(y: number): string {
  const tick = (at: number) => {
    const x = left + scale * at;
    return (
      element('line', { x1: x, x2: x, y1: y, y2: y + 5, stroke: muted }) +
      textElement(x, y + 17, String(at), { 'font-size': 11, fill: muted })
    );
  };
  return [
    element('line', { x1: left, x2: left + scale, y1: y, y2: y, stroke: muted }),
    ...[0, 0.25, 0.5, 0.75, 1].map(tick),
    textElement(left + scale / 2, y + 33, 'value (bar) and price (line)', { 'font-size': 11, fill: muted }),
  ].join('');
}

function svg(view: View): string {
  const stories = buyerStories(view);
  const small = { 'text-anchor': 'start', 'font-size': 12 } as const;
  return svgDocument(
    560,
    298,
    textElement(16, 26, `${view.title}${view.done ? ' (ended)' : ''}`, {
      'text-anchor': 'start',
      'font-weight': 'bold',
    }),
    textElement(16, 46, rules(view.game), small),
    textElement(16, 64, ending(stories, view.done), small),
    stories.map((story, i) => buyerRow(story, 88 + 80 * i)),
    axis(250),
  );
}

function outcome(view: View): string {
  return buyerStories(view)
    .flatMap(({ name, value, visit }) => (visit === null ? [] : [{ name, value, ...visit }]))
    .sort((a, b) => a.step - b.step)
    .map(
      ({ name, value, price, bought }) =>
        `${name} (worth ${shortNumber(value)}) ${bought ? 'takes' : 'refuses'} the item at ${shortNumber(price)}`,
    )
    .join(', then ');
}

/** What each buyer has, says and is offered, and what the outcome loses. */
export const messageSpmRenderer: GameRenderer<MessageSpm> = { ansi, svg, outcome };
