import { createGame, gameDefinition } from '../../envs/index.js';
import type { CheckReport } from '../../gymnasium/checkers/index.js';
import { checkAecEnv, checkParallelEnv, checkParallelVectorEnv } from '../../gymnasium/checkers/index.js';
import { make, makeAec, makeVec } from '../../gymnasium/make.js';
import type { ParallelEnv } from '../../gymnasium/parallel.js';
import { autoresetModes, type ParallelVectorEnv } from '../../gymnasium/vector.js';
import { readParameters } from '../input.js';

type Parameters = Record<string, unknown>;

/** Lanes of the vector views. */
const lanes = 3;

/** Each view's name with the run of all its rules. */
function checks(id: string, parameters: Parameters): readonly [string, () => CheckReport][] {
  const collect = { collect: true };
  const scalar = (renderMode?: string) => make<ParallelEnv>(id, parameters, { renderMode });
  const turns = (renderMode: string | null = null) => makeAec(id, { ...parameters, renderMode });
  return [
    ['parallel', () => checkParallelEnv(scalar, collect)],
    ['aec', () => checkAecEnv(turns, collect)],
    ...autoresetModes.map((autoresetMode): [string, () => CheckReport] => [
      `vector ${autoresetMode}`,
      () =>
        checkParallelVectorEnv(() => makeVec<ParallelVectorEnv>(id, lanes, { parameters, autoresetMode }), {
          ...collect,
          twin: scalar,
        }),
    ]),
  ];
}

/** `stackelberg-gym check <id>`: every rule on every view, for the given parameters or each preset. */
export async function check(id: string, options: { readonly params?: string }): Promise<number> {
  const definition = gameDefinition(id);
  const { presets } = definition;
  const sets: readonly [string, unknown][] =
    options.params === undefined
      ? Object.entries({ default: {}, ...presets })
      : [['--params', readParameters(options.params)]];
  const width = Math.max(...sets.map(([name]) => name.length));
  let failures = 0;
  for (const [name, parameters] of sets) {
    createGame(definition, parameters);
    for (const [view, run] of checks(id, parameters as Parameters)) {
      const report = run();
      failures += report.failures.length;
      const of = report.passed.length + report.failures.length;
      console.log(`${id}  ${name.padEnd(width)}  ${view.padEnd(15)}  ${report.passed.length} of ${of} rules`);
      for (const { error } of report.failures) console.log(`  ${error.message}`);
    }
  }
  return failures === 0 ? 0 : 1;
}
