// The long learning runs, graded: contextual followers against every deterministic leader, then leaders against exact and
// against contextual followers, on the twelve games.
//   node scripts/bench-long.mjs [--seeds 20] [--jobs 2] [--out runs/long]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const dist = new URL('../dist/', import.meta.url);
const { readExperiment } = await import(new URL('benchmarks/results.js', dist));
const { makeGame, ordinalGames } = await import(new URL('envs/index.js', dist));
const { ContextualPolicy } = await import(new URL('oracles/index.js', dist));

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs/long' },
  },
});
const main = fileURLToPath(new URL('cli/main.js', dist));
const seeds = Number(options.seeds);
const followerSeeds = Math.min(seeds, 5);

let failures = await followersAreExact();
for (const [id, share] of [
  ['of-all-games-exact', 1],
  ['of-all-games', 0.95],
]) {
  gym('bench', id, '--seeds', options.seeds, '--jobs', options.jobs, '--out', options.out, '--resume');
  failures += leadersReachTheOptimum(id, Math.floor(share * seeds));
}
gym('report', options.out);
process.exitCode = failures > 0 ? 1 : 0;

function gym(...args) {
  const { status } = spawnSync(process.execPath, [main, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Pre-trains followers in every game; they must be exact best responses within 1,000,000 follower steps. */
async function followersAreExact() {
  let failures = 0;
  let most = 0;
  for (const game of Object.keys(ordinalGames)) {
    for (let seed = 0; seed < followerSeeds; seed++) {
      const { report } = await ContextualPolicy.pretrain(makeGame('IteratedMatrixGame-v0', { game }), {
        seed,
      });
      const { contexts, bestResponses } = report.exact;
      most = Math.max(most, report.followerSteps);
      if (bestResponses === contexts && report.followerSteps <= 1_000_000) continue;
      failures++;
      console.log(`${game}, seed ${seed}: best response to ${bestResponses} of ${contexts} leaders`);
    }
  }
  const runs = Object.keys(ordinalGames).length * followerSeeds;
  console.log(
    `contextual followers: exact in ${runs - failures} of ${runs} runs, at most ${most} steps each`,
  );
  return failures;
}

/** The best of the leaders must end at the optimum in every game, in this many of the seeds at least. */
function leadersReachTheOptimum(id, needed) {
  const { cells } = readExperiment(options.out, id);
  const leaders = [...new Set(cells.map(({ cell }) => cell.leader))];
  const standings = leaders.map((leader) => {
    const own = cells.filter(({ cell }) => cell.leader === leader);
    const arrivals = own.map((runs) => runs.seeds.slice(0, seeds).map(stepsToOptimum));
    const games = arrivals.filter((steps) => steps.filter(Number.isFinite).length >= needed).length;
    const reached = arrivals.flat().filter(Number.isFinite).length;
    const medians = arrivals.map(median);
    console.log(
      `${id}, ${leader}: optimum in ${reached} of ${arrivals.flat().length} runs; ${games} of ${own.length} games with ` +
        `at least ${needed} of ${seeds} seeds; median steps to it: ${median(medians)}, in the slowest game ${Math.max(...medians)}`,
    );
    return games === own.length;
  });
  return standings.includes(true) ? 0 : 1;
}

/** Leader steps, queries included, from which on the greedy commitment is the optimum; Infinity if it is not at the end. */
function stepsToOptimum({ result, curve }) {
  const optimal = (value) => value >= result.exact - 1e-9 * Math.max(1, Math.abs(result.exact));
  if (!optimal(result.learned)) return Infinity;
  const last = curve.findLastIndex(({ value }) => !optimal(value));
  return curve[last + 1]?.steps ?? result.leaderSteps;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
