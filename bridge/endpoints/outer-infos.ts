import { equilibriumNotions, type JointResponse } from '../../envs/core/stackelberg.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import type { Info } from '../../gymnasium/types.js';
import type { StackelbergOptions } from '../../wrappers/stackelberg-options.js';
import {
  type FieldShape,
  field,
  type RowWriter,
  rowWriter,
  spaceFields,
  type Views,
  view,
} from '../layout.js';

const phases = ['query', 'play'] as const;

/** How the infos of outer episodes are written as numbers; `x/present` is 1 where a row's info has the key x. */
export class OuterInfos {
  /** The code of each phase and equilibrium notion is its place in these lists. */
  readonly description: object = { phases, notions: equilibriumNotions };
  private readonly mask: number | null;
  private readonly action: Space<any> | null;

  constructor(space: Space<any>, { commitment }: Required<StackelbergOptions>) {
    const keeps = commitment === 'episode';
    this.mask = keeps && space instanceof Discrete ? space.n : null;
    this.action = keeps ? space : null;
  }

  /** @param rows null for a single environment */
  fields(prefix: string, rows: number | null): FieldShape[] {
    const axis = [rows ?? 1];
    return [
      field(`${prefix}/phase`, 'uint8', ...axis),
      field(`${prefix}/queries`, 'int32', ...axis),
      field(`${prefix}/response/present`, 'uint8', ...axis),
      field(`${prefix}/response/notion`, 'uint8', ...axis),
      field(`${prefix}/response/gap/present`, 'uint8', ...axis),
      field(`${prefix}/response/gap`, 'float64', ...axis),
      ...(this.mask === null ? [] : [field(`${prefix}/actionMask`, 'int8', ...axis, this.mask)]),
      ...(this.action === null
        ? []
        : [
            field(`${prefix}/committedAction/present`, 'uint8', ...axis),
            ...spaceFields(`${prefix}/committedAction`, this.action, axis[0]),
          ]),
    ];
  }

  writer(prefix: string, views: Views): (info: Info, row: number) => void {
    const [phase, queries, present, notion, gapPresent, gap] = [
      'phase',
      'queries',
      'response/present',
      'response/notion',
      'response/gap/present',
      'response/gap',
    ].map((name) => view(views, `${prefix}/${name}`));
    const mask = this.mask === null ? null : view(views, `${prefix}/actionMask`);
    const told = this.action === null ? null : view(views, `${prefix}/committedAction/present`);
    const writeAction: RowWriter | null =
      this.action === null ? null : rowWriter(`${prefix}/committedAction`, this.action, views);
    return (info, row) => {
      phase[row] = phases.indexOf(info['phase'] as (typeof phases)[number]);
      queries[row] = info['queries'] as number;
      const response = info['response'] as JointResponse | undefined;
      present[row] = response === undefined ? 0 : 1;
      notion[row] = response === undefined ? 0 : equilibriumNotions.indexOf(response.notion);
      gapPresent[row] = typeof response?.gap === 'number' ? 1 : 0;
      gap[row] = response?.gap ?? 0;
      mask?.set(info['actionMask'] as Int8Array, row * this.mask!);
      if (told === null) return;
      told[row] = 'committedAction' in info ? 1 : 0;
      if (told[row]) writeAction!(info['committedAction'], row);
    };
  }
}
