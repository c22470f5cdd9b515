import type { Comparison } from './comparison.js';
import { embed, prefixIds } from './embed.js';
import { escapeHtml, formatName } from './format.js';
import type { Section } from './rows.js';
import {
  comparisonSentences,
  comparisonTable,
  htmlTable,
  markdownTable,
  resultTable,
  tableNote,
} from './tables.js';

/** A figure as drawn. */
export interface DrawnFigure {
  readonly name: string;
  readonly caption: string;
  readonly wide: string;
  readonly narrow: string;
}

/** A picture that a cell left, with the words above it. */
export interface ShownPicture {
  readonly cell: string;
  readonly name: string;
  readonly svg: string;
}

/** Everything the page shows. */
export interface ReportContent {
  readonly sections: readonly Section[];
  readonly comparison: Comparison | undefined;
  readonly figures: ReadonlyMap<string, DrawnFigure>;
  /** Names of the figures above the experiments. */
  readonly top: readonly string[];
  /** Names of the figures of each experiment, curves before charts, by its id. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** Titles of the charts that have no numbers, by experiment. */
  readonly undrawn: ReadonlyMap<string, readonly string[]>;
  readonly pictures: ReadonlyMap<string, readonly ShownPicture[]>;
}

const STYLE = `
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 1180px; padding: 1rem; font: 16px/1.5 "DejaVu Sans", Verdana, system-ui, sans-serif; color: #1d2430; background: #fff; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid #d4d9e0; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p, li { max-width: 75ch; }
code { background: #f2f4f7; padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
nav a { margin-right: 1rem; white-space: nowrap; }
.note { color: #5c6675; font-size: 0.85rem; }
figure { margin: 1rem 0; }
figure svg { max-width: 100%; height: auto; display: block; }
figcaption { color: #5c6675; font-size: 0.85rem; }
.narrow { display: none; }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
table { border-collapse: collapse; font-size: 0.82rem; white-space: nowrap; }
th, td { padding: 0.3rem 0.6rem; text-align: left; border-bottom: 1px solid #e6e9ee; }
th { vertical-align: bottom; white-space: normal; min-width: 3.5rem; border-bottom: 2px solid #aab2bd; }
th:first-child, td:first-child { position: sticky; left: 0; background: #fff; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 720px) { .wide { display: none; } .narrow { display: block; } body { font-size: 15px; } }
`;

/** The report as one HTML page that needs no other file and no network. */
export function htmlPage(content: ReportContent): string {
  const { sections, comparison } = content;
  const links = sections.map(({ id }) => `<a href="#${escapeHtml(id)}">${escapeHtml(id)}</a>`).join('');
  const parts = [
    `<h1>Stackelberg benchmarks</h1>`,
    sections.length > 1 ? `<nav>${links}</nav>` : '',
    ...content.top.map((name) => figure(content, name)),
    comparison ? htmlComparison(comparison) : '',
    ...sections.map((section) => htmlSection(section, content)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stackelberg benchmarks: ${escapeHtml(sections.map(({ id }) => id).join(', '))}</title>
<style>${STYLE}</style>
</head>
<body>
${parts.filter(Boolean).join('\n')}
</body>
</html>
`;
}

function htmlSection(section: Section, content: ReportContent): string {
  const { id, title, description } = section;
  return `<section id="${escapeHtml(id)}">
<h2>${escapeHtml(title)}</h2>
<p>${prose(description)}</p>
${provenance(section)
  .map((line) => `<p class="note">${prose(line)}</p>`)
  .join('\n')}
${htmlTable(resultTable(section))}
<p class="note">${escapeHtml(tableNote(section))}</p>
${[
  ...content.own.get(id)!.map((name) => figure(content, name)),
  ...undrawn(content, id).map((line) => `<p class="note">${escapeHtml(line)}</p>`),
  ...htmlPictures(content.pictures.get(id)!, id),
].join('\n')}
</section>`;
}

/** Text for HTML, with what stands between backquotes as code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function undrawn(content: ReportContent, id: string): string[] {
  return content.undrawn.get(id)!.map((title) => `Not drawn, as no result has a number for it: ${title}.`);
}

/** Under a heading for each cell. */
function htmlPictures(pictures: readonly ShownPicture[], id: string): string[] {
  return pictures.map(({ cell, name, svg }, k) => {
    const heading = cell === pictures[k - 1]?.cell ? '' : `<h3>${escapeHtml(cell)}</h3>\n`;
    const caption = escapeHtml(formatName(name).replaceAll('-', ' '));
    return `${heading}<figure>
<div role="img" aria-label="${caption}">${embed(svg, `picture-${id}-${k + 1}`)}</div>
<figcaption>${caption}</figcaption>
</figure>`;
  });
}

function htmlComparison(comparison: Comparison): string {
  const sentences = comparisonSentences(comparison).map((text) => `<li>${escapeHtml(text)}</li>`);
  return `<section id="comparison">
<h2>Oracles side by side</h2>
<ul>${sentences.join('')}</ul>
${htmlTable(comparisonTable(comparison))}
<p class="note">${escapeHtml(COMPARISON_NOTE)}</p>
</section>`;
}

const COMPARISON_NOTE =
  'Leader steps to 95 % of the optimum, median over seeds, of the leader that needs fewest (its name in brackets). ' +
  'Where a leader did not get there, the ratio is a lower bound from the steps it was given.';

function figure(content: ReportContent, name: string): string {
  const drawn = content.figures.get(name);
  if (drawn === undefined) return '';
  const label = `role="img" aria-label="${escapeHtml(drawn.caption)}"`;
  return `<figure>
<div class="wide" ${label}>${prefixIds(drawn.wide, `${name}-wide`)}</div>
<div class="narrow" ${label}>${prefixIds(drawn.narrow, `${name}-narrow`)}</div>
<figcaption>${escapeHtml(drawn.caption)}</figcaption>
</figure>`;
}

function provenance(section: Section): string[] {
  const lines = [
    ...(section.figure ? [`Belongs to: ${section.figure}.`] : []),
    `Made by \`stackelberg-gym bench ${section.id} --seeds ${section.seeds}\`, version ${section.versions.join(', ')}, on ${section.machines.join('; ')}.`,
  ];
  if (section.unfinished.length > 0)
    lines.push(`Begun and not finished, so not counted: ${section.unfinished.length} (cell, seed) pairs.`);
  return lines;
}

function markdownFigure({ figures }: ReportContent, name: string): string {
  return `![${figures.get(name)!.caption.replace(/[[\]]/g, '\\$&')}](${name}.png)`;
}

/** The tables of the report in Markdown, with the figures of each experiment as links to their files. */
export function markdownReport(content: ReportContent): string {
  const { sections, comparison } = content;
  const parts = sections.map((section) =>
    [
      `## ${section.title}`,
      section.description,
      ...provenance(section),
      markdownTable(resultTable(section)),
      tableNote(section),
      ...content.own.get(section.id)!.map((name) => markdownFigure(content, name)),
      ...undrawn(content, section.id),
    ].join('\n\n'),
  );
  if (comparison !== undefined)
    parts.push(
      [
        '## Oracles side by side',
        comparisonSentences(comparison).join(' '),
        markdownTable(comparisonTable(comparison)),
        COMPARISON_NOTE,
      ]
        .filter(Boolean)
        .join('\n\n'),
    );
  return `# Stackelberg benchmarks\n\n${parts.join('\n\n')}\n`;
}
