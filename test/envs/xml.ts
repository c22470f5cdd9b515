import { expect } from '@jest/globals';

const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

/** Fails unless the text is one element with balanced tags, quoted attributes and escaped text. */
export function expectWellFormed(xml: string): void {
  const open: string[] = [];
  let roots = 0;
  token.lastIndex = 0;
  for (let at = 0; at < xml.length; at = token.lastIndex) {
    const match = token.exec(xml);
    if (match === null) throw new Error(`Not well-formed at "${xml.slice(at, at + 60)}".`);
    const [, closing, name, attributes, empty, text] = match;
    expect((text ?? attributes).replace(/&(amp|lt|gt|quot|#\d+);/g, '')).not.toContain('&');
    if (text !== undefined) continue;
    const names = Array.from(attributes.matchAll(/([\w:-]+)=/g), ([, attribute]) => attribute);
    expect(new Set(names).size).toBe(names.length);
    if (closing) expect(open.pop()).toBe(name);
    else {
      if (open.length === 0) roots++;
      if (!empty) open.push(name);
    }
  }
  expect([open, roots]).toEqual([[], 1]);
}

/** The texts of all text elements. */
export function textsOf(xml: string): string[] {
  return Array.from(xml.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text);
}
