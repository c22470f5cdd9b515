import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import { drawPolicies } from '../envs/core/stackelberg.js';
import {
  element,
  followerColor,
  leaderColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../envs/core/svg.js';
import type { LeaderAnswers } from '../solvers/commitment.js';
import { openResponses } from '../solvers/sampled-responses.js';

/** Rows of a table that a person still reads. */
const mostRows = 40;
const rowHeight = 26;
const columns = [
  { title: 'types', x: 24, color: followerColor },
  { title: 'probability', x: 150, color: '#111111' },
  { title: 'what they send', x: 260, color: followerColor },
  { title: 'what the leader does', x: 400, color: leaderColor },
  { title: 'leader gets', x: 720, color: leaderColor },
  { title: 'followers get', x: 820, color: followerColor },
] as const;

/** What happens to every joint type of the followers under a commitment, a row each: the allocation that was learned. */
export function profilePicture(
  game: MarkovGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  title: string,
): string {
  const { lane, rng, respond } = openResponses(game, answers, oracle, 0);
  const policies = drawPolicies(respond().mixture, rng);
  const followers = game.followerIndices;
  const rows = game.typeProfiles!.slice(0, mostRows).map(({ probability, types }, profile) => {
    lane.freezeTypes(profile);
    lane.reset();
    for (const policy of Object.values(policies)) policy.reset?.();
    const sent = followers.map((k) => policies[game.agents[k].id].act(lane.observation(k), rng));
    followers.forEach((k, i) => {
      lane.act(k, sent[i]);
    });
    const did: string[] = [];
    const returns = new Float64Array(game.agents.length);
    for (let done = false, weight = 1; !done; weight *= game.discount) {
      if (lane.followersFirst) lane.commit();
      const action = answers.act(lane.observation(game.leaderIndex), rng);
      did.push(
        typeof action === 'number'
          ? String(action)
          : `[${Array.from(action as number[], shortNumber).join(' ')}]`,
      );
      lane.act(game.leaderIndex, action);
      done = lane.step();
      returns.forEach((_, agent) => {
        returns[agent] += weight * lane.reward(agent);
      });
    }
    const got = followers.map((k) => shortNumber(returns[k])).join(' ');
    return [
      types.join(' '),
      shortNumber(probability),
      sent.join(' '),
      did.join(' then '),
      shortNumber(returns[game.leaderIndex]),
      got,
    ];
  });
  return table(title, rows, game.typeProfiles!.length - rows.length);
}

function table(title: string, rows: readonly (readonly string[])[], left: number): string {
  const cell = (text: string, column: (typeof columns)[number], y: number) =>
    textElement(column.x, y, text, { 'text-anchor': 'start', 'font-size': 12, fill: column.color });
  const top = 78;
  const more =
    left > 0
      ? [
          textElement(24, top + rows.length * rowHeight, `and ${left} more`, {
            'text-anchor': 'start',
            'font-size': 12,
          }),
        ]
      : [];
  return svgDocument(
    940,
    top + (rows.length + more.length) * rowHeight,
    textElement(24, 28, title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    ...columns.map((column) => cell(column.title, column, 54)),
    element('line', { x1: 24, x2: 916, y1: 62, y2: 62, stroke: '#999999' }),
    ...rows.flatMap((row, i) => row.map((text, c) => cell(text, columns[c], top + 4 + i * rowHeight))),
    ...more,
  );
}
