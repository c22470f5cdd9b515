import type { Comparison } from './comparison.js';
import {
  escapeHtml,
  formatCount,
  formatInterval,
  formatName,
  formatRatio,
  formatSeconds,
  formatValue,
} from './format.js';
import type { ReportRow } from './rows.js';

/** A table as text cells; columns from `numbers` on are aligned to the right. */
export interface Table {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly numbers: number;
}

const COLUMNS: readonly [string, (row: ReportRow) => string][] = [
  ['game', (row) => formatName(row.game)],
  ['leader', (row) => row.series.replace(` · ${row.oracle}`, '')],
  ['oracle', (row) => row.oracle],
  ['exact value', (row) => formatValue(row.exact)],
  ['learned value', (row) => formatValue(row.learned.mean)],
  ['gap', (row) => formatValue(row.gap)],
  ['95 % interval', (row) => formatInterval(row.learned)],
  ['leader steps to 95 %', (row) => formatCount(row.stepsTo95)],
  ['reached 95 %', (row) => `${row.reached}/${row.seeds}`],
  ['leader steps to exact', (row) => formatCount(row.stepsToExact)],
  ['exact optimum', (row) => `${row.optimal}/${row.seeds}`],
  ['leader steps', (row) => formatCount(row.leaderSteps)],
  ['pre-training steps', (row) => formatCount(row.preTrainingSteps)],
  ['wall time', (row) => formatSeconds(row.wallTimeSeconds)],
  ['seeds', (row) => String(row.seeds)],
];

const TABLE_NOTE =
  'Learned value: mean over seeds of the greedy commitment as evaluateCommitment gives it, with the Student-t interval of that mean. ' +
  'Leader steps to 95 %: until the value of the policy as it is played stays within 5 % of the optimum; to exact: until its greedy commitment stays the optimum. Both are medians over seeds, queries counted, pre-training of the followers apart; a dash if half of the seeds or more never got there. ' +
  'Exact optimum: seeds whose learned value is the optimum itself. Wall time: mean a seed.';

/** How the table of an experiment is to be read. */
export function tableNote(reference?: string): string {
  if (reference === undefined) return TABLE_NOTE;
  return `${TABLE_NOTE} In this experiment the gap is to a reference, the ${reference}; where the text says optimum or exact, read: ${reference}.`;
}

/** The table of an experiment; `reference` says what stands in place of exact values, where these are not known. */
export function resultTable(rows: readonly ReportRow[], reference?: string): Table {
  return {
    head: COLUMNS.map(([name]) => (name === 'exact value' && reference ? reference : name)),
    body: rows.map((row) => COLUMNS.map(([, text]) => text(row))),
    numbers: 3,
  };
}

/** The table of oracles side by side. */
export function comparisonTable({ contenders, reference, games }: Comparison): Table {
  const others = contenders.filter(({ label }) => label !== reference);
  const body = games.map((game) => {
    const of = (label: string) => game.standings.find((standing) => standing.contender === label);
    return [
      formatName(game.game),
      formatValue(game.exact),
      ...contenders.map(({ label }) => {
        const standing = of(label);
        return standing ? `${formatCount(standing.stepsTo95)} (${standing.leader})` : '';
      }),
      ...others.map(({ label }) => formatRatio(of(label)?.ratio ?? null, of(label)?.atLeast ?? false)),
    ];
  });
  const head = [
    'game',
    'exact value',
    ...contenders.map(({ label }) => label),
    ...others.map(({ label }) => `ratio ${label}`),
  ];
  return { head, body, numbers: 1 };
}

/** One sentence a contender: how many times the steps of the reference it needs in the median game. */
export function comparisonSentences({ reference, medianRatios }: Comparison): string[] {
  return medianRatios.map(
    ({ contender, ratio, atLeast, games }) =>
      `In the median of ${games} games, ${contender} needs ${atLeast ? 'at least ' : ''}${formatRatio(ratio, false)} times the leader steps of ${reference} to 95 % of the optimum.`,
  );
}

/** A table in Markdown. */
export function markdownTable({ head, body, numbers }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${head.map((_, i) => (i < numbers ? ' --- ' : ' ---: ')).join('|')}|`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** A table in HTML, in a frame that scrolls sideways on narrow screens. */
export function htmlTable({ head, body, numbers }: Table): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells
      .map((cell, i) => `<${tag}${i < numbers ? '' : ' class="number"'}>${escapeHtml(cell)}</${tag}>`)
      .join('')}</tr>`;
  return `<div class="scroll"><table><thead>${row('th', head)}</thead><tbody>\n${body
    .map((cells) => row('td', cells))
    .join('\n')}\n</tbody></table></div>`;
}
