import { describe, expect, it } from '@jest/globals';
import {
  actionBuffers,
  laneArray,
  laneWidth,
  readRow,
  stepBuffers,
  writeRow,
} from '../../../envs/core/markov-game.js';
import { GameLane, makeGame, singleLane } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { Text } from '../../../gymnasium/spaces/text.js';
import { ContinuousGame, CountingGame, randomRules, TableGame } from '../testing-games.js';

describe('twin', () => {
  it('plays the same rules on lanes of its own', () => {
    const game = new CountingGame();
    game.allocate(2);
    const lanes = [game, game.twin(), game.twin()].map((each) => {
      return new GameLane(each, 0, actionBuffers(each, each.lanes), stepBuffers(each, each.lanes));
    });
    for (const lane of lanes) lane.reset();
    lanes[1].step();
    lanes[1].step();
    lanes[2].step();
    expect(lanes.map(({ game: each }) => Array.from(each.readState(0)))).toEqual([[0], [2], [1]]);
    expect(lanes.map(({ game: each }) => each.lanes)).toEqual([2, 1, 1]);
  });

  it('has streams of its own', () => {
    const game = new TableGame(randomRules(new Rng(1)));
    game.allocate(1);
    game.seedLane(0, new Rng(1));
    const out = stepBuffers(game, 1);
    expect(() => game.twin().resetLane(0, out)).toThrow('Lane 0 draws random numbers but was not seeded.');
    game.resetLane(0, out);
  });

  it('keeps the commit of a leader-first game, on its own lanes', () => {
    const lane = singleLane(makeGame('NormalForm-v0', { observeAction: true }));
    const other = singleLane(lane.game);
    for (const each of [lane, other]) each.reset();
    lane.act(0, 1);
    lane.commit();
    expect([lane.observation(1), other.observation(1)]).toEqual([2, 0]);
  });
});

describe('lanes', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses to make room for %p lanes', (lanes) => {
    expect(() => new CountingGame().allocate(lanes)).toThrow(InvalidArgument);
    expect(() => new CountingGame().allocate(lanes)).toThrow(
      `lanes: expected a positive integer, got ${lanes}.`,
    );
  });

  it('does not touch the lanes outside the block that steps', () => {
    const game = new CountingGame();
    game.allocate(4);
    const out = stepBuffers(game, 4);
    for (let lane = 0; lane < 4; lane++) game.resetLane(lane, out);
    game.step(1, 3, actionBuffers(game, 4), out);
    expect([0, 1, 2, 3].map((lane) => game.readState(lane)[0])).toEqual([0, 1, 1, 0]);
    expect(Array.from(out.observations[0])).toEqual([0, 1, 1, 0]);
  });

  it('reads and writes the state of a lane of several arrays', () => {
    const game = new ContinuousGame();
    game.allocate(3);
    expect(game.stateSize).toBe(3);
    game.writeState(1, [0.25, 0.5, 2]);
    game.writeState(2, [1, 2, 3]);
    expect([0, 1, 2].map((lane) => Array.from(game.readState(lane)))).toEqual([
      [0, 0, 0],
      [0.25, 0.5, 2],
      [1, 2, 3],
    ]);
    game.allocate(1);
    expect(game.stateSize).toBe(3);
  });

  it('reads and writes rows as members of the space', () => {
    const box = new Box(0, 9, { shape: [2] });
    const batch = laneArray(box, 3);
    expect(batch).toEqual(new Float32Array(6));
    writeRow(box, batch, 1, [4, 5]);
    expect(Array.from(batch)).toEqual([0, 0, 4, 5, 0, 0]);
    const row = readRow(box, batch, 1);
    row[0] = 9;
    expect(readRow(box, batch, 1)).toEqual(Float32Array.of(4, 5));
    const numbers = laneArray(new Discrete(9), 3);
    writeRow(new Discrete(9), numbers, 2, 7);
    expect(readRow(new Discrete(9), numbers, 2)).toBe(7);
    expect(laneWidth(new Discrete(9))).toBe(1);
    expect(() => laneWidth(new Text(3))).toThrow(/^Expected an array space/);
  });
});

describe('agents', () => {
  it('finds the leader and the followers wherever they stand', () => {
    const game = new TableGame(randomRules(new Rng(0), { followerFirst: true }));
    expect([game.leaderIndex, ...game.followerIndices]).toEqual([1, 0]);
    expect(game.agentIndex('follower_0')).toBe(0);
  });

  it('names the agents there are, and counts leaders', () => {
    expect(() => new CountingGame().agentIndex('leader_1')).toThrow(
      'Expected an agent among leader_0, follower_0, got "leader_1".',
    );
    const leaderless = new CountingGame();
    Object.assign(leaderless, { agents: leaderless.agents.slice(1) });
    expect(() => leaderless.leaderIndex).toThrow('Expected a game with one leader, got 0.');
  });
});
