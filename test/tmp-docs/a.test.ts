import { it } from '@jest/globals';
it('sec', async () => { const t = performance.now(); await import('../../examples/security-game.js'); console.log(performance.now()-t); });
it('bay', async () => { const t = performance.now(); await import('../../examples/bayesian-follower.js'); console.log(performance.now()-t); });
