/** The contracts and the games: `make`, `makeVec`, `makeAec` and `makeGame` know every game of the suite. */
export * from './envs/index.js';
export * from './gymnasium/index.js';
