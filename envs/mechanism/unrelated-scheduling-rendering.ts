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
import { roundTicks } from '../core/ticks.js';
import { minWork, optimalMakespan, type Schedule } from './scheduling.js';
import type { UnrelatedScheduling } from './unrelated-scheduling.js';

type View = EpisodeView<UnrelatedScheduling>;

/** Columns of the table; more tasks are counted. */
const shownTasks = 8;
const left = 104;
const cellWidth = 92;
const muted = '#777777';
const cellHeight = 30;
const barsWidth = 560;
/** A machine's bar, with the numbers of its short tasks below. */
const barPitch = 44;
/** Tasks narrower than this have their number below. */
const narrow = 18;

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

/** What stands in the table, and how it marks who does a task. */
function tableWords({ reports, schedule }: Episode, tasks: number, mark: string): string {
  const what = reports === null ? 'times' : 'true / declared times';
  const hidden = tasks > shownTasks ? `, the first ${shownTasks} of ${tasks} tasks` : '';
  return `${what}${hidden}${schedule === null ? '' : `; ${mark}: the machine that does the task`}`;
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
  return [
    `${view.title}${view.done ? '  (ended)' : ''}`,
    ...episode.story.map((line) => `  ${line}`),
    `  ${tableWords(episode, tasks, 'in brackets')}`,
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

/** A machine's tasks one after another by their true times; the numbers of short ones stand below, in the same order. */
function machineBar(tasks: readonly number[], times: readonly number[], scale: number, y: number): string {
  let [x, below] = [left, 0];
  const blocks = tasks.map((task) => {
    const width = times[task] * scale;
    const box = { x, y: y + 4, width, height: 22, fill: markColor, stroke: followerColor };
    let [at, line] = [x + width / 2, y + 20];
    if (width < narrow) {
      at = Math.max(at, below);
      below = at + 8 + 7 * String(task).length;
      line = y + 38;
    }
    x += width;
    return element('rect', box) + textElement(at, line, String(task), { 'font-size': 11 });
  });
  return blocks.join('');
}

function timeAxis(end: number, scale: number, y: number): string {
  const ticks = roundTicks(0, end, 9).map((time) => {
    const x = left + time * scale;
    return (
      element('line', { x1: x, x2: x, y1: y, y2: y + 5, stroke: muted }) +
      textElement(x, y + 17, String(Number(time.toPrecision(6))), { 'font-size': 11, fill: muted })
    );
  });
  return [
    element('line', { x1: left, x2: left + barsWidth, y1: y, y2: y, stroke: muted }),
    ...ticks,
    textElement(left + barsWidth / 2, y + 34, 'time (bars: tasks by number)', {
      'font-size': 11,
      fill: muted,
    }),
  ].join('');
}

/** The machines' tasks over time, and the optimal makespan as a line. */
function bars({ times, schedule, optimum }: Episode, top: number): string {
  if (schedule === null) return '';
  const end = Math.max(schedule.makespan, optimum);
  const scale = barsWidth / end;
  const bottom = top + times.length * barPitch;
  const x = left + optimum * scale;
  return [
    ...times.flatMap((row, i) => {
      const y = top + i * barPitch;
      const tasks = Array.from(schedule.allocation.keys()).filter((task) => schedule.allocation[task] === i);
      return [machineLabel(i, y + 20), machineBar(tasks, row, scale, y)];
    }),
    element('line', {
      x1: x,
      x2: x,
      y1: top - 4,
      y2: bottom,
      stroke: leaderColor,
      'stroke-dasharray': '5 4',
    }),
    textElement(x, top - 10, 'optimal', { 'font-size': 11, fill: leaderColor }),
    timeAxis(end, scale, bottom),
  ].join('');
}

function svg(view: View): string {
  const episode = episodeOf(view);
  const { machines, tasks } = view.game;
  const columns = Math.min(tasks, shownTasks);
  const tableTop = 126;
  const barsTop = tableTop + machines * cellHeight + 48;
  const lines = [...episode.story, tableWords(episode, tasks, 'in yellow')];
  return svgDocument(
    Math.max(left + columns * cellWidth + 220, left + barsWidth + 40),
    barsTop + (episode.schedule === null ? 0 : machines * barPitch + 48),
    textElement(16, 26, `${view.title}${view.done ? ' (ended)' : ''}`, {
      'text-anchor': 'start',
      'font-weight': 'bold',
    }),
    lines.map((line, k) => textElement(16, 46 + 18 * k, line, { 'text-anchor': 'start', 'font-size': 12 })),
    table(episode, tableTop),
    bars(episode, barsTop),
  );
}

/** True and declared times with the winners marked, what each machine is paid, and the schedule as bars. */
export const unrelatedSchedulingRenderer: GameRenderer<UnrelatedScheduling> = { ansi, svg };
