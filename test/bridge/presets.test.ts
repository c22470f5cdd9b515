import { describe, expect, it } from '@jest/globals';
import { wrapperPresets } from '../../bridge/presets.js';
import { gameDefinitions, makeGame } from '../../envs/index.js';
import { prepareOracle } from '../../oracles/names.js';
import { StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { checkStackelbergOptions } from '../../wrappers/stackelberg-options.js';
import { playOuterEpisode } from '../wrappers/outer-play.js';

const byId = new Map(wrapperPresets.map((preset) => [preset.id, preset]));

async function build(id: string): Promise<StackelbergWrapper> {
  const { game: gameId, params, oracle: name, oracleOptions, options } = byId.get(id)!;
  const game = makeGame(gameId, params);
  const { oracle } = await prepareOracle(name, game, oracleOptions, 0);
  const outer = new StackelbergWrapper(game, { ...options, oracle });
  outer.queryPolicy = (_observation, rng) => {
    game.agents[game.leaderIndex].actionSpace.seed(rng.integer(2 ** 31));
    return game.agents[game.leaderIndex].actionSpace.sample();
  };
  return outer;
}

describe('wrapper presets', () => {
  it('have ids of their own, unlike those of games', () => {
    const ids = wrapperPresets.map(({ id }) => id);
    for (const id of ids) expect(id).toMatch(/^[A-Z]\w*-v\d+$/);
    expect(new Set([...ids, ...gameDefinitions().keys()]).size).toBe(ids.length + gameDefinitions().size);
  });

  it('are plain data', () => {
    expect(JSON.parse(JSON.stringify(wrapperPresets))).toEqual(wrapperPresets);
  });

  it('use every option of the wrapper other than as it is by default, and both forms of each', async () => {
    const oracle = { name: 'none', start: () => ({ respond: () => null as never, reset() {} }) };
    const defaults = checkStackelbergOptions('test', { oracle });
    const used = new Map(Object.keys(defaults).map((key) => [key, new Set<unknown>()]));
    for (const { options } of wrapperPresets) {
      for (const [key, value] of Object.entries(options)) used.get(key)!.add(value);
    }
    used.delete('oracle');
    const changed = [...used].map(([key, values]) => [
      key,
      [...values].some((value) => value !== defaults[key as keyof typeof defaults]),
    ]);
    expect(Object.fromEntries(changed.filter(([, is]) => !is))).toEqual({});
    expect([...used.get('commitment')!].sort()).toEqual(['episode', 'policy', 'step']);
    expect([...used.get('policyForm')!].sort()).toEqual(['deterministic', 'logits']);
    expect([...used.get('repeats')!].sort()).toEqual(['ask', 'skip']);
    expect([...used.get('rewardEpisodes')!].map((value) => typeof value).sort()).toEqual([
      'number',
      'string',
    ]);
  });

  it.each([...byId.keys()])('%s plays outer episodes whose return is finite', async (id) => {
    const outer = await build(id);
    const plays = [0, 1].map((seed) => playOuterEpisode(outer, seed));
    for (const { total, steps } of plays) {
      expect(Number.isFinite(total)).toBe(true);
      expect(steps).toBeGreaterThan(0);
    }
    expect(playOuterEpisode(outer, 0)).toEqual(plays[0]);
  });

  it('HiddenQueries-v0 shows no query, LeaderMemory-v0 tells them from play', async () => {
    expect(playOuterEpisode(await build('HiddenQueries-v0'), 0)).toMatchObject({ steps: 5, shown: 0 });
    const told = await build('LeaderMemory-v0');
    expect(`${told.observationSpace}`).toBe('Discrete(6)');
    expect(playOuterEpisode(told, 0)).toMatchObject({ steps: 8, shown: 3 });
  });

  it('a whole policy is one step', async () => {
    for (const { id } of wrapperPresets.filter(({ options }) => options.commitment === 'policy'))
      expect([id, playOuterEpisode(await build(id), 0).steps]).toEqual([id, 1]);
  });

  it('the prisoner is worth 31 - 25 with the best whole policy', async () => {
    const outer = await build('PrisonersDilemmaWholePolicy-v0');
    const { n } = outer.game.agents[outer.game.leaderIndex].actionSpace as unknown as { n: number };
    let best = -Infinity;
    for (let code = 0; code < n ** 5; code++) {
      outer.reset({ seed: 0 });
      const action = Int32Array.from({ length: 5 }, (_, k) => (code >> k) & 1);
      best = Math.max(best, outer.step(action).reward);
    }
    expect(best).toBeCloseTo(6, 10);
  });

  it('are those of a vector of outer episodes as well', async () => {
    for (const { id, game, params, oracle: name, oracleOptions, options } of wrapperPresets) {
      if (name === 'contextual-policy') continue;
      const rules = makeGame(game, params);
      const { oracle } = await prepareOracle(name, rules, oracleOptions, 0);
      const outer = new StackelbergVectorEnv(rules, 2, { ...options, oracle });
      expect([id, `${outer.singleActionSpace}`]).toEqual([id, `${(await build(id)).actionSpace}`]);
    }
  });
});
