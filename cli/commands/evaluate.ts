import type { TieBreaking } from '../../envs/core/stackelberg.js';
import { makeGame } from '../../envs/index.js';
import { prepareOracle } from '../../oracles/names.js';
import type { Commitment } from '../../solvers/commitment.js';
import { evaluateCommitment } from '../../solvers/evaluate.js';
import {
  difference,
  digits,
  printJson,
  readFollower,
  readInteger,
  readList,
  readObject,
  readParameters,
  tieWords,
} from '../input.js';

interface Options {
  readonly params: string;
  readonly commitment: string;
  readonly follower?: string;
  readonly ties?: TieBreaking;
  readonly oracle?: string;
  readonly oracleOptions: string;
  readonly episodes: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `stackelberg-gym evaluate <id>`. */
export async function evaluate(id: string, options: Options): Promise<undefined> {
  const params = readParameters(options.params);
  const game = makeGame(id, params);
  const oracleOptions = readObject('--oracle-options', options.oracleOptions);
  const seed = readInteger('--seed', options.seed, 0);
  const prepared =
    options.oracle === undefined ? null : await prepareOracle(options.oracle, game, oracleOptions, seed);
  const graded = await evaluateCommitment(
    game,
    readList('--commitment', options.commitment) as unknown as Commitment,
    {
      follower: readFollower(options.follower),
      ties: options.ties,
      oracle: prepared?.oracle,
      episodes: readInteger('--episodes', options.episodes, 1),
      seed,
    },
  );
  if (options.json) {
    printJson({ game: id, params, ...graded });
    return;
  }
  const { value, standardError, followerValues, optimum, gap, response, equilibrium, ties } = graded;
  console.log(`${id} ${JSON.stringify(params)}`);
  const error = standardError > 1e-12 * Math.abs(value) ? ` (standard error ${digits(standardError)})` : '';
  console.log(`  leader value     ${digits(value)}${error}`);
  for (const [agent, worth] of Object.entries(followerValues))
    console.log(`  ${agent.padEnd(16)} ${digits(worth)}`);
  console.log(`  optimum          ${optimum === null ? 'not known' : digits(optimum)}`);
  if (gap !== null) console.log(`  gap              ${difference(gap, optimum!, value)}`);
  const broken = ties === null ? '' : `, ties broken ${tieWords[ties]}`;
  console.log(`  response         ${response}${broken}`);
  if (Object.keys(followerValues).length === 0) return undefined;
  const distance = equilibrium.gap;
  const measured =
    distance === null
      ? 'not measured'
      : `a gap of ${difference(distance, value, ...Object.values(followerValues))}`;
  console.log(`  equilibrium      ${equilibrium.notion}, ${measured}`);
  return undefined;
}
