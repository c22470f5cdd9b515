import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import type { TypedArray } from '../../gymnasium/types.js';

/** A part of what has happened in a sequential price mechanism. */
type Section = 'prices' | 'allocation' | 'agents' | 'items';

/** In the order in which they stand in a record. */
const sections: readonly Section[] = ['prices', 'allocation', 'agents', 'items'];

/**
 * Policy statistics: what of the history a mechanism conditions on (Brero et al. 2021). The five of the paper, from
 * the smallest to the fullest; and the two whose mechanisms are static, `agents-left` (personalised prices, Proposition 6) and
 * `hidden` (anonymous prices).
 */
export const policyStatistics = {
  hidden: [],
  'agents-left': ['agents'],
  'items-agents-left': ['agents', 'items'],
  allocation: ['allocation'],
  'allocation-left': ['allocation', 'agents', 'items'],
  'price-allocation': ['prices', 'allocation'],
  'price-allocation-left': sections,
} as const satisfies Readonly<Record<string, readonly Section[]>>;

export type PolicyStatisticName = keyof typeof policyStatistics;
export const policyStatisticNames = Object.keys(policyStatistics) as readonly PolicyStatisticName[];

/**
 * The fullest statistic as a row of numbers in [0, 1], of which every other is a selection. With n agents and m kinds: the
 * price offered to agent i for kind k at `i * m + k` (0 before its visit and for kinds that were sold out), from n m on
 * whether it took that kind, from 2 n m on whether agent i is left, and from 2 n m + n on the share of the units of
 * each kind that is left.
 */
export interface RecordShape {
  readonly agents: number;
  readonly kinds: number;
}

function sectionWidth(section: Section, { agents, kinds }: RecordShape): number {
  if (section === 'agents') return agents;
  return section === 'items' ? kinds : agents * kinds;
}

/** Numbers in a record, or in the sections of one statistic. */
export function recordWidth(
  shape: RecordShape,
  statistic: PolicyStatisticName = 'price-allocation-left',
): number {
  return policyStatistics[statistic].reduce((sum, section) => sum + sectionWidth(section, shape), 0);
}

/** The observation space of a statistic: `Discrete(1)` for `hidden`, else a box of [0, 1]. */
export function statisticSpace(statistic: PolicyStatisticName, shape: RecordShape): Space<any> {
  const width = recordWidth(shape, statistic);
  return width === 0 ? new Discrete(1) : new Box(0, 1, { shape: [width], dtype: 'float64' });
}

/** Copies a statistic of the record that starts at `record[at]` to `out[to]` and on. Allocates nothing. */
export function writeStatistic(
  statistic: PolicyStatisticName,
  shape: RecordShape,
  record: ArrayLike<number>,
  at: number,
  out: TypedArray,
  to: number,
): void {
  const kept: readonly Section[] = policyStatistics[statistic];
  if (kept.length === 0) out[to] = 0;
  let from = at;
  let into = to;
  for (let s = 0; s < sections.length; s++) {
    const width = sectionWidth(sections[s], shape);
    if (kept.includes(sections[s])) for (let j = 0; j < width; j++) out[into++] = record[from + j];
    from += width;
  }
}
