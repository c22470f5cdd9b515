import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
// The package finds its own manifest by its name, wherever this file was built to.
const { name, version }: { name: string; version: string } = load('stackelberg-gym/package.json');

/** What the server calls itself in the handshake. */
export const serverName = `${name} ${version}`;
