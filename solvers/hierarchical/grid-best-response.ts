import type { Costs } from '../../envs/hierarchical/costs.js';
import type { StructuredHierarchicalGame } from '../../envs/hierarchical/structured-hierarchical-game.js';
import { checkCount, checkRange } from '../../gymnasium/checks.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import type { Solver } from '../solver.js';
import { fitsHierarchy, hierarchicalAnswer } from './play.js';

export interface GridOptions {
  /** Distance between neighbouring actions of the grid, which has both bounds; in [0.0001, 1]. Default 0.05. */
  readonly discretisation?: number;
  /** Most rounds of best responses among the children of one player. Default 3. */
  readonly rounds?: number;
}

const defaults: Required<GridOptions> = { discretisation: 0.05, rounds: 3 };
/** Evaluations of costs beyond which a search is refused: a minute or so of work. */
const mostEvaluations = 1e8;
/** Costs closer than this are equal up to rounding. */
const indifference = 1e-12;

function gridOptions(owner: string, given: Readonly<Record<string, unknown>>): Required<GridOptions> {
  checkOptionNames(owner, given, Object.keys(defaults));
  const { discretisation, rounds } = { ...defaults, ...given } as Required<GridOptions>;
  checkRange(owner, 'discretisation', discretisation, 0.0001, 1);
  checkCount(owner, 'rounds', rounds);
  return { discretisation, rounds };
}

/** Where a player's search ended. */
interface Best {
  readonly cost: number;
  /** Whether it, or a player below it, now acts otherwise. */
  readonly moved: boolean;
}

/**
 * Hierarchical best response (the baseline of Li et al. 2022): a player tries every action of a grid; for each its
 * children respond in turn, round by round until none moves, and so on down to the leaves.
 */
class GridSearch {
  private readonly grid: readonly number[];
  /** Where every player starts: the action in the middle of the grid. */
  readonly start: number;
  /** The best joint action so far of the player under search on each level. */
  private readonly kept: readonly Float64Array[];
  /** The joint action before the player on each level deviated. */
  private readonly before: readonly Float64Array[];
  private readonly depth: readonly number[];

  constructor(
    private readonly costs: Costs,
    private readonly options: Required<GridOptions>,
  ) {
    const { low, high, tree } = costs;
    const steps = Math.ceil((high - low) / options.discretisation - 1e-9);
    this.grid = Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
    this.start = this.grid[Math.round(steps / 2)];
    const joint = () => tree.levels.map(() => new Float64Array(tree.parents.length));
    [this.kept, this.before] = [joint(), joint()];
    this.depth = tree.levels.flatMap((level, depth) => level.map(() => depth));
  }

  /** Upper bound on the costs evaluated in a search of this player. */
  evaluations(player: number): number {
    const children = this.costs.tree.children[player];
    const below = children.reduce((sum, child) => sum + this.evaluations(child), 0);
    return this.grid.length * (1 + this.roundsOf(children) * below);
  }

  private roundsOf(children: readonly number[]): number {
    return children.length === 1 ? 1 : this.options.rounds;
  }

  /** Sets the player's action in `x` to its best on the grid, the lowest of equals, with the responses below it. */
  search(player: number, x: Float64Array): Best {
    if (this.costs.tree.children[player].length === 0) return this.searchLeaf(player, x);
    const depth = this.depth[player];
    const [kept, before] = [this.kept[depth], this.before[depth]];
    before.set(x);
    let best = Infinity;
    for (const action of this.grid) {
      x.set(before);
      const cost = this.tryAction(player, action, x);
      if (cost >= best - indifference) continue;
      best = cost;
      kept.set(x);
    }
    x.set(kept);
    return { cost: best, moved: x.some((action, i) => action !== before[i]) };
  }

  private searchLeaf(leaf: number, x: Float64Array): Best {
    const present = x[leaf];
    let [best, chosen] = [Infinity, present];
    for (const action of this.grid) {
      x[leaf] = action;
      const cost = this.costs.cost(leaf, x, 0);
      if (cost < best - indifference) [best, chosen] = [cost, action];
    }
    x[leaf] = chosen;
    return { cost: best, moved: chosen !== present };
  }

