import { makeGame } from '../../envs/index.js';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { type CommitmentKind, solve } from '../../solvers/solve.js';
import type { Solution } from '../../solvers/solver.js';
import {
  digits,
  printJson,
  readFollower,
  readNumber,
  readObject,
  readParameters,
  tieWords,
} from '../input.js';

interface Options {
  readonly params: string;
  readonly commitment?: CommitmentKind;
  readonly follower?: string;
  readonly solver?: string;
  readonly strategy?: string;
  readonly options: string;
  readonly timeLimit?: string;
  readonly json?: boolean;
}

/** Most characters of a line's JSON. */
const longest = 400;

/** `stackelberg-gym solve <id>`. */
export async function solveCommand(id: string, options: Options): Promise<undefined> {
  const params = readParameters(options.params);
  const { commitment, solver } = options;
  const follower = readFollower(options.follower);
  const timeLimit =
    options.timeLimit === undefined ? undefined : readNumber('--time-limit', options.timeLimit);
  const solution = await solve(makeGame(id, params), {
    commitment,
    follower,
    solver,
    certify: true,
    timeLimit,
    options: solverOptions(options),
  });
  const document = { game: id, params, ...solution };
  if (options.json) {
    printJson(document);
    return;
  }
  console.log(`${id} ${JSON.stringify(params)}`);
  const worth = solution.sense === 'cost' ? 'total cost  ' : 'leader value';
  console.log(`  ${worth}     ${digits(solution.value)}`);
  for (const [agent, value] of Object.entries(solution.followerValues))
    console.log(`  ${agent.padEnd(16)} ${digits(value)}`);
  console.log(`  commitment       ${committed(solution)}`);
  if (Object.keys(solution.followerValues).length > 0) console.log(`  follower         ${solution.follower}`);
  const ties = solution.tieBreaking === null ? '' : `, ties broken ${tieWords[solution.tieBreaking]}`;
  console.log(`  solver           ${solution.solver}, ${solution.status}${ties}`);
  if (solution.weakValue !== undefined) console.log(`  weak value       ${digits(solution.weakValue)}`);
  if (solution.certificate) console.log(`  certificate      ${short(solution.certificate)}`);
  if (solution.details) console.log(`  details          ${short(solution.details)}`);
  return undefined;
}

/** `--strategy llf` stands for `--options '{"strategy":"llf"}'`. */
function solverOptions({ options, strategy }: Options): Record<string, unknown> {
  const given = readObject('--options', options);
  if (strategy === undefined) return given;
  if (!('strategy' in given)) return { ...given, strategy };
  throw new InvalidArgument(
    `--strategy: expected it once, got ${describe(strategy)} and ${describe(given['strategy'])} in --options.`,
  );
}

function committed({ commitment, kind, status }: Solution): string {
  const standing = status === 'optimal' ? `best ${kind} one` : kind;
  return commitment === null
    ? 'none that can be played: the solver states the value and rules'
    : `${short(commitment)} (${standing})`;
}

/** JSON for a terminal: cut where it is long. */
function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}... (all of it with --json)`;
}
