// PNG with a palette (RFC 2083): a picture of a page in a third of the bytes that a browser's own takes.

import { deflateSync, crc32 } from "node:zlib";

/** Colours of a picture at most. */
const COLOURS = 160;

/** Reduces a PNG to a palette. Runs in a page. In: base64. Out: width, height, colours, and the pixels' places among them. */
export async function reduced({ png, colours }) {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  // A rare hue matters more than another grey.
  const weight = ([colour, count]) => count * (1 + (Math.max(...parts(colour)) - Math.min(...parts(colour))) / 8);
  const far = (one, other) => ((one >> 16) - (other >> 16)) ** 2 + (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((one & 255) - (other & 255)) ** 2;
  const palette = [];
  for (const [colour] of [...counts].sort((a, b) => weight(b) - weight(a))) {
    if (palette.length < colours && palette.every((other) => far(colour, other) > 100)) palette.push(colour);
  }
  const nearest = new Map([...counts.keys()].map((colour) => {
    let best = 0;
    palette.forEach((other, at) => (best = far(colour, other) < far(colour, palette[best]) ? at : best));
    return [colour, best];
  }));
  const pixels = [];
  for (let at = 0; at < data.length; at += 4) pixels.push(nearest.get((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]));
  return { width: image.width, height: image.height, palette: palette.map(parts), pixels };
}

/** The PNG in fewer bytes; `page` is any page that may fetch `data:`. */
export async function small(png, page) {
  const { width, height, palette, pixels } = await page.evaluate(reduced, { png, colours: COLOURS });
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) rows.set(pixels.slice(row * width, (row + 1) * width), row * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("PLTE", Buffer.from(palette.flat())), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name, data) {
  const [length, sum, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(name, "latin1"), data])];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
