import type { GraphSpec } from './network.js';

export const networkNames = ['pigou', 'pigou_quadratic', 'braess', 'llf_tight', 'two_bridges'] as const;
export type NetworkName = (typeof networkNames)[number];

/** Braess's paradox: the free shortcut v-w makes every user worse off. */
const braessGraph: GraphSpec = {
  nodes: ['s', 'v', 'w', 't'],
  edges: [
    { from: 's', to: 'v', latency: 'x' },
    { from: 'v', to: 't', latency: 1 },
    { from: 's', to: 'w', latency: 1 },
    { from: 'w', to: 't', latency: 'x' },
    { from: 'v', to: 'w', latency: 0 },
  ],
};

/** This package's own: a town on both banks of a river with two bridges, queues before them and a long way round. */
const twoBridges: GraphSpec = {
  nodes: ['home', 'north', 'south', 'bridge', 'market', 'work'],
  edges: [
    { from: 'home', to: 'north', latency: '0.5 + x' },
    { from: 'home', to: 'south', latency: '0.2 + 2x^2' },
    { from: 'north', to: 'bridge', latency: '0.4 * (1 + 0.15 * (x / 0.5)^4)' },
    { from: 'south', to: 'bridge', latency: '0.1 + x' },
    { from: 'south', to: 'market', latency: '0.8 + 0.5x' },
    { from: 'bridge', to: 'market', latency: 0 },
    { from: 'bridge', to: 'work', latency: '0.2 + x' },
    { from: 'market', to: 'work', latency: '0.3 + 1.5x^2' },
    { from: 'home', to: 'work', latency: 2 },
  ],
};

/**
 * The named networks, by the leader's share: `llf_tight`, on which the bound of Largest Latency First is reached, depends on
 * it. Pigou (1920): a road that always takes 1 beside one that takes x, or x^2.
 */
export const namedNetworks: Readonly<
  Record<NetworkName, (leaderShare: number) => { readonly links: readonly (string | number)[] } | GraphSpec>
> = {
  pigou: () => ({ links: [1, 'x'] }),
  pigou_quadratic: () => ({ links: [1, 'x^2'] }),
  braess: () => braessGraph,
  llf_tight: (leaderShare) => ({ links: ['x', 1 - leaderShare] }),
  two_bridges: () => twoBridges,
};
