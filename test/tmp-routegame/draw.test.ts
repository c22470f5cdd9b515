import { writeFileSync } from 'node:fs';
import { it } from '@jest/globals';
import '../../envs/index.js';
import { createGame } from '../../envs/core/definition.js';
import { GameParallelEnv } from '../../envs/core/views.js';
import { stackelbergRouting as d } from '../../envs/routing/stackelberg-routing.js';

it('draws', async () => {
  const { Resvg } = await import('@resvg/resvg-js');
  const more = { links4: { links: ['1', 'x', '2x^2', '0.5 + 0.15 * (x/0.2)^4'] } };
  for (const [name, p] of Object.entries({ ...d.presets, ...more })) {
    for (const mode of ['svg', 'ansi'] as const) {
      const game = createGame(d, p);
      const env = new GameParallelEnv(game, { renderMode: mode, renderer: d.renderer, title: d.id });
      env.reset({ seed: 1 });
      for (const { id } of game.agents) env.actionSpace(id).seed(6);
      if (mode === 'svg' && name === 'braess')
        writeFileSync(`/tmp/rg/start.png`, new Resvg(env.render() as string).render().asPng());
      env.step(Object.fromEntries(env.agents.map((id) => [id, env.actionSpace(id).sample()])));
      const out = env.render() as string;
      if (mode === 'ansi') writeFileSync(`/tmp/rg/${name}.txt`, out);
      else writeFileSync(`/tmp/rg/${name}.png`, new Resvg(out).render().asPng());
    }
  }
});
