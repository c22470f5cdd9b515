import { element, followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import type { BertrandPlatform } from './bertrand-platform.js';

const side = 64;
const left = 110;
const top = 96;

/** A reactive threshold rule: for each pair of present prices, the dearest price that is shown. The stricter, the darker. */
export function thresholdMap(game: BertrandPlatform, thresholds: ArrayLike<number>, title: string): string {
  const { prices } = game;
  const m = prices.length;
  const cells = Array.from({ length: m * m }, (_, profile) => {
    const [a, b] = [profile % m, Math.floor(profile / m)];
    const threshold = thresholds[profile];
    const [x, y] = [left + a * side, top + (m - 1 - b) * side];
    const shown = [a, b].filter((price) => price <= threshold).length;
    return (
      element('rect', {
        x,
        y,
        width: side - 4,
        height: side - 4,
        fill: leaderColor,
        'fill-opacity': shortNumber(0.75 - (0.65 * threshold) / Math.max(1, m - 1)),
      }) +
      textElement(x + side / 2 - 2, y + 28, shortNumber(prices[threshold])) +
      textElement(x + side / 2 - 2, y + 47, ['none', 'one', 'both'][shown], { 'font-size': 11 })
    );
  });
  const labels = Array.from(prices, (price, k) => {
    const middle = k * side + side / 2 - 2;
    return (
      textElement(left + middle, top + m * side + 14, shortNumber(price), {
        'font-size': 12,
        fill: followerColor,
      }) +
      textElement(left - 8, top + (m - 1) * side - k * side + side / 2, shortNumber(price), {
        'text-anchor': 'end',
        'font-size': 12,
        fill: followerColor,
      })
    );
  });
  const start = { 'text-anchor': 'start' };
  return svgDocument(
    Math.max(520, left + m * side + 40),
    top + m * side + 48,
    textElement(16, 26, title, { ...start, 'font-weight': 'bold' }),
    textElement(16, 46, 'the dearest price that is shown, and how many sellers that leaves', {
      ...start,
      'font-size': 12,
    }),
    textElement(16, top - 10, 'price of seller 1', { ...start, 'font-size': 12, fill: followerColor }),
    textElement(left + (m * side) / 2, top + m * side + 34, 'price of seller 0', {
      'font-size': 12,
      fill: followerColor,
    }),
    cells,
    labels,
  );
}
