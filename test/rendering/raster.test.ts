import { describe, expect, it } from '@jest/globals';
import { rasterize, rasterizePng } from '../../rendering/raster.js';

const svg = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">${inner}</svg>`;
const half = svg('<rect width="20" height="20" fill="#ff8000"/>');
const text = (attributes: string) => svg(`<text x="2" y="15" font-size="12" ${attributes}>Wage</text>`);

/** The pixel in column `x` of row `y`. */
async function pixel(picture: string, x: number, y: number, options = {}): Promise<number[]> {
  const { width, rgba } = await rasterize(picture, options);
  return [...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

const ink = async (picture: string) => {
  const { rgba } = await rasterize(picture);
  return rgba.filter((_, k) => k % 4 === 3).reduce((sum, alpha) => sum + alpha / 255, 0);
};

describe('rasterize', () => {
  it('gives rows of RGBA pixels from the top left', async () => {
    const { width, height, rgba } = await rasterize(half);
    expect([width, height, rgba.length]).toEqual([40, 20, 3200]);
    expect(await pixel(half, 0, 0)).toEqual([255, 128, 0, 255]);
    expect(await pixel(half, 19, 19)).toEqual([255, 128, 0, 255]);
    expect(await pixel(half, 20, 0)).toEqual([0, 0, 0, 0]);
  });

  it('scales both sides', async () => {
    const { width, height } = await rasterize(half, { scale: 2.5 });
    expect([width, height]).toEqual([100, 50]);
    expect(await pixel(half, 49, 49, { scale: 2.5 })).toEqual([255, 128, 0, 255]);
    expect(await pixel(half, 50, 0, { scale: 2.5 })).toEqual([0, 0, 0, 0]);
  });

  it('draws on a background, under colours that are premultiplied by alpha', async () => {
    const glass = svg('<rect width="40" height="20" fill="#ff0000" fill-opacity="0.2"/>');
    expect(await pixel(glass, 3, 3)).toEqual([51, 0, 0, 51]);
    expect(await pixel(glass, 3, 3, { background: '#ffffff' })).toEqual([255, 204, 204, 255]);
  });

  it('sets text in the fonts of this package, whatever family is asked for, and bold in more ink', async () => {
    const plain = await ink(text(''));
    expect(plain).toBeGreaterThan(50);
    expect(await ink(text('font-family="Some Missing Font"'))).toBe(plain);
    expect(await ink(text('font-family="sans-serif"'))).toBe(plain);
    expect(await ink(text('font-weight="bold"'))).toBeGreaterThan(1.1 * plain);
  });

  it('gives an array of its own, which later drawings leave alone', async () => {
    const first = await rasterize(half);
    await rasterize(svg('<rect width="40" height="20" fill="#0000ff"/>'));
    expect([...first.rgba.subarray(0, 4)]).toEqual([255, 128, 0, 255]);
  });

  it('refuses what is no SVG, and an image without pixels', async () => {
    await expect(rasterize('<svg')).rejects.toThrow('SVG data parsing failed');
    await expect(rasterize(half, { scale: 0 })).rejects.toThrow('Target size is zero');
  });
});

describe('rasterizePng', () => {
  it('writes the size of the scaled image in the header of a PNG file', async () => {
    const png = Buffer.from(await rasterizePng(half, { scale: 2 }));
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([80, 40]);
  });
});
