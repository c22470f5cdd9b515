import { SpatioTemporalSecurity } from '../../envs/security/spatio-temporal-security.js';
import { checkCount, checkNonNegative } from '../../gymnasium/checks.js';
import { type DoubleOracleResult, doubleOracle } from '../double-oracle.js';
import { isRational, type Solver } from '../solver.js';
import { attackValues, type Patrol } from './path-mixture.js';
import { PatrolPlanner, patrolAnswer } from './patrol-response.js';

const name = 'spatio-temporal-double-oracle';

export interface PatrolDoubleOracleOptions {
  /** Most iterations, a positive integer. Default 1000. */
  readonly iterations?: number;
  /** Gain, in units of the greatest weight, that counts as none. Default 1e-9. */
  readonly tolerance?: number;
}

/**
 * The optimal commitment of any number of patrollers of any radius, by the double oracle method with exact responses:
 * the best joint patrol against a mixture of attacks, and the best attack against a mixture of patrols.
 */
export function patrolDoubleOracle(
  game: SpatioTemporalSecurity,
  { iterations = 1000, tolerance = 1e-9 }: PatrolDoubleOracleOptions = {},
): Promise<DoubleOracleResult<Patrol, number>> {
  const planner = new PatrolPlanner(game);
  const attacks = game.paths.length * game.horizon;
  const anyAttack = Array.from({ length: attacks }, (_, strategy) => ({
    strategy,
    probability: 1 / attacks,
  }));
  const { patrol: first } = planner.bestPatrol(anyAttack);
  const bestAttack = (values: Float64Array) => values.indexOf(Math.max(...values));
  return doubleOracle<Patrol, number>(
    {
      rows: [first],
      columns: [bestAttack(attackValues(game, [{ strategy: first, probability: 1 }]))],
      payoff: (patrol, attack) => 0 - game.loot(attack, patrol[attack % game.horizon]),
      bestRow: (mixture) => planner.bestPatrol(mixture).patrol,
      bestColumn: (mixture) => bestAttack(attackValues(game, mixture)),
    },
    { iterations, tolerance: tolerance * (Math.max(...game.weights.flat()) || 1) },
  );
}

function checkOptions(options: Readonly<Record<string, unknown>>): PatrolDoubleOracleOptions {
  const { iterations, tolerance } = options;
  if (iterations !== undefined) checkCount(name, 'iterations', iterations);
  if (tolerance !== undefined) checkNonNegative(name, 'tolerance', tolerance);
  return options as PatrolDoubleOracleOptions;
}

/** Several patrollers of any radius; `best-known` if the iterations ran out. */
export const spatioTemporalDoubleOracle: Solver = {
  name,
  summary: 'mixed patrols of any number of patrollers, by exact best responses (double oracle)',
  options: {
    iterations: { type: 'integer', default: 1000, description: 'most iterations' },
    tolerance: {
      type: 'number',
      default: 1e-9,
      description: 'gain, in units of the greatest weight, that counts as none',
    },
  },
  fits: (game, { commitment, follower }) =>
    game instanceof SpatioTemporalSecurity && commitment !== 'deterministic' && isRational(follower),
  solve: async (game: SpatioTemporalSecurity, { options }) => {
    const { rows, columns, history, converged } = await patrolDoubleOracle(game, checkOptions(options));
    const used = <S>(mixture: readonly { strategy: S; probability: number }[]) =>
      mixture.filter(({ probability }) => probability > 0);
    return patrolAnswer(game, used(rows), used(columns), converged ? 'optimal' : 'best-known', {
      iterations: history.length,
      patrolsInPlay: rows.length,
      attacksInPlay: columns.length,
    });
  },
};
