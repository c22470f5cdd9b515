import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import { type Network, splitFlow } from './network.js';
import { drawNetwork, type RoutingPlay, shortLatency } from './network-drawing.js';
import type { StackelbergRouting } from './stackelberg-routing.js';

type View = EpisodeView<StackelbergRouting>;

function playOf({ game, history, observations, done }: View): RoutingPlay {
  const { network, control, leaderShare } = game;
  const { demand, edges } = network;
  const last = done ? history.at(-1) : undefined;
  const chosen: Float64Array = last?.actions[0] ?? observations[1];
  const committed = last !== undefined || chosen.some((number) => number !== 0);
  const leader = new Float64Array(edges.length);
  const followers = new Float64Array(edges.length);
  if (committed && control === 'flow') splitFlow(network, chosen, 0, leaderShare * demand, leader, 0);
  if (last !== undefined) splitFlow(network, last.actions[1], 0, (1 - leaderShare) * demand, followers, 0);
  return {
    leader,
    followers,
    tolled: control === 'tolls',
    tolls: committed && control === 'tolls' ? chosen : null,
    latencies: Float64Array.from(edges, ({ latency }, e) => latency.value(leader[e] + followers[e])),
    moved: last !== undefined ? 'all' : committed ? 'leader' : 'nobody',
  };
}

/** What a user pays on each path: latencies and tolls. */
function pathCosts({ paths }: Network, { latencies, tolls }: RoutingPlay): number[] {
  return paths.map((path) => path.reduce((sum, e) => sum + latencies[e] + (tolls?.[e] ?? 0), 0));
}

/** What happened, in words. */
function story(view: View, play: RoutingPlay): string {
  const { network, control, leaderShare } = view.game;
  if (play.moved === 'nobody') return 'nobody is on the road';
  if (play.moved === 'leader') {
    return control === 'tolls' ? 'the leader has set tolls' : 'only the leader is on the road';
  }
  const time = network.edges.reduce(
    (sum, _, e) => sum + (play.leader[e] + play.followers[e]) * play.latencies[e],
    0,
  );
  const spent = `total time ${shortNumber(time)}`;
  if (leaderShare === 1) return spent;
  const followers = (1 - leaderShare) * network.demand;
  const costs = pathCosts(network, play);
  const paid = network.edges.reduce(
    (sum, _, e) => sum + play.followers[e] * (play.latencies[e] + (play.tolls?.[e] ?? 0)),
    0,
  );
  return `${spent}; a follower pays ${shortNumber(paid / followers)} on average, the cheapest path costs ${shortNumber(Math.min(...costs))}`;
}

function title({ title: id, game, done }: View): string {
  const { network, control, leaderShare } = game;
  const power = control === 'tolls' ? 'tolls' : `leader routes ${shortNumber(leaderShare * network.demand)}`;
  return `${id}: traffic ${shortNumber(network.demand)}, ${power}${done ? ' (ended)' : ''}`;
}

/** Cells in columns, the first of them set to the left. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map(
    (row) =>
      `  ${row.map((text, column) => (column < 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  ')}`,
  );
}

/** Longer lists are cut in text. */
const mostRows = 40;

function ansi(view: View): string {
  const { nodes, edges } = view.game.network;
  const play = playOf(view);
  const tolled = (...cells: readonly string[]) => (play.tolled ? cells : []);
  const routed = (...cells: readonly string[]) => (play.tolled ? [] : cells);
  const rows = edges
    .slice(0, mostRows)
    .map(({ from, to, latency }, e) => [
      `${nodes[from]} -> ${nodes[to]}`.slice(0, 40),
      shortLatency(latency.text, 40),
      ...routed(shortNumber(play.leader[e])),
      shortNumber(play.followers[e]),
      shortNumber(play.latencies[e]),
      ...tolled(play.tolls === null ? '-' : shortNumber(play.tolls[e])),
    ]);
  const head = ['edge', 'latency in x', ...routed('leader'), 'followers', 'takes', ...tolled('toll')];
  const more = edges.length > mostRows ? [`  and ${edges.length - mostRows} more`] : [];
  return [title(view), `  ${story(view, play)}`, ...table([head, ...rows]), ...more, ''].join('\n');
}

/** Room for the lines of text above the drawing. */
const leastWidth = 620;

/** Who has which colour. */
function key({ tolled }: RoutingPlay): string[] {
  const start = { 'text-anchor': 'start', 'font-size': 12 };
  const bold = (fill: string) => ({ ...start, fill, 'font-weight': 'bold' });
  const what = 'as wide as their flow, with the latency in x and what they take';
  if (tolled) {
    return [
      textElement(16, 66, 'followers', bold(followerColor)),
      textElement(90, 66, `${what}, and`, start),
      textElement(500, 66, 'tolls', bold(leaderColor)),
    ];
  }
  return [
    textElement(16, 66, 'leader', bold(leaderColor)),
    textElement(66, 66, 'followers', bold(followerColor)),
    textElement(140, 66, what, start),
  ];
}

function svg(view: View): string {
  const { network } = view.game;
  const play = playOf(view);
  const { width, height, elements } = drawNetwork(network, play, 76, leastWidth);
  const start = { 'text-anchor': 'start', 'font-size': 12 };
  return svgDocument(
    width,
    height,
    textElement(16, 26, title(view), { ...start, 'font-size': 14, 'font-weight': 'bold' }),
    textElement(16, 46, story(view, play), start),
    key(play),
    elements,
  );
}

/** The network with its flows, and a table of its edges. */
export const routingRenderer: GameRenderer<StackelbergRouting> = { ansi, svg };
