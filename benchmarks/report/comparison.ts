import { median } from '../statistics.js';
import type { Line, ReportRow, Section } from './rows.js';

/** An oracle within an experiment, as it stands in comparisons. */
export interface Contender {
  readonly experiment: string;
  readonly oracle: string;
  readonly label: string;
}

/** How the leaders of one contender did in one game; the best of them by steps to 95 % of the optimum. */
export interface Standing {
  readonly contender: string;
  readonly leader: string;
  readonly learned: number;
  /** Median over seeds; null if no leader got there in more than half of its seeds. */
  readonly stepsTo95: number | null;
  /** Steps relative to the reference contender; a lower bound where `atLeast`; null if unknown. */
  readonly ratio: number | null;
  readonly atLeast: boolean;
}

/** One game that several contenders played. */
export interface ComparedGame {
  readonly game: string;
  readonly exact: number;
  readonly standings: readonly Standing[];
}

/** Contenders side by side on the games they share. */
export interface Comparison {
  readonly contenders: readonly Contender[];
  /** The contender that the ratios are relative to: the one of the fewest steps in the median game. */
  readonly reference: string;
  readonly games: readonly ComparedGame[];
  /** Median over games of the ratio of each other contender; a lower bound where `atLeast`. */
  readonly medianRatios: readonly {
    readonly contender: string;
    readonly ratio: number;
    readonly atLeast: boolean;
    readonly games: number;
  }[];
}

/** Compares oracles on the games that at least two of them played; undefined if there are none. */
export function compare(sections: readonly Section[]): Comparison | undefined {
  const games = new Map<string, ReportRow[]>();
  for (const { gameKey, row } of comparedLines(sections))
    games.set(gameKey, [...(games.get(gameKey) ?? []), row]);
  const shared = [...games.values()];
  if (shared.length === 0) return undefined;
  const contenders = contendersOf(shared.flat());
  const reference = fastest(contenders, shared);
  const compared = shared.map((rows) => compareGame(rows, contenders, reference));
  return { contenders, reference, games: compared, medianRatios: ratios(contenders, reference, compared) };
}

/**
 * The lines of the games that several contenders played. A leader that an experiment tries in several variants against one oracle is
 * left out: there the variants are compared, in the experiment's own section.
 */
export function comparedLines(sections: readonly Section[]): Line[] {
  const labels = new Map<string, Set<string>>();
  const lines = sections.flatMap((section) => section.lines).filter(({ row }) => !isVariant(row));
  for (const { gameKey, row } of lines)
    labels.set(gameKey, (labels.get(gameKey) ?? new Set()).add(contenderLabel(row)));
  return lines.filter(({ gameKey }) => labels.get(gameKey)!.size > 1);
}

function isVariant({ series, leader, oracle }: ReportRow): boolean {
  return series !== `${leader} · ${oracle}`;
}

function contenderLabel(row: ReportRow): string {
  return `${row.oracle} (${row.experiment})`;
}

function contendersOf(rows: readonly ReportRow[]): Contender[] {
  const found = new Map<string, Contender>();
  for (const row of rows)
    found.set(contenderLabel(row), {
      experiment: row.experiment,
      oracle: row.oracle,
      label: contenderLabel(row),
    });
  return [...found.values()];
}

function bestRow(rows: readonly ReportRow[], contender: string): ReportRow | undefined {
  return rows
    .filter((row) => contenderLabel(row) === contender)
    .sort((a, b) => steps(a) - steps(b) || b.learned.mean - a.learned.mean)[0];
}

function steps(row: ReportRow): number {
  return row.stepsTo95 ?? Number.MAX_VALUE;
}

function fastest(contenders: readonly Contender[], games: readonly (readonly ReportRow[])[]): string {
  const typical = contenders.map(({ label }) => {
    const best = games.map((rows) => bestRow(rows, label)).filter((row) => row !== undefined);
    return median(best.map(steps));
  });
  return contenders[typical.indexOf(Math.min(...typical))].label;
}

function compareGame(
  rows: readonly ReportRow[],
  contenders: readonly Contender[],
  reference: string,
): ComparedGame {
  const base = bestRow(rows, reference)?.stepsTo95;
  const standings = contenders
    .map(({ label }) => bestRow(rows, label))
    .filter((row) => row !== undefined)
    .map((row) => standingOf(row, base));
  return { game: rows[0].game, exact: rows[0].exact, standings };
}

function standingOf(row: ReportRow, base: number | null | undefined): Standing {
  const known = base !== null && base !== undefined && base > 0;
  return {
    contender: contenderLabel(row),
    leader: row.leader,
    learned: row.learned.mean,
    stepsTo95: row.stepsTo95,
    ratio: known ? (row.stepsTo95 ?? row.leaderSteps) / base : null,
    atLeast: known && row.stepsTo95 === null,
  };
}

function ratios(
  contenders: readonly Contender[],
  reference: string,
  games: readonly ComparedGame[],
): Comparison['medianRatios'] {
  return contenders
    .filter(({ label }) => label !== reference)
    .map(({ label }) => {
      const own = games
        .flatMap((game) => game.standings)
        .filter((standing) => standing.contender === label && standing.ratio !== null);
      return { label, own };
    })
    .filter(({ own }) => own.length > 0)
    .map(({ label, own }) => ({
      contender: label,
      ratio: median(own.map((standing) => standing.ratio!)),
      atLeast: own.some((standing) => standing.atLeast),
      games: own.length,
    }));
}
