import type { JointResponse } from '../envs/core/stackelberg.js';
import { makeGame } from '../envs/index.js';
import { CyberSetting } from '../envs/multi-follower/cyber.js';
import type { MultiFollower } from '../envs/multi-follower/multi-follower.js';
import { QreSetting } from '../envs/multi-follower/qre.js';
import { InvalidArgument } from '../gymnasium/error.js';
import { Rng } from '../gymnasium/rng.js';
import { DampedBestResponse } from '../oracles/damped-best-response.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import { kktGradient } from '../solvers/multi-follower/kkt-gradient.js';
import { drawingEnv } from './drawing-env.js';
import type { Cell, CellContext, CellResult } from './experiment.js';

/**
 * Designs incentives by the KKT gradient on the instance of this seed and grades the design by `evaluateCommitment` against damped best
 * responses. `exact` is no optimum, which is not known, but a proved bound above it: the greatest sum of payoffs (`qre`) or
 * risk / 2 times the losses (`cyber`). Steps are those of Adam; the curve shows the best feasible design.
 */
export async function runMultiFollowerCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, { ...cell.parameters, seed }) as MultiFollower;
  const { steps, starts } = cell.budget as { steps: number; starts: number };
  const exact = upperBound(game);
  let nearSince: number | null = null;
  const found = kktGradient(game, {
    ...cell.leaderOptions,
    steps,
    starts,
    seed: new Rng(seed).child(cell.gameName, 'designs').path,
    onProgress: ({ steps: at, fraction, objective, violation }) => {
      if (objective >= 0.95 * exact) nearSince ??= at;
      context.metric({ steps: at, value: objective, violation });
      context.progress(fraction);
    },
  });
  const oracle = new DampedBestResponse(cell.oracleOptions);
  const { value } = await evaluateCommitment(game, found.design, { oracle, optimum: null, episodes: 1 });
  context.picture('design', drawn(cell, game, found.design, oracle));
  const { base, byGradient, fullInsurance, violation, bestResponseGap, converged, origin } = found;
  return {
    exact,
    learned: value,
    gap: exact - value,
    stepsTo95: nearSince,
    stepsToExact: null,
    leaderSteps: steps * starts,
    queries: 0,
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      base,
      gain: value - base,
      byGradient,
      ...(fullInsurance !== undefined && { fullInsurance }),
      violation,
      bestResponseGap,
      converged,
      origin,
    },
  };
}

function upperBound({ setting }: MultiFollower): number {
  if (setting instanceof QreSetting) return setting.dictatorValue();
  if (setting instanceof CyberSetting) return setting.profitBound();
  throw new InvalidArgument(`Expected a setting with a known bound, qre or cyber, got ${setting.name}.`);
}

/** The design and what the followers do, as the game draws it. */
function drawn(cell: Cell, game: MultiFollower, design: Float64Array, oracle: DampedBestResponse): string {
  const env = drawingEnv(cell, game, cell.gameName);
  env.reset({ seed: 0 });
  const rng = new Rng(0);
  const responder = oracle.start({ lane: env.lane, leader: 0, rng, simulated() {} });
  const { mixture } = responder.respond().next().value as JointResponse;
  const [followers] = mixture;
  const seen = env.commit!({ leader_0: design });
  env.step(
    Object.fromEntries(Object.entries(seen).map(([id, observed]) => [id, followers[id].act(observed, rng)])),
  );
  return env.render() as string;
}
