import type { PerAgent } from '../../gymnasium/parallel.js';
import { Rng } from '../../gymnasium/rng.js';
import { isTypedArray } from '../../gymnasium/spaces/space.js';
import { createGame, type GameDefinition } from './definition.js';
import { GameParallelEnv } from './views.js';

const maxSteps = 100;
/** Most numbers of an observation that are written one by one. */
const longest = 32;

/**
 * A golden playthrough: one episode of a preset with seed 0 and random actions, as text. Kept in the repository it shows
 * every change of a game's rules.
 */
export function playthrough(definition: GameDefinition, preset: string): string {
  const { id: title, presets, renderer } = definition;
  const env = new GameParallelEnv(createGame(definition, presets[preset]), {
    renderMode: 'ansi',
    renderer,
    title,
  });
  const rng = new Rng('playthrough').child(title, preset);
  const draw = (id: string, t: number) => {
    const space = env.actionSpace(id);
    space.reseed(rng.child(id, t));
    return space.sample();
  };
  const lines = [`${title} ${JSON.stringify(presets[preset])}`];
  for (const id of env.possibleAgents) {
    lines.push(`${id}: observes ${env.observationSpace(id)}, acts in ${env.actionSpace(id)}`);
  }
  lines.push(`reset    sees ${show(env.reset({ seed: 0 }).observations)}`);
  for (let t = 1; t <= maxSteps && env.agents.length > 0; t++) {
    const actions = Object.fromEntries(env.agents.map((id) => [id, draw(id, t)]));
    const leaders = env.moveOrder[0].map((id) => [id, actions[id]]);
    const label = `step ${t}`.padEnd(8);
    if (env.commit) lines.push(`${label} shows ${show(env.commit(Object.fromEntries(leaders)))}`);
    const { observations, rewards, terminations, truncations } = env.step(actions);
    const ends = [...flagged('terminated', terminations), ...flagged('truncated', truncations)].join('');
    lines.push(`${label} plays ${show(actions)} earns ${show(rewards)} sees ${show(observations)}${ends}`);
  }
  return [...lines, '', env.render() as string].join('\n');
}

function show(values: PerAgent<unknown>): string {
  return Object.values(values)
    .map((value) =>
      isTypedArray(value) ? `[${runs(Array.from(value, rounded)).join(' ')}]` : rounded(value),
    )
    .join(' ');
}

/** Long arrays with runs of equal numbers as `number*times`. */
function runs(numbers: readonly string[]): readonly string[] {
  if (numbers.length <= longest) return numbers;
  const parts: string[] = [];
  for (let from = 0, to = 0; from < numbers.length; from = to) {
    while (to < numbers.length && numbers[to] === numbers[from]) to++;
    parts.push(to - from > 1 ? `${numbers[from]}*${to - from}` : numbers[from]);
  }
  return parts;
}

/** Enough digits to see a change, few enough not to see a rounding error. */
function rounded(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(9))) : JSON.stringify(value);
}

function flagged(name: string, flags: PerAgent<boolean>): string[] {
  const set = Object.keys(flags).filter((id) => flags[id]);
  return set.length === 0 ? [] : [`, ${name}: ${set.join(' ')}`];
}
