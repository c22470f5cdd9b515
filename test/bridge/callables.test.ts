import { describe, expect, it } from '@jest/globals';
import { kinds } from '../../bridge/frames.js';
import { type Answer, converse, dilemma, frame, hello, json, request, step } from './wire.js';

const returns = (value: unknown) => frame(kinds.return, 0, 7, Buffer.from(JSON.stringify(value)));
const raises = (type: string, message: string) => frame(kinds.raise, 0, 7, { type, message });
const reset = (seed: string | null) => request({ verb: 'reset', seed }, 1);
const move = (action: number) => step(Buffer.from(Int32Array.of(action, 0).buffer));
const make = (more: object = {}) =>
  request({ ...dilemma, view: 'stackelberg', oracle: { callable: 3, name: 'mine' }, ...more });

const query = (observation: unknown, simulated = 0) =>
  returns({ op: 'query', observation, answer: 'action', simulated });
const told = { form: 'action', draws: false, resets: false };
const response = (policy: object = told, more: object = {}) =>
  returns({
    op: 'response',
    mixture: [{ follower_0: policy }],
    notion: 'none',
    gap: null,
    simulated: 0,
    ...more,
  });

/** What comes after the handshake. */
async function answers(...sent: Buffer[]): Promise<Answer[]> {
  return (await converse([hello(), ...sent])).slice(1);
}

/** The calls among the answers. */
const calls = (all: readonly Answer[]) => all.filter(({ kind }) => kind === kinds.call).map(json);

function failures(all: readonly Answer[]): string[] {
  const failed = all.filter(({ kind }) => kind === kinds.error).map(json);
  return failed.map(({ name, message }) => `${name}: ${message}`);
}

