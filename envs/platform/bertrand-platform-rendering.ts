import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { shortNumber } from '../core/svg.js';
import type { BertrandPlatform } from './bertrand-platform.js';
import { type ChartStep, priceChart } from './price-chart.js';

type View = EpisodeView<BertrandPlatform>;
type Played = View['history'][number];

/** Steps that a rendering goes back. */
const recent = 40;

/** The dearest price index that the platform's action lets through, under the rules that say one. */
function thresholdOf({ rule, prices }: BertrandPlatform, action: number): number | undefined {
  if (rule === 'threshold') return action;
  if (rule !== 'binary') return undefined;
  return action === 0 ? 0 : prices.length - 1;
}

/** Who was shown, read off what everybody earned. */
function shownIn(game: BertrandPlatform, { actions: [, a, b], rewards }: Played): number {
  const earned = (shown: number) =>
    game.surplus(shown, a, b) === rewards[0] &&
    game.profit(0, shown, a, b) === rewards[1] &&
    game.profit(1, shown, a, b) === rewards[2];
  return [3, 1, 2, 0].find(earned)!;
}

function chartStep(game: BertrandPlatform, played: Played): ChartStep {
  const [action, a, b] = played.actions;
  return { prices: [a, b], shown: shownIn(game, played), threshold: thresholdOf(game, action) };
}

const onShow = ['nobody', 'seller 0', 'seller 1', 'both sellers'];

/** What happened last, in words. */
function story({ game, history, observations }: View): string {
  const { prices } = game;
  const m = prices.length;
  const last = history.at(-1);
  if (last === undefined) {
    const [a, b] = [observations[1] % m, Math.floor(observations[1] / m)];
    return `the sellers last asked ${shortNumber(prices[a])} and ${shortNumber(prices[b])}`;
  }
  const {
    prices: [a, b],
    shown,
    threshold,
  } = chartStep(game, last);
  const most = threshold === undefined ? '' : ` for at most ${shortNumber(prices[threshold])}`;
  return `prices ${shortNumber(prices[a])} and ${shortNumber(prices[b])}; buyers see ${onShow[shown]}${most}`;
}

/** What the platform is judged by: consumer surplus, in the last step and on average. */
function judged({ history }: View): string {
  const last = history.at(-1);
  if (last === undefined) return 'no step yet';
  const mean = history.reduce((sum, { rewards }) => sum + rewards[0], 0) / history.length;
  return `consumer surplus ${shortNumber(last.rewards[0])} in step ${history.length}, ${shortNumber(mean)} on average so far`;
}

function ansi(view: View): string {
  const { game, history, title, done } = view;
  const steered = thresholdOf(game, 0) !== undefined;
  const before = Math.max(0, history.length - recent);
  const lines = history.slice(before).map((played, k) => {
    const {
      prices: [a, b],
      shown,
      threshold,
    } = chartStep(game, played);
    const seller = (k: number, index: number) => {
      const asked = game.prices[index].toFixed(3);
      return (shown & (1 << k) ? ` ${asked} ` : `(${asked})`).padStart(9);
    };
    const earned = played.rewards.map((reward) => reward.toFixed(3).padStart(8)).join('');
    const most = threshold === undefined ? '' : game.prices[threshold].toFixed(3).padStart(11);
    return `  ${String(before + k + 1).padStart(4)}  ${seller(0, a)} ${seller(1, b)} ${most} ${earned}`;
  });
  const head = `  step   seller 0  seller 1 ${steered ? '  threshold' : ''}  surplus profit 0 profit 1   (hidden sellers in brackets)`;
  return [
    `${title}  rule ${game.rule}, ${game.prices.length} prices${done ? ' (ended)' : ''}`,
    `  ${story(view)}`,
    `  ${judged(view)}`,
    ...(lines.length > 0 ? [head, ...lines] : []),
    '',
  ].join('\n');
}

function svg(view: View): string {
  const { game, history, title, done } = view;
  return priceChart(game, {
    title: `${title}, rule ${game.rule}${done ? ' (ended)' : ''}`,
    story: story(view),
    more: judged(view),
    first: Math.max(0, history.length - recent) + 1,
    steps: history.slice(-recent).map((played) => chartStep(game, played)),
  });
}

/** The prices of the last steps, and whom buyers saw. */
export const bertrandPlatformRenderer: GameRenderer<BertrandPlatform> = { ansi, svg };
