import { describe, expect, it, jest } from '@jest/globals';
import { kinds } from '../../bridge/frames.js';
import { type Answer, converse, dilemma, frame, hello, json, moves, request, step } from './wire.js';

const parallel = request({ ...dilemma, view: 'parallel' });
const reset = (more: object = {}, env = 1) => request({ verb: 'reset', seed: '0', ...more }, env);

/** Name and message of an answer that must be an error. */
function failure(answer: Answer | undefined): string {
  expect(answer?.kind).toBe(kinds.error);
  const { name, message } = json(answer!);
  return `${name}: ${message}`;
}

/** The last answer of a conversation that starts with a handshake. */
async function last(...sent: Buffer[]): Promise<Answer | undefined> {
  return (await converse([hello(), ...sent])).at(-1);
}

describe('commitment', () => {
  const whole = (policyForm: string, view = 'stackelberg') =>
    request({
      ...dilemma,
      view,
      ...(view === 'stackelberg' ? {} : { numEnvs: 2 }),
      options: { commitment: 'policy', policyForm },
    });
  const ask = (action: unknown) => request({ verb: 'commitment', action }, 1);

  it.each(['stackelberg', 'stackelberg-vector'])('is what a whole policy stands for: %s', async (view) => {
    const answer = await last(whole('deterministic', view), ask([1, 0, 0, 1, 1]));
    expect(json(answer!)).toEqual({ commitment: [1, 0, 0, 1, 1] });
    const even = await last(whole('logits', view), ask(new Array(10).fill(2)));
    expect(json(even!)).toEqual({ commitment: new Array(5).fill([0.5, 0.5]) });
  });

  it.each([
    [
      'another length',
      whole('deterministic'),
      ask([1, 0]),
      /^InvalidArgument: commitment: action: MultiDiscrete/,
    ],
    [
      'an action outside',
      whole('logits'),
      ask(new Array(10).fill(99)),
      /^InvalidArgument: commitment: action: Box/,
    ],
    ['no action', whole('logits'), ask(undefined), /^InvalidArgument: commitment: action: /],
    ['another field', whole('logits'), request({ verb: 'commitment', actions: [] }, 1), /field/],
    [
      'another way to commit',
      request({ ...dilemma, view: 'stackelberg' }),
      ask(1),
      /with commitment "policy", got "step"/,
    ],
    ['another view', parallel, ask(1), /expected the view of a leader/],
  ])('is refused for %s', async (_what, make, asked, message) => {
    expect(failure(await last(make, asked))).toMatch(message);
  });
});

describe('handshake', () => {
  it('answers hello with protocol, server and the largest payload', async () => {
    const [reply, ...rest] = await converse(hello({ client: 'a field that nobody reads' }));
    expect(rest).toEqual([]);
    expect([reply.kind, reply.request]).toEqual([kinds.reply, 1]);
    expect(json(reply)).toEqual({ protocol: 1, server: 'stackelberg-gym 0.1.0', maxPayload: 2 ** 28 });
  });

  it.each([
    ['another verb', request({ verb: 'make' }), /expected a hello first, got "make"/],
    ['a step', step(moves(0, 0)), /expected a hello first, got 2/],
    ['another version', hello({ protocol: 2 }), /expected protocol 1, got 2/],
    ['a version as text', hello({ protocol: '1' }), /expected protocol 1, got "1"/],
    ['no version', hello({ protocol: undefined }), /expected protocol 1, got undefined/],
    ['a list', frame(kinds.request, 0, 1, []), /expected a JSON object/],
    ['no JSON', frame(kinds.request, 0, 1, Buffer.from('{')), /expected JSON in UTF-8/],
    ['no UTF-8', frame(kinds.request, 0, 1, Buffer.from([0xff])), /expected JSON in UTF-8/],
    ['a long hello', hello({ client: 'x'.repeat(2 ** 16) }), /payload of at most 65536 bytes/],
    ['a web page', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /expected a kind among/],
  ])('ends the session after %s', async (_what, sent, message) => {
    const answers = await converse([sent, hello()]);
    expect(answers).toHaveLength(1);
    expect(failure(answers[0])).toMatch(message);
  });

  it('asks for the token, and tells when it is done', async () => {
    const greeted = jest.fn();
    const options = { token: 'a secret of the server', greeted };
    for (const token of [undefined, '', 'a secret of the serves', 'A', 5, ['a secret of the server']]) {
      const answers = await converse([hello({ token }), hello({ token: options.token })], options);
      expect(answers).toHaveLength(1);
      expect(failure(answers[0])).toBe(
        'ProtocolError: hello: expected the token that the server was started with, got another.',
      );
    }
    expect(greeted).not.toHaveBeenCalled();
    expect((await converse(hello({ token: options.token }), options))[0].kind).toBe(kinds.reply);
    expect(greeted).toHaveBeenCalledTimes(1);
  });
});

