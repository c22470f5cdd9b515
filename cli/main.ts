#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { GymError } from '../gymnasium/error.js';

/** Runs a subcommand; it is loaded only now, with whatever heavy packages it needs. */
function lazily<A extends unknown[]>(load: () => Promise<(...args: A) => Promise<number | undefined>>) {
  return async (...args: unknown[]) => {
    const run = await load();
    process.exitCode = (await run(...(args.slice(0, -1) as A))) ?? 0;
  };
}

const parameters = () =>
  new Option('--params <json>', 'parameters of the game: JSON, or @file to read it from a file').default(
    '{}',
  );

function program(): Command {
  const root = new Command('stackelberg-gym')
    .description('Stackelberg Markov games: environments, oracles, leaders, exact values and benchmarks.')
    .showHelpAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s+/g, ' ')}\n`) })
    .exitOverride();
  root
    .command('list [what]')
    .description('show games, oracles, leaders, solvers and experiments, or all about one of them')
    .option('--json', 'print one JSON document')
    .action(lazily(async () => (await import('./commands/list.js')).list));
  root
    .command('check <id>')
    .description('run every conformance check on a game in all its views')
    .option('--params <json>', 'parameters of the game: JSON, or @file (default: each of its presets)')
    .action(lazily(async () => (await import('./commands/check.js')).check));
  root
    .command('solve <id>')
    .description('compute the Stackelberg commitment, and say how far it is to be trusted')
    .addOption(parameters())
    .addOption(
      new Option('--commitment <kind>', 'what the leader may commit to').choices([
        'deterministic',
        'stochastic',
        'mixed',
      ]),
    )
    .option(
      '--follower <model>',
      'stationary, time-aware, myopic, quantal, subjective-quantal, or JSON such as {"kind":"quantal","rationality":2}',
    )
    .option('--solver <name>', 'a solver by name (`list solvers`)')
    .option('--strategy <name>', 'what the solver computes, where it knows several (the option `strategy`)')
    .option('--options <json>', "the solver's own options as JSON", '{}')
    .option('--time-limit <seconds>', 'give up, with an error, after this long in a mixed-integer program')
    .option('--json', 'print one JSON document')
    .action(lazily(async () => (await import('./commands/solve.js')).solveCommand));
  root
    .command('evaluate <id>')
    .description('what a commitment is worth, and how close the response is to an equilibrium')
    .addOption(parameters())
    .requiredOption('--commitment <json>', 'an action or a distribution for each observation, or @file')
    .option('--follower <model>', 'how the follower responds, as in `solve`')
    .addOption(
      new Option('--ties <rule>', 'who wins where followers are indifferent').choices([
        'leader',
        'against',
        'lowest',
      ]),
    )
    .option('--oracle <name>', 'respond by this oracle instead (`list oracles`)')
    .option('--oracle-options <json>', "the oracle's options as JSON", '{}')
    .option('--episodes <n>', 'responses sampled from the oracle', '100')
    .option('--seed <n>', 'seed of the sampled responses', '0')
    .option('--json', 'print one JSON document')
    .action(lazily(async () => (await import('./commands/evaluate.js')).evaluate));
  root
    .command('render <id>')
    .description(
      'play one episode with random actions and print its last frame, or all of it as one moving picture',
    )
    .addOption(parameters())
    .addOption(new Option('--mode <mode>', 'how to draw (default: "ansi")').choices(['ansi', 'svg']))
    .option('--animate', 'print the whole episode as one animated SVG document')
    .option('--seed <n>', 'seed of the episode and of the actions', '0')
    .action(lazily(async () => (await import('./commands/render.js')).render));
  root
    .command('bench <experiment>')
    .description('run an experiment, a folder of results for each cell and seed')
    .option('--seeds <n>', 'number of seeds (default: the experiment’s own)')
    .option('--jobs <n>', 'worker threads', '2')
    .option('--out <folder>', 'where results go', 'runs')
    .addOption(parameters())
    .option('--steps <n>', 'leader steps of each cell, instead of the experiment’s own')
    .option('--resume', 'keep finished cells of the same configuration, run the others anew')
    .action(lazily(async () => (await import('./commands/bench.js')).bench));
  root
    .command('report [folder]')
    .description('build tables, figures and a page from a folder of results')
    .action(lazily(async () => (await import('./commands/report.js')).reportCommand));
  root
    .command('serve')
    .description(
      'serve environments to another process, such as Python: one way of --stdio, --socket and --port',
    )
    .option('--stdio', 'one session over standard input and output')
    .option('--socket <path>', 'listen at a Unix socket that only its owner may use')
    .option('--port <n>', 'listen at a port of 127.0.0.1, 0 for any that is free; needs --token-file')
    .option('--token-file <path>', 'a file with what clients must say first, 16 characters or more')
    .option('--max-sessions <n>', 'clients at a time, each with a process of its own (default: 8)')
    .option('--handshake-timeout <seconds>', 'how long a client may take to say hello (default: 10)')
    .action(lazily(async () => (await import('./commands/serve.js')).serve));
  return root;
}

/** Errors are one line on stderr; a fault of ours keeps its stack. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  console.error(error instanceof GymError ? `error: ${error.message}` : error);
  process.exitCode = 1;
}

program().parseAsync().catch(fail);
