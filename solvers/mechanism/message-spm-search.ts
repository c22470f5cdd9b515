import type { MessageSpm } from '../../envs/mechanism/message-spm.js';
import { InvalidArgument } from '../../gymnasium/error.js';

/** Utilities and bounds closer than this count as equal. */
const tolerance = 1e-12;
/** Mechanisms times pairs of types: what is kept in memory, and what every bound looks at. */
const maxOutcomes = 2 ** 22;

/** A sequential price mechanism: who is visited first, and the price of each buyer. */
export interface PriceMechanism {
  readonly first: number;
  readonly prices: readonly number[];
}

/** A mechanism for each pair of messages, and what the buyers say. */
export interface MessageMechanism {
  /** The leader's expected return. */
  readonly value: number;
  /** Entry 2 a + b answers message a of the first buyer and b of the second. */
  readonly mechanisms: readonly PriceMechanism[];
  /** A message for each type of each buyer. */
  readonly reports: readonly [Reports, Reports];
}

/** A message, 0 or 1, for each type of a buyer. */
export type Reports = readonly number[];

/** A mechanism with what it comes to for every pair of types, each row-major over (first buyer's, second buyer's). */
interface Outcome {
  readonly mechanism: PriceMechanism;
  /** Return of the leader, weighted by the probabilities of both types. */
  readonly returns: Float64Array;
  /** Utility of each buyer, weighted by the probability of the other's type. */
  readonly utilities: readonly [Float64Array, Float64Array];
}

/** A mechanism in answer to one pair of messages. */
interface Entry {
  readonly mechanism: PriceMechanism;
  readonly value: number;
  /** By buyer and type: its utility from the types of the other that send this pair's message. */
  readonly utilities: readonly [Float64Array, Float64Array];
}

/** The prices 0 and halfway between adjacent values: one for each set of types that it may sell to, but the empty one. */
export function candidatePrices({ buyers }: MessageSpm): number[] {
  const values = [...new Set(buyers.flatMap((buyer) => buyer.values))].sort((a, b) => a - b);
  return [0, ...values.slice(1).map((value, k) => (values[k] + value) / 2)];
}

/** @throws InvalidArgument where there are too many values */
function outcomesOf(game: MessageSpm): Outcome[] {
  const prices = candidatePrices(game);
  const size = 2 * prices.length ** 2 * game.typeProfiles.length;
  if (size > maxOutcomes) {
    throw new InvalidArgument(
      `message-spm-exact: buyers: expected at most ${maxOutcomes} mechanisms times pairs of types, got ${size}.`,
    );
  }
  return [0, 1].flatMap((first) =>
    prices.flatMap((one) => prices.map((other) => outcome(game, { first, prices: [one, other] }))),
  );
}

