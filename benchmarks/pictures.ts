import { join } from 'node:path';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { writeAtomically } from './storage.js';

/** Whether a text serves as the name of a picture or chart: lower-case letters, digits and hyphens. */
export function isName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(text);
}

const prolog = /^(?:<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--[\s\S]*?-->|\s)*/;

/** Whether a text is an SVG document from its first tag to its last, without script. */
export function isSvgDocument(text: string): boolean {
  const body = svgElement(text);
  const opening = /^<svg\s[^>]*>/.exec(body)?.[0] ?? '';
  return (
    opening.includes('http://www.w3.org/2000/svg') && body.endsWith('</svg>') && !/<script\b/i.test(body)
  );
}

/** The `<svg>` element of a document, without what stands before it. */
export function svgElement(document: string): string {
  return document.replace(prolog, '').trimEnd();
}

/** Writes a picture as `<name>.svg` into a folder, wholly or not at all. */
export function writePicture(directory: string, name: string, svg: string): void {
  if (typeof name !== 'string' || !isName(name))
    throw new InvalidArgument(
      `picture: name: expected lower-case letters, digits and hyphens, got ${describe(name)}.`,
    );
  if (typeof svg !== 'string' || !isSvgDocument(svg))
    throw new InvalidArgument(
      `picture: ${name}: expected a whole SVG document without script, got ${describe(svg)}.`,
    );
  writeAtomically(join(directory, `${name}.svg`), svg);
}
