import { describe, expect, it } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { RecordEpisodeStatistics } from '../../../gymnasium/wrappers/record-episode-statistics.js';
import { countingEnv, scriptedEnv } from '../testing-env.js';

const play = (env: RecordEpisodeStatistics) => {
  env.reset();
  for (;;) {
    const result = env.step(0);
    if (result.terminated || result.truncated) return result.info;
  }
};

describe('RecordEpisodeStatistics', () => {
  it('adds return and length to the last info alone, beside what is there', () => {
    const env = new RecordEpisodeStatistics(countingEnv(3));
    expect(env.reset().info).toEqual({ step: 0 });
    expect(env.step(0).info).toEqual({ step: 1 });
    expect(env.step(0).info).toEqual({ step: 2 });
    expect(env.step(0).info).toEqual({ step: 3, episode: { r: 6, l: 3 } });
    expect(play(env)).toEqual({ step: 3, episode: { r: 6, l: 3 } });
  });

  it('counts a truncated episode, and drops one that a reset cuts short', () => {
    const env = new RecordEpisodeStatistics(
      scriptedEnv(0, [{ reward: 2 }, { reward: 0.5, truncated: true }]),
    );
    env.reset();
    env.step(0);
    expect(play(env)).toEqual({ episode: { r: 2.5, l: 2 } });
    expect(env.episodeCount).toBe(1);
  });

  it('keeps the last episodes in its queues, with their time there only', () => {
    const env = new RecordEpisodeStatistics(countingEnv(2), { bufferLength: 3, statsKey: 'stats' });
    for (let i = 0; i < 5; i++) expect(play(env)).toEqual({ step: 2, stats: { r: 3, l: 2 } });
    expect(env.episodeCount).toBe(5);
    expect(env.returnQueue).toEqual([3, 3, 3]);
    expect(env.lengthQueue).toEqual([2, 2, 2]);
    expect(env.timeQueue).toHaveLength(3);
    expect(env.timeQueue.every((seconds) => seconds >= 0 && seconds < 10)).toBe(true);
  });

  it('refuses a key that the info has, and a malformed buffer length', () => {
    const env = new RecordEpisodeStatistics(countingEnv(1), { statsKey: 'step' });
    expect(() => play(env)).toThrow(/without "step".*Choose another statsKey/);
    for (const bufferLength of [0, 1.5]) {
      expect(() => new RecordEpisodeStatistics(countingEnv(1), { bufferLength })).toThrow(InvalidArgument);
    }
  });
});
