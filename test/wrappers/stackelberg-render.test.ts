import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame } from '../../envs/index.js';
import { checkEnv } from '../../gymnasium/checkers/index.js';
import { InvalidArgument, ResetNeeded, UnsupportedMode } from '../../gymnasium/error.js';
import { make } from '../../gymnasium/make.js';
import type { ParallelEnv } from '../../gymnasium/parallel.js';
import { OrderEnforcing } from '../../gymnasium/wrappers/order-enforcing.js';
import { PassiveEnvChecker } from '../../gymnasium/wrappers/passive-env-checker.js';
import { ExactBestResponse, FixedPolicy, MultiplicativeWeights, TabularQ } from '../../oracles/index.js';
import { ObservedQueriesWrapper, StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { expectWellFormed, textsOf } from '../envs/xml.js';

const exact = new ExactBestResponse();
const defects = new FixedPolicy({ follower_0: () => 1 });
const dilemma = (parameters: object = {}) =>
  make<ParallelEnv>('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 2, ...parameters });
const wrapped = (options: any, parameters: object = {}) =>
  new StackelbergWrapper(dilemma(parameters), { renderMode: 'ansi', ...options });
const lines = (env: StackelbergWrapper) => env.render()!.split('\n');
const marked = (env: StackelbergWrapper) => env.render()!.match(/\[[^\]]*\]/g);
const played = (env: StackelbergWrapper) =>
  ['leader', 'follower'].map((who) => new RegExp(`^ *${who} +(.*)$`, 'm').exec(env.render()!)![1]);
const opening = (title: string) => `${title}  step 0  total: leader 0, follower 0`;

describe('frames of play', () => {
  it('show the payoffs that the leader and the response have met, and the totals', () => {
    const env = wrapped({ oracle: defects });
    env.reset({ seed: 0 });
    expect(lines(env)[0]).toBe(opening('IteratedMatrixGame-v0, play, 0 queries'));
    expect(marked(env)).toBeNull();
    env.step(0);
    expect([marked(env), played(env)]).toEqual([['[1,4]'], ['0', '1']]);
    env.step(1);
    expect([marked(env), played(env)]).toEqual([['[2,2]'], ['0 1', '1 1']]);
    expect(lines(env)[0]).toMatch(/, play, 0 queries {2}step 2 \(ended\) {2}total: leader 3, follower 6$/);
    expect(env.render()).toBe(env.render());
  });

  it('begin anew with every reward episode and every reset', () => {
    const env = wrapped({ oracle: defects, rewardEpisodes: 2 });
    env.reset({ seed: 0 });
    env.step(0);
    env.step(0);
    expect(lines(env)[0]).toBe(opening('IteratedMatrixGame-v0, play, 0 queries'));
    env.step(1);
    expect(marked(env)).toEqual(['[2,2]']);
    env.reset();
    expect([marked(env), played(env)]).toEqual([null, ['-', '-']]);
  });

  it('show the last reward episode after a whole policy, and its start before', () => {
    const env = wrapped({ oracle: exact, commitment: 'policy', policyForm: 'deterministic' });
    env.reset({ seed: 0 });
    expect(lines(env)[0]).toBe(opening('IteratedMatrixGame-v0, query, 0 queries'));
    env.step(Int32Array.of(1, 1, 1, 1, 1));
    expect([marked(env), played(env)]).toEqual([['[2,2]'], ['1 1', '1 1']]);
    expect(lines(env)[0]).toMatch(/, play, 5 queries .*\(ended\)/);
  });
});

describe('frames of queries', () => {
  it('show the start of an episode where the oracle simulates nothing, also after an episode was played', () => {
    const env = wrapped({ oracle: exact });
    for (let outer = 0; outer < 2; outer++) {
      env.reset(outer === 0 ? { seed: 0 } : {});
      for (const asked of ['0 queries', '1 query', '2 queries', '3 queries', '4 queries']) {
        expect(lines(env)[0]).toBe(opening(`IteratedMatrixGame-v0, query, ${asked}`));
        env.step(1);
      }
      expect(lines(env)[0]).toBe(opening('IteratedMatrixGame-v0, play, 5 queries'));
      env.step(1);
      expect(marked(env)).toEqual(['[2,2]']);
      env.step(1);
    }
  });

  it("show the oracle's simulated play where it learns in the game", () => {
    const env = wrapped({ oracle: new TabularQ({ episodes: 2 }) }, { horizon: 3 });
    const steps: string[] = [];
    env.reset({ seed: 0 });
    for (const action of [0, 1, 1, 0, 0, 1]) {
      const [leader] = played(env);
      steps.push(leader);
      env.step(action);
    }
    expect(steps).toEqual(['-', '0', '0 1', '-', '0', '0 0']);
    expect(lines(env)[0]).toBe(opening('IteratedMatrixGame-v0, play, 6 queries'));
  });

  it('show a random start that stays the same and draws nothing from the environment', () => {
    const game = make<ParallelEnv>('FiniteMarkovGame-v0', { game: 'inspection', start: [0.5, 0.5] });
    const env = new StackelbergWrapper(game, { oracle: exact, renderMode: 'ansi' });
    env.reset({ seed: 3 });
    const before = env.rng.state();
    expect(env.render()).toBe(env.render());
    expect(env.rng.state()).toEqual(before);
  });

  it('show an episode that the oracle begins again from where it was saved', () => {
    const oracle = new MultiplicativeWeights({ updates: 1, form: 'exact' });
    const env = new StackelbergWrapper(make<ParallelEnv>('MatrixDesign-v0'), { oracle, renderMode: 'ansi' });
    const bare = new StackelbergWrapper(makeGame('MatrixDesign-v0'), { oracle });
    let { info } = env.reset({ seed: 0 });
    let queries = 0;
    bare.reset({ seed: 0 });
    for (; info['phase'] === 'query'; queries++) {
      expect(env.render()).not.toMatch(/ended|undefined|NaN/);
      const action = env.actionSpace.sample();
      const result = env.step(action);
      expect(bare.step(action)).toEqual(result);
      info = result.info;
    }
    expect(queries).toBeGreaterThan(1);
  });
});

describe('render modes', () => {
  it('draws well-formed svg under the same title', () => {
    const env = wrapped({ oracle: exact, renderMode: 'svg' });
    env.reset({ seed: 0 });
    expectWellFormed(env.render()!);
    expect(textsOf(env.render()!)).toContain('IteratedMatrixGame-v0, query, 0 queries');
    for (let query = 0; query < 5; query++) env.step(1);
    env.step(1);
    expectWellFormed(env.render()!);
    expect(textsOf(env.render()!)).toEqual(
      expect.arrayContaining([
        'IteratedMatrixGame-v0, play, 5 queries',
        'step 1 · total: leader 2, follower 2',
      ]),
    );
    expect(env.render()!.match(/#ffe9a8/g)).toHaveLength(1);
  });

  it('are those of the source, and draw nothing unless one is chosen', () => {
    const env = new StackelbergWrapper(dilemma(), { oracle: exact });
    expect([env.metadata.renderModes, env.renderMode, env.render()]).toEqual([['ansi', 'svg'], null, null]);
    env.reset({ seed: 0 });
    expect(env.render()).toBeNull();
    const bare = new StackelbergWrapper(makeGame('IteratedMatrixGame-v0'), {
      oracle: exact,
      renderMode: null,
    });
    expect([bare.metadata.renderModes, bare.render()]).toEqual([[], null]);
  });

  it('are refused where the source does not offer them, and an unknown option still is', () => {
    expect(() => wrapped({ oracle: exact, renderMode: 'human' })).toThrow(UnsupportedMode);
    expect(() => wrapped({ oracle: exact, renderMode: 'human' })).toThrow(
      'renderMode: expected one of ansi, svg, got "human".',
    );
    const rules = makeGame('IteratedMatrixGame-v0');
    expect(() => new StackelbergWrapper(rules, { oracle: exact, renderMode: 'ansi' })).toThrow(
      'renderMode: expected one of none, got "ansi".',
    );
    expect(
      () => new StackelbergWrapper(new GameParallelEnv(rules), { oracle: exact, renderMode: 'svg' }),
    ).toThrow(UnsupportedMode);
    expect(() => wrapped({ oracle: exact, rendermode: 'ansi' })).toThrow(InvalidArgument);
  });

  it('take the title and renderer of the source under its wrappers', () => {
    const titled = new GameParallelEnv(makeGame('IteratedMatrixGame-v0'), {
      renderer: { ansi: ({ title, history }) => `${title}: ${history.length}`, svg: () => '' },
      title: 'Dilemma',
    });
    const options = { oracle: defects, renderMode: 'ansi' } as const;
    const env = new StackelbergWrapper(new ObservedQueriesWrapper(titled), options);
    env.reset({ seed: 0 });
    env.step(0);
    expect(env.render()).toBe('Dilemma, play, 0 queries: 1');
  });

  it('need a reset first', () => {
    expect(() => wrapped({ oracle: exact }).render()).toThrow(ResetNeeded);
  });
});

describe('an environment that draws itself', () => {
  it('plays what the same without rendering plays', () => {
    const oracle = new TabularQ({ episodes: 3 });
    const [drawn, plain] = ['ansi', null].map((renderMode) => wrapped({ oracle, renderMode }));
    expect(drawn.reset({ seed: 4 })).toEqual(plain.reset({ seed: 4 }));
    for (let done = false; !done; ) {
      drawn.render();
      const action = drawn.actionSpace.sample();
      const result = drawn.step(action);
      expect(result).toEqual(plain.step(action));
      done = result.terminated;
    }
    drawn.render();
    expect(drawn.reset()).toEqual(plain.reset());
    expect(drawn.state()).toEqual(plain.state());
  });

  it.each(['step', 'episode', 'policy'])('keeps the contract of Env with commitment %s', (commitment) => {
    const build = (renderMode: string | null = null) =>
      wrapped({ oracle: new TabularQ({ episodes: 2 }), commitment, renderMode });
    const { passed, skipped } = checkEnv(build as any);
    expect(passed).toContain('every declared render mode renders');
    expect(skipped).toEqual([]);
  });

  it('is accepted by the passive checker and in order', () => {
    const env = new OrderEnforcing(new PassiveEnvChecker(wrapped({ oracle: exact })));
    expect(() => env.render()).toThrow(ResetNeeded);
    env.reset({ seed: 0 });
    expect(env.render()).toMatch(/^IteratedMatrixGame-v0, query, 0 queries /);
    env.step(0);
    expect([env.renderMode, env.metadata.renderFps]).toEqual(['ansi', 4]);
  });
});

describe('rows', () => {
  it.each(['NextStep', 'SameStep', 'Disabled'] as const)('draw what single environments draw, %s', (mode) => {
    const options = { oracle: exact, commitment: 'episode', repeats: 'skip', renderMode: 'ansi' } as const;
    const rows = new StackelbergVectorEnv(dilemma(), 2, { ...options, autoresetMode: mode });
    const singles = [0, 1].map(() => wrapped(options));
    expect(() => rows.render()).toThrow(ResetNeeded);
    rows.reset({ seed: 3 });
    singles.forEach((single, row) => {
      single.reset({ seed: 3 + row });
    });
    const actions = Int32Array.of(1, 0);
    for (let ended = false; !ended; ) {
      expect(rows.render()).toEqual(singles.map((single) => single.render()));
      const { terminations } = rows.step(actions);
      const dones = singles.map((single, row) => single.step(actions[row]).terminated);
      expect([...terminations].map(Boolean)).toEqual(dones);
      [ended] = dones;
    }
    if (mode === 'SameStep') for (const single of singles) single.reset();
    expect(rows.render()).toEqual(singles.map((single) => single.render()));
    expect(rows.render()[0]).toMatch(
      mode === 'SameStep' ? /, query, 0 queries/ : /, play, 5 queries .*\(ended\)/,
    );
  });

  it('are not drawn without a mode, and refuse one that is not offered', () => {
    const rows = new StackelbergVectorEnv(dilemma(), 2, { oracle: exact });
    rows.reset({ seed: 0 });
    expect([rows.renderMode, rows.render()]).toEqual([null, [null, null]]);
    expect(
      () => new StackelbergVectorEnv(dilemma(), 2, { oracle: exact, renderMode: 'human' as any }),
    ).toThrow(UnsupportedMode);
  });
});
