import { describe, expect, it } from '@jest/globals';
import { createGame } from '../../envs/core/definition.js';
import { GameParallelEnv } from '../../envs/core/views.js';
import { iteratedMatrixGame } from '../../envs/matrix/iterated-matrix-game.js';
import { normalForm } from '../../envs/matrix/normal-form.js';
import type { AecEnv } from '../../gymnasium/aec.js';
import { checkAecEnv, checkParallelEnv } from '../../gymnasium/checkers/index.js';
import { aecToParallel, parallelToAec } from '../../gymnasium/conversions.js';
import type { ParallelEnv, PerAgent } from '../../gymnasium/parallel.js';
import { Rng } from '../../gymnasium/rng.js';
import type { AgentId } from '../../gymnasium/types.js';
import { GoodParallel } from './checkers/good-envs.js';
import { Matching, rounds } from './matching.js';

const leaderPlays = [2, 0, 1, 2, 0];
const bestResponse = (seen: number) => Math.max(0, seen - 1);

/** The follower's score through `last()`, turn by turn. */
function scoreInTurns(env: AecEnv): number {
  env.reset({ seed: 0 });
  let [score, round] = [0, 0];
  for (const agent of env.agentIter()) {
    const { observation, reward, terminated } = env.last();
    if (agent === 'follower_0') score += reward;
    if (terminated) env.step(null);
    else env.step(agent === 'leader_0' ? leaderPlays[round++] : bestResponse(observation));
  }
  return score;
}

function scoreInParallel(env: ParallelEnv, committing: boolean): number {
  let { observations } = env.reset({ seed: 0 });
  let score = 0;
  for (let round = 0; env.agents.length > 0; round++) {
    const leader_0 = leaderPlays[round];
    const seen = committing ? env.commit!({ leader_0 }) : observations;
    const result = env.step({ leader_0, follower_0: bestResponse(seen.follower_0) });
    observations = result.observations;
    score += result.rewards.follower_0;
  }
  return score;
}

describe('a perfect best-responder', () => {
  const parallel = () => aecToParallel(new Matching());

  it('scores 5 of 5 wherever the leader moves first', () => {
    expect(scoreInTurns(new Matching())).toBe(rounds);
    expect(scoreInParallel(parallel(), true)).toBe(rounds);
    expect(scoreInTurns(parallelToAec(parallel()))).toBe(rounds);
    expect(scoreInParallel(aecToParallel(parallelToAec(parallel())), true)).toBe(rounds);
  });

  it('cannot do so in a joint step, where it acts on what it saw before', () => {
    expect(scoreInParallel(parallel(), false)).toBeLessThan(rounds);
  });

  it('keeps the rules in every form', () => {
    expect(checkAecEnv(() => new Matching()).failures).toEqual([]);
    expect(checkParallelEnv(parallel).failures).toEqual([]);
    expect(checkParallelEnv(() => aecToParallel(new Matching(4))).failures).toEqual([]);
    expect(checkAecEnv(() => parallelToAec(parallel())).failures).toEqual([]);
  });
});

const observed = () => new GameParallelEnv(createGame(normalForm, { observeAction: true }));
const iterated = () => new GameParallelEnv(createGame(iteratedMatrixGame, { horizon: 6 }));

/** Plays two episodes with random actions, committing where there is `commit`. */
function parallelTranscript(env: ParallelEnv, makeRng: () => Rng): unknown[] {
  const rng = makeRng();
  const out: unknown[] = [];
  for (const options of [{ seed: 3 }, {}]) {
    out.push(env.reset(options), env.moveOrder);
    while (env.agents.length > 0) {
      const actions: PerAgent<any> = {};
      for (const id of env.agents) actions[id] = draw(env, id, rng);
      const leaders = env.moveOrder[0].filter((id) => env.agents.includes(id));
      const first = Object.fromEntries(leaders.map((id) => [id, actions[id]]));
      if (env.commit && env.moveOrder.length > 1) out.push(env.commit(first));
      out.push(env.step(actions), env.agents, env.state?.());
    }
  }
  return out;
}

function draw(env: { actionSpace: ParallelEnv['actionSpace'] }, id: AgentId, rng: Rng): any {
  const space = env.actionSpace(id);
  space.reseed(rng.child(rng.integer(1e9)));
  return space.sample();
}

function aecTranscript(env: AecEnv, makeRng: () => Rng): unknown[] {
  const rng = makeRng();
  const out: unknown[] = [];
  for (const options of [{ seed: 3 }, {}]) {
    env.reset(options);
    for (const agent of env.agentIter()) {
      const last = env.last();
      out.push(
        agent,
        last,
        [...env.agents],
        { ...env.rewards },
        env.agents.map((id) => env.observe(id)),
      );
      env.step(last.terminated || last.truncated ? null : draw(env, agent, rng));
    }
  }
  return out;
}

describe('round trips', () => {
  const seeded = () => new Rng('actions');

  it.each<[string, () => ParallelEnv]>([
    ['three agents of whom one leaves early', () => new GoodParallel()],
    ['a leader-first game', observed],
    ['a simultaneous game', iterated],
  ])('%s: parallel to AEC and back tells the same', (_name, build) => {
    const there = aecToParallel(parallelToAec(build()));
    expect(parallelTranscript(there, seeded)).toEqual(parallelTranscript(build(), seeded));
  });

  it.each<[string, () => AecEnv]>([
    ['three agents of whom one leaves early', () => parallelToAec(new GoodParallel())],
    ['a leader-first game', () => parallelToAec(observed())],
    ['a native AecEnv', () => new Matching()],
  ])('%s: AEC to parallel and back tells the same', (_name, build) => {
    const firstMoves = () => new Rng('moves');
    const there = parallelToAec(aecToParallel(build()));
    const [got, expected] = [aecTranscript(there, firstMoves), aecTranscript(build(), firstMoves)];
    expect(got).toEqual(expected);
  });
});
