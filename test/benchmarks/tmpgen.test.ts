import { rmSync } from 'node:fs';
import { it } from '@jest/globals';
import { report } from '../../benchmarks/report/index.js';
import { GAMES, runHere, synthetic } from './fixtures/synthetic.js';

it('gen', async () => {
  const out = '/tmp/bench/runs';
  rmSync(out, { recursive: true, force: true });
  const games = Object.keys(GAMES);
  await runHere(
    synthetic('of-all-games', {
      games,
      leaders: ['pg', 'ppo'],
      oracle: 'contextual',
      pace: 1500,
      steps: 50000,
      preTraining: 800000,
    }),
    out,
  );
  await runHere(
    synthetic('of-all-games-q', {
      games,
      leaders: ['ppo'],
      oracle: 'tabular-q',
      pace: 150000,
      steps: 400000,
      preTraining: 0,
    }),
    out,
  );
  const t = performance.now();
  const made = await report(out);
  console.log(performance.now() - t, made.files, made.text.slice(0, 1500));
});

import { readFileSync, writeFileSync } from 'node:fs';
import { renderPng, renderSvg } from '../../benchmarks/report/render.js';

it('narrow', async () => {
  const html = readFileSync('/tmp/bench/runs/report/index.html', 'utf8');
  const svgs = [...html.matchAll(/<div class="narrow"[^>]*>(<svg[\s\S]*?<\/svg>)/g)].map((m) => m[1]);
  for (let i = 0; i < svgs.length; i++) writeFileSync(`/tmp/bench/narrow${i}.png`, await renderPng(svgs[i]));
});
