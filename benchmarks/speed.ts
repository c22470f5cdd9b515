import { pathToFileURL } from 'node:url';
import { createGame, gameDefinitions } from '../envs/core/definition.js';
import { GameVectorEnv } from '../envs/core/vector-env.js';
import { GameParallelEnv } from '../envs/core/views.js';
import '../envs/index.js';
import { laneArray } from '../envs/core/markov-game.js';
import { type Bimatrix, ordinalGames } from '../envs/matrix/classics.js';
import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { TypedArray } from '../gymnasium/types.js';

/** One row of the speed table. */
export interface SpeedRow {
  readonly what: string;
  /** The game of a vector view. */
  readonly id?: string;
  readonly lanes: number;
  /** Median over the rounds. One env-step is one joint action of one lane. */
  readonly stepsPerSecond: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A contender: steps all of its lanes once a call. */
interface Contender {
  readonly what: string;
  /** The game of a vector view. */
  readonly id?: string;
  readonly lanes: number;
  step(): void;
}

const rounds = 7;
const secondsPerRound = 0.25;
/** Lanes of the measurements of memory: fewer, for more steps in the same time. */
const heapLanes = 256;
/** Bytes. */
const heapPerSample = 2 ** 18;

/** The straightforward way: an object with a `step` that returns five records, one object a lane. */
class PlainIteratedGame {
  private clock = 0;

  constructor(
    private readonly payoffs: Bimatrix,
    private readonly horizon: number,
  ) {}

  reset() {
    this.clock = 0;
    return { observations: { leader_0: 0, follower_0: 0 }, infos: { leader_0: {}, follower_0: {} } };
  }

  step(actions: { leader_0: number; follower_0: number }) {
    const { leader_0: i, follower_0: j } = actions;
    this.clock++;
    const done = this.clock >= this.horizon;
    const seen = 1 + i + 2 * j;
    return {
      observations: { leader_0: seen, follower_0: seen },
      rewards: { leader_0: this.payoffs.leader[i][j], follower_0: this.payoffs.follower[i][j] },
      terminations: { leader_0: done, follower_0: done },
      truncations: { leader_0: false, follower_0: false },
      infos: { leader_0: {}, follower_0: {} },
    };
  }
}

function plainLoop(lanes: number): Contender {
  const games = Array.from(
    { length: lanes },
    () => new PlainIteratedGame(ordinalGames['prisoners_dilemma'], 10),
  );
  const rng = new Rng(0);
  const pairs = Array.from({ length: lanes }, () => ({
    leader_0: rng.integer(2),
    follower_0: rng.integer(2),
  }));
  const seen = [new Int32Array(lanes), new Int32Array(lanes)];
  const rewards = [new Float64Array(lanes), new Float64Array(lanes)];
  const done = new Uint8Array(lanes);
  return {
    what: 'object-per-step loop, IteratedMatrixGame by hand',
    lanes,
    step: () => {
      for (let i = 0; i < lanes; i++) {
        let { observations, rewards: paid, terminations } = games[i].step(pairs[i]);
        done[i] = terminations.leader_0 ? 1 : 0;
        if (done[i] === 1) ({ observations } = games[i].reset());
        seen[0][i] = observations.leader_0;
        seen[1][i] = observations.follower_0;
        rewards[0][i] = paid.leader_0;
        rewards[1][i] = paid.follower_0;
      }
    },
  };
}

/** Given actions, drawn once: what is timed is the game and not a generator of random numbers. */
function vectorView(id: string, parameters: unknown, lanes: number): Contender {
  const env = new GameVectorEnv(createGame(gameDefinitions().get(id)!, parameters), lanes, {
    autoresetMode: 'SameStep',
  });
  const rng = new Rng(0);
  const actions: Record<string, TypedArray> = {};
  for (const { id: agent, actionSpace } of env.game.agents) {
    const batch = laneArray(actionSpace, lanes);
    actionSpace.seed(`speed/${agent}`);
    if (actionSpace instanceof Discrete)
      for (let i = 0; i < lanes; i++) batch[i] = actionSpace.start + rng.integer(actionSpace.n);
    else {
      const width = batch.length / lanes;
      for (let i = 0; i < lanes; i++) batch.set(actionSpace.sample(), i * width);
    }
    actions[agent] = batch;
  }
  env.reset({ seed: 0 });
  return { what: `vector view, ${id}`, id, lanes, step: () => void env.step(actions) };
}

function scalarView(id: string, parameters: unknown): Contender {
  const env = new GameParallelEnv(createGame(gameDefinitions().get(id)!, parameters));
  const actions = Object.fromEntries(
    env.possibleAgents.map((agent) => [agent, env.actionSpace(agent).sample()]),
  );
  env.reset({ seed: 0 });
  return {
    what: `scalar view, ${id}`,
    lanes: 1,
    step: () => {
      env.step(actions);
      if (env.agents.length === 0) env.reset();
    },
  };
}

function measureRound({ step, lanes }: Contender): number {
  const begun = performance.now();
  let calls = 0;
  let elapsed = 0;
  do {
    for (let k = 0; k < 64; k++) step();
    calls += 64;
    elapsed = performance.now() - begun;
  } while (elapsed < secondsPerRound * 1000);
  return (calls * lanes * 1000) / elapsed;
}

/** Times all contenders in interleaved rounds, so that a change of the machine's speed meets all alike. */
export function measureSpeed(contenders: readonly Contender[]): SpeedRow[] {
  for (const contender of contenders) measureRound(contender);
  const rates = contenders.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach((contender, k) => {
      rates[k].push(measureRound(contender));
    });
  }
  return contenders.map(({ what, id, lanes }, k) => {
    const sorted = rates[k].toSorted((a, b) => a - b);
    return {
      what,
      id,
      lanes,
      stepsPerSecond: sorted[rounds >> 1],
      lowest: sorted[0],
      highest: sorted[rounds - 1],
    };
  });
}

