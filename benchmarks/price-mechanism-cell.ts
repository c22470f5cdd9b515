import type { MarkovGame } from '../envs/index.js';
import { Rng } from '../gymnasium/rng.js';
import { type Commitment, leaderAnswers } from '../solvers/commitment.js';
import { drawingEnv } from './drawing-env.js';
import type { Cell, CellContext, CellResult, PlainData } from './experiment.js';
import { runLeaderCell } from './leader-cell.js';

/**
 * Trains a designer without followers as {@link runLeaderCell} does, and draws an episode of what it learned as the game renders it: whom
 * it visited in which order, at which prices.
 */
export function runPriceMechanismCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  return runLeaderCell(cell, seed, context, inspect);
}

function inspect(cell: Cell, game: MarkovGame, learned: Commitment, context: CellContext): PlainData {
  const env = drawingEnv(cell, game, `${cell.gameName}, an episode under what ${cell.leader} learned:`);
  const answers = leaderAnswers(game, learned, true);
  const rng = new Rng('episode');
  const { id } = game.agents[game.leaderIndex];
  let { observations } = env.reset({ seed: 0 });
  while (env.agents.length > 0) ({ observations } = env.step({ [id]: answers.act(observations[id], rng) }));
  context.picture('episode', env.render() as string);
  return {};
}
