import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { maxGreeting, maxJson, maxPayload, protocolVersion } from '../../bridge/frames.js';
import { type Answer, converse, frame } from './wire.js';

const page = readFileSync('docs/bridge.md', 'utf8');

/** The lines of the example: frames as hexadecimal numbers and JSON. */
const lines = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].flatMap(([, text]) => text.trim().split('\n'));
const bytesOf = (line: string) =>
  line[2] === '{' ? Buffer.from(line.slice(2)) : Buffer.from(line.slice(2).replace(/ /g, ''), 'hex');
const said = (who: '>' | '<') => Buffer.concat(lines.filter((line) => line[0] === who).map(bytesOf));
/** A frame of the server's as it was sent. */
const bytesSent = ({ kind, env, request, payload }: Answer) => frame(kind, env, request, payload);

it('the example of the documentation is what the server says, byte for byte', async () => {
  const [, ...answers] = await converse(said('>'));
  expect(answers).toHaveLength(4);
  expect(Buffer.concat(answers.map(bytesSent)).toString('latin1')).toBe(said('<').toString('latin1'));
});

it('the documentation has the numbers of the code', () => {
  expect(page).toContain(`"protocol": ${protocolVersion}`);
  expect(page).toContain(`| payload before the handshake | ${maxGreeting / 2 ** 10} KiB |`);
  expect(page).toContain(`| payload of JSON | ${maxJson / 2 ** 20} MiB,`);
  expect(page).toContain(`| payload of numbers | ${maxPayload / 2 ** 20} MiB,`);
});