describe('an oracle in the client', () => {
  it('is told who plays, asks, and lets its follower act', async () => {
    const all = await answers(
      make(),
      returns(null),
      reset('5'),
      query(0),
      move(1),
      response(),
      move(0),
      returns(1),
      move(1),
      returns(0),
    );
    const [describes, responds, answered, first, second] = calls(all);
    const shown = all.map(({ kind }) => kind);
    expect(shown).toEqual(
      [
        [kinds.call, kinds.reply],
        [kinds.call, kinds.data],
        [kinds.call, kinds.data],
        [kinds.call, kinds.data],
        [kinds.call, kinds.data],
      ].flat(),
    );
    expect(describes).toMatchObject({
      callable: 3,
      op: 'describe',
      leader: 'leader_0',
      followers: ['follower_0'],
      observationSpaces: { leader_0: { type: 'Discrete', n: 5 }, follower_0: { type: 'Discrete', n: 5 } },
      actionSpaces: { leader_0: { type: 'Discrete', n: 2 }, follower_0: { type: 'Discrete', n: 2 } },
    });
    expect(responds).toEqual({
      callable: 3,
      op: 'respond',
      row: 0,
      fresh: true,
      distributions: false,
      seed: responds.seed,
    });
    expect(Number.isSafeInteger(responds.seed)).toBe(true);
    expect(answered).toEqual({ callable: 3, op: 'answer', row: 0, answer: 1 });
    expect(first).toEqual({ callable: 3, op: 'act', row: 0, entry: 0, agent: 'follower_0', observation: 0 });
    // After the row 0 and the column 1, the follower sees 1 + 0 + 2 * 1.
    expect(second.observation).toBe(3);
  });

  it('gets seeds that follow from the seed of reset', async () => {
    const drawing = response({ ...told, draws: true });
    const episode = [drawing, move(0), returns(0)];
    const all = await answers(make(), returns(null), reset('5'), ...episode, reset('5'), ...episode);
    const seeds = calls(all).map(({ seed }) => seed);
    expect(seeds.slice(1, 3)).toEqual(seeds.slice(3));
    expect(new Set(seeds.slice(1)).size).toBe(2);
  });

  it('is asked for resets and probabilities where it has them', async () => {
    const certain = { form: 'probabilities', draws: false, resets: true };
    const all = await answers(
      make(),
      returns(null),
      reset('5'),
      response(certain),
      returns(null),
      move(0),
      returns([0, 1]),
      move(0),
      returns([0.5, 0.6]),
    );
    expect(calls(all).map(({ op }) => op)).toEqual(['describe', 'respond', 'reset', 'act', 'act']);
    expect(failures(all)).toEqual([
      'InvalidArgument: follower_0: at 3: expected 2 probabilities that sum to 1, got [0.5, 0.6].',
    ]);
  });

  it.each([[['0', '1']], [[[1], [0]]], [[true, false]], ['01']])(
    'is refused probabilities that are no numbers: %j',
    async (row) => {
      const certain = { form: 'probabilities', draws: false, resets: false };
      const all = await answers(make(), returns(null), reset('5'), response(certain), move(0), returns(row));
      expect(failures(all)[0]).toMatch(
        /^InvalidArgument: follower_0: at 0: expected 2 probabilities that sum/,
      );
    },
  );

  it('is fresh in every episode unless followers are not reset', async () => {
    const fresh = async (options: object) => {
      const all = await answers(
        make({ options }),
        returns(null),
        ...[reset('5'), response(), reset(null), response(), reset('6'), response()],
      );
      return calls(all)
        .slice(1)
        .map((call) => call.fresh);
    };
    expect(await fresh({})).toEqual([true, true, true]);
    expect(await fresh({ resetFollowers: false })).toEqual([true, false, true]);
  });

  it('has a row for each row of a vector', async () => {
    const all = await answers(
      make({ view: 'stackelberg-vector', numEnvs: 3 }),
      returns(null),
      reset('5'),
      ...[response(), response(), response()],
    );
    const [, ...responds] = calls(all);
    expect(responds.map(({ row }) => row)).toEqual([0, 1, 2]);
    const alone = await answers(make(), returns(null), reset('6'), response());
    expect(responds[1].seed).toBe(calls(alone)[1].seed);
  });

  it.each([
    [
      'a query outside the space',
      query(9),
      /InvalidArgument: mine: expected a query in Discrete\(5\), got 9/,
    ],
    ['a query of another type', query('x'), /InvalidArgument: mine: expected a query .*got "x"/],
    ['an unknown operation', returns({ op: 'play' }), /InvalidArgument: mine: op/],
    ['nothing', returns(null), /InvalidArgument: mine/],
    ['an unknown notion', response(told, { notion: 'nash' }), /InvalidArgument: mine: notion/],
    ['no policy', response(told, { mixture: [{}] }), /expected a policy for follower_0/],
    [
      'a policy of a stranger',
      response(told, { mixture: [{ follower_0: told, follower_1: told }] }),
      /InvalidArgument: mine: mixture: Unknown follower "follower_1"/,
    ],
    [
      'a raise without a type',
      frame(kinds.raise, 0, 7, { message: 'x' }),
      /ProtocolError: raise: expected a type and a message, got {"message":"x"}/,
    ],
    ['an exception', raises('KeyError', 'absent'), /CallableError: KeyError: absent/],
  ])('ends the episode, not the session, with %s', async (_what, reply, message) => {
    const all = await answers(make(), returns(null), reset('5'), reply, move(0), reset('5'), response());
    const [first, second] = failures(all);
    expect(first).toMatch(message);
    expect(second).toMatch(/ResetNeeded/);
    expect(all.at(-1)?.kind).toBe(kinds.data);
  });

  it.each([
    [5, 'expected an action in Discrete(2) at 0, got 5.'],
    [0.5, 'expected an action in Discrete(2) at 0, got 0.5.'],
    [null, 'expected an action in Discrete(2) at 0, got null.'],
    [[0], 'expected an action in Discrete(2) at 0, got [0].'],
  ])('is told of the action %j', async (action, message) => {
    const all = await answers(
      ...[make(), returns(null), reset('5'), response(), move(0), returns(action), reset('5'), response()],
    );
    expect(failures(all)).toEqual([`InvalidAction: follower_0: ${message}`]);
    expect(all.at(-1)?.kind).toBe(kinds.data);
  });

  it('must be answered before anything else is sent', async () => {
    const all = await answers(make(), reset('5'), make());
    expect(failures(all)).toHaveLength(1);
    expect(failures(all)[0]).toMatch(/expected a return or a raise, got kind 1/);
  });
});

