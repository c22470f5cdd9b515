import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How an SVG becomes pixels. */
export interface RasterOptions {
  /** Pixels per unit of the SVG, above 0. Default 1. */
  readonly scale?: number;
  /** A CSS colour behind the drawing. Default: transparent. */
  readonly background?: string;
}

/** An image as rows of pixels, from the top left. */
export interface Raster {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue, alpha from 0 to 255: `4 * width * height` bytes. Colours are premultiplied by alpha. */
  readonly rgba: Uint8Array;
}

type Resvg = typeof import('@resvg/resvg-wasm');
type Image = ReturnType<InstanceType<Resvg['Resvg']>['render']>;

interface Engine {
  readonly Resvg: Resvg['Resvg'];
  readonly fontBuffers: Uint8Array[];
}

let loading: Promise<Engine> | undefined;

/**
 * Draws an SVG as pixels. Its text is set in DejaVu Sans, which comes with this package, so that it looks the same everywhere.
 *
 * @throws Error if the text is not an SVG, or the image would have no pixels.
 */
export function rasterize(svg: string, options: RasterOptions = {}): Promise<Raster> {
  return draw(svg, options, ({ width, height, pixels }) => ({ width, height, rgba: pixels }));
}

/**
 * Draws an SVG as {@link rasterize} does, as the bytes of a PNG file.
 *
 * @throws Error as {@link rasterize} does.
 */
export function rasterizePng(svg: string, options: RasterOptions = {}): Promise<Uint8Array> {
  return draw(svg, options, (image) => image.asPng());
}

/** The drawing lives in WebAssembly's memory, which nobody collects: it is freed once `read` has copied what it needs. */
async function draw<T>(svg: string, options: RasterOptions, read: (image: Image) => T): Promise<T> {
  loading ??= load();
  const { Resvg, fontBuffers } = await loading;
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: options.scale ?? 1 },
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans' },
    background: options.background,
  });
  try {
    const image = drawing.render();
    try {
      return read(image);
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}

async function load(): Promise<Engine> {
  const { Resvg, initWasm } = await import('@resvg/resvg-wasm');
  const modules = createRequire(import.meta.url);
  await initWasm(readFileSync(modules.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fonts = join(dirname(modules.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const fontBuffers = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
    readFileSync(join(fonts, name)),
  );
  return { Resvg, fontBuffers };
}