describe('frames', () => {
  const broken = (change: (bytes: Buffer) => void) => {
    const bytes = request({ verb: 'state' });
    change(bytes);
    return bytes;
  };

  it.each([
    ['an unknown kind', broken((bytes) => bytes.writeUInt8(9, 4)), /got kind 9/],
    ['a kind of the server', broken((bytes) => bytes.writeUInt8(kinds.reply, 4)), /got kind 129/],
    ['flags', broken((bytes) => bytes.writeUInt8(1, 5)), /got kind 1, flags 1/],
    ['numbers where zeros belong', broken((bytes) => bytes.writeUInt16LE(3, 6)), /flags 0 and 3/],
    ['too much JSON', broken((bytes) => bytes.writeUInt32LE(2 ** 24 + 1, 0)), /at most 16777216 bytes/],
    ['a cut payload', broken((bytes) => bytes.writeUInt32LE(2 ** 20, 0)), /got the end after/],
    ['too many actions', Buffer.from('0000001102000000' + '00'.repeat(8), 'hex'), /at most 268435456/],
  ])('ends the session after %s', async (_what, sent, message) => {
    const answers = await converse([hello(), sent, parallel]);
    expect(answers).toHaveLength(2);
    expect(failure(answers[1])).toMatch(message);
  });

  it('ends the session after a cut frame at the end of the stream', async () => {
    expect(failure(await last(Buffer.from([1, 0, 0])))).toMatch(/expected 16 bytes, got the end after 3/);
    expect(failure(await last(request({ verb: 'state' }).subarray(0, 20)))).toMatch(/got the end after 20/);
  });

  it('repeats the request number and the handle in every answer', async () => {
    const answers = await converse([hello(), parallel, request({ verb: 'nothing' }, 5, 2 ** 32 - 1)]);
    expect([answers[2].env, answers[2].request]).toEqual([5, 2 ** 32 - 1]);
  });

  it('reads frames larger than its buffer, and small ones after them', async () => {
    const long = request({ verb: 'x', text: 'y'.repeat(300_000) });
    const answers = await converse([hello(), long, parallel, long, step(Buffer.alloc(200_000)), reset()]);
    expect(answers.map(({ kind }) => kind)).toEqual([129, 131, 129, 131, 131, 130]);
    expect(failure(answers[4])).toMatch(/expected 24 bytes of actions, got 200000/);
  });
});

