import { MessageSpm } from '../../envs/mechanism/message-spm.js';
import { checkCount } from '../../gymnasium/checks.js';
import type { ObservedAction } from '../commitment.js';
import { isRational, type Solver } from '../solver.js';
import { bestSilent, bestWithTwoMessages, type MessageMechanism } from './message-spm-search.js';

const name = 'message-spm-exact';
const tolerance = 1e-12;

/**
 * The best mechanism of `MessageSPM-v0`, with leader-favouring ties: of several Bayesian equilibria, and between messages that
 * are worth the same to a type, the buyers take what suits the leader (the strong Stackelberg rule).
 *
 * Without messages every order of visits is tried with every pair of prices from {0} and the midpoints between adjacent
 * values. Any price sells to the types above it, so one price for each set of types suffices; and a price at which nobody
 * buys is no better than visiting the other buyer first and then asking 0.
 *
 * With two messages branch and bound looks for a mechanism for each pair of messages, over the same prices, under which what the
 * types say is a pure Bayes-Nash equilibrium. What the buyers want depends on the prices themselves, so other prices might
 * allow more; but nothing exceeds the bound of a leader whom everyone tells what suits it, for which these prices suffice,
 * nor 0. The status is `optimal` where the search attains such a bound, else `best-known`. More messages than two are answered like
 * the second, with 0 as the bound.
 *
 * Mixed commitments are covered: without messages the best is pure, and the bounds hold for them as well. Buyers of more than about
 * 38 types each are refused: there are too many prices to look at.
 */
export const messageSpmExact: Solver = {
  name,
  summary: 'the best sequential price mechanism with messages, by branch and bound (MessageSPM-v0)',
  options: {
    nodes: { type: 'integer', default: 2_000_000, description: 'most nodes of the branch and bound' },
  },
  fits: (game, { follower }) => game instanceof MessageSpm && isRational(follower),
  solve: (game: MessageSpm, { commitment: kind, options }) => {
    const nodes = checkCount(name, 'nodes', options['nodes'] ?? 2_000_000);
    const silent = game.messages === 1;
    const { best, bound } = silent ? silentResult(game) : bestWithTwoMessages(game, nodes);
    const upperBound = game.messages > 2 ? 0 : bound;
    const commitment = commitmentOf(game, best);
    return {
      value: best.value,
      followerValues: followerValues(game, best),
      commitment,
      kind: kind ?? 'deterministic',
      status: best.value >= upperBound - tolerance ? 'optimal' : 'best-known',
      tieBreaking: silent ? null : 'leader',
      certificate: { upperBound },
      details: detailsOf(game, best),
    };
  },
};

function silentResult(game: MessageSpm) {
  const best = bestSilent(game);
  return { best, bound: best.value };
}

/** The mechanism that answers a pair of messages; a message past the second is answered like the second. */
function answerTo({ mechanisms }: MessageMechanism, one: number, other: number) {
  return mechanisms[2 * Math.min(one, 1) + Math.min(other, 1)];
}

function messagePairs({ messages }: MessageSpm): [number, number][] {
  return Array.from({ length: messages ** 2 }, (_, code) => [Math.floor(code / messages), code % messages]);
}

/** An action for everything that the leader may come to see, whatever the buyers say. */
function commitmentOf(game: MessageSpm, best: MessageMechanism): ObservedAction[] {
  return messagePairs(game).flatMap((said) => {
    const { first, prices } = answerTo(best, ...said);
    const visit = (buyer: number) => [buyer === 0 ? 1 : 0, buyer, prices[buyer]];
    const remaining = [first, 1 - first];
    const posted = first === 0 ? [prices[0], 0] : [0, prices[1]];
    return [
      { observation: [1, 1, 1, 1, 1, 0, 0, ...said], action: visit(first) },
      { observation: [...remaining, 1, ...remaining, ...posted, ...said], action: visit(1 - first) },
    ];
  });
}

/** Expected utilities of the buyers who say what the solution says. */
function followerValues(game: MessageSpm, best: MessageMechanism): Record<string, number> {
  const values = [0, 0];
  for (const { probability, types } of game.typeProfiles) {
    const { first, prices } = answerTo(best, best.reports[0][types[0]], best.reports[1][types[1]]);
    const worth = types.map((type, i) => game.buyers[i].values[type]);
    const winner = [first, 1 - first].find((i) => game.accepts(worth[i], prices[i]));
    if (winner !== undefined) values[winner] += probability * (worth[winner] - prices[winner]);
  }
  return { follower_0: values[0], follower_1: values[1] };
}

function detailsOf(game: MessageSpm, best: MessageMechanism) {
  const ids = ['follower_0', 'follower_1'];
  const byBuyer = <T>(entries: readonly T[]) =>
    Object.fromEntries(ids.map((id, i) => [id, entries[i]] as const));
  return {
    messagesByType: byBuyer(best.reports),
    mechanisms: messagePairs(game).map((said) => {
      const { first, prices } = answerTo(best, ...said);
      return { messages: byBuyer(said), visits: [ids[first], ids[1 - first]], prices: byBuyer(prices) };
    }),
    firstBestWelfare: game.firstBestWelfare,
  };
}
