import { InvalidArgument } from '../../gymnasium/error.js';
import type { ChartConfig } from '../result-schema.js';
import type { Line, Section } from './rows.js';
import { least, most } from './theme.js';

/** Name of a chart's figure, and of its files. */
export function chartName(section: Section, { name }: ChartConfig): string {
  return `chart-${section.id}-${name}`;
}

/** What an experiment's chart asks for and its results have nowhere. */
export function missing(
  section: Section,
  { name }: ChartConfig,
  field: string,
  expected: string,
): InvalidArgument {
  return new InvalidArgument(
    `Chart "${name}" of experiment ${section.id}: ${field}: expected ${expected}, got none.`,
  );
}

/** How many seeds the cells behind some lines have, in words. */
export function seedWords(lines: readonly Line[]): string {
  const [fewest, most] = seedCounts(lines);
  if (most === 1) return 'one seed';
  return fewest === most ? `${most} seeds` : `${fewest} to ${most} seeds`;
}

/** The fewest and the most seeds that the cells behind some lines have. */
export function seedCounts(lines: readonly Line[]): [number, number] {
  const counts = lines.map(({ row }) => row.seeds);
  return [Math.min(...counts), Math.max(...counts)];
}

/** What a line and its band show; one seed has no band. */
export function bandWords(lines: readonly Line[], seeds: string): string {
  return seedCounts(lines)[1] === 1 ? 'one seed' : `mean over ${seeds} with the 95 % band`;
}

/** Small multiples of a figure stand in so many columns at most. */
const COLUMNS = 4;

/** How panels are laid out: few panels are larger. */
export function panelLayout(panels: number, narrow: boolean) {
  const columns = narrow ? 1 : Math.min(COLUMNS, panels);
  if (narrow) return { columns, width: 270, height: 170, whole: 270 };
  const [width, height] = columns === 1 ? [560, 280] : columns === 2 ? [400, 220] : [238, 150];
  return { columns, width, height, whole: columns * (width + 60) };
}

/** Whether one axis serves several ranges: they span like sizes, and none would be too flat on it to be read. */
export function alike(ranges: readonly (readonly [number, number])[]): boolean {
  const whole = most(ranges.map(([, high]) => high)) - least(ranges.map(([low]) => low));
  const sizes = ranges.map(([low, high]) => high - low);
  const flattest = least(sizes.filter((size) => size > 0));
  return whole <= 4 * most(sizes) && (flattest === Infinity || whole <= 12 * flattest);
}
