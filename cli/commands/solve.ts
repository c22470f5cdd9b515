import { makeGame } from '../../envs/index.js';
import { solve } from '../../solvers/solve.js';
import { printJson, readParameters } from '../input.js';

interface Options {
  readonly params: string;
  readonly commitment?: 'deterministic' | 'stochastic' | 'mixed';
  readonly follower?: 'time-aware' | 'stationary';
  readonly solver?: string;
  readonly json?: boolean;
}

const digits = (value: number) => String(Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(12)));

/** `stackelberg-gym solve <id>`. */
export async function solveCommand(id: string, options: Options): Promise<undefined> {
  const params = readParameters(options.params);
  const { commitment, follower, solver } = options;
  const solution = await solve(makeGame(id, params), { commitment, follower, solver, certify: true });
  const document = { game: id, params, ...solution };
  if (options.json) {
    printJson(document);
    return;
  }
  console.log(`${id} ${JSON.stringify(params)}`);
  console.log(`  leader value     ${digits(solution.value)}`);
  for (const [agent, value] of Object.entries(solution.followerValues))
    console.log(`  ${agent.padEnd(16)} ${digits(value)}`);
  console.log(`  commitment       ${JSON.stringify(solution.commitment)} (best ${solution.kind} one)`);
  console.log(`  solver           ${solution.solver}, ties broken for the ${solution.tieBreaking}`);
  if (solution.weakValue !== undefined) console.log(`  weak value       ${digits(solution.weakValue)}`);
  if (solution.certificate) console.log(`  certificate      ${JSON.stringify(solution.certificate)}`);
  return undefined;
}
