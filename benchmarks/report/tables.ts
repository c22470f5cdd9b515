import { isZero } from '../optimal.js';
import type { About } from '../result-schema.js';
import type { Interval } from '../statistics.js';
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
import type { ReportRow, Section } from './rows.js';

/** A table as text cells; columns from `numbers` on are aligned to the right. */
export interface Table {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly numbers: number;
}

type Column = readonly [head: string, text: (row: ReportRow) => string];

/** The columns of an experiment: in place of the optimum stands its reference, and its further columns come last. */
function columnsOf({ reference, extras = [] }: About): Column[] {
  return [
    ['game', (row) => formatName(row.game)],
    ['leader', (row) => row.series.replace(` · ${row.oracle}`, '')],
    ['oracle', (row) => row.oracle],
    [reference ?? 'exact value', (row) => formatValue(row.exact)],
    ['learned value', (row) => formatValue(row.learned.mean)],
    ['gap', (row) => formatValue(row.gap)],
    ['95 % interval', (row) => formatInterval(row.learned)],
    ['leader steps to 95 %', (row) => formatCount(row.stepsTo95)],
    ['reached 95 %', (row) => `${row.reached}/${row.seeds}`],
    [`leader steps to ${reference ?? 'exact'}`, (row) => formatCount(row.stepsToExact)],
    [reference ? `reached ${reference}` : 'exact optimum', (row) => `${row.optimal}/${row.seeds}`],
    ['leader steps', (row) => formatCount(row.leaderSteps)],
    ['pre-training steps', (row) => formatCount(row.preTrainingSteps)],
    ['wall time', (row) => formatSeconds(row.wallTimeSeconds)],
    ['seeds', (row) => String(row.seeds)],
    ...extras.map(({ title }, i): Column => [title, (row) => formatExtra(row.extras[i])]),
  ];
}

/** `0.42 [0.3, 0.54]`; one seed has no interval. */
function formatExtra(value: Interval | null): string {
  if (value === null) return '–';
  return value.low === null ? formatValue(value.mean) : `${formatValue(value.mean)} ${formatInterval(value)}`;
}

/** How the table of an experiment is to be read. */
export function tableNote({ reference, extras = [], rows }: Section): string {
  const optimum = reference ?? 'optimum';
  const exact = reference ?? 'exact';
  return [
    'Learned value: mean over seeds of the greedy commitment as evaluateCommitment gives it, with the Student-t interval of that mean.',
    `Leader steps to 95 %: until the value of the policy as it is played stays within 5 % of the ${optimum}; to ${exact}: until its greedy commitment stays the ${optimum}. Both are medians over seeds, queries counted, pre-training of the followers apart; a dash if half of the seeds or more never got there.`,
    `${reference ? `Reached ${reference}` : 'Exact optimum'}: seeds whose learned value is the ${optimum} itself, to 1e-6 of its size. Wall time: mean a seed.`,
    ...(rows.some(({ exact }) => isZero(exact))
      ? [
          `Where the ${optimum} is 0, the 5 % are of the distance from it to the value that the leader began with.`,
        ]
      : []),
    ...(reference
      ? [`Not every optimum is known here, so the gap is to a reference, the ${reference}.`]
      : []),
    ...(extras.length > 0
      ? [`${extras.map(({ title }) => title).join(', ')}: mean over seeds with its 95 % interval.`]
      : []),
  ].join(' ');
}

/** The table of an experiment, with a line for each of its rows. */
export function resultTable(section: Section): Table {
  const columns = columnsOf(section);
  return {
    head: columns.map(([name]) => name),
    body: section.rows.map((row) => columns.map(([, text]) => text(row))),
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
