// Printed pages: their sizes, texts, positions of words, and pixels.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { temporary } from "./stage.mjs";

const MEGABYTES = 64 << 20;

let last = 0;

/** Writes a PDF into a file and returns its path. */
export function keep(pdf) {
  last += 1;
  const file = join(temporary(), `${last}.pdf`);
  writeFileSync(file, pdf);
  return file;
}

/** The pages of a PDF: the size of each in millimetres, and its text. */
export function sides(file) {
  const sizes = run("pdfinfo", ["-l", "-1", file]).matchAll(/^Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts/gmu);
  const texts = run("pdftotext", ["-layout", file, "-"]).split("\f");
  return [...sizes].map(([, width, height], at) => ({ size: `${millimetres(width)}x${millimetres(height)}`, text: texts[at] }));
}

const millimetres = (points) => Math.round(points * 25.4 / 72);

/** The text of a PDF for comparison: without compatibility forms and white space. */
export const textOf = (file) => packed(run("pdftotext", ["-layout", file, "-"]));

export const packed = (text) => text.normalize("NFKC").replace(/\s+/gu, "");

/** All pages as grey pixels, row by row, 0 black to 255 white. */
export function dots(file, perInch = 200) {
  const stem = file.replace(/\.pdf$/u, "");
  run("pdftoppm", ["-r", String(perInch), "-gray", file, stem]);
  const names = readdirSync(dirname(stem)).filter((name) => name.startsWith(`${basename(stem)}-`) && name.endsWith(".pgm"));
  return names.sort().map((name) => picture(join(dirname(stem), name), perInch));
}

function picture(path, perInch) {
  const bytes = readFileSync(path);
  rmSync(path);
  const [head, width, height] = bytes.subarray(0, 64).toString("latin1").match(/^P5\s+(\d+)\s+(\d+)\s+255\s/u);
  return { width: Number(width), height: Number(height), pixels: bytes.subarray(head.length), perMillimetre: perInch / 25.4 };
}

/** The share of white pixels of a page. */
export function white({ pixels }) {
  let count = 0;
  for (const value of pixels) if (value > 242) count += 1;
  return count / pixels.length;
}

function run(command, words) {
  return execFileSync(command, words, { encoding: "utf8", maxBuffer: MEGABYTES });
}
