// Compares pictures of components so that another font or browser passes, but a component that is missing, has moved or has
// changed its colour does not.
//
// Three properties of each component are compared: its position and size; its lightness, cell by cell of a coarse grid; and
// the share of each hue. A picture is a PNG at half size and a JSON file with the positions of the components.

/** Columns of the grid; there are as many rows as make the cells about square, at most `MOST`. */
const [ACROSS, MOST] = [6, 24];
/** The number of hues. */
const HUES = 12;
/** How far a component may move, in CSS pixels: a word that wraps differently makes a line. */
const [ASIDE, LINE] = [6, 30];
/** How much taller or shorter it may be, as a share; and how much lighter or darker a cell, and all cells on average. */
const [TALLER, CELL, CELLS] = [0.16, 0.3, 0.06];
/** The least share of pixels that counts as a hue, and the greatest factor by which a share may differ. */
const [THERE, TIMES] = [0.002, 2.6];

/** Measures the components in a picture. Runs in the page. In: a PNG as base64, the places in its pixels. */
export async function seen({ png, places, across, most, hues }) {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const measure = ({ x, y, width, height }) => {
    const [w, h] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
    const { data } = context.getImageData(Math.round(x), Math.round(y), w, h);
    const down = Math.max(1, Math.min(most, Math.round((across * h) / w)));
    const grid = Array.from({ length: across * down }, () => ({ sum: 0, count: 0 }));
    const shares = new Array(hues).fill(0);
    for (let at = 0; at < data.length; at += 4) {
      const [r, g, b] = [data[at] / 255, data[at + 1] / 255, data[at + 2] / 255];
      const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
      const [column, row] = [(at / 4) % w, Math.floor(at / 4 / w)];
      const cell = grid[Math.floor((row * down) / h) * across + Math.floor((column * across) / w)];
      cell.sum += 0.2126 * r + 0.7152 * g + 0.0722 * b;
      cell.count += 1;
      if (high - low < 0.22) continue;
      const part = high === r ? (g - b) / (high - low) + 6 : high === g ? (b - r) / (high - low) + 2 : (r - g) / (high - low) + 4;
      shares[Math.floor((part % 6) * (hues / 6)) % hues] += 1 / (w * h);
    }
    return { grid: grid.map(({ sum, count }) => sum / Math.max(1, count)), down, shares };
  };
  return places.map(measure);
}

export const scales = { across: ACROSS, most: MOST, hues: HUES };

/** The differences between a component and its picture, in words. */
export function differences(name, now, then) {
  if (!now) return [`${name} is gone`];
  return [...placed(now.place, then.place), ...lit(now, then), ...coloured(now.shares, then.shares)].map((what) => `${name} ${what}`);
}

function placed(now, then) {
  const faults = [];
  for (const side of ["x", "width"]) if (Math.abs(now[side] - then[side]) > ASIDE) faults.push(`has another ${side}: ${then[side]} -> ${now[side]}`);
  if (Math.abs(now.gap - then.gap) > LINE) faults.push(`has moved: ${then.gap} px -> ${now.gap} px below the one before`);
  if (Math.abs(now.height - then.height) > Math.max(LINE, then.height * TALLER)) faults.push(`has another height: ${then.height} -> ${now.height}`);
  return faults;
}

function lit(now, then) {
  // Grids of different heights are compared row by row, as far as both go.
  const at = (of, row, column) => of.grid[Math.floor((row * of.down) / then.down) * ACROSS + column];
  const off = [];
  for (let row = 0; row < then.down; row += 1) for (let column = 0; column < ACROSS; column += 1) off.push(Math.abs(at(now, row, column) - at(then, row, column)));
  const [worst, mean] = [Math.max(...off), off.reduce((sum, one) => sum + one, 0) / off.length];
  return worst > CELL || mean > CELLS ? [`is lighter or darker: ${mean.toFixed(3)} on average, ${worst.toFixed(2)} at most`] : [];
}

/** The share of a hue and its neighbours: a shade may be on the border between two hues. */
function coloured(now, then) {
  const around = (shares, hue) => shares[(hue + HUES - 1) % HUES] + shares[hue] + shares[(hue + 1) % HUES];
  const faults = [];
  for (let hue = 0; hue < HUES; hue += 1) {
    const lost = then[hue] > THERE && around(now, hue) * TIMES < then[hue];
    const found = now[hue] > THERE && around(then, hue) * TIMES < now[hue];
    if (lost || found) faults.push(`has another colour at hue ${hue * (360 / HUES)}: ${(then[hue] * 100).toFixed(2)} % -> ${(now[hue] * 100).toFixed(2)} %`);
  }
  return faults;
}
