import { changedExperiment } from '../../benchmarks/changed.js';
import { experiments } from '../../benchmarks/experiments/index.js';
import { createProgress } from '../../benchmarks/progress.js';
import { abortOnInterrupt, runExperiment } from '../../benchmarks/runner.js';
import { InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { readInteger, readParameters } from '../input.js';

interface Options {
  readonly seeds?: string;
  readonly jobs: string;
  readonly out: string;
  readonly steps?: string;
  readonly params: string;
  readonly resume?: boolean;
}

/** `stackelberg-gym bench <experiment>`. */
export async function bench(id: string, options: Options): Promise<number> {
  if (!Object.hasOwn(experiments, id)) {
    throw new InvalidArgument(unknownName('experiment', id, Object.keys(experiments)));
  }
  const seeds = options.seeds === undefined ? undefined : readInteger('--seeds', options.seeds, 1);
  const jobs = readInteger('--jobs', options.jobs, 1);
  const steps = options.steps === undefined ? undefined : readInteger('--steps', options.steps, 1);
  const parameters = readParameters(options.params);
  const interrupt = abortOnInterrupt();
  try {
    const summary = await runExperiment(changedExperiment(experiments[id], parameters, steps), {
      seeds,
      jobs,
      out: options.out,
      resume: options.resume === true,
      signal: interrupt.signal,
      onEvent: await createProgress(),
    });
    return summary.exitCode;
  } finally {
    interrupt.dispose();
  }
}
