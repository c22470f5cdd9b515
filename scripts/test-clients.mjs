// Trains with Stable-Baselines3, the single-file PPO and RLlib over the Python package (python/examples), beside our own PPO, and
// grades what they learned. Installs several gigabytes of packages into python/.venvs, kept for the next run; writes
// python/.clients/results.json.
//   node scripts/test-clients.mjs [--fresh]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildWheel,
  cleanEnvironment,
  makeEnvironment,
  orTrouble,
  preferredPython,
  root,
  Trouble,
} from './python-environments.mjs';

const params = { game: 'prisoners_dilemma', horizon: 10 };
const steps = 20_000;
const seeds = [0, 1, 2, 3, 4];
/** How far a client's mean value may stay behind our own PPO's; the two best commitments are 1 apart. */
const tolerance = 0.5;
const out = join(root, 'python', '.clients');
const fresh = process.argv.includes('--fresh');
const temporary = mkdtempSync(join(tmpdir(), 'stackelberg-gym-clients-'));
const load = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);

try {
  await orTrouble(async () => {
    const python = preferredPython();
    const wheel = buildWheel(python, temporary);
    const own = await ownPpo();
    const torch = inEnvironment('clients-torch', { python, wheel }, (run) => [
      stableBaselines(run, own.value),
      singleFile(run, own.value, 'same-step'),
      singleFile(run, own.value, 'next-step'),
    ]);
    const rllib = inEnvironment('clients-rllib', { python, wheel, optional: true }, (run) => [
      independent(run, 'prisoners_dilemma', 15, (value) => Math.abs(value - 20) <= 2, '20 each, within 2'),
      independent(run, 'harmony', 10, (value) => value >= 36, 'at least 36 each, of 40'),
    ]);
    await finish([own, ...torch, ...rllib], python.version);
  });
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Our own PPO, through the built TypeScript, on the environment that Stable-Baselines3 gets. */
async function ownPpo() {
  const [{ makeGame }, { ppo }, { ContextualPolicy }, { evaluateCommitment }, wrappers] = await Promise.all(
    ['', 'agents/', 'oracles/', 'solvers/', 'wrappers/'].map((folder) => load(`${folder}index.js`)),
  );
  const started = performance.now();
  const game = makeGame('IteratedMatrixGame-v0', params);
  const runs = [];
  for (const seed of seeds) {
    const { oracle } = await ContextualPolicy.pretrain(game, { seed });
    const options = { oracle, commitment: 'episode', repeats: 'skip', autoresetMode: 'SameStep' };
    const outer = new wrappers.StackelbergVectorEnv(game, 8, options);
    const learned = await ppo(outer, { steps, seed, gamma: 1, gaeLambda: 1, learningRate: 0.05 });
    const commitment = wrappers.greedyCommitment(outer, learned.policy);
    const { value, optimum } = await evaluateCommitment(game, commitment);
    runs.push({ seed, steps: learned.steps, commitment, value, optimum });
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    name: 'our PPO',
    versions: { node: process.versions.node },
    ...meanOf(runs),
    seconds,
    runs,
    ok: true,
  };
}

function stableBaselines(run, wanted) {
  const args = [
    '--game',
    params.game,
    '--horizon',
    params.horizon,
    '--steps',
    steps,
    '--seeds',
    seeds.length,
  ];
  return graded('SB3 PPO', run('sb3_leader.py', args), wanted);
}

/** A process a seed. */
function singleFile(run, wanted, autoreset) {
  const base = ['--params', JSON.stringify(params), '--autoreset', autoreset];
  const runs = seeds.map((seed) => run('cleanrl_ppo.py', [...base, '--seed', seed]));
  const seconds = runs.reduce((sum, one) => sum + one.seconds, 0);
  return graded(`single-file PPO, ${autoreset}`, { versions: runs[0].versions, runs, seconds }, wanted);
}

function graded(name, { versions, runs, seconds }, wanted) {
  const { value, of } = meanOf(runs);
  const ok = value >= wanted - tolerance;
  return { name, versions, value, of, seconds, runs, ok, expected: `at least ${wanted - tolerance}` };
}

function meanOf(runs) {
  return { value: runs.reduce((sum, { value }) => sum + value, 0) / runs.length, of: runs[0].optimum };
}

/** Two RLlib policies that learn without commitment; their returns are known. */
function independent(run, game, iterations, fits, expected) {
  const { versions, returns, curve, seconds } = run('rllib_game.py', [
    '--game',
    game,
    '--iterations',
    iterations,
  ]);
  const ok = Object.values(returns).every(fits);
  return { name: `RLlib, ${game}`, versions, returns, seconds, curve, ok, expected };
}

/**
 * What the clients of one environment did. One whose packages cannot be installed, or a client that fails, becomes a row that
 * says why; for an `optional` one missing packages are no failure, all else is.
 */
function inEnvironment(name, { python, wheel, optional = false }, clients) {
  console.log(`== ${name}: installing`);
  const started = performance.now();
  const wanted = { name, python, files: [name] };
  try {
    makeEnvironment({ ...wanted, fresh });
  } catch (error) {
    return [{ name, ...sentence(error), ok: optional }];
  }
  console.log(`== ${name}: installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  try {
    const interpreter = makeEnvironment({ ...wanted, wheel });
    return clients((script, args) => runExample(interpreter, script, args));
  } catch (error) {
    return [{ name, ...sentence(error), ok: false }];
  }
}

function sentence(error) {
  if (!(error instanceof Trouble)) throw error;
  return { trouble: error.message };
}

/** The JSON that an example writes, with the seconds of the whole process. @throws Trouble if it fails */
function runExample(python, script, args) {
  const file = join(temporary, 'result.json');
  const started = performance.now();
  console.log(`$ python ${script} ${args.join(' ')}`);
  const path = join(root, 'python', 'examples', script);
  const { status, stdout, stderr, error } = spawnSync(python, [path, ...args.map(String), '--json', file], {
    cwd: temporary,
    encoding: 'utf8',
    // Libraries leave folders of their own there.
    env: { ...cleanEnvironment(), TMPDIR: temporary },
  });
  if (status !== 0)
    throw new Trouble(`${script} failed: ${(error?.message ?? stderr + stdout).trim().slice(-2000)}`);
  const seconds = (performance.now() - started) / 1000;
  return { ...JSON.parse(readFileSync(file, 'utf8')), seconds };
}

async function finish(rows, python) {
  const { studentInterval } = await load('benchmarks/statistics.js');
  for (const row of rows) if (row.runs) row.interval = studentInterval(row.runs.map(({ value }) => value));
  console.log('');
  for (const row of rows) console.log(told(row));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, '.gitignore'), '*\n');
  const document = { python, params, steps, seeds, clients: rows };
  writeFileSync(join(out, 'results.json'), `${JSON.stringify(document, null, 2)}\n`);
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
}

function told({ name, trouble, interval, of, returns, seconds, versions, expected, ok }) {
  if (trouble) return `${ok ? 'NOT RUN' : 'FAIL'} ${name}: ${trouble}`;
  const verdict = ok ? 'ok  ' : 'FAIL';
  const shown = returns
    ? Object.entries(returns)
        .map(([agent, mean]) => `${agent} ${mean.toFixed(1)}`)
        .join(', ')
    : `value ${interval.mean.toFixed(2)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}] of ${of}`;
  const wanted = expected ? ` (expected ${expected})` : '';
  const packages = Object.entries(versions)
    .map((pair) => pair.join(' '))
    .join(', ');
  return `${verdict} ${name}: ${shown}${wanted}, ${seconds.toFixed(0)} s; ${packages}`;
}
