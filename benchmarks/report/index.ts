import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { readPicture, readResults } from '../results.js';
import { makeFolder } from '../storage.js';
import { chartFigures } from './charts.js';
import { type Comparison, compare, comparedLines } from './comparison.js';
import { curveFigures } from './curves.js';
import { formatName } from './format.js';
import { overviewFigures } from './overview.js';
import { type DrawnFigure, htmlPage, markdownReport, type ReportContent, type ShownPicture } from './page.js';
import { renderPng, renderSvg } from './render.js';
import { type ReportRow, type Section, summarise } from './rows.js';
import { stepsFigure } from './steps.js';
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
  const { figures, ...names } = planFigures(sections, comparison);
  const drawn = new Map<string, DrawnFigure>();
  for (const figure of figures) drawn.set(figure.name, await draw(figure, write));
  const pictures = new Map(sections.map((section) => [section.id, picturesOf(section)]));
  const content: ReportContent = { sections, comparison, figures: drawn, pictures, ...names };
  write('results.json', resultsJson(sections, comparison));
  write('table.md', markdownReport(content));
  write('index.html', htmlPage(content));
  const rows = sections.flatMap((section) => section.rows);
  const text = sections
    .map((section) => `${section.title}\n\n${markdownTable(resultTable(section))}`)
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

/** Every figure in the order in which they are drawn, and their names by where the page shows them. */
function planFigures(sections: readonly Section[], comparison: Comparison | undefined) {
  const together = comparison ? sideBySide(sections) : undefined;
  const groups = [...(together ? [together] : []), ...sections].map(({ lines }) =>
    lines.map(({ row }) => row.series),
  );
  const colours = assignColours(...groups);
  const steps = stepsFigure(sections, comparison, colours);
  const main = together ? curveFigures(together, colours) : [];
  const overview = overviewFigures(sections, colours);
  const top = [...main, ...overview, ...(steps ? [steps] : [])];
  const figures: Figure[] = [...top];
  const own = new Map<string, string[]>();
  const undrawn = new Map<string, readonly string[]>();
  for (const section of sections) {
    const charts = chartFigures(section, colours);
    const drawn = [...curveFigures(section, colours), ...charts.figures];
    figures.push(...drawn);
    own.set(section.id, namesOf(drawn));
    undrawn.set(section.id, charts.empty);
  }
  return { figures, top: namesOf(top), own, undrawn };
}

function namesOf(figures: readonly Figure[]): string[] {
  return figures.map(({ name }) => name);
}

/** The pictures of the first seed of each cell. */
function picturesOf({ lines }: Section): ShownPicture[] {
  return lines.flatMap(({ row, runs }) =>
    runs.seeds[0].pictures.map((picture) => ({
      cell: `${formatName(row.game)} · ${row.series}, seed ${runs.seeds[0].seed}`,
      name: picture.name,
      svg: readPicture(picture),
    })),
  );
}

/** The curves of all games that several oracles were tried on, as one section. */
function sideBySide(sections: readonly Section[]): Section {
  return {
    ...sections[0],
    id: 'side-by-side',
    title: 'Learning to commit: the same leaders against each oracle',
    reference: undefined,
    lines: comparedLines(sections),
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
    ({ id, title, description, figure, reference, extras, versions, machines, seeds, unfinished, rows }) => {
      const about = { id, title, description, figure, reference, extras, versions, machines, seeds };
      return { ...about, unfinished: unfinished.length, rows };
    },
  );
  return `${JSON.stringify({ experiments, comparison }, null, 2)}\n`;
}
