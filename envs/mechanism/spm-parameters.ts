import { z } from 'zod';
import { integerFrom, numberFrom } from '../core/schemas.js';
import { type PolicyStatisticName, policyStatisticNames } from './policy-statistics.js';
import { maxSpmCount, spmOptionsOf, spmSettings } from './spm-settings.js';

/** What a mechanism can be judged by. */
const objectives = ['welfare', 'revenue', 'max-min'] as const;
export type SpmObjective = (typeof objectives)[number];

const count = () => integerFrom(1, maxSpmCount).optional();

/** Parameters of `SequentialPriceMechanism-v0`. */
export const spmParameters = z
  .strictObject({
    setting: z
      .enum(Object.keys(spmSettings) as [string, ...string[]])
      .default('inventory')
      .describe('Buyers and items'),
    objective: z
      .enum(objectives)
      .optional()
      .describe(
        'What the leader maximises (revenue and max-min in the settings of these names, else welfare)',
      ),
    reward: z
      .enum(['objective', 'regret'])
      .default('objective')
      .describe('The objective itself, or (welfare and revenue) less the first-best welfare of the draw'),
    statistic: z
      .enum(policyStatisticNames as [PolicyStatisticName, ...PolicyStatisticName[]])
      .default('price-allocation-left')
      .describe('What of the history the leader observes'),
    accept: z
      .enum(['strict', 'weak'])
      .default('weak')
      .describe('Whether a buyer takes a price below its value (strict) or also one that equals it (weak)'),
    delta: numberFrom(0, 1)
      .optional()
      .describe('How far values go together (0.5), in correlated, revenue and additive-across-types'),
    agents: count().describe('Buyers, in these settings, inventory and two-worlds (default as in the paper)'),
    items: count().describe(
      'Identical items, in correlated, revenue and inventory (default as in the paper)',
    ),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const taken = spmOptionsOf[given.setting] ?? [];
    for (const name of ['delta', 'agents', 'items'] as const) {
      if (given[name] !== undefined && !taken.includes(name))
        refuse(name, `expected none with setting ${given.setting}`);
    }
    if (given.reward === 'regret' && objectiveOf(given) === 'max-min')
      refuse('reward', 'expected objective with the objective max-min');
  });

interface Aim {
  readonly setting: string;
  readonly objective?: SpmObjective;
}

/** The objective that is meant: by the setting where none is given. */
export function objectiveOf({ setting, objective }: Aim): SpmObjective {
  if (objective !== undefined) return objective;
  return setting === 'revenue' || setting === 'max-min' ? setting : 'welfare';
}

/** How a mechanism is judged and played, beside its setting. */
export interface SpmRules {
  readonly objective: SpmObjective;
  readonly reward: 'objective' | 'regret';
  readonly statistic: PolicyStatisticName;
  readonly accept: 'strict' | 'weak';
}
