import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame, type StackelbergRouting, singleLane } from '../../../envs/index.js';
import { stackelbergRouting } from '../../../envs/routing/stackelberg-routing.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { textsOf } from '../xml.js';

const build = (parameters: object = {}) =>
  makeGame('StackelbergRouting-v0', parameters) as StackelbergRouting;
const vector = (...numbers: number[]) => Float64Array.from(numbers);

/** Rewards of leader and follower where they act so. */
function play(parameters: object, leader: number[], follower: number[]): [number, number] {
  const lane = singleLane(build(parameters));
  lane.seed(new Rng(0));
  lane.reset();
  lane.act(0, vector(...leader));
  lane.act(1, vector(...follower));
  lane.commit();
  expect(lane.step()).toBe(true);
  return [lane.reward(0), lane.reward(1)];
}

/** The picture of a game in which nobody is on the road. */
function draw(parameters: object): string {
  const { renderer } = stackelbergRouting;
  const env = new GameParallelEnv(build(parameters), { renderMode: 'svg', renderer, title: 'Roads' });
  env.reset({ seed: 0 });
  return env.render() as string;
}

describe('StackelbergRouting', () => {
  it('shows the followers what the leader does before they move', () => {
    const env = new GameParallelEnv(build());
    expect(env.moveOrder).toEqual([['leader_0'], ['follower_0']]);
    expect(env.reset({ seed: 0 }).observations).toEqual({ leader_0: 0, follower_0: vector(0, 0) });
    expect(env.commit!({ leader_0: vector(0.25, 0.75) })).toEqual({ follower_0: vector(0.25, 0.75) });
  });

  it.each([
    // Pigou, half the demand each: y and z on the links, then cost, and potential z_0 + ((y_1 + z_1)^2 - y_1^2) / 2.
    [{}, [1, 0], [0, 1], 0.75, 0.125],
    [{}, [0.5, 0.5], [0, 0.2], 0.25 + 0.75 ** 2, (0.75 ** 2 - 0.25 ** 2) / 2],
    [{}, [0, 0], [0, 0], 0.75, 0.25 + (0.25 - 0.0625) / 2],
    [{ leaderShare: 0.25 }, [1, 0], [0, 1], 0.8125, 0.75 ** 2 / 2],
    [{ leaderShare: 0 }, [1, 0], [0, 1], 1, 0.5],
    [{ leaderShare: 1 }, [1, 1], [0, 1], 0.75, 0],
    [{ demand: 2 }, [1, 0], [0, 1], 2, 0.5],
    // Braess: SCALE at one half against followers on the middle path.
    [{ name: 'braess' }, [1, 0, 1], [0, 1, 0], 1.625, 2 * ((0.75 ** 2 - 0.25 ** 2) / 2)],
    [{ name: 'braess', leaderShare: 0.25 }, [1, 0, 1], [0, 1, 0], 1.78125, 0.875 ** 2 - 0.125 ** 2],
    // Tolls: half on the second link makes the optimum an equilibrium.
    [{ control: 'tolls' }, [0, 0.5], [1, 1], 0.75, 0.5 + 0.125 + 0.25],
    [{ control: 'tolls', objective: 'disutility' }, [0, 0.5], [1, 1], 1, 0.5 + 0.125 + 0.25],
    [{ name: 'braess', control: 'tolls' }, [0.5, 0, 0, 0.5, 0], [1, 0, 1], 1.5, 1.25 + 0.5],
  ])('%j: %j against %j costs the leader %d', (parameters, leader, follower, cost, potential) => {
    const [leaderReward, followerReward] = play(parameters, leader, follower);
    expect(leaderReward).toBeCloseTo(-cost, 12);
    expect(followerReward).toBeCloseTo(-potential, 12);
  });

  it("the follower's best split is the equilibrium, and not what is best for the crowd", () => {
    const rewards = (leader: number[], parameters = {}) =>
      Array.from({ length: 101 }, (_, k) => play(parameters, leader, [1 - k / 100, k / 100])[1]);
    const best = (numbers: number[]) => numbers.indexOf(Math.max(...numbers)) / 100;
    expect(best(rewards([1, 0]))).toBe(1);
    expect(best(rewards([0, 0.5], { control: 'tolls' }))).toBe(0.5);
    expect(best(rewards([1, 0], { links: ['0.5', 'x'], leaderShare: 0.2 }))).toBeCloseTo(0.5 / 0.8, 1);
  });

  it('lets the leader ask for at most what an edge costs all at the margin', () => {
    expect(build({ control: 'tolls' }).maximumToll).toBe(2);
    expect(build({ name: 'pigou_quadratic', control: 'tolls' }).maximumToll).toBe(3);
    expect(build({ control: 'tolls', demand: 3 }).maximumToll).toBe(6);
    const game = build({ name: 'braess', control: 'tolls', maximumToll: 0.7 });
    expect(String(game.agents[0].actionSpace)).toBe('Box(0, 0.7, [5], float64)');
    expect(game.leaderShare).toBe(0);
  });

  it('is told apart by its latencies', () => {
    expect(build({ links: ['1', 'x'] }).signature).toBe(build().signature);
    expect(build({ links: ['1', '2x'] }).signature).not.toBe(build().signature);
  });

  it.each([
    [{ leaderShare: 1.5 }, 'StackelbergRouting-v0: leaderShare: expected a number from 0 to 1, got 1.5.'],
    [{ leaderShare: -0.1 }, 'leaderShare: expected a number from 0 to 1, got -0.1.'],
    [{ demand: 0 }, 'StackelbergRouting-v0: demand: expected a positive number, got 0.'],
    [{ links: [] }, 'links: expected at least one latency, got []'],
    [{ links: ['1', null] }, 'links[1]: expected a number or an expression in x, got null.'],
    [{ links: ['1'], name: 'pigou' }, 'name: expected no value beside links, got "pigou".'],
    [{ links: ['1'], nodes: 2 }, 'nodes: expected no value beside links, got 2.'],
    [
      { name: 'braess', nodes: 2, edges: [{ from: 0, to: 1, latency: 1 }] },
      'name: expected no value beside edges',
    ],
    [{ edges: [{ from: 0, to: 1, latency: 1 }] }, 'nodes: expected the nodes of edges, got undefined.'],
    [{ nodes: 2 }, 'nodes: expected edges beside it, got 2.'],
    [{ name: 'braess', origin: 's' }, 'origin: expected no value beside name, got "s".'],
    [{ nodes: 1, edges: [{ from: 0, to: 1, latency: 1 }] }, 'nodes: '],
    [{ nodes: 2, edges: [{ from: 0, to: 1 }] }, 'edges[0].latency: expected a number or an expression in x'],
    [{ nodes: 2, edges: [{ from: 0, to: 1, latencies: 1 }] }, 'edges[0]'],
    [{ name: 'pigu' }, 'name: '],
    [{ control: 'tolls', leaderShare: 0.5 }, 'leaderShare: expected no value with control tolls, where'],
    [{ maximumToll: 1 }, 'maximumToll: expected no value with control flow, got 1.'],
    [{ control: 'tolls', maximumToll: 0 }, 'maximumToll: expected a positive number, got 0.'],
    [{ objective: 'disutility' }, 'objective: expected latency with control flow, got "disutility".'],
    [{ link: ['1'] }, 'unknown parameter "link". Did you mean "links"?'],
    [
      { nodes: 1_000_000_000, edges: [{ from: 0, to: 1, latency: 1 }] },
      'nodes: expected at most 1000 nodes, got 1000000000.',
    ],
    [{ links: ['1', 'x - 2'] }, 'links[1]: expected a latency that is never negative on [0, 1]'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });

  it('draws what is known: the roads, then the leader, then all', () => {
    const env = new GameParallelEnv(build({ name: 'braess' }), {
      renderMode: 'svg',
      renderer: stackelbergRouting.renderer,
      title: 'Braess',
    });
    env.reset({ seed: 0 });
    expect(textsOf(env.render() as string)).toContain('nobody is on the road');
    env.commit!({ leader_0: vector(1, 0, 1) });
    expect(textsOf(env.render() as string)).toContain('only the leader is on the road');
    env.step({ leader_0: vector(1, 0, 1), follower_0: vector(0, 1, 0) });
    expect(textsOf(env.render() as string)).toContain(
      'total time 1.625; a follower pays 1.5 on average, the cheapest path costs 1.5',
    );
  });

  it('lists the edges in text', () => {
    const env = new GameParallelEnv(build({ control: 'tolls' }), {
      renderMode: 'ansi',
      renderer: stackelbergRouting.renderer,
      title: 'Pigou',
    });
    env.reset({ seed: 0 });
    env.step({ leader_0: vector(0, 0.5), follower_0: vector(1, 1) });
    const lines = (env.render() as string).split('\n').map((line) => line.split(/ {2,}/).slice(1));
    expect(lines[2]).toEqual(['edge', 'latency in x', 'followers', 'takes', 'toll']);
    expect(lines[4]).toEqual(['s -> t', 'x', '0.5', '0.5', '0.5']);
  });

  it('has a column of tolls, and none of a leader, before they are set', () => {
    const env = new GameParallelEnv(build({ control: 'tolls' }), {
      renderMode: 'ansi',
      renderer: stackelbergRouting.renderer,
      title: 'Pigou',
    });
    env.reset({ seed: 0 });
    const text = env.render() as string;
    expect(text).toMatch(/^Pigou: traffic 1, tolls\n/);
    expect(text).toMatch(/edge +latency in x +followers +takes +toll\n/);
    expect(text).toMatch(/s -> t +x +0 +0 +-\n/);
  });

  it.each([
    [{ control: 'tolls' }, ['followers', 'tolls'], 'leader'],
    [{}, ['leader', 'followers'], 'tolls'],
  ])('%j: has the colours that are used in its key', (parameters, shown, missing) => {
    const texts = textsOf(draw(parameters));
    expect(texts).toEqual(expect.arrayContaining(shown));
    expect(texts).not.toContain(missing);
  });

  it('is as wide as its network, or its text', () => {
    const width = (parameters: object) => Number(/width="(\d+)"/.exec(draw(parameters))![1]);
    expect(width({})).toBe(620);
    expect(width({ name: 'two_bridges' })).toBe(852);
  });

  it('multiplies long latencies out, or writes them in full below', () => {
    expect(draw({ name: 'two_bridges' })).toContain('0.4 + 0.96x^4');
    const long = '1 / (2 - x) + 0.01 * exp(x) + 3 * sqrt(x)';
    const picture = draw({ links: [long, 'x'] });
    expect(picture).toContain('1 / (2 - x) + 0.01 * ex...');
    expect(textsOf(picture)).toContain(`s -&gt; t: ${long}`);
  });
});
