/** Base class of every error this package throws on purpose. The tree follows `gymnasium.error`. */
export class GymError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The id names no registered environment. */
export class UnregisteredEnv extends GymError {}
export class NamespaceNotFound extends UnregisteredEnv {}
export class NameNotFound extends UnregisteredEnv {}
export class VersionNotFound extends UnregisteredEnv {}
/** The version asked for is older than the oldest one still registered. */
export class DeprecatedEnv extends GymError {}
/** The registry cannot take this entry. */
export class RegistrationError extends GymError {}
/** A package that this feature needs is not installed. */
export class DependencyNotInstalled extends GymError {}
/** The render mode or environment kind is not offered. */
export class UnsupportedMode extends GymError {}
/** `metadata` is malformed. */
export class InvalidMetadata extends GymError {}
/** `step` or `render` before the first `reset`, or after the episode has ended. */
export class ResetNeeded extends GymError {}
/** An action outside its space. */
export class InvalidAction extends GymError {}
/** A constructor or function argument of the wrong type, shape or range. */
export class InvalidArgument extends GymError {}
/** A mask or probability vector that is malformed. */
export class InvalidProbability extends GymError {}
/** A bound that is malformed. */
export class InvalidBound extends GymError {}
/** The environment was closed. */
export class ClosedEnvironmentError extends GymError {}
/** One of the checks of `checkEnv` and its relatives failed. */
export class CheckFailed extends GymError {}

/** Renders a value for an error message: short, on one line, with its type where that helps. */
export function describe(value: unknown, depth = 0): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object')
    return typeof value === 'function' ? 'a function' : String(value);
  const name = value.constructor?.name ?? 'Object';
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const items = Array.from(value as unknown as ArrayLike<unknown>);
    if (depth === 3) return '[...]';
    const shown =
      items
        .slice(0, 8)
        .map((item) => describe(item, depth + 1))
        .join(', ') + (items.length > 8 ? ', ...' : '');
    return `${Array.isArray(value) ? '' : name}[${shown}]`;
  }
  if (value instanceof Date || value instanceof RegExp) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = '{...}';
  }
  return `${name === 'Object' ? '' : name}${text.length > 120 ? `${text.slice(0, 117)}...` : text}`;
}

/** The member of `candidates` nearest to `word` by edit distance, or undefined if none is near. */
export function closestMatch(word: string, candidates: Iterable<string>): string | undefined {
  if (typeof word !== 'string') return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `unknown thing "x". Did you mean "y"? Known: ...`, the one wording for every unknown name. */
export function unknownName(what: string, word: string, candidates: Iterable<string>): string {
  const known = [...candidates];
  const near = closestMatch(word, known);
  const hint = near === undefined ? '' : ` Did you mean ${describe(near)}?`;
  return `Unknown ${what} ${describe(word)}.${hint} Known: ${known.length > 0 ? known.join(', ') : 'none'}.`;
}

/** Refuses options that do not exist, with the closest match. @throws InvalidArgument */
export function checkOptionNames(owner: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new InvalidArgument(`${owner}: ${unknownName('option', name, names)}`);
  }
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
