// Counts boxes, blanks and lines: in the Markdown by its lines, and on printed pages by their pixels.
//
// On paper a black line is a line to write on, and a black frame of 5 mm is a box: separating lines are grey, and links are
// not underlined.

import { dots, textOf } from "./paper.mjs";

/** Counts a Markdown file by its lines, without any parser. */
export function inSource(text) {
  const words = text.replace(/^---\n.*?\n---\n/su, "").replace(/^(`{3,}|~{3,}).*?^\1$/gmsu, "").replace(/(`+)[^`\n].*?\1/gu, "`");
  const boxes = [...words.matchAll(/^\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s/gmu)];
  const lines = words.match(/^(?:_{4,}|＿{4,})$/gmu) ?? [];
  const free = "[\\s|\\p{sc=Han}，。：；（）「」]";
  const short = words.match(new RegExp(`(?<=^|${free})__(?=${free}|$)`, "gmu")) ?? [];
  const long = words.replace(/\]\([^)\s]*\)/gu, "]").match(/(?<![\\_＿])(?:_{4,}|＿{4,})/gu) ?? [];
  const tables = [...words.matchAll(/^<!--\s*(log|form):(.*?)-->\s*^\|(.*)\|$/gmu)];
  const addresses = words.match(/https?:\/\/(?:[^()\s<>[\]"，。；）]|\([^()\s]*\))+/gu) ?? [];
  return {
    boxes: boxes.length,
    ticked: boxes.filter(([, mark]) => mark !== " ").length,
    blanks: long.length - lines.length + short.length,
    lines: lines.length,
    columns: tables.map(([, , , cells]) => cells.split("|").length),
    rows: tables.filter(([, kind]) => kind === "log").map(([, , rest]) => Number(rest.match(/rows=(\d+)/u)?.[1] ?? 12)),
    targets: [...new Set(addresses)].sort(),
  };
}

/** Counts a PDF: the same numbers, and which of the targets can be read. */
export function onPaper(file, { targets }) {
  const text = textOf(file);
  const all = dots(file).map((side) => ({ ...marks(side), wide: side.width > side.height }));
  const boxes = all.flatMap((side) => side.boxes);
  const tables = all.flatMap((side) => side.tables.map((table) => ({ ...table, wide: side.wide })));
  const rules = all.flatMap((side) => side.lines);
  return {
    boxes: boxes.length,
    ticked: boxes.filter((box) => box.white < 0.95).length,
    blanks: rules.filter((line) => !line.whole).length,
    lines: rules.filter((line) => line.whole).length,
    columns: tables.map((table) => table.columns),
    rows: tables.filter((table) => table.wide).map((table) => table.rows - 1),
    targets: targets.filter((target) => text.includes(target)),
  };
}

/** What a page has to write on: boxes with the share of white in them, lines, and tables with a border. */
export function marks(image, boxSize = 5) {
  const { perMillimetre } = image;
  const flat = runs(image, 9 * perMillimetre);
  const upright = runs(turned(image), 9 * perMillimetre).map(({ from, to, first, last }) => ({ at: first, from, to, last }));
  const tables = grids(upright, flat, perMillimetre);
  const inTable = (run) => tables.some((table) => run.first >= table.top - 3 && run.last <= table.bottom + 3
    && run.from <= table.left + perMillimetre && run.to >= table.right - perMillimetre);
  const lines = flat.filter((run) => !inTable(run));
  const column = image.width - 2 * 17 * perMillimetre;
  return {
    tables: tables.map((table) => ({
      columns: table.upright - 1,
      rows: flat.filter((run) => inTable(run) && run.first >= table.top - 3 && run.last <= table.bottom + 3).length - 1,
    })),
    lines: lines.map((run) => ({ whole: run.to - run.from > 0.9 * column })),
    boxes: frames(image, boxSize),
  };
}

const DARK = 110;

/** Dark runs along the rows, adjacent ones joined: columns from and to, rows first and last. */
function runs({ width, height, pixels }, shortest) {
  const found = [];
  let above = [];
  for (let y = 0; y < height; y += 1) {
    const here = [];
    for (let x = 0; x < width; x += 1) {
      if (pixels[y * width + x] >= DARK) continue;
      const from = x;
      while (x < width && pixels[y * width + x] < DARK) x += 1;
      if (x - from < shortest) continue;
      const run = above.find((other) => Math.abs(other.from - from) < 4 && Math.abs(other.to - x) < 4);
      if (run) {
        run.last = y;
        here.push(run);
      } else {
        const made = { from, to: x, first: y, last: y };
        found.push(made);
        here.push(made);
      }
    }
    above = here;
  }
  // Anything thicker than a millimetre is an area, not a line.
  return found.filter((run) => run.last - run.first < shortest / 9);
}

function turned({ width, height, pixels, perMillimetre }) {
  const out = Buffer.alloc(pixels.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) out[x * height + y] = pixels[y * width + x];
  return { width: height, height: width, pixels: out, perMillimetre };
}

/** Vertical lines that begin and end together, under one line from the first to the last. */
function grids(upright, flat, perMillimetre) {
  const tables = [];
  for (const rule of upright) {
    const table = tables.find((other) => Math.abs(other.top - rule.from) < perMillimetre && Math.abs(other.bottom - rule.to) < perMillimetre);
    if (table) Object.assign(table, { left: Math.min(table.left, rule.at), right: Math.max(table.right, rule.last), upright: table.upright + 1 });
    else tables.push({ top: rule.from, bottom: rule.to, left: rule.at, right: rule.last, upright: 1 });
  }
  const covered = (table) => flat.some((run) => Math.abs(run.first - table.top) < perMillimetre
    && run.from <= table.left + perMillimetre && run.to >= table.right - perMillimetre);
  return tables.filter((table) => table.upright > 1 && covered(table)).sort((a, b) => a.top - b.top);
}

/** Square frames of a size, with the share of white inside. */
function frames({ width, height, pixels, perMillimetre }, size) {
  const [least, most] = [(size - 0.3) * perMillimetre, (size + 0.3) * perMillimetre];
  const dark = (x, y) => pixels[y * width + x] < DARK;
  const found = [];
  for (let y = 1; y < height - most; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!dark(x, y)) continue;
      const from = x;
      while (x < width && dark(x, y)) x += 1;
      const length = x - from;
      if (length < least || length > most || dark(from + (length >> 1), y - 1)) continue;
      const inside = insideOf({ from, y, length, dark });
      if (inside) found.push({ white: whiteIn(pixels, width, inside, perMillimetre) });
    }
  }
  return found;
}

/** The frame under a top edge, if the other three edges are there. */
function insideOf({ from, y, length, dark }) {
  for (const tall of [0, -1, 1, -2, 2, -3, 3]) {
    const bottom = y + length + tall - 2;
    let edges = 0;
    for (let at = 0; at < length; at += 1) {
      edges += Number(dark(from + 1, y + at)) + Number(dark(from + length - 2, y + at)) + Number(dark(from + at, bottom));
    }
    // The uprights of a glyph such as 日 go on below; those of a box end.
    const ends = !dark(from + 1, bottom + 5) && !dark(from + length - 2, bottom + 5);
    if (ends && edges > 2.8 * length) return { left: from, top: y, right: from + length, bottom };
  }
  return undefined;
}

function whiteIn(pixels, width, { left, top, right, bottom }, perMillimetre) {
  const border = Math.ceil(0.8 * perMillimetre);
  let [count, white] = [0, 0];
  for (let y = top + border; y < bottom - border; y += 1) {
    for (let x = left + border; x < right - border; x += 1) {
      count += 1;
      white += Number(pixels[y * width + x] > 242);
    }
  }
  return white / count;
}
