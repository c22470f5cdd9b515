import { element, followerColor, leaderColor, markColor, shortNumber, textElement } from '../core/svg.js';

/** Where a cell of a payoff table is drawn. */
export interface CellBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A cell of a payoff table: both players' payoffs beside each other, on a ground of its own if it was just played.
 *
 * @param baseline of the numbers below the top of the cell. Default: in the middle.
 */
export function payoffCell(
  box: CellBox,
  leader: number,
  follower: number,
  marked: boolean,
  baseline = box.height / 2 + 5,
): string {
  const y = box.y + baseline;
  return [
    element('rect', { ...box, fill: marked ? markColor : '#ffffff', stroke: '#888888' }),
    textElement(box.x + box.width / 3, y, shortNumber(leader), { fill: leaderColor }),
    textElement(box.x + (2 * box.width) / 3, y, shortNumber(follower), { fill: followerColor }),
  ].join('');
}

/** The entry of a text table, in brackets if it was just played. */
export function bracketed(text: string, marked: boolean): string {
  return marked ? `[${text}]` : ` ${text} `;
}
