import { z } from 'zod';
import { Rng } from '../../gymnasium/rng.js';
import type { Target } from './security-instances.js';

/** How random targets are drawn. */
export const generatorParameters = z.strictObject({
  targets: z.int().positive().max(100_000).describe('Number of targets'),
  seed: z.union([z.int(), z.string()]).default(0).describe('Seed of the draw'),
  style: z
    .enum(['integer', 'uniform', 'covariant'])
    .default('uniform')
    .describe(
      'integer: rewards 1..10 and penalties -10..-1; uniform: rewards in [0, 100] and penalties in [-100, 0]; covariant: payoffs of the sides correlate by -correlation',
    ),
  correlation: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('covariant: share of the zero-sum part; 1 is a zero-sum game, 0 independent payoffs'),
});

export type GeneratorParameters = z.input<typeof generatorParameters>;

/**
 * Random targets: `integer` rewards from 1 to 10 and penalties from -10 to -1, `uniform` ones of up to 100 in size, or
 * `covariant`, where the defender's payoff is -correlation times the attacker's plus (1 - correlation) times an
 * independent draw of the same range.
 */
export function generateTargets(parameters: GeneratorParameters): Target[] {
  const { targets, seed = 0, style = 'uniform', correlation = 1 } = parameters;
  const rng = new Rng(seed).child('targets');
  const draw = (high: number) => (style === 'integer' ? 1 + rng.integer(high) : high * rng.uniform());
  const size = style === 'integer' ? 10 : 100;
  return Array.from({ length: targets }, () => {
    const attackerUncovered = draw(size);
    const attackerCovered = 0 - draw(size);
    const reward = draw(size);
    const penalty = 0 - draw(size);
    if (style !== 'covariant') {
      return { defenderCovered: reward, defenderUncovered: penalty, attackerCovered, attackerUncovered };
    }
    const mix = (attacker: number, own: number) => 0 - correlation * attacker + (1 - correlation) * own;
    return {
      defenderCovered: mix(attackerCovered, reward),
      defenderUncovered: mix(attackerUncovered, penalty),
      attackerCovered,
      attackerUncovered,
    };
  });
}