describe('requests', () => {
  it.each([
    ['an unknown verb', request({ verb: 'rest' }), /Unknown verb "rest". Did you mean "reset"/],
    ['no verb', request({}), /expected one of .*, got undefined/],
    ['a verb that is no text', request({ verb: { toString: 1 } }), /expected one of .*, got {"toString":1}/],
    ['a verb of every object', request({ verb: 'constructor' }), /Unknown verb "constructor"/],
    ['a long verb', request({ verb: 'x'.repeat(2 ** 20) }), /expected one of/],
    ['hello again', hello(), /Unknown verb "hello"/],
    ['a return without a call', frame(kinds.return, 0, 7, {}), /kind 4, which answers a call/],
    ['an unknown game', request({ ...dilemma, view: 'aec', game: 'Chess-v0' }), /Unknown game "Chess-v0"/],
    ['an unknown view', request({ ...dilemma, view: 'solo' }), /view/],
    ['an unknown field', request({ ...dilemma, view: 'aec', colour: 1 }), /unknown parameter "colour"/],
    ['an unknown parameter', request({ ...dilemma, view: 'aec', params: { size: 1 } }), /parameter "size"/],
    ['rows by fractions', request({ ...dilemma, view: 'vector', numEnvs: 1.5 }), /numEnvs/],
    ['no rows', request({ ...dilemma, view: 'vector', numEnvs: 0 }), /numEnvs/],
    [
      'a render mode as a parameter',
      request({ ...dilemma, view: 'parallel', params: { renderMode: 'ansi' } }),
      /unknown parameter "renderMode"/,
    ],
    [
      'a callable numbered 0',
      request({ ...dilemma, view: 'stackelberg', queryPolicy: 0 }),
      /InvalidArgument: make: queryPolicy/,
    ],
    ...['oracle', 'renderMode', 'leader', 'autoresetMode'].flatMap((name) =>
      ['stackelberg', 'stackelberg-vector'].map((view): [string, Buffer, RegExp] => [
        `an option ${name} of ${view}`,
        request({
          ...dilemma,
          view,
          numEnvs: view === 'stackelberg' ? undefined : 2,
          options: { [name]: null },
        }),
        new RegExp(`^InvalidArgument: make: options: Unknown option "${name}"`),
      ]),
    ),
    ['too many rows', request({ ...dilemma, view: 'vector', numEnvs: 1e9 }), /numEnvs/],
    ['deep JSON', request(JSON.parse('{"a":'.repeat(65) + '1' + '}'.repeat(65))), /at most 64 levels/],
    [
      'a prototype',
      frame(1, 0, 7, Buffer.from('{"verb":"make","__proto__":{"view":"aec"}}')),
      /no key "__proto__"/,
    ],
    [
      'a strange number',
      request({ verb: 'make', size: { $number: '1e9' } }),
      /expected Infinity, -Infinity or NaN/,
    ],
  ])('refuses %s and goes on', async (_what, sent, message) => {
    const answers = await converse([hello(), sent, parallel]);
    expect(failure(answers[1])).toMatch(message);
    expect(answers[2].kind).toBe(kinds.reply);
  });

  it('survives JSON that is deeper than the stack', async () => {
    const deep = frame(kinds.request, 0, 7, Buffer.from('['.repeat(2 ** 20) + ']'.repeat(2 ** 20)));
    const answers = await converse([hello(), deep, parallel]);
    expect(failure(answers[1])).toMatch(/^ProtocolError: payload/);
    expect(answers[2].kind).toBe(kinds.reply);
  });

  it('refuses rows that would not fit into memory before it makes them', async () => {
    const outer = { ...dilemma, view: 'stackelberg-vector', oracle: 'tabular-q', numEnvs: 2 ** 20 };
    expect(failure(await last(request(outer)))).toMatch(
      /^InvalidArgument: make: expected environments of at most \d+ MiB in a session, got 13\d{4} MiB for 1048576 rows/,
    );
  });
});

