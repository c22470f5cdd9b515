import { makeGame } from '../envs/index.js';
import { moveCount } from '../envs/security/grid-moves.js';
import type { StaticPatrol } from '../envs/security/static-patrol.js';
import { Rng } from '../gymnasium/rng.js';
import { doubleOracle, type Weighted } from '../solvers/double-oracle.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import { staticPatrolLp, walkBehaviour, walkPayoffs } from '../solvers/security/static-patrol-lp.js';
import type { Cell, CellContext, CellResult } from './experiment.js';
import { type Budget, named, Payoffs, patroller, poacher, Responses } from './learned-double-oracle.js';
import type { Strategy } from './mixture-env.js';

/** Gains up to this count as none: payoffs are simulated. */
const tolerance = 1e-3;

interface Walk extends Strategy {
  readonly walk: readonly number[];
}

interface Hideout extends Strategy {
  readonly cell: number;
}

/** The pure strategies of a static patrol, one object each, so that the double oracle knows one that it has. */
class StaticStrategies {
  private readonly known = new Map<string, Strategy>();

  constructor(private readonly game: StaticPatrol) {}

  /** The walk that a deterministic policy takes. */
  walk(act: (observation: number) => number): Walk {
    const { game } = this;
    const moves: number[] = [];
    const walk: number[] = [];
    for (let at = 0, cell = game.start; walk.length < game.horizon; ) {
      const move = act(at);
      moves[at] = move;
      cell = game.neighbours[cell * moveCount + move];
      walk.push(cell);
      at = game.extensions[at * moveCount + move];
    }
    const name = `walk ${walk.join(' ')}`;
    return this.keep({ name, walk, create: () => ({ act: (at) => moves[at] }) });
  }

  hideout(cell: number): Hideout {
    return this.keep({ name: `cell ${cell}`, cell, create: () => ({ act: () => cell }) });
  }

  private keep<S extends Strategy>(strategy: S): S {
    if (!this.known.has(strategy.name)) this.known.set(strategy.name, strategy);
    return this.known.get(strategy.name) as S;
  }
}

/**
 * A double oracle on `StaticPatrol-v0` whose responses are both learned and whose payoffs are simulated. What the patroller's
 * mixture is worth is then computed: by the exact best response to it, and the linear program over all walks. Steps are those that
 * responses were learned from; `extra.payoffSteps` counts those of the payoffs' simulation.
 */
export async function runStaticPatrolCell(
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const begun = performance.now();
  const game = makeGame(cell.game, cell.parameters) as StaticPatrol;
  const task = { follower: 'stationary', certify: false, options: {} } as const;
  const { value: exact } = await staticPatrolLp.solve(game, task);
  const rng = new Rng(seed).child(cell.gameName, cell.leader, cell.oracle);
  const { iterations, attempts = 1 } = cell.budget as unknown as Budget;
  const responses = new Responses(cell, game, rng, context, 2 * iterations);
  const strategies = new StaticStrategies(game);
  const payoffs = new Payoffs(game, responses.budget.episodes, rng);
  const worth = async (rows: readonly Weighted<Walk>[]) => {
    const mixture = rows.map(({ strategy: { walk }, probability }) => ({ walk, probability }));
    const table = walkBehaviour(game, mixture);
    return (await evaluateCommitment(game, table, { optimum: exact })).value;
  };
  let nearSince: number | null = null;
  const walks = game.allWalks();
  const table = walkPayoffs(game, walks);
  /** The most that a walk earns against a mixture of hiding places. */
  const conceded = (columns: readonly Weighted<Hideout>[]) =>
    table.reduce(
      (most, row) =>
        Math.max(
          most,
          columns.reduce((sum, c) => sum + c.probability * row[c.strategy.cell], 0),
        ),
      -Infinity,
    );
  const inPlay = new Set([strategies.walk(() => 0)]);
  const result = await doubleOracle<Walk, Hideout>(
    {
      rows: [...inPlay],
      columns: [strategies.hideout(game.start)],
      payoff: (row, column) => payoffs.of(row, column),
      bestRow: async (against, iteration) => {
        const earned = (row: Walk) =>
          against.reduce(
            (sum, { strategy, probability }) => sum + probability * payoffs.of(row, strategy),
            0,
          );
        const known = [...inPlay].reduce((most, row) => Math.max(most, earned(row)), -Infinity);
        let walk: Walk;
        for (let attempt = 1; ; attempt++) {
          const policy = await responses.learn(patroller, against, `patroller ${iteration}.${attempt}`);
          walk = strategies.walk((at) => policy.act(at, rng, { greedy: true }));
          if (earned(walk) > known + tolerance || attempt === attempts) break;
        }
        inPlay.add(walk);
        return walk;
      },
      bestColumn: async (against, iteration) => {
        const policy = await responses.learn(poacher, against, `poacher ${iteration}`, 1);
        return strategies.hideout(policy.act(0, rng, { greedy: true }));
      },
    },
    {
      iterations,
      tolerance,
      onIteration: async ({ rows, columns, value: restricted, iteration }) => {
        const value = await worth(rows);
        const near = value >= exact - 0.05 * Math.abs(exact);
        nearSince = near ? (nearSince ?? responses.total) : null;
        const exploitability = conceded(columns) - value;
        context.metric({ steps: responses.total, value, exploitability, restricted, iteration });
      },
    },
  );
  const learned = await worth(result.rows);
  context.metric({
    steps: responses.total,
    value: learned,
    exploitability: conceded(result.columns) - learned,
    restricted: result.value,
    iteration: result.history.length + 1,
  });
  return {
    exact,
    learned,
    gap: exact - learned,
    stepsTo95: nearSince,
    stepsToExact: null,
    leaderSteps: responses.total,
    queries: responses.steps[poacher],
    preTrainingSteps: 0,
    wallTimeSeconds: (performance.now() - begun) / 1000,
    extra: {
      iterations: result.history.length,
      converged: result.converged,
      restrictedValue: result.value,
      payoffSteps: payoffs.steps,
      walks: named(result.rows),
      cells: named(result.columns),
    },
  };
}
