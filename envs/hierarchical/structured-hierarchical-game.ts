import { z } from 'zod';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { ChainCosts, type Costs, PublicGoodsCosts, SecurityCosts } from './costs.js';
import { karateFriends, karateSides } from './karate-club.js';
import { hierarchyRenderer } from './structured-hierarchical-game-rendering.js';

const settings = ['public_goods', 'security', 'chain'] as const;
export type HierarchicalSetting = (typeof settings)[number];

const parameters = z
  .strictObject({
    setting: z.enum(settings).default('public_goods').describe('Which costs and which tree'),
    k: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .describe(
        'public_goods, security: weight of the benefit against compliance with the parent (0.5; 0.1)',
      ),
    constant: z.number().optional().describe('public_goods: a in the benefit a + b x - c x^2 + ... (0)'),
    linear: z.number().optional().describe('public_goods: b (1)'),
    quadratic: z.number().min(0).optional().describe('public_goods: c (6)'),
    rationality: z.number().min(0).optional().describe('security: lambda of the attacker (5)'),
    price: z.number().min(0).optional().describe('security: cost of a unit of defence (0.2)'),
    influence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('security: how much a defender suffers from attacks on the others (1/6)'),
  })
  .superRefine((given, context) => {
    for (const [name, used] of Object.entries(usedBy)) {
      if (given[name as keyof typeof usedBy] === undefined || used.includes(given.setting)) continue;
      const message = `expected no value with setting ${given.setting}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });

const usedBy: Readonly<
  Record<Exclude<keyof z.input<typeof parameters>, 'setting'>, readonly HierarchicalSetting[]>
> = {
  k: ['public_goods', 'security'],
  constant: ['public_goods'],
  linear: ['public_goods'],
  quadratic: ['public_goods'],
  rationality: ['security'],
  price: ['security'],
  influence: ['security'],
};

/** The costs of a setting, with the constants of the authors' experiments where nothing is given. */
function costsOf(p: z.infer<typeof parameters>): Costs {
  if (p.setting === 'chain') return new ChainCosts();
  if (p.setting === 'security') {
    return new SecurityCosts(p.k ?? 0.1, p.rationality ?? 5, p.price ?? 0.2, p.influence ?? 1 / 6);
  }
  const { k = 0.5, constant = 0, linear = 1, quadratic = 6 } = p;
  return new PublicGoodsCosts(k, karateFriends, karateSides, constant, linear, quadratic);
}

/**
 * ## Description
 * A structured hierarchical game (Li et al. 2022): a tree of players who move level by level, the root first; each pays
 * for its own action, its parent's and those of the leaves. An episode is one play of it. Three settings:
 * - `public_goods`: levels of 1, 2 and 34 players. The leaves are the members of Zachary's karate club, who contribute to
 *   a public good on their friendships; their parents are the two sides on which the club split.
 * - `security`: levels of 1, 3 and 6. Each leaf defends a target against a boundedly rational attacker, each of the three
 *   in the middle answers for two of them.
 * - `chain`: three players in a row with quadratic costs: small enough for a closed form. It is this package's own.
 *
 * The Markov game has two turns: the root moves, then all others at once, having seen the root's action. The order of the
 * lower levels is part of the solution concept, which solvers and oracles handle, and not of `step`.
 *
 * ## Action Space
 * A `Box` of shape [1], float64, for every player: [0, 1], in `chain` [-10, 10] (the actions of the closed form are
 * unbounded, and lie well inside).
 *
 * ## Observation Space
 * `leader_0`, the root: `Discrete(1)`, always 0. The others, numbered level by level: a `Box` of shape [2], float64:
 * whether the root has moved (0 or 1), and its action (0 before).
 *
 * ## Rewards
 * Minus the cost. With k the weight of the benefit, players other than the root pay -k benefit + (1 - k) (own action
 * - parent's action)^2 and the root -benefit, where a leaf has a benefit of its own and the players above have the
 * sum of their leaves':
 * - `public_goods`: constant + linear x - quadratic x^2 + x (sum of the friends' actions); in the root's sum the x before the
 *   bracket is squared, as in the authors' code.
 * - `security`: -price x_m + P(m) x_m / (1 + x_m) + sum over i != m of P(i) (1 - influence / ((1 + x_m) (1 + x_i))), where
 *   P(i) is proportional to exp(rationality (1 - x_i)).
 *
 * In `chain`: root (x - 1)^2 + (z - 1)^2, middle (y - x)^2 + z^2, leaf (z - y)^2 + z^2.
 *
 * ## Starting State
 * Nobody has moved: the state, the actions played, is all zeros.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('StructuredHierarchicalGame-v0', { setting: 'security', k: 0.5 })`. `setting` ('public_goods'); `k` (0.5 in
 * public_goods, 0.1 in security); `constant` (0), `linear` (1), `quadratic` (6) of public_goods; `rationality` (5),
 * `price` (0.2), `influence` (1/6) of security.
 *
 * ## References
 * Z. Li, F. Jia, A. Mate, S. Jabbari, M. Chakraborty, M. Tambe, Y. Vorobeychik. Solving structured hierarchical games
 * using differential backward induction. UAI 2022.
 * W. Zachary. An information flow model for conflict and fission in small groups. J. Anthropological Research 33, 1977.
 *
 * ## Version History
 * - v0: first release.
 */
export class StructuredHierarchicalGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  /** The joint action played in each lane. */
  private played!: Float64Array;

  constructor(
    readonly setting: HierarchicalSetting,
    readonly costs: Costs,
  ) {
    super();
    const { low, high, tree } = costs;
    const actionSpace = () => new Box(low, high, { shape: [1], dtype: 'float64' });
    const sight = () => new Box([0, low], [1, high], { dtype: 'float64' });
    this.agents = tree.parents.map((_, player) => ({
      id: player === 0 ? 'leader_0' : `follower_${player - 1}`,
      role: player === 0 ? 'leader' : 'follower',
      observationSpace: player === 0 ? new Discrete(1) : sight(),
      actionSpace: actionSpace(),
    }));
  }

  protected override allocateState(): void {
    this.played = this.array(Float64Array, this.agents.length);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const players = this.agents.length;
    this.played.fill(0, lane * players, (lane + 1) * players);
    out.observations[0][lane] = 0;
    for (let player = 1; player < players; player++) {
      out.observations[player][2 * lane] = 0;
      out.observations[player][2 * lane + 1] = 0;
    }
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let player = 1; player < this.agents.length; player++) {
      const seen = out.observations[player];
      for (let i = from; i < to; i++) {
        seen[2 * i] = 1;
        seen[2 * i + 1] = actions[0][i];
      }
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { costs, played } = this;
    const players = this.agents.length;
    for (let i = from; i < to; i++) {
      const at = i * players;
      for (let player = 0; player < players; player++) played[at + player] = actions[player][i];
      for (let player = 0; player < players; player++) {
        out.rewards[player][i] = -costs.cost(player, played, at);
      }
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }
}

export const structuredHierarchicalGame = defineGame({
  id: 'StructuredHierarchicalGame-v0',
  summary: 'A tree of players who move level by level: public goods, security or a chain',
  parameters,
  create: (p) => new StructuredHierarchicalGame(p.setting, costsOf(p)),
  presets: {
    public_goods: { setting: 'public_goods' },
    security_comply: { setting: 'security', k: 0.1 },
    security_noncomply: { setting: 'security', k: 0.5 },
    chain: { setting: 'chain' },
  },
  oracle: { name: 'hierarchical-response' },
  renderer: hierarchyRenderer,
});