describe('environments', () => {
  it('are known by their handle alone, in their own session alone', async () => {
    const [, made] = await converse([hello(), parallel]);
    expect(json(made).env).toBe(1);
    for (const sent of [
      reset(),
      step(moves(0, 0)),
      request({ verb: 'close' }, 1),
      request({ verb: 'render' }, 0),
    ]) {
      expect(failure(await last(sent))).toMatch(
        /^ProtocolError: env: expected the handle of an open environment/,
      );
    }
  });

  it('are gone once they are closed, and their handle is not used again', async () => {
    const close = request({ verb: 'close' }, 1);
    const answers = await converse([hello(), parallel, close, close, reset(), parallel]);
    expect(answers.map(({ kind }) => kind)).toEqual([129, 129, 129, 131, 131, 129]);
    expect(json(answers[5]).env).toBe(2);
  });

  it.each(['parallel', 'aec', 'vector', 'stackelberg', 'stackelberg-vector'])(
    'refuse a step before a reset: %s',
    async (view) => {
      const rows = view.includes('vector') ? { numEnvs: 2 } : {};
      const oracle = view.includes('stackelberg') ? { oracle: 'tabular-q' } : {};
      const make = request({ ...dilemma, view, ...rows, ...oracle });
      const [, made] = await converse([hello(), make]);
      const payload = Buffer.alloc(json(made).layouts.actions.size, 1);
      expect(failure(await last(make, step(payload)))).toMatch(/^ResetNeeded/);
    },
  );

  it('a session may hold thousands, and no more than 4096', async () => {
    const answers = await converse([hello(), ...Array(4097).fill(parallel), reset({}, 4096)]);
    expect(json(answers[4096]).env).toBe(4096);
    expect(failure(answers[4097])).toMatch(/expected at most 4096 environments/);
    expect(answers[4098].kind).toBe(kinds.data);
  });

  it.each([
    [
      'too few bytes',
      moves(0, 0).subarray(0, 23),
      /ProtocolError: step: expected 24 bytes of actions, got 23/,
    ],
    [
      'an action that is none',
      moves(2, 0),
      /InvalidAction: leader_0: expected an action in Discrete\(2\), got 2/,
    ],
    ['a negative action', moves(-1, 0), /InvalidAction/],
    ['an agent without action', moves(0, 0, [1, 0]), /InvalidAction: Expected an action for follower_0/],
  ])('refuse %s and go on', async (_what, payload, message) => {
    const answers = await converse([hello(), parallel, reset(), step(payload), step(moves(1, 1))]);
    expect(failure(answers[3])).toMatch(message);
    expect(answers[4].kind).toBe(kinds.data);
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['more than the bound', 1.5],
  ])('refuse %s in numbers', async (_what, number) => {
    const make = { verb: 'make', game: 'SecurityGame-v0', params: {} };
    const [, made] = await converse([hello(), request({ ...make, view: 'parallel' })]);
    const { size, fields } = json(made).layouts.actions;
    const coverage = fields.find((one: any) => one.name === 'actions/leader_0');
    expect(coverage.dtype).toMatch(/^float/);
    const payload = Buffer.alloc(size);
    payload.fill(1, 0, 2);
    new Float64Array(payload.buffer, payload.byteOffset + coverage.offset, 1)[0] = number;
    expect(failure(await last(request({ ...make, view: 'parallel' }), reset(), step(payload)))).toMatch(
      /^InvalidAction/,
    );
  });

  it.each([
    ['a seed that is a number', { seed: 5 }, /seed: expected a non-negative integer as a string, got 5/],
    ['a negative seed', { seed: '-1' }, /seed/],
    ['a seed a row', { seed: ['1', '2'] }, /seed: expected one seed, got a list of 2\.$/],
    ['no number of steps', { maxCycles: {} }, /maxCycles/],
    ['steps by fractions', { maxCycles: 0.5 }, /maxCycles/],
    ['options in a list', { options: [1] }, /^InvalidArgument: options: expected an object, got \[1\]\.$/],
    ['options as a text', { options: 'x' }, /options: expected an object, got "x"/],
    ['options as a number', { options: 5 }, /options: expected an object, got 5/],
    [
      'a field that nobody knows',
      { maxcycles: 3 },
      /reset: Unknown field "maxcycles". Did you mean "maxCycles"\?/,
    ],
  ])('refuse to be reset with %s', async (_what, more, message) => {
    expect(failure(await last(parallel, reset(more)))).toMatch(message);
  });

  it.each([
    ['too few seeds', { seed: ['1'] }, /seed: expected 3 seeds, one a row, got 1\.$/],
    ['a short mask', { options: { resetMask: [1, 0] } }, /3 long/],
    ['a mask that is no list', { options: { resetMask: 'all' } }, /resetMask/],
    ['a mask of texts', { options: { resetMask: ['a', 'b', 'c'] } }, /resetMask/],
    ['a mask of nothing', { options: { resetMask: [0, 0, 0] } }, /at least one/],
    ['a mask of numbers', { options: { resetMask: [1, 2, 0] } }, /resetMask/],
  ])('with rows refuse to be reset with %s', async (_what, more, message) => {
    const make = request({ ...dilemma, view: 'vector', numEnvs: 3 });
    expect(failure(await last(make, reset(), reset(more)))).toMatch(message);
  });

  it.each(['vector', 'stackelberg', 'stackelberg-vector'])('of %s refuse a number of steps', async (view) => {
    const rows = view === 'stackelberg' ? {} : { numEnvs: 3 };
    const make = request({ ...dilemma, view, ...rows });
    for (const maxCycles of [3, null]) {
      expect(failure(await last(make, reset({ maxCycles })))).toBe(
        'InvalidArgument: maxCycles: expected a view parallel or aec, got another.',
      );
    }
    expect((await last(make, reset()))?.kind).toBe(kinds.data);
  });

  it('with rows reset those of a mask, in flags or in 0 and 1', async () => {
    const make = request({ ...dilemma, view: 'vector', numEnvs: 3 });
    for (const resetMask of [
      [1, 0, 0],
      [true, false, false],
    ]) {
      expect((await last(make, reset(), reset({ options: { resetMask, other: 1 } })))?.kind).toBe(kinds.data);
    }
  });

  it.each([1000, 100_000])('refuse to draw a picture of %i targets', async (targets) => {
    const security = { verb: 'make', game: 'SecurityGame-v0', params: { generate: { targets } } };
    const make = request({ ...security, view: 'parallel', renderMode: 'rgb_array' });
    expect(failure(await last(make, reset(), request({ verb: 'render' }, 1)))).toMatch(
      /^InvalidArgument: render: expected a picture of at most 16777216 pixels, got 620 x \d+: /,
    );
  });

  it('keep their number of steps when a reset is refused', async () => {
    const answers = await converse([
      hello(),
      parallel,
      reset({ maxCycles: 1, seed: ['1', '2'] }),
      reset({ maxCycles: 1, options: [] }),
      reset({ options: null }),
      step(moves(0, 0)),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual([129, 129, 131, 131, 130, 130]);
    // Who is still in the episode.
    expect([...answers[5].payload.subarray(48, 50)]).toEqual([1, 1]);
  });

  it('say that a commit has the wrong size', async () => {
    const platform = { verb: 'make', game: 'BertrandPlatform-v0', params: {} };
    const make = request({ ...platform, view: 'parallel' });
    const [, made] = await converse([hello(), make]);
    expect(json(made).commits).toBe(true);
    const commit = frame(kinds.commit, 1, 7, Buffer.alloc(3));
    expect(failure(await last(make, reset(), commit))).toMatch(
      /^ProtocolError: commit: expected \d+ bytes of actions, got 3\.$/,
    );
  });

  it('take seeds of up to 4096 digits', async () => {
    const seeds = ['0', String(2n ** 64n), String(2n ** 64n + 1n), '9'.repeat(4096), '9'.repeat(4097)];
    const answers = await converse([hello(), parallel, ...seeds.map((seed) => reset({ seed }))]);
    expect(answers.map(({ kind }) => kind)).toEqual([129, 129, 130, 130, 130, 130, 131]);
  });
});

describe('requests that may take long', () => {
  const solve = request({ ...dilemma, verb: 'solve' });
  const respond = request({ ...dilemma, verb: 'respond', commitment: [0, 0, 0, 0, 0] });
  const evaluate = request({ ...dilemma, verb: 'evaluate', commitment: [0, 0, 0, 0, 0] });
  const leader = request({ ...dilemma, view: 'stackelberg' });
  const rows = request({ ...dilemma, view: 'vector', numEnvs: 2 });

  it.each([
    ['once', [solve, respond, evaluate], 1],
    ['for a leader', [leader, reset()], 1],
    ['not for games', [parallel, reset(), step(moves(0, 0)), rows], 0],
  ])('are told beforehand: %s', async (_what, sent, times) => {
    const lasting = jest.fn();
    await converse([hello(), ...sent], { lasting });
    expect(lasting).toHaveBeenCalledTimes(times);
  });
});
