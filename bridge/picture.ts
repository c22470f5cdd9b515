import { InvalidArgument } from '../gymnasium/error.js';
import { rasterize } from '../rendering/raster.js';

/** The most pixels of a picture: drawing this many takes about a second. */
export const maxPixels = 2 ** 24;

/**
 * An SVG as width and height (u32 each) and RGB rows from the top, over white.
 *
 * @throws InvalidArgument for one that says no size, or a larger one than may be drawn
 */
export async function picture(svg: string): Promise<Uint8Array> {
  const [wide, high] = (['width', 'height'] as const).map((side) =>
    Number(new RegExp(`^\\s*<svg[^>]*\\s${side}="([\\d.]+)"`).exec(svg)?.[1]),
  );
  if (!(wide * high <= maxPixels)) {
    throw new InvalidArgument(
      `render: expected a picture of at most ${maxPixels} pixels, got ${wide} x ${high}: use ansi, or a smaller game.`,
    );
  }
  const { width, height, rgba } = await rasterize(svg, { background: 'white' });
  const pixels = new Uint8Array(8 + 3 * width * height);
  const header = new DataView(pixels.buffer);
  header.setUint32(0, width, true);
  header.setUint32(4, height, true);
  for (let from = 0, to = 8; from < rgba.length; from += 4, to += 3) {
    pixels[to] = rgba[from];
    pixels[to + 1] = rgba[from + 1];
    pixels[to + 2] = rgba[from + 2];
  }
  return pixels;
}