  /** Lets the player take an action and the levels below respond, from the start. Returns the player's cost. */
  private tryAction(player: number, action: number, x: Float64Array): number {
    x[player] = action;
    this.restart(player, x);
    this.respond(this.costs.tree.children[player], x);
    return this.costs.cost(player, x, 0);
  }

  /** Puts all players below this one at the start, so that a response does not depend on what was tried before. */
  private restart(player: number, x: Float64Array): void {
    for (const child of this.costs.tree.children[player]) {
      x[child] = this.start;
      this.restart(child, x);
    }
  }

  private respond(children: readonly number[], x: Float64Array): void {
    for (let round = 0; round < this.roundsOf(children); round++) {
      let moved = false;
      for (const child of children) if (this.search(child, x).moved) moved = true;
      if (!moved) return;
    }
  }
}

function gridSearch(
  owner: string,
  costs: Costs,
  options: Required<GridOptions>,
  searches: readonly number[],
): GridSearch {
  const search = new GridSearch(costs, options);
  const evaluations = searches.reduce((sum, player) => sum + search.evaluations(player), 0);
  if (evaluations <= mostEvaluations) return search;
  throw new InvalidArgument(
    `${owner}: expected a grid of at most ${mostEvaluations} evaluations, got up to ${Math.round(evaluations)}: raise discretisation or lower rounds.`,
  );
}

export const hierarchicalBestResponse: Solver = {
  name: 'hierarchical-best-response',
  summary: 'best responses on a grid, level by level, in a structured hierarchical game',
  options: {
    discretisation: {
      type: 'number',
      default: defaults.discretisation,
      description: 'distance between neighbouring actions of the grid, in [0.0001, 1]',
    },
    rounds: {
      type: 'integer',
      default: defaults.rounds,
      description: 'most rounds of best responses among the children of one player',
    },
  },
  fits: fitsHierarchy,
  solve: (game: StructuredHierarchicalGame, { options }) => {
    const { costs } = game;
    const given = gridOptions('hierarchical-best-response', options);
    const search = gridSearch('hierarchical-best-response', costs, given, [0]);
    const actions = new Float64Array(game.agents.length).fill(search.start);
    search.search(0, actions);
    return hierarchicalAnswer(game, actions, 'heuristic', { ...given });
  },
};

export interface HierarchicalRegret {
  /** The epsilon: the most that any player gains, at least 0. */
  readonly regret: number;
  /** Position in `game.agents` of a player who gains most. */
  readonly player: number;
  /** What each player gains. */
  readonly gains: readonly number[];
}

/**
 * How far a joint action is from hierarchical equilibrium: the most that a player lowers its cost by moving to an
 * action of a grid, where the players below it respond anew, on the grid (the epsilon of Li et al. 2022). A player
 * without a better action gains 0. Responses on a grid are rounded ones, so that an exact equilibrium has a small
 * epsilon of its own.
 *
 * @param actions a number a player, in the order of `game.agents`
 * @throws InvalidArgument for malformed options or actions, or a grid too fine to search
 */
export function hierarchicalRegret(
  { costs, agents }: StructuredHierarchicalGame,
  actions: ArrayLike<number>,
  options: GridOptions = {},
): HierarchicalRegret {
  const given = gridOptions('hierarchicalRegret', { ...options });
  const { low, high } = costs;
  const joint = Float64Array.from(actions);
  if (joint.length !== agents.length || !joint.every((action) => action >= low && action <= high)) {
    throw new InvalidArgument(
      `hierarchicalRegret: actions: expected ${agents.length} numbers in [${low}, ${high}], got ${describe(actions)}.`,
    );
  }
  const players = agents.map((_, player) => player);
  const search = gridSearch('hierarchicalRegret', costs, given, players);
  const gains = players.map((player) =>
    Math.max(0, costs.cost(player, joint, 0) - search.search(player, joint.slice()).cost),
  );
  const regret = Math.max(...gains);
  return { regret, player: gains.indexOf(regret), gains };
}
