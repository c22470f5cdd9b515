import { animate } from '../envs/core/animation.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { makeGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import { heuristicPoacher, randomSweeping } from '../oracles/poachers.js';
import { type DoubleOracleState, doubleOracle, type Weighted } from '../solvers/double-oracle.js';
import { drawingEnv } from './drawing-env.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import {
  type Budget,
  greedy,
  named,
  Payoffs,
  patroller,
  poacher,
  pure,
  Responses,
} from './learned-double-oracle.js';
import { type Estimate, MixturePlayer, type Strategy, simulate } from './mixture-env.js';

/**
 * The double oracle of Wang et al. (2019) on `GreenSecurity-v0`: it begins with the random sweeping patroller and the heuristic
 * poacher, learns responses on both sides and solves the game of the strategies so far, with simulated payoffs. At the end
 * a poacher is trained afresh against the patroller's mixture, and with the same budget another one against random sweeping.
 *
 * The game has no exact value here. `learned` is what the mixture earns against its fresh poacher; `exact` is an estimate from
 * above: the least, over the iterations, that the best patroller found earns against the poacher's mixture. Steps are those
 * that responses were learned from; `extra.payoffSteps` counts those of the payoffs' simulation, at most.
 */
export async function runGreenSecurityCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const { iterations, episodes, evaluationEpisodes } = cell.budget as unknown as Budget;
  const responses = new Responses(cell, game, rng, context, 2 * iterations + 2);
  const payoffs = new Payoffs(game, episodes, rng);
  const sweeping: Strategy = { name: 'random sweeping', create: () => randomSweeping(game) };
  const heuristic: Strategy = { name: 'heuristic poacher', create: () => heuristicPoacher(game) };
  const respond = async (side: number, against: readonly Weighted<Strategy>[], name: string) =>
    greedy(name, await responses.learn(side, against, name));
  const result = await doubleOracle<Strategy, Strategy>(
    {
      rows: [sweeping],
      columns: [heuristic],
      payoff: (row, column) => payoffs.of(row, column),
      bestRow: (against, iteration) => respond(patroller, against, `patroller ${iteration}`),
      bestColumn: (against, iteration) => respond(poacher, against, `poacher ${iteration}`),
    },
    { iterations, tolerance: 0, onIteration: (state) => context.metric(curvePoint(state, responses.total)) },
  );
  const against = async (rows: readonly Weighted<Strategy>[], name: string): Promise<Estimate> => {
    const fresh = await respond(poacher, rows, name);
    return simulate(game, rows, pure(fresh), evaluationEpisodes, rng.child('evaluation', name));
  };
  const mixture = result.rows.filter(({ probability }) => probability > 0);
  const mixed = await against(mixture, 'poacher against the mixture');
  const swept = await against(pure(sweeping), 'poacher against random sweeping');
  const above = result.history.reduce(
    (least, { value, rowGain }) => Math.min(least, value + Math.max(0, rowGain)),
    Infinity,
  );
  context.picture('episode', await filmed(cell, game, mixture, result.columns, rng.child('film')));
  return {
    exact: above,
    learned: mixed.mean,
    gap: above - mixed.mean,
    stepsTo95: null,
    stepsToExact: null,
    leaderSteps: responses.total,
    queries: responses.steps[poacher],
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      mixture: mixed,
      randomSweeping: swept,
      gain: mixed.mean - swept.mean,
      gainStandardError: Math.hypot(mixed.standardError, swept.standardError),
      restrictedValue: result.value,
      payoffSteps: payoffs.steps,
      largestPayoffError: payoffs.largestError,
      patrollers: named(result.rows),
      poachers: named(result.columns),
    },
  };
}

/** Exploitability as far as the learned responses show it: what both gain, where they do. */
function curvePoint(state: DoubleOracleState<Strategy, Strategy>, steps: number) {
  const [rowGain, columnGain] = [Math.max(0, state.rowGain), Math.max(0, state.columnGain)];
  return {
    steps,
    value: state.value - columnGain,
    exploitability: rowGain + columnGain,
    restricted: state.value,
    iteration: state.iteration,
  };
}

/** An episode between strategies drawn from two mixtures, as an animated SVG. */
async function filmed(
  cell: Cell,
  game: MarkovGame,
  rows: readonly Weighted<Strategy>[],
  columns: readonly Weighted<Strategy>[],
  rng: Rng,
): Promise<string> {
  const env = drawingEnv(cell, game, `${cell.game} ${cell.gameName}`);
  const players = [new MixturePlayer(rows).draw(rng), new MixturePlayer(columns).draw(rng)];
  let { observations } = env.reset({ seed: rng.child('env').path });
  const frames = [env.render() as string];
  while (env.agents.length > 0) {
    const actions = env.possibleAgents.map((id, k) => [id, players[k].act(observations[id], rng)]);
    ({ observations } = env.step(Object.fromEntries(actions)));
    frames.push(env.render() as string);
  }
  return animate(frames, { secondsPerFrame: 1 });
}
