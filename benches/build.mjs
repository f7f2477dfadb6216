// Measures build times: cold, warm without a change, and warm after one edit, optionally alternating with other builders.
//
//   node benches/build.mjs [--runs N] [--only cold,same,edit] [--other NAME='COMMAND {book} {out}=SUBFOLDER']... BOOK...
//
// A BOOK is a folder that chapbook builds, or NAME=FOLDER with the formats that `books.mjs` writes: `chapbook/`, and for
// another builder the subfolder that its option names. Builders alternate run by run, so that changes in the speed of the
// machine affect all of them. Cold: neither output nor cache. Edit: one more sentence in a page of the middle, another page
// each time; a builder without a cache builds all again. Prints the medians of wall time, processor time and peak memory,
// the ratio of each builder to chapbook, and the steps of chapbook (`build -v`).
//
//   node benches/build.mjs --other mdbook='mdbook build {book} -d {out}=mdbook' \
//     --other hugo='hugo --quiet -s {book} -d {out}=hugo' 1000=/tmp/made-1000
//
// GNU time (`/usr/bin/time`) measures processor and memory; CHAPBOOK names another binary.

import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const repository = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const binary = process.env.CHAPBOOK ?? join(repository, "target/release/chapbook");
const SITUATIONS = ["cold", "same", "edit"];

function usage() {
  console.error("usage: node benches/build.mjs [--runs N] [--only cold,same,edit] [--other NAME='COMMAND'=SUBFOLDER]... BOOK...");
  process.exit(2);
}

/** The options and books of the command line. */
function options(words) {
  const chosen = { runs: 5, only: SITUATIONS, others: [], books: [] };
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === "--runs") chosen.runs = Number(words[(at += 1)]);
    else if (words[at] === "--only") chosen.only = words[(at += 1)].split(",");
    else if (words[at] === "--other") {
      const [, name, command, form] = words[(at += 1)].match(/^([^=]+)=(.*?)(?:=([\w-]*))?$/su) ?? usage();
      chosen.others.push({ name, command, form: form ?? "" });
    } else chosen.books.push(words[at]);
  }
  return chosen.books.length ? chosen : usage();
}

/** Runs a command as a whole process: seconds, bytes and what it printed. */
function run(words) {
  const from = process.hrtime.bigint();
  const done = spawnSync("/usr/bin/time", ["-f", "%U %S %M", ...words], { encoding: "utf8", maxBuffer: 1 << 28 });
  const wall = Number(process.hrtime.bigint() - from) / 1e9;
  const lines = done.stderr.trimEnd().split("\n");
  const [user, sys, kilobytes] = lines.pop().split(" ").map(Number);
  const failed = done.status !== 0 ? `${words.join(" ")}: ${lines.slice(-3).join(" | ")}` : "";
  return { wall, cpu: user + sys, memory: kilobytes / 1024, said: `${done.stdout}${lines.join("\n")}`, failed };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The page of the middle of a folder, by size: neither the longest nor a stub. */
function middlePage(folder) {
  const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md") && !/SUMMARY|node_modules|(?:^|\/)\./u.test(name));
  const bySize = pages.map((name) => join(folder, name)).filter((path) => statSync(path).isFile()).sort((a, b) => statSync(a).size - statSync(b).size || (a < b ? -1 : 1));
  return bySize[Math.floor(bySize.length / 2)];
}

/** Measures one builder once in one situation. */
function measure(builder, situation, count) {
  if (situation === "cold") [builder.out, ...builder.caches].forEach((path) => rmSync(path, { recursive: true, force: true }));
  if (situation === "edit") appendFileSync(builder.page, `\n\nOne more sentence, number ${count}.\n`);
  return run(builder.words);
}

function builders(book, others) {
  const [name, folder] = book.includes("=") ? book.split(/=(.*)/su) : [basename(book), book];
  const own = existsSync(join(folder, "chapbook")) ? join(folder, "chapbook") : folder;
  const scratch = mkdtempSync(join(tmpdir(), "chapbook-bench-"));
  const all = [
    { name: "chapbook", folder: own, command: `${binary} build {book} --out {out} -v` },
    ...others.map((other) => ({ ...other, folder: join(folder, other.form) })),
  ].filter((builder) => existsSync(builder.folder));
  const ready = all.map(({ name: of, folder: at, command }) => {
    const out = join(scratch, of);
    const words = command.split(" ").map((word) => word.replace("{book}", resolve(at)).replace("{out}", out));
    const caches = [join(at, ".chapbook"), join(at, "resources"), join(scratch, "cache")];
    const page = middlePage(at);
    return { name: of, words, out, caches, page, original: readFileSync(page) };
  });
  return { name, scratch, ready };
}

function report(name, situation, figures) {
  const own = figures.get("chapbook");
  for (const [builder, runs] of figures) {
    const failed = runs.find((one) => one.failed);
    if (failed) {
      console.log(`${name} | ${situation} | ${builder} | failed: ${failed.failed.slice(0, 200)}`);
      continue;
    }
    const of = (what) => median(runs.map((one) => one[what]));
    const ratio = median(runs.map((one, at) => one.wall / own[at].wall));
    const spread = `${Math.min(...runs.map((one) => one.wall)).toFixed(3)}-${Math.max(...runs.map((one) => one.wall)).toFixed(3)}`;
    console.log(`${name} | ${situation} | ${builder} | wall ${of("wall").toFixed(3)} s (${spread}) | cpu ${of("cpu").toFixed(2)} s | ${of("memory").toFixed(0)} MiB | ${ratio.toFixed(2)}x`);
  }
}

/** The steps of `chapbook build -v`, medians. */
function steps(name, situation, runs) {
  const found = new Map();
  for (const { said } of runs) {
    for (const [, step, value, unit] of said.matchAll(/^\s*([a-z ]+?):? +([\d.]+) (ms|s)$/gmu)) {
      found.set(step, [...(found.get(step) ?? []), Number(value) * (unit === "s" ? 1000 : 1)]);
    }
  }
  const text = [...found].map(([step, values]) => `${step} ${median(values).toFixed(0)}`).join(", ");
  if (text) console.log(`${name} | ${situation} | steps in ms: ${text}`);
}

const chosen = options(process.argv.slice(2));
process.env.XDG_CACHE_HOME = "";
for (const book of chosen.books) {
  const { name, scratch, ready } = builders(book, chosen.others);
  process.env.XDG_CACHE_HOME = join(scratch, "cache");
  try {
    for (const situation of SITUATIONS.filter((one) => chosen.only.includes(one))) {
      const figures = new Map(ready.map((builder) => [builder.name, []]));
      // A first build of each is not counted: it fills the caches of the builders and of the operating system.
      if (situation !== "cold" || chosen.runs > 1) ready.forEach((builder) => run(builder.words));
      for (let count = 0; count < chosen.runs; count += 1) {
        for (const builder of ready) figures.get(builder.name).push(measure(builder, situation, count));
      }
      report(name, situation, figures);
      steps(name, situation, figures.get("chapbook"));
    }
  } finally {
    ready.forEach((builder) => writeFileSync(builder.page, builder.original));
    rmSync(scratch, { recursive: true, force: true });
  }
}