function outcome(game: MessageSpm, mechanism: PriceMechanism): Outcome {
  const { first, prices } = mechanism;
  const { typeProfiles, buyers } = game;
  const [returns, ...utilities] = [0, 1, 2].map(() => new Float64Array(typeProfiles.length));
  typeProfiles.forEach(({ probability, types }, at) => {
    const values = types.map((type, i) => buyers[i].values[type]);
    const winner = [first, 1 - first].find((i) => game.accepts(values[i], prices[i]));
    returns[at] = probability * ((winner === undefined ? 0 : values[winner]) - Math.max(...values));
    if (winner === undefined) return;
    const other = buyers[1 - winner].probabilities[types[1 - winner]];
    utilities[winner][at] = other * (values[winner] - prices[winner]);
  });
  return { mechanism, returns, utilities: [utilities[0], utilities[1]] };
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** The best mechanism without messages. Only the sets of types that prices sell to matter to it. */
export function bestSilent(game: MessageSpm): MessageMechanism {
  let best: Outcome | null = null;
  for (const outcome of outcomesOf(game)) {
    if (best === null || sum(outcome.returns) > sum(best.returns) + tolerance) best = outcome;
  }
  const { mechanism, returns } = best!;
  const [one, other] = game.buyers.map(({ values }) => values.map(() => 0));
  return { value: sum(returns), mechanisms: new Array(4).fill(mechanism), reports: [one, other] };
}

/** The best that was found, and what bounds it from above. */
export interface SearchResult {
  readonly best: MessageMechanism;
  /** No mechanism with two messages does better, whatever the buyers say. */
  readonly bound: number;
}

/**
 * The best mechanism with two messages whose buyers have a pure Bayes-Nash equilibrium, by branch and bound: over what
 * the types say, from the largest bound down, and then over a mechanism for each pair of messages.
 *
 * @param nodes how many mechanisms may be put together before the search ends
 */
export function bestWithTwoMessages(game: MessageSpm, nodes: number): SearchResult {
  const search = new Search(game, nodes);
  const said = reportPairs(game).map((reports) => ({ reports, bound: search.bound(reports) }));
  said.sort((a, b) => b.bound - a.bound);
  for (const { reports, bound } of said) {
    if (bound <= search.best.value + tolerance || search.nodes <= 0) break;
    search.under(reports);
  }
  const bounded = said.length === allReportPairs(game) ? said[0].bound : 0;
  return { best: search.best, bound: Math.min(0, Math.max(bounded, search.best.value)) };
}

/** Pairs of reports up to the names of the messages: all, or for many types those that rise with the value. */
function reportPairs(game: MessageSpm): [Reports, Reports][] {
  const all = allReportPairs(game) <= maxReportPairs;
  const [one, other] = game.buyers.map(({ values }) => (all ? everyReport(values.length) : rising(values)));
  return one.flatMap((a) => other.map((b): [Reports, Reports] => [a, b]));
}

/** So many pairs of reports are looked at whole. */
const maxReportPairs = 2 ** 12;

function allReportPairs({ buyers }: MessageSpm): number {
  return buyers.reduce((product, { values }) => product * 2 ** (values.length - 1), 1);
}

function everyReport(types: number): Reports[] {
  return Array.from({ length: 2 ** (types - 1) }, (_, code) =>
    Array.from({ length: types }, (_, type) => ((2 * code) >> type) & 1),
  );
}

/** Message 1 from all types above a value, or from none. */
function rising(values: readonly number[]): Reports[] {
  return [...new Set(values)].map((threshold) => values.map((value) => (value > threshold ? 1 : 0)));
}

class Search {
  best: MessageMechanism;
  private readonly outcomes: readonly Outcome[];
  private readonly counts: readonly [number, number];

  constructor(
    game: MessageSpm,
    /** How many may still be looked at. */
    public nodes: number,
  ) {
    this.best = bestSilent(game);
    this.outcomes = outcomesOf(game);
    const [one, other] = game.buyers;
    this.counts = [one.values.length, other.values.length];
  }

  /** What the leader gets if every pair of messages has the mechanism that suits it best, whatever the buyers want. */
  bound(reports: readonly [Reports, Reports]): number {
    const best = new Float64Array(4).fill(Number.NEGATIVE_INFINITY);
    const values = new Float64Array(4);
    for (const { returns } of this.outcomes) {
      this.addValues(returns, reports, values.fill(0));
      for (let pair = 0; pair < 4; pair++) best[pair] = Math.max(best[pair], values[pair]);
    }
    return sum(best);
  }

  /** Adds up what a mechanism returns, by the pair of messages that the types send. */
  private addValues(
    returns: Float64Array,
    [one, other]: readonly [Reports, Reports],
    values: Float64Array,
  ): void {
    for (let i = 0, at = 0; i < one.length; i++) {
      for (let k = 0; k < other.length; k++, at++) values[2 * one[i] + other[k]] += returns[at];
    }
  }

  /** Looks for a better mechanism under which the buyers want to say just this. */
  under(reports: readonly [Reports, Reports]): void {
    const values = this.outcomes.map(({ returns }) => {
      const byPair = new Float64Array(4);
      this.addValues(returns, reports, byPair);
      return byPair;
    });
    const entries = [0, 1, 2, 3].map((pair) => this.entriesOf(reports, pair, values));
    const ahead = [0, 0, 0, 0, 0];
    for (let pair = 3; pair >= 0; pair--) ahead[pair] = ahead[pair + 1] + entries[pair][0].value;
    this.extend(reports, entries, ahead, [], 0);
  }

  /** What may answer a pair of messages, best first, without those that are the same to everyone. */
  private entriesOf(
    reports: readonly [Reports, Reports],
    pair: number,
    values: readonly Float64Array[],
  ): Entry[] {
    const seen = new Map<string, Entry>();
    for (const [k, { mechanism, utilities }] of this.outcomes.entries()) {
      const value = values[k][pair];
      const own = [0, 1].map((i) => this.utilitiesAt(utilities[i], reports, pair, i));
      const entry: Entry = { mechanism, value, utilities: [own[0], own[1]] };
      const key = `${value},${own[0]},${own[1]}`;
      if (!seen.has(key)) seen.set(key, entry);
    }
    return [...seen.values()].sort((a, b) => b.value - a.value);
  }

  private utilitiesAt(
    utilities: Float64Array,
    reports: readonly [Reports, Reports],
    pair: number,
    buyer: number,
  ): Float64Array {
    const others = reports[1 - buyer];
    const message = buyer === 0 ? pair & 1 : pair >> 1;
    const stride = this.counts[1];
    return Float64Array.from({ length: this.counts[buyer] }, (_, own) => {
      let total = 0;
      for (let other = 0; other < others.length; other++) {
        if (others[other] !== message) continue;
        total += utilities[buyer === 0 ? own * stride + other : other * stride + own];
      }
      return total;
    });
  }

  private extend(
    reports: readonly [Reports, Reports],
    entries: readonly Entry[][],
    ahead: readonly number[],
    chosen: readonly Entry[],
    value: number,
  ): void {
    const pair = chosen.length;
    if (pair === 4) {
      this.nodes--;
      if (isEquilibrium(reports, chosen)) {
        this.best = { value, reports, mechanisms: chosen.map(({ mechanism }) => mechanism) };
      }
      return;
    }
    for (const entry of this.open(reports, entries, chosen)) {
      if (value + entry.value + ahead[pair + 1] <= this.best.value + tolerance || this.nodes <= 0) return;
      this.extend(reports, entries, ahead, [...chosen, entry], value + entry.value);
    }
  }

  /** A message that no type sends is answered like the other: then nobody gains by it, and no other answer does better. */
  private open(
    [one, other]: readonly [Reports, Reports],
    entries: readonly Entry[][],
    chosen: readonly Entry[],
  ): readonly Entry[] {
    const pair = chosen.length;
    if (pair >= 2 && !one.includes(1)) return [unsent(chosen[pair - 2], 0)];
    if (pair % 2 === 1 && !other.includes(1)) return [unsent(chosen[pair - 1], 1)];
    return entries[pair];
  }
}

/** The answer to a message that this buyer never sends: like the answer to the one that it does. */
function unsent({ mechanism, utilities }: Entry, buyer: number): Entry {
  const [one, other] = utilities.map((own, i) => (i === buyer ? own : own.map(() => 0)));
  return { mechanism, value: 0, utilities: [one, other] };
}

/** Whether no type of either buyer would rather send the other message. */
function isEquilibrium([one, other]: readonly [Reports, Reports], chosen: readonly Entry[]): boolean {
  const wants = (reports: Reports, buyer: number, answers: readonly (readonly [number, number])[]) =>
    reports.every((message, type) => {
      const worth = (m: number) =>
        chosen[answers[m][0]].utilities[buyer][type] + chosen[answers[m][1]].utilities[buyer][type];
      return worth(message) >= worth(1 - message) - tolerance;
    });
  const rows = [
    [0, 1],
    [2, 3],
  ] as const;
  const columns = [
    [0, 2],
    [1, 3],
  ] as const;
  return wants(one, 0, rows) && wants(other, 1, columns);
}
