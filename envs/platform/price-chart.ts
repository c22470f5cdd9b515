import {
  element,
  followerColor,
  leaderColor,
  markColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../core/svg.js';
import { roundTicks } from '../core/ticks.js';
import { monopolyPrice, nashPrice } from './bertrand.js';
import type { BertrandPlatform } from './bertrand-platform.js';

/** A step as the chart shows it. */
export interface ChartStep {
  readonly prices: readonly [number, number];
  /** Who was shown, as bits. */
  readonly shown: number;
  /** The dearest price index that the platform lets through, where it says. */
  readonly threshold?: number;
}

/** What a price chart shows. */
export interface PriceChart {
  readonly title: string;
  readonly story: string;
  /** A second line of the story. */
  readonly more?: string;
  readonly steps: readonly ChartStep[];
  /** The number of the first of them; without it steps are not numbered. */
  readonly first?: number;
  /** Steps that are marked, `from` (included) to `to` (excluded), and what they are. */
  readonly marked?: { readonly from: number; readonly to: number; readonly label: string };
}

const width = 820;
const height = 386;
const plot = { left: 64, right: 660, top: 92, bottom: 300 };
const sellerColors = [followerColor, '#2f8f6b'] as const;
const muted = '#777777';
const storyText = { 'text-anchor': 'start', 'font-size': 12 };

type Scale = (value: number) => number;

/** The prices of both sellers over steps, with the Nash and the monopoly price: filled dots were shown to buyers, hollow ones were not. */
export function priceChart(game: BertrandPlatform, chart: PriceChart): string {
  const { steps, marked } = chart;
  const { prices } = game;
  const levels = [
    { price: nashPrice(game.economy), label: 'Nash price' },
    { price: monopolyPrice(game.economy), label: 'monopoly price' },
  ];
  const values = [...prices, ...levels.map(({ price }) => price)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(high - low, 1e-9);
  const y: Scale = (price) => plot.bottom - 8 - ((price - low) / span) * (plot.bottom - plot.top - 16);
  const slot = (plot.right - plot.left) / Math.max(1, steps.length);
  const x: Scale = (step) => plot.left + (step + 0.5) * slot;
  return svgDocument(
    width,
    height,
    textElement(16, 26, chart.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, chart.story, storyText),
    marked ? band(x(marked.from) - slot / 2, x(marked.to - 1) + slot / 2, marked.label) : '',
    chart.more === undefined ? [] : [textElement(16, 64, chart.more, storyText)],
    axis(prices, y),
    textElement((plot.left + plot.right) / 2, plot.bottom + (chart.first === undefined ? 18 : 34), 'step', {
      'font-size': 12,
    }),
    chart.first === undefined ? [] : stepNumbers(steps.length, chart.first, x),
    levels.map(({ price, label }) => level(y(price), `${label} ${shortNumber(price)}`)),
    thresholds(steps, prices, x, y, slot),
    [0, 1].map((k) => line(steps, prices, k, x, y)),
    legend(steps.some(({ threshold }) => threshold !== undefined)),
  );
}

function band(from: number, to: number, label: string): string {
  return (
    element('rect', {
      x: from,
      y: plot.top,
      width: to - from,
      height: plot.bottom - plot.top,
      fill: markColor,
    }) + textElement((from + to) / 2, plot.top - 6, label, { 'font-size': 11, fill: muted })
  );
}

/** The frame and the grid prices: all of them where they are few. */
function axis(prices: readonly number[], y: Scale): string[] {
  const every = Math.ceil(prices.length / 8);
  const ticks = prices.flatMap((price, k) =>
    k % every === 0
      ? [
          element('line', { x1: plot.left, x2: plot.right, y1: y(price), y2: y(price), stroke: '#e4e4e4' }) +
            textElement(plot.left - 8, y(price) + 4, shortNumber(price), {
              'text-anchor': 'end',
              'font-size': 11,
            }),
        ]
      : [],
  );
  const frame = element('rect', {
    x: plot.left,
    y: plot.top,
    width: plot.right - plot.left,
    height: plot.bottom - plot.top,
    fill: 'none',
    stroke: '#999999',
  });
  return [...ticks, frame];
}

/** Round step numbers below the plot. */
function stepNumbers(count: number, first: number, x: Scale): string[] {
  const numbers = count === 0 ? [] : roundTicks(first, first + count - 1, 9).filter(Number.isInteger);
  return numbers.map((step) => {
    const at = x(step - first);
    return (
      element('line', { x1: at, x2: at, y1: plot.bottom, y2: plot.bottom + 5, stroke: '#999999' }) +
      textElement(at, plot.bottom + 18, String(step), { 'font-size': 11 })
    );
  });
}

function level(at: number, label: string): string {
  return (
    element('line', {
      x1: plot.left,
      x2: plot.right,
      y1: at,
      y2: at,
      stroke: muted,
      'stroke-dasharray': '6 4',
    }) + textElement(plot.right + 8, at + 4, label, { 'text-anchor': 'start', 'font-size': 11, fill: muted })
  );
}

function thresholds(
  steps: readonly ChartStep[],
  prices: readonly number[],
  x: Scale,
  y: Scale,
  slot: number,
): string[] {
  return steps.flatMap(({ threshold }, step) =>
    threshold === undefined
      ? []
      : [
          element('line', {
            x1: x(step) - slot / 2,
            x2: x(step) + slot / 2,
            y1: y(prices[threshold]),
            y2: y(prices[threshold]),
            stroke: leaderColor,
            'stroke-width': 2,
          }),
        ],
  );
}

/** A seller's prices, drawn a little higher or lower, so that equal ones are told apart. */
function line(steps: readonly ChartStep[], prices: readonly number[], k: number, x: Scale, y: Scale): string {
  const stroke = sellerColors[k];
  const at = steps.map((step, i) => [x(i), y(prices[step.prices[k]]) + (k === 0 ? -2.5 : 2.5)] as const);
  const points = at.map(([px, py]) => `${shortNumber(px)},${shortNumber(py)}`).join(' ');
  const radius = steps.length > 60 ? 2 : 4;
  const dots = at.map(([cx, cy], i) =>
    element('circle', {
      cx: shortNumber(cx),
      cy: shortNumber(cy),
      r: radius,
      fill: steps[i].shown & (1 << k) ? stroke : '#ffffff',
      stroke,
    }),
  );
  return element('polyline', { points, fill: 'none', stroke, 'stroke-width': 1.5 }) + dots.join('');
}

function legend(withThreshold: boolean): string[] {
  const entries = [
    { color: sellerColors[0], label: 'seller 0' },
    { color: sellerColors[1], label: 'seller 1' },
    ...(withThreshold ? [{ color: leaderColor, label: 'threshold' }] : []),
  ];
  const keys = entries.map(({ color, label }, k) => {
    const at = plot.left + k * 110;
    return (
      element('line', { x1: at, x2: at + 22, y1: 352, y2: 352, stroke: color, 'stroke-width': 2 }) +
      textElement(at + 28, 356, label, { 'text-anchor': 'start', 'font-size': 12 })
    );
  });
  return [
    ...keys,
    textElement(plot.right, 356, 'filled: shown to buyers', {
      'text-anchor': 'end',
      'font-size': 12,
      fill: muted,
    }),
    textElement(
      plot.left,
      375,
      'seller 0 is drawn a little higher and seller 1 a little lower than their prices',
      {
        'text-anchor': 'start',
        'font-size': 11,
        fill: muted,
      },
    ),
  ];
}
