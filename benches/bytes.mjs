// Compares the output of two versions of the program byte for byte: sites, exports and diagnostics.
//
//   node benches/bytes.mjs keep BINARY FOLDER BOOK...     builds everything and stores it in FOLDER
//   node benches/bytes.mjs compare BINARY FOLDER BOOK...  builds everything again and lists the differences from FOLDER
//
// For each BOOK (a folder that chapbook builds): the site, the four exports and the diagnostics in every format, each
// with its exit status, without a cache. Archives are compared by their members, so that a difference can be located. Names
// of theme files carry a digest of their bytes; they are compared without it. Exit 1 if something differs.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

const EXPORTS = [["file", "book.html"], ["epub", "book.epub"], ["zip", "book.zip"], ["markdown", "book.md"]];
const FORMATS = ["human", "short", "json", "github"];
/** Differences that are shown of each book; the rest is counted. */
const SHOWN = Number(process.env.SHOWN ?? 12);

function usage() {
  console.error("usage: node benches/bytes.mjs keep|compare BINARY FOLDER BOOK...");
  process.exit(2);
}

/** Runs the program and keeps its status and what it printed. */
function run(binary, words, log) {
  const environment = { ...process.env, SOURCE_DATE_EPOCH: "1700000000", CHAPBOOK_COLOR: "never", COLUMNS: "120" };
  const done = spawnSync(binary, [...words, "--no-cache", "--no-plugins"], { encoding: "utf8", maxBuffer: 1 << 28, env: environment });
  writeFileSync(log, `exit ${done.status}\n${done.stdout}\n${done.stderr}`.replaceAll(/ in [0-9.]+ m?s\b/gu, " in TIME"));
}

/** Makes everything of one book below a folder. */
function make(binary, book, folder) {
  mkdirSync(folder, { recursive: true });
  run(binary, ["build", book, "-o", join(folder, "site")], join(folder, "build.txt"));
  for (const [form, name] of EXPORTS) {
    const file = join(folder, name);
    run(binary, ["export", form, book, "-o", file], join(folder, `export-${form}.txt`));
    if (!existsSync(file) || !/\.(?:epub|zip)$/u.test(name)) continue;
    // The stored order and dates are part of the bytes too, so the archive itself is compared as well as its members.
    spawnSync("unzip", ["-q", "-o", file, "-d", `${file}.members`]);
  }
  for (const format of FORMATS) run(binary, ["check", book, "--format", format], join(folder, `check-${format}.txt`));
}

/** Every file below a folder by its path, digests of the theme's files left out of names and texts. */
function read(folder) {
  const files = new Map();
  if (!existsSync(folder)) return files;
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    files.set(plain(name), /\.(?:png|jpe?g|gif|webp|ico|woff2?|zip|epub)$/u.test(name) ? bytes.toString("latin1") : plain(bytes.toString("utf8")).replaceAll(folder, "FOLDER"));
  }
  return files;
}

const plain = (text) => text.replaceAll(/([\w.-]+)-[0-9a-f]{8,20}\.(js|css|svg|png)/gu, "$1-DIGEST.$2");

/** Where two texts part, with what stands around it. */
function parting(before, after) {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 50), at + 90));
  return `      - ${around(before)}\n      + ${around(after)}`;
}

function compare(name, before, after) {
  const lines = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, made] = [before.get(path), after.get(path)];
    if (old === made) continue;
    if (old === undefined) lines.push(`    new      ${path}`);
    else if (made === undefined) lines.push(`    gone     ${path}`);
    else lines.push(`    differs  ${path}${/\.(?:zip|epub)$/u.test(path) ? "" : `\n${parting(old, made)}`}`);
  }
  console.log(`${name}: ${lines.length ? `${lines.length} of ${before.size} files differ` : `${before.size} files, the same bytes`}`);
  for (const line of lines.slice(0, SHOWN)) console.log(line);
  return lines.length;
}

const [mode, binary, kept, ...books] = process.argv.slice(2);
if (!["keep", "compare"].includes(mode) || !books.length) usage();
let differing = 0;
for (const book of books.map((path) => resolve(path))) {
  const name = basename(book) === "book" ? basename(dirname(book)) : basename(book);
  const before = join(resolve(kept), name);
  if (mode === "keep") {
    make(resolve(binary), book, before);
    console.log(`${name}: kept`);
    continue;
  }
  const folder = join(mkdtempSync(join(tmpdir(), "chapbook-bytes-")), name);
  make(resolve(binary), book, folder);
  differing += compare(name, read(before), read(folder));
  rmSync(dirname(folder), { recursive: true });
}
process.exit(differing ? 1 : 0);
