import type { EpisodeView, GameRenderer } from '../core/definition.js';
import type { MarkovGame } from '../core/markov-game.js';
import { element, followerColor, leaderColor, svgDocument, textElement } from '../core/svg.js';
import type { Costs } from './costs.js';

type HierarchyView = EpisodeView<MarkovGame & { readonly setting: string; readonly costs: Costs }>;

const rowHeight = 22;
const columnWidth = 250;
const [left, top] = [40, 76];

/** What is known of a player: nothing, its action (of a root that has committed), or its action and cost. */
interface Play {
  readonly action?: number;
  readonly cost?: number;
}

function plays(view: HierarchyView): readonly Play[] {
  const last = view.history.at(-1);
  const [moved, seen] = view.observations[1] as Float64Array;
  return view.game.agents.map((_, player) => {
    if (last !== undefined) return { action: last.actions[player][0], cost: -last.rewards[player] };
    return player === 0 && moved === 1 ? { action: seen } : {};
  });
}

const digits = (x: number) => (x === 0 ? 0 : x).toFixed(3);

function label({ action, cost }: Play): string {
  if (action === undefined) return 'not moved';
  return cost === undefined ? digits(action) : `${digits(action)}  cost ${digits(cost)}`;
}

/** Where an action lies between its bounds, from 0 to 1. */
function share({ low, high }: Costs, { action }: Play): number {
  return action === undefined ? 0 : (action - low) / (high - low);
}

function title(view: HierarchyView): string {
  return `${view.title}  ${view.game.setting}  step ${view.history.length}${view.done ? ' (ended)' : ''}`;
}

/** A line a player, children indented below their parent. */
function ansi(view: HierarchyView): string {
  const { costs, agents } = view.game;
  const known = plays(view);
  const line = (player: number, head: string) => {
    const { action, cost } = known[player];
    const bar = '#'.repeat(Math.round(10 * share(costs, known[player]))).padEnd(10, '.');
    const numbers = `${action === undefined ? '-' : digits(action)}`.padStart(8);
    return `${(head + agents[player].id).padEnd(20)}${numbers} ${bar} cost ${cost === undefined ? '-' : digits(cost)}`;
  };
  const branch = (player: number, head: string, indent: string): string[] => [
    line(player, head),
    ...costs.tree.children[player].flatMap((child, i, all) =>
      i === all.length - 1
        ? branch(child, `${indent}\`- `, `${indent}   `)
        : branch(child, `${indent}|- `, `${indent}|  `),
    ),
  ];
  return [title(view), ...branch(0, '', ''), ''].join('\n');
}

/** Height of each player's node: leaves a row each in the order of the tree, the others midway between their children. */
function heights({ tree }: Costs): number[] {
  const height: number[] = [];
  for (const [row, leaf] of tree.leaves[0].entries()) height[leaf] = top + row * rowHeight;
  for (let player = tree.parents.length - 1; player >= 0; player--) {
    const children = tree.children[player];
    if (children.length > 0) height[player] = (height[children[0]] + height[children.at(-1)!]) / 2;
  }
  return height;
}

function node(x: number, y: number, player: number, id: string, play: Play, costs: Costs): string {
  const text = { 'text-anchor': 'start', 'font-size': 11 };
  return [
    element('circle', { cx: x, cy: y, r: 7, fill: '#ffffff', stroke: '#555555' }),
    element('circle', {
      cx: x,
      cy: y,
      r: 7,
      fill: player === 0 ? leaderColor : followerColor,
      'fill-opacity': share(costs, play),
    }),
    textElement(x + 12, y + 4, `${id}  ${label(play)}`, text),
  ].join('');
}

function svg(view: HierarchyView): string {
  const { costs, agents } = view.game;
  const { tree } = costs;
  const known = plays(view);
  const y = heights(costs);
  const x = tree.levels.flatMap((level, depth) => level.map(() => left + depth * columnWidth));
  const edges = tree.parents.slice(1).map((parent, i) => {
    const player = i + 1;
    const start = x[parent] + 12 + 190;
    return element('path', {
      d: `M ${start} ${y[parent]} C ${start + 30} ${y[parent]} ${x[player] - 40} ${y[player]} ${x[player] - 7} ${y[player]}`,
      fill: 'none',
      stroke: '#bbbbbb',
    });
  });
  return svgDocument(
    left + tree.levels.length * columnWidth,
    top + tree.leaves[0].length * rowHeight,
    textElement(16, 26, title(view), { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, `each disc is filled as its action lies in [${costs.low}, ${costs.high}]`, {
      'text-anchor': 'start',
      'font-size': 12,
    }),
    edges,
    agents.map(({ id }, player) => node(x[player], y[player], player, id, known[player], costs)),
  );
}

/** The tree of players with their actions and costs. */
export const hierarchyRenderer: GameRenderer<HierarchyView['game']> = { ansi, svg };
