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
import { minWork, optimalMakespan, type Schedule } from './scheduling.js';
import type { UnrelatedScheduling } from './unrelated-scheduling.js';

type View = EpisodeView<UnrelatedScheduling>;

/** Columns of the table; more tasks are counted. */
const shownTasks = 8;
const left = 104;
const cellWidth = 92;
const cellHeight = 30;
const barsWidth = 560;

interface Episode {
  readonly times: readonly (readonly number[])[];
  /** Null before the machines have declared. */
  readonly reports: readonly (readonly number[])[] | null;
  readonly schedule: Schedule | null;
  readonly optimum: number;
  /** What happened, in words. */
  readonly story: readonly string[];
}

/** The episode so far, read off what was seen and done. */
function episodeOf({ game, history, observations }: View): Episode {
  const times: number[][] = observations.slice(1).map((row) => Array.from(row));
  const optimum = optimalMakespan(times);
  const last = history.at(-1)?.actions;
  if (last === undefined) {
    const story = [`the optimal makespan is ${shortNumber(optimum)}; nothing is declared yet`];
    return { times, reports: null, schedule: null, optimum, story };
  }
  const { reports: form, multipliers } = game.rules;
  const reports = times.map((row, i) =>
    form === 'row' ? Array.from<number>(last[i + 1]) : row.map((time) => multipliers[last[i + 1]] * time),
  );
  const mechanism: number[] = Array.from(last[0]);
  const [biases, payment] = [mechanism.slice(0, -1), mechanism.at(-1)!];
  const schedule = minWork(times, { reports, biases, payment });
  const { makespan } = schedule;
  const story = [
    `payment ${shortNumber(payment)} (0: own report, 1: critical); biases ${shortList(biases)}`,
    `makespan ${shortNumber(makespan)}, optimal ${shortNumber(optimum)}: ratio ${shortNumber(makespan / optimum)}`,
  ];
  return { times, reports, schedule, optimum, story };
}

function shortList(numbers: readonly number[]): string {
  const shown = numbers.slice(0, shownTasks).map(shortNumber).join(', ');
  return numbers.length > shownTasks ? `${shown}, ...` : shown;
}

function cellText({ times, reports }: Episode, i: number, task: number): string {
  const time = shortNumber(times[i][task]);
  return reports === null ? time : `${time} / ${shortNumber(reports[i][task])}`;
}

/** What a machine is paid and keeps. */
function account({ schedule }: Episode, i: number): string {
  if (schedule === null) return '';
  return `paid ${shortNumber(schedule.payments[i])}, keeps ${shortNumber(schedule.utilities[i])}`;
}

function hidden(tasks: number): string {
  return tasks > shownTasks ? `, the first ${shownTasks} of ${tasks} tasks` : '';
}

function ansi(view: View): string {
  const episode = episodeOf(view);
  const { machines, tasks } = view.game;
  const columns = Array.from({ length: Math.min(tasks, shownTasks) }, (_, task) => {
    const cells = Array.from({ length: machines }, (_, i) => {
      const text = cellText(episode, i, task);
      return episode.schedule?.allocation[task] === i ? `[${text}]` : ` ${text} `;
    });
    const width = 1 + Math.max(...cells.map(({ length }) => length), 8);
    return [` task ${task}`, ...cells].map((cell) => cell.padEnd(width));
  });
  const row = (k: number) => columns.map((column) => column[k]).join('');
  const what = episode.reports === null ? 'times' : 'true / declared times';
  return [
    `${view.title}${view.done ? '  (ended)' : ''}`,
    ...episode.story.map((line) => `  ${line}`),
    `  ${what}${hidden(tasks)}`,
    `              ${row(0)}`.trimEnd(),
    ...Array.from({ length: machines }, (_, i) =>
      `  ${`machine ${i}`.padEnd(12)}${row(i + 1)}  ${account(episode, i)}`.trimEnd(),
    ),
    '',
  ].join('\n');
}

function table(episode: Episode, top: number): string {
  const columns = Math.min(episode.times[0].length, shownTasks);
  const heading = Array.from({ length: columns }, (_, task) =>
    textElement(left + (task + 0.5) * cellWidth, top - 8, `task ${task}`, { 'font-size': 12 }),
  );
  const rows = episode.times.map((_, i) => {
    const y = top + i * cellHeight;
    const cells = Array.from({ length: columns }, (_, task) => {
      const mine = episode.schedule?.allocation[task] === i;
      const box = { x: left + task * cellWidth, y, width: cellWidth, height: cellHeight };
      return (
        element('rect', { ...box, fill: mine ? markColor : '#ffffff', stroke: '#888888' }) +
        textElement(box.x + cellWidth / 2, y + 20, cellText(episode, i, task), { 'font-size': 11 })
      );
    });
    const words = textElement(left + columns * cellWidth + 10, y + 20, account(episode, i), {
      'text-anchor': 'start',
      'font-size': 12,
      fill: leaderColor,
    });
    return machineLabel(i, y + 20) + cells.join('') + words;
  });
  return heading.join('') + rows.join('');
}

function machineLabel(i: number, y: number): string {
  return textElement(left - 10, y, `machine ${i}`, {
    'text-anchor': 'end',
    'font-size': 12,
    fill: followerColor,
  });
}

/** Each machine's tasks one after another by their true times, and the optimal makespan as a line. */
function bars({ times, schedule, optimum }: Episode, top: number): string {
  if (schedule === null) return '';
  const scale = barsWidth / Math.max(schedule.makespan, optimum);
  const ends = times.map(() => 0);
  const blocks = schedule.allocation.map((i, task) => {
    const width = times[i][task] * scale;
    const x = left + ends[i];
    ends[i] += width;
    const y = top + i * cellHeight;
    const box = { x, y: y + 4, width, height: cellHeight - 8, fill: markColor, stroke: followerColor };
    const label = width < 16 ? '' : textElement(x + width / 2, y + 20, String(task), { 'font-size': 11 });
    return element('rect', box) + label;
  });
  const x = left + optimum * scale;
  const line = { x1: x, x2: x, y1: top - 4, y2: top + times.length * cellHeight, stroke: leaderColor };
  return [
    ...times.map((_, i) => machineLabel(i, top + i * cellHeight + 20)),
    ...blocks,
    element('line', { ...line, 'stroke-dasharray': '5 4' }),
    textElement(x, top - 10, 'optimal', { 'font-size': 11, fill: leaderColor }),
  ].join('');
}

function svg(view: View): string {
  const episode = episodeOf(view);
  const { machines, tasks } = view.game;
  const columns = Math.min(tasks, shownTasks);
  const tableTop = 126;
  const barsTop = tableTop + machines * cellHeight + 48;
  const lines = [
    ...episode.story,
    `${episode.reports === null ? 'times' : 'true / declared times'}${hidden(tasks)}`,
  ];
  return svgDocument(
    Math.max(left + columns * cellWidth + 220, left + barsWidth + 40),
    barsTop + (episode.schedule === null ? 0 : machines * cellHeight + 16),
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    ...lines.map((line, k) =>
      textElement(16, 46 + 18 * k, line, { 'text-anchor': 'start', 'font-size': 12 }),
    ),
    table(episode, tableTop),
    bars(episode, barsTop),
  );
}

/** True and declared times with the winners marked, what each machine is paid, and the schedule as bars. */
export const unrelatedSchedulingRenderer: GameRenderer<UnrelatedScheduling> = { ansi, svg };
