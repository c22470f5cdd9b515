/** Payoffs of one target of a security game, to each side, if it is attacked while covered or uncovered. */
export interface Target {
  readonly defenderCovered: number;
  readonly defenderUncovered: number;
  readonly attackerCovered: number;
  readonly attackerUncovered: number;
}

/** The defender's expected payoff if a target with this coverage is attacked. */
export function defenderUtility(t: Target, coverage: number): number {
  return coverage * t.defenderCovered + (1 - coverage) * t.defenderUncovered;
}

/** The attacker's expected payoff at a target with this coverage. */
export function attackerUtility(t: Target, coverage: number): number {
  return coverage * t.attackerCovered + (1 - coverage) * t.attackerUncovered;
}

/** A list of targets from a column of payoffs each. */
export function targetsOf(
  defenderCovered: readonly number[],
  defenderUncovered: readonly number[],
  attackerCovered: readonly number[],
  attackerUncovered: readonly number[],
): Target[] {
  return defenderCovered.map((covered, t) => ({
    defenderCovered: covered,
    defenderUncovered: defenderUncovered[t],
    attackerCovered: attackerCovered[t],
    attackerUncovered: attackerUncovered[t],
  }));
}

/** Eight targets that are not zero-sum. With 1, 2 and 3 resources the defender gets -1.329934, 0.082532 and 1.152775. */
export const eightTargets: readonly Target[] = targetsOf(
  [5, 8, 3, 7, 2, 9, 4, 6],
  [-6, -3, -8, -2, -7, -4, -5, -1],
  [-3, -7, -2, -6, -4, -8, -1, -5],
  [7, 4, 9, 3, 6, 8, 5, 2],
);

/**
 * Two targets whose attack is worth the same; with one resource each is covered half of the time and the defender
 * gets 5.
 */
export const twoTargets: readonly Target[] = targetsOf([10, 0], [0, -10], [-1, -1], [1, 1]);
