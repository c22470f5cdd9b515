import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { readResults } from '../results.js';
import { makeFolder } from '../storage.js';
import { type Comparison, compare } from './comparison.js';
import { curveFigures } from './curves.js';
import { overviewFigure, stepsFigure } from './dots.js';
import { type DrawnFigure, htmlPage, markdownReport, type ReportContent } from './page.js';
import { renderPng, renderSvg } from './render.js';
import { type ReportRow, type Section, summarise } from './rows.js';
import { markdownTable, resultTable } from './tables.js';
import { assignColours, type Figure } from './theme.js';

export type { ComparedGame, Comparison, Contender, Standing } from './comparison.js';
export type { ReportRow, Section } from './rows.js';

/** Options of {@link report}. */
export interface ReportOptions {
  /** Only these experiments; all that have results by default. */
  readonly experiments?: readonly string[];
  /** Folder for the report. Default `<out>/report`. */
  readonly directory?: string;
  /** Told of each file as it is written. */
  readonly onFile?: (path: string) => void;
}

/** What {@link report} made. */
export interface Report {
  readonly directory: string;
  /** Path of the page. */
  readonly page: string;
  readonly files: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly comparison: Comparison | undefined;
  /** The tables in Markdown, one a section, for a terminal. */
  readonly text: string;
}

/** Builds tables, figures and a page from the result files under `out`, and from nothing else. */
export async function report(out: string, options: ReportOptions = {}): Promise<Report> {
  const sections = chosenSections(out, options.experiments);
  const comparison = compare(sections);
  const directory = options.directory ?? join(out, 'report');
  const files: string[] = [];
  const write = (name: string, data: string | Uint8Array) => {
    const path = join(directory, name);
    writeFileSync(path, data);
    files.push(path);
    options.onFile?.(path);
  };
  prepare(directory);
  const { figures, curves } = planFigures(sections, comparison);
  const drawn = new Map<string, DrawnFigure>();
  for (const figure of figures) drawn.set(figure.name, await draw(figure, write));
  const content: ReportContent = { sections, comparison, figures: drawn, curves };
  write('results.json', resultsJson(sections, comparison));
  write('table.md', markdownReport(content));
  write('index.html', htmlPage(content));
  const rows = sections.flatMap((section) => section.rows);
  const text = sections
    .map((section) => `${section.title}\n\n${markdownTable(resultTable(section.rows))}`)
    .join('\n\n');
  return { directory, page: join(directory, 'index.html'), files, rows, comparison, text };
}

function chosenSections(out: string, wanted?: readonly string[]): Section[] {
  const all = readResults(out);
  const known = all.map(({ id }) => id);
  for (const id of wanted ?? [])
    if (!known.includes(id)) throw new InvalidArgument(unknownName('experiment with results', id, known));
  return all.filter(({ id }) => wanted === undefined || wanted.includes(id)).map(summarise);
}

function prepare(directory: string): void {
  try {
    makeFolder(resolve(directory));
  } catch (error) {
    throw new InvalidArgument(
      `The report needs a folder that can be written, got ${describe(directory)}: ${(error as Error).message}.`,
    );
  }
}

function planFigures(sections: readonly Section[], comparison: Comparison | undefined) {
  const colours = assignColours(sections.flatMap((section) => section.rows.map((row) => row.series)));
  const steps = stepsFigure(sections, comparison, colours);
  const main = comparison ? curveFigures(sideBySide(sections), colours) : [];
  const figures: Figure[] = [...main, overviewFigure(sections, colours), ...(steps ? [steps] : [])];
  const curves = new Map<string, string[]>([['side-by-side', main.map(({ name }) => name)]]);
  for (const section of sections) {
    const own = curveFigures(section, colours);
    figures.push(...own);
    curves.set(
      section.id,
      own.map((figure) => figure.name),
    );
  }
  return { figures, curves };
}

/** The curves of all games that several oracles were tried on, as one section. */
function sideBySide(sections: readonly Section[]): Section {
  const oracles = new Map<string, Set<string>>();
  const lines = sections.flatMap((section) => section.lines);
  for (const { gameKey, row } of lines) {
    oracles.set(gameKey, (oracles.get(gameKey) ?? new Set()).add(`${row.experiment}/${row.oracle}`));
  }
  return {
    ...sections[0],
    id: 'side-by-side',
    title: 'Learning to commit: the same leaders against each oracle',
    lines: lines.filter((line) => oracles.get(line.gameKey)!.size > 1),
    seeds: Math.max(...sections.map((section) => section.seeds)),
  };
}

async function draw(
  figure: Figure,
  write: (name: string, data: string | Uint8Array) => void,
): Promise<DrawnFigure> {
  const { name, caption } = figure;
  const wide = await renderSvg(figure.wide);
  write(`${name}.vl.json`, `${JSON.stringify(figure.wide)}\n`);
  write(`${name}.svg`, wide);
  write(`${name}.png`, await renderPng(wide));
  return { name, caption, wide, narrow: await renderSvg(figure.narrow) };
}

function resultsJson(sections: readonly Section[], comparison: Comparison | undefined): string {
  const experiments = sections.map(
    ({ id, title, description, figure, versions, machines, seeds, unfinished, rows }) => {
      const about = { id, title, description, figure, versions, machines, seeds };
      return { ...about, unfinished: unfinished.length, rows };
    },
  );
  return `${JSON.stringify({ experiments, comparison }, null, 2)}\n`;
}
