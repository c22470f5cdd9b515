import { animate } from '../../envs/core/animation.js';
import { svgDocument } from '../../envs/core/svg.js';
import { gameDefinition, gameEnv } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import type { ParallelEnv } from '../../gymnasium/parallel.js';
import { readInteger, readParameters } from '../input.js';

interface Options {
  readonly params: string;
  readonly mode?: 'ansi' | 'svg';
  readonly seed: string;
  readonly animate?: boolean;
}

/** `stackelberg-gym render <id>`. */
export async function render(id: string, options: Options): Promise<undefined> {
  const { animate: moving = false, mode = moving ? 'svg' : 'ansi' } = options;
  if (moving && mode !== 'svg') throw new InvalidArgument(`--animate: expected --mode svg, got "${mode}".`);
  const parameters = readParameters(options.params);
  const seed = readInteger('--seed', options.seed, 0);
  const env = gameEnv(gameDefinition(id), { ...parameters, renderMode: mode });
  env.possibleAgents.forEach((agent, k) => {
    env.actionSpace(agent).seed(`${seed}/${k}`);
  });
  env.reset({ seed });
  const frames: string[] = [];
  const draw = () => {
    if (moving) frames.push(env.render() as string);
  };
  for (draw(); env.agents.length > 0; draw()) stepRandomly(env);
  console.log(moving ? animate(ofOneSize(frames)) : env.render());
  return undefined;
}

function stepRandomly(env: ParallelEnv): void {
  env.step(Object.fromEntries(env.agents.map((agent) => [agent, env.actionSpace(agent).sample()])));
}

/** Frames that grow or shrink during the episode, each at the top left of a page that the largest fits on. */
function ofOneSize(frames: readonly string[]): readonly string[] {
  const size = (frame: string, side: 'width' | 'height') =>
    Number(new RegExp(`^<svg[^>]*\\s${side}="([\\d.]+)"`).exec(frame)?.[1]);
  const [width, height] = (['width', 'height'] as const).map((side) =>
    Math.max(...frames.map((frame) => size(frame, side))),
  );
  if (frames.every((frame) => size(frame, 'width') === width && size(frame, 'height') === height))
    return frames;
  return frames.map((frame) => svgDocument(width, height, frame));
}
