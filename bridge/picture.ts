import { rasterize } from '../rendering/raster.js';

/** An SVG as width and height (u32 each) and RGB rows from the top, over white. */
export async function picture(svg: string): Promise<Uint8Array> {
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
