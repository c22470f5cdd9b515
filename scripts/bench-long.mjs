// The long learning runs, graded: contextual followers against every deterministic leader, then leaders against exact and
// against contextual followers, on the twelve games. Ends with an error if a target is missed.
//   node scripts/bench-long.mjs [--seeds 20] [--jobs 2] [--out runs/long]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const dist = new URL('../dist/', import.meta.url);
const { readExperiment } = await import(new URL('benchmarks/results.js', dist));
const { median } = await import(new URL('benchmarks/statistics.js', dist));

/** The best of an experiment's leaders must end at the optimum in every game, in this share of the seeds. */
const targets = [
  { id: 'of-follower', mostSeeds: 5, share: 1, medianSteps: 1_000_000 },
  { id: 'of-all-games-exact', mostSeeds: Infinity, share: 1, medianSteps: 10_000 },
  { id: 'of-all-games', mostSeeds: Infinity, share: 0.95, medianSteps: Infinity },
];

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs/long' },
  },
});

const verdicts = targets.map(({ mostSeeds, ...target }) => {
  const seeds = Math.min(Number(options.seeds), mostSeeds);
  gym('bench', target.id, '--seeds', `${seeds}`, '--jobs', options.jobs, '--out', options.out, '--resume');
  return grade(target, seeds);
});
gym('report', options.out);
for (const { lines } of verdicts) console.log(lines.join('\n'));
process.exitCode = verdicts.every(({ met }) => met) ? 0 : 1;

function gym(...args) {
  const main = fileURLToPath(new URL('cli/main.js', dist));
  const { status } = spawnSync(process.execPath, [main, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function grade({ id, share, medianSteps }, seeds) {
  const { cells } = readExperiment(options.out, id);
  const needed = Math.floor(share * seeds);
  const standings = [...new Set(cells.map(({ cell }) => cell.leader))].map((leader) => {
    const games = cells
      .filter(({ cell }) => cell.leader === leader)
      .map((runs) => runs.seeds.slice(0, seeds).map(({ result }) => result.stepsToExact ?? Infinity));
    const all = games.flat();
    const reached = all.filter(Number.isFinite).length;
    const good = games.filter((steps) => steps.filter(Number.isFinite).length >= needed).length;
    const middle = median(all);
    return {
      met: good === games.length && middle <= medianSteps,
      line:
        `${id}, ${leader}: optimum in ${reached} of ${all.length} runs; in at least ${needed} of ${seeds} seeds in ` +
        `${good} of ${games.length} games; median steps to it ${middle}`,
    };
  });
  const met = standings.some((standing) => standing.met);
  return { met, lines: standings.map(({ line }) => line).concat(`${id}: ${met ? 'met' : 'MISSED'}`) };
}
