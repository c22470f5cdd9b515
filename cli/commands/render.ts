import { gameDefinition, gameEnv } from '../../envs/index.js';
import { readInteger, readParameters } from '../input.js';

interface Options {
  readonly params: string;
  readonly mode: 'ansi' | 'svg';
  readonly seed: string;
}

/** `stackelberg-gym render <id>`. */
export async function render(id: string, options: Options): Promise<undefined> {
  const parameters = readParameters(options.params);
  const seed = readInteger('--seed', options.seed, 0);
  const env = gameEnv(gameDefinition(id), { ...parameters, renderMode: options.mode });
  env.possibleAgents.forEach((agent, k) => {
    env.actionSpace(agent).seed(`${seed}/${k}`);
  });
  env.reset({ seed });
  while (env.agents.length > 0) {
    env.step(Object.fromEntries(env.agents.map((agent) => [agent, env.actionSpace(agent).sample()])));
  }
  console.log(env.render());
  return undefined;
}
