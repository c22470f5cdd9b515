import { Env } from '../core.js';
import { describe } from '../error.js';
import { ParallelEnv } from '../parallel.js';
import { batchSpace } from '../spaces/utils.js';
import { ParallelVectorEnv, VectorEnv } from '../vector.js';
import { nameRules } from './agent-rules.js';
import { laneResetRules } from './lane-reset-rules.js';
import { laneRefusalRules, laneSetupRules, laneShapeRules } from './lane-rules.js';
import { closeRule, metadataRule, optionRules, stepBeforeResetRule } from './life-rules.js';
import { infoRule, maskRule, membershipRule, playRules, rewardRule } from './play-rules.js';
import { replayRules } from './replay-rules.js';
import { type CheckOptions, type CheckReport, expectThat, fail, type Rule, runRules } from './rule.js';
import { labelOf, remakeVec, resolveSource, type Source } from './source.js';
import { type TwinEnv, TwinSubject } from './twin.js';

const restRules: readonly Rule<TwinSubject>[] = [
  ...playRules,
  ...replayRules,
  stepBeforeResetRule,
  ...laneRefusalRules,
  ...optionRules,
  ...laneResetRules,
  closeRule,
];

/** What every VectorEnv must do; `checkVectorEnv` runs them in this order. */
export const vectorRules: readonly Rule<TwinSubject>[] = [
  { name: 'the environment is a VectorEnv', check: isVectorEnv, fatal: true },
  ...laneSetupRules,
  { name: 'batched spaces are those of numEnvs rows', check: batchedSpaces },
  metadataRule,
  ...laneShapeRules,
  { name: 'infos has an entry a row', check: infoList },
  { name: 'finalInfos has an entry where finalMask is set, else null', check: finalInfoList },
  membershipRule,
  rewardRule,
  infoRule,
  maskRule,
  ...restRules,
  { name: 'render gives a frame a row', check: frames },
  {
    name: 'closed is set by close',
    check: closedFlag,
    applies: ({ build }) => build !== null,
  },
];

/** What every ParallelVectorEnv must do; `checkParallelVectorEnv` runs them in this order. */
export const parallelVectorRules: readonly Rule<TwinSubject>[] = [
  { name: 'the environment is a ParallelVectorEnv', check: isParallelVectorEnv, fatal: true },
  ...(nameRules as readonly Rule<any>[]),
  ...laneSetupRules,
  metadataRule,
  ...laneShapeRules,
  membershipRule,
  rewardRule,
  ...restRules,
];

export interface VectorCheckOptions<Twin extends TwinEnv> extends CheckOptions {
  /** The scalar environment, or a function that builds it, that every row must equal bit for bit. */
  readonly twin?: Twin | (() => Twin);
}

/**
 * Checks that a VectorEnv keeps its contract in its autoreset mode: check one of each mode. With a twin, row i after a
 * reset with seed s must be the twin's episodes after seed s + i.
 *
 * @param source the environment, or better a function that builds one
 * @throws CheckFailed naming the first rule that fails, with what was expected and what came.
 * @example
 * checkVectorEnv(() => new SyncVectorEnv([() => new Maze(), () => new Maze()]), { twin: () => new Maze() });
 */
export function checkVectorEnv(
  source: Source<VectorEnv>,
  options: VectorCheckOptions<Env> = {},
): CheckReport {
  return checkLanes(source, vectorRules, options);
}

/**
 * Checks that a ParallelVectorEnv keeps its contract in its autoreset mode; as `checkVectorEnv`, with a ParallelEnv for
 * twin.
 *
 * @throws CheckFailed naming the first rule that fails, with what was expected and what came.
 * @example
 * checkParallelVectorEnv(makeVec('NormalForm-v0', 8), { twin: () => make('NormalForm-v0') });
 */
export function checkParallelVectorEnv(
  source: Source<ParallelVectorEnv>,
  options: VectorCheckOptions<ParallelEnv> = {},
): CheckReport {
  return checkLanes(source, parallelVectorRules, options);
}

function checkLanes<E extends VectorEnv | ParallelVectorEnv>(
  source: Source<E>,
  rules: readonly Rule<TwinSubject>[],
  options: VectorCheckOptions<TwinEnv>,
): CheckReport {
  const { env, build, owned } = resolveSource<E>(source, remakeVec);
  const twin = typeof options.twin === 'function' ? options.twin() : (options.twin ?? null);
  if (twin !== null && !(twin instanceof Env || twin instanceof ParallelEnv)) {
    fail(`Expected options.twin to be an Env or a ParallelEnv, or to build one, got ${describe(twin)}.`);
  }
  const report = runRules(labelOf(env), rules, new TwinSubject(env, build, options, twin), options);
  if (owned) env.close();
  if (twin !== null && typeof options.twin === 'function') twin.close();
  return report;
}

function isVectorEnv({ env }: TwinSubject): void {
  expectThat(env instanceof VectorEnv, () => `Expected an instance of VectorEnv, got ${describe(env)}.`);
}

function isParallelVectorEnv({ env }: TwinSubject): void {
  expectThat(
    env instanceof ParallelVectorEnv,
    () => `Expected an instance of ParallelVectorEnv, got ${describe(env)}.`,
  );
}

function vectorOf({ env }: TwinSubject): VectorEnv {
  return env as VectorEnv;
}

function batchedSpaces(subject: TwinSubject): void {
  const { numEnvs, ...spaces } = vectorSpaces(vectorOf(subject));
  for (const [name, [single, batched]] of Object.entries(spaces)) {
    const expected = batchSpace(single, numEnvs);
    expectThat(expected.equals(batched), () => `Expected ${name} to be ${expected}, got ${batched}.`);
  }
}

function vectorSpaces(env: VectorEnv) {
  return {
    numEnvs: env.numEnvs,
    observationSpace: [env.singleObservationSpace, env.observationSpace] as const,
    actionSpace: [env.singleActionSpace, env.actionSpace] as const,
  };
}

function infoList({ env, moments }: TwinSubject): void {
  for (const { at, result } of moments) {
    const infos: unknown = result?.infos;
    expectThat(
      Array.isArray(infos) && infos.length === env.numEnvs,
      () => `Expected infos to be an array with an entry a row at ${at}, got ${describe(infos)}.`,
    );
  }
}

function finalInfoList({ env, moments }: TwinSubject): void {
  for (const { at, result } of moments.filter(({ call }) => call === 'step')) {
    const { finalInfos, finalMask } = result;
    const listed = Array.isArray(finalInfos) && finalInfos.length === env.numEnvs;
    const fits = listed && finalInfos.every((info, row) => (info !== null) === (finalMask[row] === 1));
    expectThat(
      fits,
      () =>
        `Expected finalInfos to have an entry a row, null unless finalMask is set, at ${at}, got ${describe(finalInfos)}.`,
    );
  }
}

function frames(subject: TwinSubject): void {
  const env = vectorOf(subject);
  env.reset({ seed: subject.seed });
  const got: unknown = env.render();
  const valid = Array.isArray(got) && got.length === env.numEnvs;
  expectThat(
    valid && got.every((frame) => frame === null || typeof frame === 'string'),
    () => `Expected render() to give a string or null a row, got ${describe(got)}.`,
  );
}

function closedFlag(subject: TwinSubject): void {
  const env = subject.build!() as VectorEnv;
  const before = env.closed;
  env.close();
  expectThat(
    before === false && env.closed === true,
    () => `Expected closed to go from false to true with close, got ${before} and ${env.closed}.`,
  );
}
