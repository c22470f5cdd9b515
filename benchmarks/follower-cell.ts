import { makeGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import { ContextEncoding } from '../oracles/context-encoding.js';
import { ContextualPolicy } from '../oracles/contextual-policy.js';
import type { Cell, CellContext, CellResult } from './experiment.js';

/**
 * Pre-trains a contextual follower and counts the contexts (deterministic leaders) to which its greedy policy is an exact
 * best response. That count is the cell's value; the number of contexts its optimum. Steps are the follower's.
 */
export async function runFollowerCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters);
  const { contexts } = new ContextEncoding(game);
  let nearSince: number | null = null;
  const { report } = await ContextualPolicy.pretrain(game, {
    ...cell.oracleOptions,
    steps: cell.budget['steps'] as number,
    seed: new Rng(seed).child(cell.gameName, 'follower').path,
    onProgress: ({ steps, fraction, bestResponses }) => {
      context.metric({ steps, value: bestResponses! });
      context.progress(fraction);
      nearSince = bestResponses! >= 0.95 * contexts! ? (nearSince ?? steps) : null;
    },
  });
  const { bestResponses } = report.exact!;
  return {
    exact: contexts!,
    learned: bestResponses,
    gap: contexts! - bestResponses,
    stepsTo95: nearSince,
    stepsToExact: bestResponses === contexts ? report.followerSteps : null,
    leaderSteps: report.leaderQueries,
    queries: report.leaderQueries,
    preTrainingSteps: report.followerSteps,
    wallTimeSeconds: (performance.now() - begun) / 1000,
  };
}
