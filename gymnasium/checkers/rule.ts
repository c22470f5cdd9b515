import { CheckFailed, describe } from '../error.js';
import type { Seed } from '../rng.js';

/** One thing that an environment must do, by name. */
export interface Rule<C> {
  /** What a conforming environment does, as a clause: "rewards are finite numbers". */
  readonly name: string;
  /** Returns if the rule holds. @throws CheckFailed saying what was expected and what came. */
  readonly check: (context: C) => void;
  /** Whether the rule has anything to say of this environment; left out, it does. */
  readonly applies?: (context: C) => boolean;
  /** Whether no other rule can be checked if this one fails. */
  readonly fatal?: boolean;
}

export interface CheckOptions {
  /** Episodes played and looked at; default 3. */
  readonly episodes?: number;
  /** Of the environment and the actions; default 42. */
  readonly seed?: Seed;
  /** Episodes are left after this many steps; default 200. */
  readonly maxSteps?: number;
  /** Go on after a failure and return all of them, in place of throwing the first. */
  readonly collect?: boolean;
}

export interface CheckReport {
  /** Names of the rules that hold. */
  readonly passed: readonly string[];
  /** Names of the rules that do not apply, or need a function that builds more environments. */
  readonly skipped: readonly string[];
  readonly failures: readonly RuleFailure[];
}

export interface RuleFailure {
  readonly rule: string;
  readonly error: CheckFailed;
}

/** Runs the rules in order. @throws CheckFailed at the first failure, unless `collect` is set. */
export function runRules<C>(
  label: string,
  rules: readonly Rule<C>[],
  context: C,
  options: CheckOptions,
): CheckReport {
  const report = { passed: [] as string[], skipped: [] as string[], failures: [] as RuleFailure[] };
  for (const rule of rules) {
    const error = failureOf(label, rule, context);
    if (error === 'skipped') report.skipped.push(rule.name);
    else if (error === null) report.passed.push(rule.name);
    else if (!options.collect) throw error;
    else report.failures.push({ rule: rule.name, error });
    if (rule.fatal && error !== null) break;
  }
  return report;
}

function failureOf<C>(label: string, rule: Rule<C>, context: C): CheckFailed | 'skipped' | null {
  try {
    if (rule.applies?.(context) === false) return 'skipped';
    rule.check(context);
    return null;
  } catch (cause) {
    const sentence =
      cause instanceof CheckFailed
        ? cause.message
        : `Expected no error during this check, got ${describeError(cause)}`;
    return new CheckFailed(`${label}: not so: "${rule.name}". ${sentence}`, { cause });
  }
}

/** Ends the running check with a full sentence. */
export function fail(sentence: string): never {
  throw new CheckFailed(sentence);
}

/** Fails with the sentence unless the condition holds; the sentence is built on failure alone. */
export function expectThat(condition: boolean, sentence: () => string): void {
  if (!condition) fail(sentence());
}

type ErrorClass = abstract new (...args: any[]) => Error;

/** Checks that `call` throws an error of this class, and returns it. */
export function expectThrows(error: ErrorClass, what: string, call: () => unknown): Error {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof error) return thrown;
    fail(`Expected ${what} to throw ${error.name}, got ${describeError(thrown)}`);
  }
  return fail(`Expected ${what} to throw ${error.name}, but it returned.`);
}

/** `TypeError: message.`, to end a sentence with. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : describe(error);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
