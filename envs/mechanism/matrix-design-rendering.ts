import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, followerColor, markColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import { bracketed } from '../matrix/payoff-cell.js';
import type { MatrixDesign } from './matrix-design.js';

type View = EpisodeView<MatrixDesign>;

const cellWidth = 96;
const cellHeight = 44;
const left = 84;
const top = 124;

/** The joint action that was played, or undefined. */
function played({ history }: View): readonly [number, number] | undefined {
  const actions = history.at(-1)?.actions;
  return actions && [actions[1], actions[2]];
}

/** What happened, in words. */
function story(view: View): readonly string[] {
  const last = view.history.at(-1);
  const rule = `row: follower_0, column: follower_1; at most ${shortNumber(view.game.maximumCompensation)} paid to each`;
  if (last === undefined) return [rule, 'the followers have not moved yet'];
  const [paid, row, column] = last.actions;
  const [leader, one, other] = last.rewards.map(shortNumber);
  return [
    rule,
    `the followers play (${row}, ${column}) and are paid ${shortNumber(paid[0])} and ${shortNumber(paid[1])}`,
    `rewards, in units of ${shortNumber(view.game.unit)}: leader ${leader}, followers ${one} and ${other}`,
  ];
}

function ansi(view: View): string {
  const [first, second] = view.game.payoffs;
  const marked = played(view);
  const cells = first.map((row, i) =>
    row.map((payoff, j) =>
      bracketed(`${shortNumber(payoff)},${shortNumber(second[i][j])}`, marked?.[0] === i && marked[1] === j),
    ),
  );
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  const header = first[0]
    .map((_, j) =>
      String(j)
        .padStart(Math.ceil(width / 2))
        .padEnd(width),
    )
    .join(' ');
  return [
    `${view.title}${view.done ? '  (ended)' : ''}`,
    ...story(view).map((line) => `  ${line}`),
    `      ${header}`.trimEnd(),
    ...cells.map((row, i) => `  ${i} | ${row.map((cell) => cell.padEnd(width)).join(' ')}`.trimEnd()),
    '',
  ].join('\n');
}

function svg(view: View): string {
  const [first, second] = view.game.payoffs;
  const marked = played(view);
  const cell = (i: number, j: number) => {
    const [x, y] = [left + j * cellWidth, top + i * cellHeight];
    const fill = marked?.[0] === i && marked[1] === j ? markColor : '#ffffff';
    const payoffs = `${shortNumber(first[i][j])}, ${shortNumber(second[i][j])}`;
    return (
      element('rect', { x, y, width: cellWidth, height: cellHeight, fill, stroke: '#888888' }) +
      textElement(x + cellWidth / 2, y + cellHeight / 2 + 5, payoffs)
    );
  };
  const words = story(view).map((line, k) =>
    textElement(16, 46 + 18 * k, line, { 'text-anchor': 'start', 'font-size': 12 }),
  );
  return svgDocument(
    Math.max(560, left + first[0].length * cellWidth + 24),
    top + first.length * cellHeight + 24,
    textElement(16, 26, `${view.title}${view.done ? ' (ended)' : ''}`, {
      'text-anchor': 'start',
      'font-weight': 'bold',
    }),
    words,
    first[0].map((_, j) =>
      textElement(left + (j + 0.5) * cellWidth, top - 10, String(j), { fill: followerColor }),
    ),
    first.flatMap((row, i) => [
      textElement(left - 18, top + (i + 0.5) * cellHeight + 5, String(i), { fill: followerColor }),
      ...row.map((_, j) => cell(i, j)),
    ]),
  );
}

function outcome({ history }: View): string {
  const [one, other] = history[0].actions[0];
  return `pays ${shortNumber(one)} and ${shortNumber(other)}`;
}

/** The payoffs before compensation, the joint action that was played marked, and what was paid. */
export const matrixDesignRenderer: GameRenderer<MatrixDesign> = { ansi, svg, outcome };
