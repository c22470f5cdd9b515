import { type EpisodeView, type GameRenderer, gameDefinition } from '../envs/core/definition.js';
import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { drawPolicies, type JointFollowerPolicy, type Oracle } from '../envs/core/stackelberg.js';
import {
  element,
  followerColor,
  leaderColor,
  markColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../envs/core/svg.js';
import type { Rng } from '../gymnasium/rng.js';
import type { Discrete } from '../gymnasium/spaces/discrete.js';
import type { LeaderAnswers } from '../solvers/commitment.js';
import { isInducible } from '../solvers/induced-game.js';
import { openResponses } from '../solvers/sampled-responses.js';

/** Rows of a table that a person still reads. */
const mostRows = 40;
const rowHeight = 26;
const left = 24;
const characterWidth = 7.6;

interface Column {
  readonly title: string;
  readonly color: string;
}

const of = (title: string, color = '#111111'): Column => ({ title, color });
const results = [
  of('what the leader does', leaderColor),
  of('leader gets', leaderColor),
  of('followers get', followerColor),
];
const typeColumns = [of('types', followerColor), of('probability'), of('they send', followerColor)];
const playColumns = [of('if they play', followerColor), of('which they do'), ...results];

/** A row of texts, and whether it is marked. */
interface Row {
  readonly texts: readonly string[];
  readonly marked?: boolean;
}

/** A game in which followers move once and the leader sees it, as it is played for the picture. */
interface Play {
  readonly game: MarkovGame;
  readonly lane: GameLane;
  readonly answers: LeaderAnswers;
  readonly rng: Rng;
  readonly renderer?: GameRenderer;
}

/** Whether {@link profilePicture} can be drawn: followers with Discrete actions move once, and the leader sees their moves. */
export function hasProfiles(game: MarkovGame): boolean {
  return game.followersFirst && isInducible(game);
}

/**
 * The rules that a leader has learned, as a table: what happens to every joint type of the followers under their response or, where
 * they have no types, what would happen after every joint action, with those marked that they play. The game's renderer says in words what
 * the leader does, if it can.
 *
 * @param id the game's id
 */
export function profilePicture(
  id: string,
  game: MarkovGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  title: string,
): string {
  const { lane, rng, respond } = openResponses(game, answers, oracle, 0);
  const { mixture } = respond();
  const play: Play = { game, lane, answers, rng, renderer: gameDefinition(id).renderer };
  if (game.typeProfiles === null) return playTable(play, mixture, title);
  const policies = drawPolicies(mixture, rng);
  const rows = game.typeProfiles.slice(0, mostRows).map(({ probability, types }, profile) => {
    lane.freezeTypes(profile);
    lane.reset();
    for (const policy of Object.values(policies)) policy.reset?.();
    const sent = game.followerIndices.map((k) => policies[game.agents[k].id].act(lane.observation(k), rng));
    return { texts: [types.join(', '), shortNumber(probability), sent.join(', '), ...outcome(play, sent)] };
  });
  return table(title, [...typeColumns, ...results], rows, game.typeProfiles.length - rows.length);
}

/** A row for every joint action, the first follower's action changing last. */
function playTable(play: Play, mixture: readonly JointFollowerPolicy[], title: string): string {
  const { game, lane } = play;
  const joints = jointActions(game);
  const rows = joints.slice(0, mostRows).map((actions) => {
    lane.reset();
    const share =
      mixture.reduce((sum, policies) => sum + chance(play, policies, actions), 0) / mixture.length;
    const often = share === 0 ? 'never' : share === 1 ? 'always' : shortNumber(share);
    return { texts: [actions.join(', '), often, ...outcome(play, actions)], marked: share > 0 };
  });
  return table(title, playColumns, rows, joints.length - rows.length);
}

function jointActions(game: MarkovGame): number[][] {
  return game.followerIndices.reduce<number[][]>(
    (joints, k) => {
      const { n, start } = game.agents[k].actionSpace as Discrete;
      return joints.flatMap((joint) => Array.from({ length: n }, (_, action) => [...joint, start + action]));
    },
    [[]],
  );
}

/** Probability of a joint action under policies, at the start of an episode. */
function chance(
  { game, lane, rng }: Play,
  policies: JointFollowerPolicy,
  actions: readonly number[],
): number {
  return game.followerIndices.reduce((product, k, i) => {
    const policy = policies[game.agents[k].id];
    const observation = lane.observation(k);
    const { start } = game.agents[k].actionSpace as Discrete;
    const own = policy.probabilities?.(observation)[actions[i] - start];
    return product * (own ?? (policy.act(observation, rng) === actions[i] ? 1 : 0));
  }, 1);
}

/** Plays an episode that has begun to its end: what the leader does, and what everyone gets. */
function outcome({ game, lane, answers, rng, renderer }: Play, sent: readonly number[]): string[] {
  const leader = game.leaderIndex;
  const history: EpisodeView['history'][number][] = [];
  const returns = new Float64Array(game.agents.length);
  game.followerIndices.forEach((k, i) => {
    lane.act(k, sent[i]);
  });
  for (let done = false, weight = 1; !done; weight *= game.discount) {
    lane.commit();
    const action = answers.act(lane.observation(leader), rng);
    lane.act(leader, action);
    done = lane.step();
    const rewards = game.agents.map((_, k) => lane.reward(k));
    rewards.forEach((reward, k) => {
      returns[k] += weight * reward;
    });
    const actions = game.agents.map((_, k) =>
      k === leader ? action : sent[game.followerIndices.indexOf(k)],
    );
    history.push({ actions, rewards });
  }
  const observations = game.agents.map((_, k) => lane.observation(k));
  const view = { game: lane.game, title: '', history, observations, done: true };
  return [
    renderer?.outcome?.(view) ?? history.map(({ actions }) => actionText(actions[leader])).join(' then '),
    shortNumber(returns[leader]),
    game.followerIndices.map((k) => shortNumber(returns[k])).join(', '),
  ];
}

function actionText(action: number | ArrayLike<number>): string {
  return typeof action === 'number' ? String(action) : `[${Array.from(action, shortNumber).join(' ')}]`;
}

/** Columns as wide as their longest text. */
function table(title: string, columns: readonly Column[], rows: readonly Row[], more: number): string {
  const edges = [left];
  columns.forEach(({ title: head }, c) => {
    const longest = Math.max(head.length, ...rows.map(({ texts }) => texts[c].length));
    edges.push(edges[c] + characterWidth * longest + 28);
  });
  const top = 78;
  const y = (row: number) => top + 4 + row * rowHeight;
  const text = (x: number, height: number, content: string, fill?: string) =>
    textElement(x, height, content, { 'text-anchor': 'start', 'font-size': 12, fill });
  const width = Math.max(edges.at(-1)!, 2 * left + 9.2 * title.length);
  const ground = (row: number) =>
    element('rect', { x: 12, y: y(row) - 18, width: width - 24, height: rowHeight, fill: markColor });
  return svgDocument(
    width,
    top + (rows.length + (more > 0 ? 1 : 0)) * rowHeight,
    textElement(left, 28, title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    ...columns.map((column, c) => text(edges[c], 54, column.title, column.color)),
    element('line', { x1: left, x2: width - left, y1: 62, y2: 62, stroke: '#999999' }),
    ...rows.map(({ marked, texts }, r) =>
      [
        ...(marked ? [ground(r)] : []),
        ...texts.map((content, c) => text(edges[c], y(r), content, columns[c].color)),
      ].join(''),
    ),
    ...(more > 0 ? [text(left, y(rows.length), `and ${more} more`)] : []),
  );
}
