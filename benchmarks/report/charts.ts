import { curveChart } from './curve-chart.js';
import type { Section } from './rows.js';
import { scalingChart } from './scaling-chart.js';
import type { Colours, Figure } from './theme.js';

/** The charts of an experiment as figures, and the titles of those for which its results have no numbers. */
export interface Charts {
  readonly figures: readonly Figure[];
  readonly empty: readonly string[];
}

/**
 * The charts that an experiment asks for, drawn from its results.
 *
 * @throws InvalidArgument naming chart and path, for a metric or a path that no result has
 */
export function chartFigures(section: Section, colours: Colours): Charts {
  const figures: Figure[] = [];
  const empty: string[] = [];
  for (const chart of section.charts ?? []) {
    const own =
      chart.kind === 'curve' ? curveChart(chart, section, colours) : scalingChart(chart, section, colours);
    figures.push(...own);
    if (own.length === 0) empty.push(chart.title);
  }
  return { figures, empty };
}
