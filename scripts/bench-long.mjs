// The long learning runs, graded: contextual followers against every deterministic leader, leaders against exact and
// against contextual followers on the twelve games, learned defenders, query learners, bandits and the learned double
// oracle. Ends with an error if a target is missed.
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

/** In every seed of these cells the learned value must be within the gap, of which `relative` is a share of the optimum. */
const gaps = [
  {
    id: 'security',
    mostSeeds: 10,
    cells: ({ leader, parameters }) => leader === 'ma-es' && parameters.resources === 2,
    relative: 0.02,
  },
  { id: 'learning-to-commit', mostSeeds: 10, cells: () => true, absolute: 1e-5 },
  {
    id: 'myopic-followers',
    mostSeeds: 5,
    cells: ({ leader }) => leader === 'optimistic-lsvi',
    relative: 0.1 / 6,
  },
  { id: 'green-security-static', mostSeeds: 5, cells: () => true, absolute: 0.02 },
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
for (const { mostSeeds, ...target } of gaps) {
  const seeds = Math.min(Number(options.seeds), mostSeeds);
  gym('bench', target.id, '--seeds', `${seeds}`, '--jobs', options.jobs, '--out', options.out, '--resume');
  verdicts.push(gradeGaps(target, seeds));
}
gym('report', options.out);
for (const { lines } of verdicts) console.log(lines.join('\n'));
process.exitCode = verdicts.every(({ met }) => met) ? 0 : 1;

function gym(...args) {
  const main = fileURLToPath(new URL('cli/main.js', dist));
  const { status } = spawnSync(process.execPath, [main, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function gradeGaps({ id, cells: wanted, relative, absolute }, seeds) {
  const runs = readExperiment(options.out, id).cells.filter(({ cell }) => wanted(cell));
  const lines = runs.map(({ cell, seeds: all }) => {
    const worst = Math.max(
      ...all.slice(0, seeds).map(({ result: { gap, exact } }) => (relative ? gap / Math.abs(exact) : gap)),
    );
    const bound = relative ?? absolute;
    const line = `${id}, ${cell.gameName}, ${cell.leader}, ${cell.oracle}: largest ${relative ? 'relative gap' : 'gap'} of ${seeds} seeds ${worst.toPrecision(3)}, at most ${bound.toPrecision(3)} wanted`;
    return { line, met: worst <= bound };
  });
  const met = lines.length > 0 && lines.every((one) => one.met);
  return { met, lines: lines.map(({ line }) => line).concat(`${id}: ${met ? 'met' : 'MISSED'}`) };
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
