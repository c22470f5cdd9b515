/** What belongs to the leader is drawn in this colour in every picture. */
export const leaderColor = '#b3442c';
/** What belongs to the followers. */
export const followerColor = '#2c5fb3';
/** The ground of what is marked: the present state, the cell just played. */
export const markColor = '#ffe9a8';

/** A number with at most three decimals, as text and pictures show it. */
export function shortNumber(x: number): string {
  return String(Math.round(x * 1000) / 1000);
}

/** Escapes text for an SVG document. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

/** An SVG element. Attributes with value undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${text}/>` : `<${name}${text}>${children.join('')}</${name}>`;
}

export function textElement(
  x: number,
  y: number,
  content: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return element('text', { x, y, 'text-anchor': 'middle', ...attributes }, escapeXml(content));
}

/** A whole SVG document on a white ground. Lists of children, which may be long, are given as they are. */
export function svgDocument(
  width: number,
  height: number,
  ...children: readonly (string | readonly string[])[]
): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'DejaVu Sans, Helvetica, Arial, sans-serif',
      'font-size': 14,
    },
    element('rect', { width, height, fill: '#ffffff' }),
    children.flat().join(''),
  );
}
