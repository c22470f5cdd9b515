import type { TieBreaking } from '../../envs/core/stackelberg.js';

/** How a follower that is indifferent between answers may choose here. */
export type BanditTies = Exclude<TieBreaking, 'lowest'>;
export const banditTies: readonly BanditTies[] = ['leader', 'against'];
