import { canonicalJson } from '../storage.js';
import { type Comparison, comparedLines } from './comparison.js';
import { besides, colourOf, gameRows, OFFSET, rowHeight } from './dots.js';
import { formatName } from './format.js';
import type { ReportRow, Section } from './rows.js';
import {
  assignColours,
  type Colours,
  type Figure,
  LITERAL_COLOUR,
  logTicks,
  SCHEMA,
  SI_LABEL,
  type Spec,
  wrap,
} from './theme.js';

/** Steps to 95 % of the optimum by oracle on a logarithmic axis, of the games that several oracles played; undefined without such. */
export function stepsFigure(
  sections: readonly Section[],
  comparison: Comparison | undefined,
  colours: Colours,
): Figure | undefined {
  if (comparison === undefined) return undefined;
  const rows = comparedLines(sections).map((line) => line.row);
  if (rows.every((row) => row.stepsTo95 === null)) return undefined;
  const alone = rows.every(({ seeds }) => seeds === 1);
  return {
    name: 'steps',
    caption: `Leader steps to 95 % of the optimum, queries counted: ${alone ? 'one seed' : 'median over seeds, with the range of the seeds that got there'}. A triangle stands at the budget of a leader that did not get there${alone ? '' : ' in half of its seeds'}.`,
    ...stepsSpecs(rows, colours),
  };
}

function stepsSpecs(rows: readonly ReportRow[], colours: Colours): Pick<Figure, 'wide' | 'narrow'> {
  const places = rows.map((row) => canonicalJson([row.game, row.series]));
  if (new Set(places).size === places.length)
    return { wide: stepsSpec(rows, colours, false), narrow: stepsSpec(rows, colours, true) };
  const apart = rows.map((row) => ({ ...row, series: `${row.series} (${row.experiment})` }));
  return stepsSpecs(apart, assignColours(apart.map((row) => row.series)));
}

function stepsSpec(rows: readonly ReportRow[], colours: Colours, narrow: boolean): Spec {
  const values = besides(rows).map(({ row, slot }) => ({
    game: formatName(row.game),
    series: row.series,
    slot,
    colour: colours.get(row.series),
    steps: Math.max(1, row.stepsTo95 ?? row.leaderSteps),
    low: row.stepsRange && Math.max(1, row.stepsRange[0]),
    high: row.stepsRange && Math.max(1, row.stepsRange[1]),
    arrival: row.stepsTo95 === null ? 'not reached within the budget' : 'reached (median seed)',
  }));
  const all = values.flatMap((row) => [row.steps, row.low ?? row.steps, row.high ?? row.steps]);
  const domain = [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
  const series = new Set(values.map((row) => row.series));
  const ticks = { labelExpr: SI_LABEL, values: logTicks(domain[0], domain[1], narrow ? 2 : 3) };
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: narrow ? 'leader steps to 95 %' : 'leader steps to 95 % of the optimum',
    scale: { type: 'log', domain, nice: false },
    axis: ticks,
  });
  const shapes = {
    domain: ['reached (median seed)', 'not reached within the budget'],
    range: ['circle', 'triangle-right'],
  };
  return {
    $schema: SCHEMA,
    title: narrow
      ? undefined
      : {
          text: 'Leader steps to 95 % of the optimum',
          subtitle: wrap(
            `Queries counted, pre-training apart. ${rows.every(({ seeds }) => seeds === 1) ? 'One seed' : 'Median over seeds and range of those that got there'}.`,
            760,
          ),
        },
    data: { values },
    ...gameRows(values, rowHeight(rows), narrow, [
      {
        transform: [{ filter: 'isValid(datum.low)' }],
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.55 },
        encoding: { x: x('low'), x2: { field: 'high' }, ...OFFSET, stroke: LITERAL_COLOUR },
      },
      {
        mark: { type: 'point', filled: true, size: 85, opacity: 1 },
        encoding: {
          x: x('steps'),
          ...OFFSET,
          color: colourOf(colours, series, narrow),
          shape: {
            field: 'arrival',
            type: 'nominal',
            scale: shapes,
            legend: narrow ? null : { orient: 'top', symbolSize: 110, columns: 2, offset: 6 },
          },
        },
      },
    ]),
  };
}
