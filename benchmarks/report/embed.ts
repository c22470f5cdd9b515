import { svgElement } from '../pictures.js';

/** Makes the ids of an SVG its own, so that several can stand in one page. */
export function prefixIds(svg: string, prefix: string): string {
  const ids = new Set([...svg.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  return svg
    .replace(/(\s)id="([^"]+)"/g, `$1id="${prefix}-$2"`)
    .replace(/url\((['"]?)#([^)'"]+)\1\)/g, `url(#${prefix}-$2)`)
    .replace(/href="#([^"]+)"/g, `href="#${prefix}-$1"`)
    .replace(/\s(?:begin|end)="[^"]*"/g, (times) =>
      times.replace(/([\w-]+)\.(?=\w)/g, (event, id) => (ids.has(id) ? `${prefix}-${event}` : event)),
    );
}

/**
 * An SVG document as a part of a page: in a frame that its ids, style rules and keyframes do not reach beyond, so that many
 * pictures can stand in one page and each keeps its looks and its animation.
 */
export function embed(document: string, prefix: string): string {
  const svg = prefixIds(svgElement(document), prefix).replace(
    /(<style\b[^>]*>)([\s\S]*?)(<\/style>)/g,
    (_, open, css, close) => open + scope(css, prefix) + close,
  );
  const names = [...document.matchAll(/@keyframes\s+([\w-]+)/g)].map(([, name]) => name);
  const text = names.length === 0 ? svg : ownKeyframes(svg, names, prefix);
  return `<div class="picture" id="${prefix}">${text}</div>`;
}

/** Style rules for what lies in `#prefix` alone; rules within `@media` and the like as well, keyframes as they are. */
function scope(css: string, prefix: string): string {
  const text = css.replace(/<!\[CDATA\[|\]\]>|\/\*[\s\S]*?\*\//g, '');
  let [result, at] = ['', 0];
  while (at < text.length) {
    const open = text.indexOf('{', at);
    if (open < 0) break;
    const close = closing(text, open);
    result += rule(text.slice(at, open), text.slice(open + 1, close), prefix);
    at = close + 1;
  }
  return result;
}

/** Where the brace opened at `open` is closed, or the end of the text. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return text.length;
}

function rule(head: string, body: string, prefix: string): string {
  const lead = head.slice(head.lastIndexOf(';') + 1).trim();
  if (/^@(-\w+-)?keyframes\b/.test(lead) || lead.startsWith('@font-face')) return `${lead}{${body}}`;
  if (lead.startsWith('@')) return `${lead}{${scope(body, prefix)}}`;
  const selectors = lead.split(',').map((selector) => {
    const own = selector.trim().replace(/#([\w-]+)/g, `#${prefix}-$1`);
    return own === ':root' ? `#${prefix} svg` : `#${prefix} ${own}`;
  });
  return `${selectors.join(',')}{${body}}`;
}

/** Keyframes have one space of names a page. */
function ownKeyframes(svg: string, names: readonly string[], prefix: string): string {
  const name = new RegExp(`(?<![\\w-])(${names.join('|')})(?![\\w-])`, 'g');
  return svg
    .replace(/@(?:-\w+-)?keyframes\s+[\w-]+/g, (text) => text.replace(name, `${prefix}-$1`))
    .replace(/animation(?:-name)?\s*:[^;}"]*/g, (text) => text.replace(name, `${prefix}-$1`));
}
