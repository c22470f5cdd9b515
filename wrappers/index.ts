export * from '../gymnasium/wrappers/index.js';
export * from './leader-commitment.js';
export * from './observed-queries.js';
export * from './outer-episode.js';
export * from './stackelberg.js';
