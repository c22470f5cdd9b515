import type { Bimatrix } from '../matrix/classics.js';

/** A type of the follower: how likely it is, and both players' payoffs against it. */
export interface BayesianType extends Bimatrix {
  readonly probability: number;
}

/** Reads "-2,6 5,-8 / 5,-8 -2,6": rows apart by a slash, cells by a space; a cell is leader,follower. */
function typed(probability: number, cells: string): BayesianType {
  const rows = cells.split('/').map((row) => row.trim().split(/\s+/));
  const side = (index: number) => rows.map((row) => row.map((cell) => Number(cell.split(',')[index])));
  return { probability, leader: side(0), follower: side(1) };
}

/**
 * Two types with two actions each: with probability `alpha` the follower of Paruchuri et al. 2008's example, else one
 * whose interests cross it. The strong Stackelberg value is 3 up to alpha = 1/2, then 5/2 + alpha up to 11/12, and
 * 2/3 + 3 alpha from there on.
 */
export function twoTypes(alpha: number): readonly BayesianType[] {
  return [typed(alpha, '2,1 4,0 / 1,0 3,2'), typed(1 - alpha, '1,2 2,0 / 0,1 3,3')];
}

/** Bayesian games with known strong Stackelberg values. */
export const bayesianGames: Readonly<Record<string, readonly BayesianType[]>> = {
  /** `twoTypes(1 / 2)`: 3. */
  bayes2: twoTypes(0.5),
  /** 6 by (3/4, 1/4), with responses 0 and 1. */
  two_by_two: [typed(0.5, '8,2 6,0 / 7,0 2,6'), typed(0.5, '5,0 4,2 / 4,2 5,0')],
  /**
   * Four attackers of a moving target, with 3, 4, 9 and 5 attacks each: the example of the public DOBSS code of
   * github.com/sailik1991. 0.912143 by (0.428571, 0.414286, 0, 0.157143), with responses 1, 2, 5 and 2.
   */
  third_party: [
    typed(0.5, '-2,6 5,-8 0,0 / 5,-8 -2,6 0,0 / -2,6 5,-8 0,0 / 5,-8 -2,6 0,0'),
    typed(0.35, '-2,6 5,-2 2,6 0,0 / 5,-8 5,-2 10,-10 0,0 / -2,6 -10,10 -10,10 0,0 / 5,-8 -10,10 -5,10 0,0'),
    typed(
      0.05,
      `-2,6 5,-8 -10,10 5,-2 -10,10 -5,10 2,6 10,-10 0,0 / 5,-8 -2,6 -10,10 5,-2 -5,10 -10,10 10,-10 2,6 0,0 /
       -2,6 5,-8 5,-2 -10,10 2,6 10,-10 -10,10 -5,10 0,0 / 5,-8 -2,6 5,-2 -10,10 10,-10 2,6 -5,10 -10,10 0,0`,
    ),
    typed(
      0.1,
      `-2,6 5,-8 -10,10 5,-2 0,0 / 5,-8 -2,6 -10,10 5,-2 0,0 /
       -2,6 5,-8 5,-2 -10,10 0,0 / 5,-8 -2,6 5,-2 -10,10 0,0`,
    ),
  ],
};
