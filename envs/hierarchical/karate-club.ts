/**
 * The friendships in Zachary's karate club (W. Zachary, "An information flow model for conflict and fission in small
 * groups", J. Anthropological Research 33, 1977): for each of its 34 members those with a lower number, 78 in all.
 */
const earlierFriends: readonly (readonly number[])[] = [
  [],
  [0],
  [0, 1],
  [0, 1, 2],
  [0],
  [0],
  [0, 4, 5],
  [0, 1, 2, 3],
  [0, 2],
  [2],
  [0, 4, 5],
  [0],
  [0, 3],
  [0, 1, 2, 3],
  [],
  [],
  [5, 6],
  [0, 1],
  [],
  [0, 1],
  [],
  [0, 1],
  [],
  [],
  [],
  [23, 24],
  [],
  [2, 23, 24],
  [2],
  [23, 26],
  [1, 8],
  [0, 24, 25, 28],
  [2, 8, 14, 15, 18, 20, 22, 23, 29, 30, 31],
  [8, 9, 13, 14, 15, 18, 19, 20, 22, 23, 26, 27, 28, 29, 30, 31, 32],
];

/** Each member's friends. */
export const karateFriends: readonly (readonly number[])[] = earlierFriends.map((earlier, member) => [
  ...earlier,
  ...earlierFriends.flatMap((friends, later) => (friends.includes(member) ? [later] : [])),
]);

/** The members who stayed with the instructor (Mr. Hi) when the club split; the others followed the officer. */
const withInstructor = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21]);

/** Each member's side of the split: 0 the instructor's, 1 the officer's. */
export const karateSides: readonly number[] = earlierFriends.map((_, member) =>
  withInstructor.has(member) ? 0 : 1,
);