/** Runs so many steps, and says how many bytes of heap they left behind. */
function heapAfter(contender: Contender, steps: number): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let k = 0; k < steps; k++) contender.step();
  return process.memoryUsage().heapUsed - before;
}

/** Steps that take a while, but leave so little behind that it is not collected in between. */
function heapSteps(contender: Contender): number {
  for (let steps = 64; ; steps *= 2) {
    const begun = performance.now();
    const left = heapAfter(contender, steps);
    if (performance.now() - begun >= secondsPerRound * 500 || left < 0 || left > heapPerSample) return steps;
  }
}

/**
 * Bytes of heap that a vector step of the game leaves behind, beyond what measuring takes: the median over samples that each
 * begin with a collection. Needs `node --expose-gc`.
 */
export function heapPerStep(id: string, parameters: unknown, lanes: number): number {
  const contender = vectorView(id, parameters, lanes);
  measureRound(contender);
  const steps = heapSteps(contender);
  const median = (sample: () => number) =>
    Array.from({ length: rounds }, sample).sort((a, b) => a - b)[rounds >> 1];
  const measuring = median(() => heapAfter(contender, 0));
  return Math.max(0, median(() => heapAfter(contender, steps)) - measuring) / steps;
}

function firstPreset(id: string): unknown {
  return Object.values(gameDefinitions().get(id)!.presets)[0] ?? {};
}

function contenders(): Contender[] {
  const lanes = 4096;
  const others = [...gameDefinitions().keys()].map((id) => vectorView(id, firstPreset(id), lanes));
  return [plainLoop(lanes), ...others, scalarView('IteratedMatrixGame-v0', {})];
}

/** For a contender that is a vector view, what its game leaves behind. */
function heapColumn({ id }: SpeedRow): string {
  if (id === undefined || !globalThis.gc) return '';
  return `  ${heapPerStep(id, firstPreset(id), heapLanes).toFixed(2)} bytes a step`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(
    `env-steps per second on one core, median of ${rounds} interleaved rounds (lowest to highest), given actions`,
  );
  console.log(
    globalThis.gc
      ? `heap growth of the vector view per step of ${heapLanes} lanes`
      : 'heap growth: run with node --expose-gc to measure',
  );
  const millions = (rate: number) => (rate / 1e6).toFixed(2).padStart(8);
  for (const row of measureSpeed(contenders())) {
    console.log(
      `${row.what.padEnd(52)} N=${String(row.lanes).padEnd(5)} ${millions(row.stepsPerSecond)} M  (${millions(row.lowest)} to${millions(row.highest)} M)${heapColumn(row)}`,
    );
  }
}
