import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('stackelberg-gym/package.json') as {
  readonly name: string;
  readonly version: string;
};

/** What the server calls itself in the handshake: name and version of the package that it is part of. */
export const serverName = `${name} ${version}`;
