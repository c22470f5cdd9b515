import type { z } from 'zod';
import { closestMatch, describe, InvalidArgument, NameNotFound, unknownName } from '../../gymnasium/error.js';
import type { MarkovGame } from './markov-game.js';
import { keysAt } from './schema-keys.js';

/** The schema library in which games describe their parameters. */
export { z } from 'zod';

/** An episode of the scalar view so far, for renderers. */
export interface EpisodeView<G extends MarkovGame = MarkovGame> {
  readonly game: G;
  /** The game's id or label. */
  readonly title: string;
  /** Each step's actions and rewards, in the order of `game.agents`. */
  readonly history: readonly { readonly actions: readonly any[]; readonly rewards: readonly number[] }[];
  /** Each agent's present observation, in the order of `game.agents`. */
  readonly observations: readonly any[];
  readonly done: boolean;
}

export interface GameRenderer<G extends MarkovGame = MarkovGame> {
  ansi(view: EpisodeView<G>): string;
  /** A whole SVG document. */
  svg(view: EpisodeView<G>): string;
  /** What the leader did in an episode, in a few words, for tables that hold many episodes. */
  outcome?(view: EpisodeView<G>): string;
}

/** Followers by name: an oracle of `oracles/names.ts` with its options, plain data. */
export interface NamedFollowers {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Everything the suite knows of a game: one exported record in the game's file. */
export interface GameDefinition<P = any, G extends MarkovGame = any> {
  /** `Name-vN`. */
  readonly id: string;
  /** One line for `list`. */
  readonly summary: string;
  readonly parameters: z.ZodType<P>;
  create(parameters: P): G;
  /** Named parameter sets: what `check`, the golden playthroughs and the speed benchmark run on. */
  readonly presets: Readonly<Record<string, unknown>>;
  /**
   * The followers that a leader meets unless it names others, or how the parameters decide them. They respond within a second
   * on every preset. Default `exact-best-response`.
   */
  readonly oracle?: NamedFollowers | ((parameters: P) => NamedFollowers);
  /** How `render` draws an episode; without one there are no render modes. */
  readonly renderer?: GameRenderer<G>;
}

export function defineGame<P, G extends MarkovGame>(definition: GameDefinition<P, G>): GameDefinition<P, G> {
  return definition;
}

const games = new Map<string, GameDefinition>();

/** Makes a game known to `makeGame` and the command line. Called once a game by `envs/index.ts`. */
export function addGame(definition: GameDefinition): void {
  games.set(definition.id, definition);
}

/** All known games, by id. */
export function gameDefinitions(): ReadonlyMap<string, GameDefinition> {
  return games;
}

/** @throws NameNotFound with the closest match. */
export function gameDefinition(id: string): GameDefinition {
  const definition = games.get(id);
  if (definition === undefined) throw new NameNotFound(unknownName('game', id, games.keys()));
  return definition;
}

/** The rules of a registered game. @throws NameNotFound; InvalidArgument naming the bad parameter. */
export function makeGame(id: string, parameters: unknown = {}): MarkovGame {
  return createGame(gameDefinition(id), parameters);
}

/** Checks the parameters against the game's schema and makes the game. */
export function createGame<P, G extends MarkovGame>(
  definition: GameDefinition<P, G>,
  parameters: unknown = {},
): G {
  return definition.create(parseParameters(definition.id, definition.parameters, parameters));
}

/** Validates `input`; throws one line that names the field, what was expected and what came. */
export function parseParameters<T>(owner: string, schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]);
  throw new InvalidArgument(`${owner}: ${explain(issue, input, schema)}`);
}

/** For a union, the issue of the alternative that got furthest, which is the one the user meant. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flatMap((errors) => errors.slice(0, 1).map(deepest));
  const furthest = candidates.sort((a, b) => b.path.length - a.path.length)[0];
  if (furthest === undefined || furthest.path.length === 0) return issue;
  return { ...furthest, path: [...issue.path, ...furthest.path] } as z.core.$ZodIssue;
}

function explain(issue: z.core.$ZodIssue, input: unknown, schema: z.ZodType): string {
  const field = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const known = keysAt(schema, issue.path, key);
    const near = closestMatch(key, known);
    return `${field && `${field}: `}unknown parameter ${describe(key)}.${near ? ` Did you mean ${describe(near)}?` : ''}${known.length ? ` Known: ${known.join(', ')}.` : ''}`;
  }
  const value = issue.path.reduce<any>((at, key) => at?.[key as string], input);
  const message = issue.message
    .replace(/^(Invalid input|Invalid option|Too small|Too big): /, '')
    .replace(/, received .*$/, '')
    .replace(/\.$/, '');
  return `${field || 'parameters'}: ${message}, got ${describe(value)}.`;
}
