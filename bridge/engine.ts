// The entry of the bundle that the Python package carries: one session over standard input and output.
import '../envs/index.js';
import { serveStdio } from './stdio.js';

await serveStdio();
