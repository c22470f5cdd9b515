import { rasterizePng } from '../../rendering/raster.js';
import { CONFIG, characterWidth, type Spec } from './theme.js';

/** Draws a Vega-Lite specification as SVG; no browser, no canvas, no network. */
export async function renderSvg(spec: Spec): Promise<string> {
  const vega = await import('vega');
  const { compile } = await import('vega-lite');
  useFontWidths(vega);
  const compiled = compile(spec as never, { config: CONFIG as never });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.Error });
  try {
    return numberClips(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Vega numbers clip paths over the whole process; counted within a figure, the same data gives the same file. */
function numberClips(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(/\bclip(\d+)\b/g, (id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
    return `clip${numbers.get(id)}`;
  });
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** Without a canvas Vega reckons 0.8 em a character, which leaves wide white margins; DejaVu Sans needs less. */
function useFontWidths(vega: object): void {
  const { textMetrics } = vega as { textMetrics: { width(item: TextItem, text: unknown): number } };
  textMetrics.width = (item, text) =>
    String(text ?? '').trim().length * (item.fontSize ?? 11) * characterWidth(item.fontWeight === 'bold');
}

/** Draws an SVG as PNG at twice its size. */
export function renderPng(svg: string): Promise<Uint8Array> {
  return rasterizePng(svg, { scale: 2 });
}