describe('a leader in the client', () => {
  const describe1 = returns(told);
  const titForTat = [1, 0, 0, 1, 1].map(returns);
  const graded = { game: 'IteratedMatrixGame-v0', params: { game: 'prisoners_dilemma' } };
  const evaluate = (more: object) => request({ verb: 'evaluate', ...graded, ...more });

  it('answers hidden queries', async () => {
    const all = await answers(
      make({ oracle: 'exact-best-response', queryPolicy: 2, options: { hideQueries: true } }),
      describe1,
      reset('5'),
      ...titForTat,
    );
    expect(calls(all).map(({ callable, op, observation }) => [callable, op, observation])).toEqual([
      [2, 'describe', undefined],
      ...[0, 1, 2, 3, 4].map((observation) => [2, 'act', observation]),
    ]);
    expect(all.at(-1)?.kind).toBe(kinds.data);
  });

  it('is graded as the list of its actions or distributions', async () => {
    const listed = await answers(evaluate({ commitment: [1, 0, 0, 1, 1] }));
    expect(json(listed[0])).toMatchObject({ value: 31, followerValues: { follower_0: 28 }, optimum: 31 });
    const asked = await answers(evaluate({ commitment: { callable: 1 } }), describe1, ...titForTat);
    expect(json(asked.at(-1)!)).toEqual(json(listed[0]));
    const rows = [1, 0, 0, 1, 1].map((action) => returns([1 - action, action]));
    const mixed = await answers(
      ...[evaluate({ commitment: { callable: 1 } }), returns({ ...told, form: 'probabilities' }), ...rows],
    );
    expect(json(mixed.at(-1)!)).toEqual(json(listed[0]));
  });

  it('is refused where it draws and a table is needed', async () => {
    const all = await answers(evaluate({ commitment: { callable: 1 } }), returns({ ...told, draws: true }));
    expect(failures(all)[0]).toMatch(/expected a policy of the observation alone/);
  });

  it('is told the response to it', async () => {
    const respond = (more: object) => request({ verb: 'respond', ...graded, ...more });
    const all = await answers(
      ...[respond({ commitment: [1, 0, 0, 1, 1] }), respond({ commitment: [1, 1, 1, 1, 1] })],
      respond({ commitment: [1, 0, 0, 1, 1], follower: 'time-aware' }),
    );
    expect(all.map(json)).toMatchObject([
      { value: 31, policy: [0, 0, 0, 0, 0], response: 'stationary' },
      { value: 20, response: 'stationary' },
      { value: 29, policy: null, response: 'time-aware' },
    ]);
    // Whatever it does after a cooperation that never happens, the follower defects after defections.
    expect(json(all[1]).policy.filter((_: number, o: number) => o === 0 || o === 4)).toEqual([1, 1]);
  });
});

describe('solve', () => {
  it('takes the options of the solvers', async () => {
    const game = { game: 'NormalForm-v0', params: { name: 'conitzer_sandholm' } };
    const all = await answers(
      request({ verb: 'solve', ...game, certify: true }),
      request({ verb: 'solve', ...game, commitment: 'deterministic' }),
      request({ verb: 'solve', ...game, colour: 1 }),
    );
    expect(json(all[0])).toMatchObject({ value: 3.5, commitment: [0.5, 0.5], status: 'optimal' });
    expect(json(all[1])).toMatchObject({ kind: 'deterministic', value: 3 });
    expect(failures(all)[0]).toMatch(/InvalidArgument: solve: Unknown option "colour"/);
  });
});
