import type { ReportRow } from './rows.js';
import { type Colours, colourScale, legendColumns, type Spec } from './theme.js';

/** What decides where a mark stands. */
export type Place = Pick<ReportRow, 'game' | 'series'>;

/** Where a row's mark stands within the band of its game, from 0 to 1: the series of a game beside one another. */
export const OFFSET = {
  yOffset: { field: 'slot', type: 'quantitative', scale: { domain: [0, 1] } },
} as const;

/** Rows with their place within the band of their game. */
export function besides<R extends Place>(rows: readonly R[]): { readonly row: R; readonly slot: number }[] {
  return rows.map((row) => {
    const own = [...new Set(rows.filter(({ game }) => game === row.game).map(({ series }) => series))];
    return { row, slot: (own.indexOf(row.series) + 0.5) / own.length };
  });
}

/** As high as the game with most series needs. */
export function rowHeight(rows: readonly Place[]): number {
  const games = new Map<string, Set<string>>();
  for (const { game, series } of rows) games.set(game, (games.get(game) ?? new Set()).add(series));
  return Math.max(26, 13 * Math.max(...[...games.values()].map((series) => series.size)) + 8);
}

/** Colour by series, with a legend of dots. */
export function colourOf(colours: Colours, series: Iterable<string>, narrow: boolean): Spec {
  return {
    field: 'series',
    type: 'nominal',
    scale: colourScale(colours, series),
    legend: legend(series, narrow),
  };
}

function legend(series: Iterable<string>, narrow: boolean): Spec {
  return { symbolType: 'circle', symbolSize: 110, columns: narrow ? 1 : legendColumns(series, 640, 4) };
}

/** A figure with a row a game. */
export function gameRows(
  dots: readonly { readonly game: string }[],
  height: number,
  narrow: boolean,
  layer: Spec[],
): Spec {
  const axis = { grid: true, labelLimit: 240 };
  const domain = [...new Set(dots.map(({ game }) => game))];
  const y = { field: 'game', type: 'nominal', title: null, scale: { domain }, axis };
  return { width: plotWidth(narrow), height: { step: height, for: 'position' }, encoding: { y }, layer };
}

function plotWidth(narrow: boolean): number {
  return narrow ? 175 : 620;
}
