import type { Interval } from '../statistics.js';

/** A value such as `31`, `30.84` or `0.0213`: four significant digits at least, no trailing zeros. */
export function formatValue(value: number): string {
  if (Math.abs(value) < 5e-9) return '0';
  const digits = Math.max(0, Math.min(8, 3 - Math.floor(Math.log10(Math.abs(value)))));
  const text = value.toFixed(Math.abs(value) >= 1000 ? 1 : digits);
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text).replace('-', '−');
}

/** A count with thousands separators, or a dash for null. */
export function formatCount(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en-US');
}

/** `[30.2, 31]`, or a dash where one seed leaves the spread unknown. */
export function formatInterval({ low, high }: Interval): string {
  return low === null || high === null ? '–' : `[${formatValue(low)}, ${formatValue(high)}]`;
}

/** `12.3`, `≥ 40` or a dash. */
export function formatRatio(ratio: number | null, atLeast: boolean): string {
  if (ratio === null) return '–';
  return `${atLeast ? '≥ ' : ''}${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(3).replace(/\.?0+$/, '')}`;
}

/** Seconds such as `0.42 s` or `12.3 s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(2) : seconds < 100 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** `prisoners_dilemma` as `prisoners dilemma`. */
export function formatName(name: string): string {
  return name.replaceAll('_', ' ');
}

/** Text for HTML content and attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
