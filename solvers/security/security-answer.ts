import type { MarkovGame } from '../../envs/core/markov-game.js';
import { SecurityGame } from '../../envs/security/security-game.js';
import { attackerUtility, defenderUtility } from '../../envs/security/security-instances.js';
import { type Answer, isRational, type Task } from '../solver.js';

/** Utilities closer than this share count as equal for the attacker. */
const same = 1e-9;

/** A coverage is a mixed strategy, so `deterministic` commitments are another problem. */
export function securityTask(game: MarkovGame, { commitment, follower }: Task): boolean {
  return game instanceof SecurityGame && commitment !== 'deterministic' && isRational(follower);
}

/** The same, and every target is a schedule of its own. */
export function plainSecurityGame(game: MarkovGame, task: Task): boolean {
  return securityTask(game, task) && (game as SecurityGame).schedules === null;
}

/** The strong Stackelberg value of an action of the defender: the attacker's best target, ties for the defender. */
export function securityAnswer(
  game: SecurityGame,
  action: Float64Array,
  details: Readonly<Record<string, unknown>>,
): Answer {
  const coverage = game.coverageOf(action);
  const utilities = game.targets.map((t, i) => ({
    target: i,
    defender: defenderUtility(t, coverage[i]),
    attacker: attackerUtility(t, coverage[i]),
  }));
  const best = utilities.reduce((u, { attacker }) => Math.max(u, attacker), -Infinity);
  const tied = utilities.filter(({ attacker }) => attacker >= best - same * Math.max(1, Math.abs(best)));
  const chosen = tied.reduce((a, b) => (b.defender > a.defender ? b : a));
  return {
    value: chosen.defender,
    followerValues: { follower_0: chosen.attacker },
    commitment: Array.from(action),
    kind: 'stochastic',
    status: 'optimal',
    tieBreaking: 'leader',
    details: {
      attacked: chosen.target,
      ...details,
      ...(game.schedules === null ? {} : { coverage: Array.from(coverage) }),
    },
  };
}
