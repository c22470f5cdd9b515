import { rowSeeds } from '../vector-arguments.js';
import { expectThat, type Rule } from './rule.js';
import type { Episode, Subject } from './subject.js';
import { firstDifference } from './values.js';

/** Rules on seeds: what the same seed must repeat and another must not, for every kind of environment. */
export const replayRules: readonly Rule<Subject>[] = [
  { name: 'a seeded reset repeats itself', check: resetRepeats, applies: isDeterministic },
  { name: 'the steps after a seeded reset repeat themselves', check: stepsRepeat, applies: isDeterministic },
  { name: 'a seeded reset forgets the episodes before it', check: seedForgets, applies: isDeterministic },
  { name: 'a reset without a seed goes on with the stream', check: streamGoesOn, applies: isDeterministic },
  { name: 'a reset without a seed does not start the stream again', check: streamMoves },
  { name: 'different seeds give different episodes', check: seedsMatter },
  {
    name: 'another instance plays the same after the same seed',
    check: instancesAgree,
    applies: (subject) => subject.build !== null && isDeterministic(subject),
  },
];

/** Fails where two recordings of what should be the same play differ. */
export function expectSame(what: string, a: Episode, b: Episode): void {
  for (const { error } of [a, b]) if (error !== null) throw error;
  for (let t = 0; t < Math.max(a.moments.length, b.moments.length); t++) {
    const at = (a.moments[t] ?? b.moments[t]).at;
    const ended = a.moments[t] === undefined || b.moments[t] === undefined;
    expectThat(!ended, () => `Expected ${what}, but one of them ended before ${at}.`);
    const difference = firstDifference(a.moments[t].data, b.moments[t].data);
    expectThat(difference === null, () => `Expected ${what}, but at ${at} they differ in ${difference}.`);
  }
}

function isDeterministic({ env }: Subject): boolean {
  return env.metadata.nondeterministic !== true;
}

/** A first seeded reset rids the comparison of what came before; that it does so is a rule of its own. */
function resetRepeats(subject: Subject): void {
  subject.env.reset({ seed: subject.seed });
  const [a, b] = [seeded(subject), seeded(subject)].map((episode) => ({
    ...episode,
    moments: episode.moments.slice(0, 1),
  }));
  expectSame('two resets with the same seed to give the same', a, b);
}

function stepsRepeat(subject: Subject): void {
  subject.env.reset({ seed: subject.seed });
  const what = 'the same actions after the same seed to give the same';
  expectSame(what, seeded(subject), seeded(subject));
}

function seedForgets(subject: Subject): void {
  const first = seeded(subject);
  subject.play(subject.env, {}, 'another');
  subject.play(subject.env, {}, 'and another');
  expectSame('a seeded reset to give the same after unseeded episodes', first, seeded(subject));
}

function streamGoesOn(subject: Subject): void {
  const second = () => {
    seeded(subject);
    return subject.play(subject.env);
  };
  expectSame('the second episode after the same seed to be the same', second(), second());
}

/** Where every seed gives its own episode, episodes that follow one another cannot all be alike. */
function streamMoves(subject: Subject): void {
  if (!allDiffer(seededEpisodes(subject))) return;
  expectThat(
    !allAlike(followingEpisodes(subject)),
    () => 'Expected resets without a seed to give different episodes, as seeds do, got the same each time.',
  );
}

/** Where every unseeded episode differs, different seeds cannot all give the same one. */
function seedsMatter(subject: Subject): void {
  if (!allDiffer(followingEpisodes(subject))) return;
  expectThat(
    !allAlike(seededEpisodes(subject)),
    () =>
      'Expected different seeds to give different episodes, as unseeded resets do, got the same each time.',
  );
}

function instancesAgree(subject: Subject): void {
  const here = seeded(subject);
  const there = subject.withFresh((env) => subject.play(env, { seed: subject.seed }));
  expectSame('two instances to give the same after the same seed', here, there);
}

function seeded(subject: Subject): Episode {
  return subject.play(subject.env, { seed: subject.seed });
}

function seededEpisodes(subject: Subject): Episode[] {
  return rowSeeds(subject.seed, 4).map((seed) => subject.play(subject.env, { seed }));
}

function followingEpisodes(subject: Subject): Episode[] {
  seeded(subject);
  return [0, 1, 2, 3].map(() => subject.play(subject.env));
}

function same(a: Episode, b: Episode): boolean {
  if (a.moments.length !== b.moments.length) return false;
  return a.moments.every(({ data }, t) => firstDifference(data, b.moments[t].data) === null);
}

function allAlike([first, ...rest]: Episode[]): boolean {
  return rest.every((episode) => same(first, episode));
}

function allDiffer(episodes: Episode[]): boolean {
  return episodes.every((a, i) => episodes.slice(i + 1).every((b) => !same(a, b)));
}
