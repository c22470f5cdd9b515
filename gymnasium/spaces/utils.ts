export * from './batch.js';
export * from './batch-space.js';
export * from './flatten.js';
export { flatdim, flattenSpace, isFlattenable } from './flatten-space.js';
export { unflatten } from './unflatten.js';
