import { z } from 'zod';
import { integerFrom } from '../core/schemas.js';

const sumTolerance = 1e-9;
/** Of the types and of the messages of a buyer. */
const maxCount = 100;

/** A buyer's private types: what the item may be worth to it, in [0, 1], and how likely each worth is. */
export interface BuyerTypes {
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
}

/** Types of the two buyers, which are drawn independently. */
export type BuyerPair = readonly [BuyerTypes, BuyerTypes];

const unit = (what: string) =>
  z
    .number({ error: `expected ${what} from 0 to 1` })
    .min(0, `expected ${what} from 0 to 1`)
    .max(1, `expected ${what} from 0 to 1`);

const buyer = z.strictObject({
  values: z
    .array(unit('a value'), { error: 'expected a list of values' })
    .min(1, 'expected at least one value')
    .max(maxCount, `expected at most ${maxCount} values`)
    .describe('What the item is worth to each type, in [0, 1]'),
  probabilities: z
    .array(unit('a probability').gt(0, 'expected a probability above 0'), {
      error: 'expected a list of probabilities',
    })
    .describe('How likely each type is, in the order of values'),
});

/** Parameters of `MessageSPM-v0`. */
export const messageSpmParameters = z
  .strictObject({
    setting: z
      .enum(['pi', 'msgspace'])
      .optional()
      .describe('Which buyers: pi (the default) or msgspace; not beside buyers'),
    types: integerFrom(2, maxCount)
      .optional()
      .describe('Types of each buyer in the setting msgspace (default 3): 0, 1/(k-1), ..., 1, all as likely'),
    messages: integerFrom(1, maxCount)
      .default(2)
      .describe('Messages that each buyer can send; 1 is the mechanism without messages'),
    accept: z
      .enum(['strict', 'weak'])
      .default('strict')
      .describe('Whether a buyer takes a price below its value (strict) or also one that equals it (weak)'),
    buyers: z
      .array(buyer, { error: 'expected a list of two buyers' })
      .length(2, 'expected two buyers')
      .optional()
      .describe('The two buyers by hand, instead of a setting'),
  })
  .superRefine(({ setting, types, buyers }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (buyers !== undefined && setting !== undefined) refuse(['setting'], 'expected none beside buyers');
    if (types !== undefined && setting !== 'msgspace')
      refuse(['types'], 'expected none but in the setting msgspace');
    buyers?.forEach(({ values, probabilities }, i) => {
      const path = ['buyers', i, 'probabilities'];
      const sum = probabilities.reduce((a, b) => a + b, 0);
      if (probabilities.length !== values.length) refuse(path, `expected ${values.length} of them`);
      else if (Math.abs(sum - 1) > sumTolerance) refuse(path, 'expected probabilities that sum to 1');
    });
  });

export type MessageSpmParameters = z.infer<typeof messageSpmParameters>;

/** Agrawal et al. 2020 with epsilon 0.2: the second buyer decides whether the first should wait. */
const pi: BuyerPair = [
  { values: [0.2, 1], probabilities: [0.8, 0.2] },
  { values: [0, 0.4], probabilities: [0.5, 0.5] },
];

/** The buyers that the parameters name. */
export function buyersOf({ setting, types = 3, buyers }: MessageSpmParameters): BuyerPair {
  if (buyers !== undefined) return [buyers[0], buyers[1]];
  if (setting !== 'msgspace') return pi;
  const uniform: BuyerTypes = {
    values: Array.from({ length: types }, (_, k) => k / (types - 1)),
    probabilities: new Array(types).fill(1 / types),
  };
  return [uniform, uniform];
}
