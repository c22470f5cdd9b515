import { describe, expect, it } from '@jest/globals';
import { element, escapeXml, svgDocument, textElement } from '../../../envs/core/svg.js';
import { expectWellFormed, textsOf } from '../xml.js';

describe('svg', () => {
  it('escapes text and attributes', () => {
    expect(escapeXml('a < b & "c" > d')).toBe('a &lt; b &amp; &quot;c&quot; &gt; d');
    const document = svgDocument(10, 20, textElement(1, 2, '<&>"'), element('g', { id: '"<&' }));
    expectWellFormed(document);
    expect(textsOf(document)).toEqual(['&lt;&amp;&gt;"'.replace('"', '&quot;')]);
  });

  it('leaves out attributes that are undefined, and closes elements without children', () => {
    expect(element('g', { a: 1, b: undefined })).toBe('<g a="1"/>');
    expect(element('g', {}, element('h', {}), 'x')).toBe('<g><h/>x</g>');
  });

  it('has a size and a white ground', () => {
    const document = svgDocument(10, 20);
    expect(document).toContain('viewBox="0 0 10 20"');
    expect(document).toContain('<rect width="10" height="20" fill="#ffffff"/>');
  });

  it('takes lists of children, however long', () => {
    const marks = new Array(300_000).fill('<a/>');
    const document = svgDocument(10, 20, '<b/>', marks, [], '<c/>');
    expect(document.match(/<a\/>/g)).toHaveLength(marks.length);
    expect(document).toMatch(/<b\/><a\/>.*<c\/><\/svg>$/);
  });

  it.each(['<a>', '<a></b>', '<a/><b/>', '<a b=1/>', '<a>&</a>', '<a>b > c < d</a>', '<a x="1" x="2"/>'])(
    'the check for well-formedness refuses %s',
    (bad) => {
      expect(() => expectWellFormed(bad)).toThrow();
    },
  );
});
