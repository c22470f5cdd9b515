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
import type { SecurityGame } from './security-game.js';

type SecurityView = EpisodeView<SecurityGame>;

const left = 70;
const top = 84;
const rowHeight = 30;
const barWidth = 220;
const text = { 'text-anchor': 'start', 'font-size': 12 };

interface State {
  readonly coverage: ArrayLike<number>;
  readonly attacked: number | null;
  readonly rewards: readonly number[] | null;
}

function stateOf({ observations, history }: SecurityView): State {
  const last = history.at(-1);
  return { coverage: observations[1], attacked: last?.actions[1] ?? null, rewards: last?.rewards ?? null };
}

function status(view: SecurityView): string {
  const { attacked, rewards } = stateOf(view);
  if (rewards === null || attacked === null) return `${view.game.resources} resources, no attack yet`;
  return `target ${attacked} attacked: defender ${shortNumber(rewards[0])}, attacker ${shortNumber(rewards[1])}`;
}

function ansi(view: SecurityView): string {
  const { coverage, attacked } = stateOf(view);
  const rows = view.game.targets.map((t, i) => {
    const filled = Math.round(20 * coverage[i]);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)}`;
    const payoffs = [t.defenderCovered, t.defenderUncovered, t.attackerCovered, t.attackerUncovered];
    const cells = payoffs.map((x) => shortNumber(x).padStart(8)).join('');
    return `${String(i).padStart(4)} ${bar} ${coverage[i].toFixed(4)}${cells}${i === attacked ? '  <- attacked' : ''}`;
  });
  const header = `     coverage                    ${['D cov', 'D unc', 'A cov', 'A unc'].map((h) => h.padStart(8)).join('')}`;
  return [`${view.title}  ${status(view)}`, header, ...rows, ''].join('\n');
}

function targetRow(view: SecurityView, i: number): string {
  const { coverage, attacked } = stateOf(view);
  const t = view.game.targets[i];
  const y = top + i * rowHeight;
  const box = { y: y + 5, height: rowHeight - 10 };
  const column = (x: number, payoff: number, fill: string) =>
    textElement(x, y + 20, shortNumber(payoff), { 'font-size': 12, fill });
  return [
    i === attacked
      ? element('rect', { x: 8, y, width: left + barWidth + 316, height: rowHeight, fill: markColor })
      : '',
    textElement(left - 34, y + 20, `target ${i}`, { 'font-size': 12 }),
    element('rect', { x: left, width: barWidth, ...box, fill: '#eeeeee' }),
    element('rect', {
      x: left,
      width: barWidth * coverage[i],
      ...box,
      fill: leaderColor,
      'fill-opacity': 0.75,
    }),
    textElement(left + barWidth + 36, y + 20, coverage[i].toFixed(4), { 'font-size': 12 }),
    column(left + barWidth + 100, t.defenderCovered, leaderColor),
    column(left + barWidth + 160, t.defenderUncovered, leaderColor),
    column(left + barWidth + 220, t.attackerCovered, followerColor),
    column(left + barWidth + 280, t.attackerUncovered, followerColor),
  ].join('');
}

function svg(view: SecurityView): string {
  const n = view.game.targets.length;
  const head = (x: number, label: string, fill: string) =>
    textElement(left + barWidth + x, top - 8, label, { 'font-size': 11, fill });
  return svgDocument(
    left + barWidth + 330,
    top + n * rowHeight + 16,
    textElement(16, 26, view.title, { ...text, 'font-size': 14, 'font-weight': 'bold' }),
    textElement(16, 46, status(view), text),
    textElement(left, top - 8, 'coverage', { ...text, 'font-size': 11, fill: leaderColor }),
    head(100, 'covered', leaderColor),
    head(160, 'uncovered', leaderColor),
    head(220, 'covered', followerColor),
    head(280, 'uncovered', followerColor),
    textElement(left + barWidth + 130, top - 24, 'defender', { 'font-size': 11, fill: leaderColor }),
    textElement(left + barWidth + 250, top - 24, 'attacker', { 'font-size': 11, fill: followerColor }),
    view.game.targets.map((_, i) => targetRow(view, i)),
  );
}

/** A bar of coverage for each target beside its payoffs, the attacked one marked. */
export const securityRenderer: GameRenderer<SecurityGame> = { ansi, svg };
