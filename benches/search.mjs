// Measures how search scales: bytes loaded for the first and for later queries, and response times, for books of increasing size.
//
//   node benches/search.mjs FOLDER PAGES...     for instance: node benches/search.mjs content 100 1000 10000
//
// The books repeat the chapters of FOLDER, each time with another number in their headings; above 1000 pages, ten of them share
// a file, because only the index is measured here, not the pages. Queries are headings, words and character pairs of the first
// repetition, the same for all books. Needs what the browser tests need
// (`npm ci` in tests/browser) and a release build; only figures of the same run are comparable.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const repository = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const { chromium } = createRequire(join(repository, "tests/browser/package.json"))("playwright-core");
const binary = process.env.CHAPBOOK ?? join(repository, "target/release/chapbook");
const QUERIES = 40;

const [folder, ...sizes] = process.argv.slice(2);
if (!folder || !sizes.length) {
  console.error("usage: node benches/search.mjs FOLDER PAGES...");
  process.exit(2);
}

/** The chapters, without what only makes sense in their own place. */
function chapters() {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md") && !name.endsWith("SUMMARY.md"));
  return names.sort().map((name) => {
    const text = readFileSync(join(folder, name), "utf8").replace(/^---\n.*?\n---\n/su, "");
    return { name: name.replaceAll(/[\\/]/gu, "-"), text: text.replace(/!?(\[[^\]\n]*\])\([^)\n]*\)/gu, "$1").replace(/\{\{#.*?\}\}/gu, "") };
  });
}

function write(book, pages, texts) {
  mkdirSync(join(book, "content"), { recursive: true });
  writeFileSync(join(book, "chapbook.toml"), '[book]\ntitle = "Large"\nlanguage = "zh-Hans"\n[output]\nprint = false\nmarkdown = false\n');
  writeFileSync(join(book, "content/README.md"), "# Large\n");
  for (let at = 0; at < pages; at += 1) {
    const [round, { name, text }] = [Math.floor(at / texts.length), texts[at % texts.length]];
    const own = round ? text.replace(/^(#+ .*)$/gmu, `$1 (${round})`) : text;
    const path = pages > 1000 ? join(`round-${round}`, `${Math.floor((at % texts.length) / 10)}.md`) : join(`round-${round}`, name);
    mkdirSync(join(book, "content", dirname(path)), { recursive: true });
    appendFileSync(join(book, "content", path), `${own}\n\n`);
  }
}

/** Headings, and what stands between punctuation, spread evenly over the texts. */
function queries(texts) {
  const all = texts.flatMap(({ text }) => [
    ...(text.match(/^#+ .*$/gmu) ?? []).map((line) => line.replace(/^#+ /u, "").replace(/[`*{].*$/u, "")),
    ...(text.match(/\p{Script=Han}{2,5}|[a-z]{5,}/gu) ?? []).filter((_, at) => at % 40 === 0),
  ]).map((query) => query.trim()).filter(Boolean);
  const step = Math.max(1, Math.floor(all.length / QUERIES));
  return all.filter((_, at) => at % step === 0).slice(0, QUERIES);
}

async function serve(site) {
  let bytes = 0;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.split("?")[0]);
    try {
      const packed = gzipSync(readFileSync(join(site, path.endsWith("/") ? `${path}index.html` : path)), { level: 6 });
      if (path.includes("/search/")) bytes += packed.length;
      const type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "text/html; charset=utf-8";
      response.writeHead(200, { "content-encoding": "gzip", "content-type": type }).end(packed);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close(), taken: () => [bytes, (bytes = 0)][0] };
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const kilo = (bytes) => (bytes / 1000).toFixed(0);

async function measure(browser, pages, texts, asked) {
  const book = mkdtempSync(join(tmpdir(), "chapbook-bench-"));
  write(book, pages, texts);
  const started = performance.now();
  execFileSync(binary, ["build", book, "--out", join(book, "site"), "--no-cache", "--quiet", "--code", "broken-link=warning", "--code", "broken-anchor=warning", "--code", "missing-file=warning", "--code", "include=warning"], { stdio: "ignore" });
  const built = performance.now() - started;
  const server = await serve(join(book, "site"));
  const [first, later, waits] = [[], [], []];
  for (const query of asked.slice(0, 8)) {
    const page = await browser.newPage();
    await page.goto(server.address);
    server.taken();
    await page.evaluate((words) => window.chapbook.search(words), query);
    first.push(server.taken());
    await page.close();
  }
  const page = await browser.newPage();
  await page.goto(server.address);
  await page.evaluate(() => window.chapbook.search("a"));
  server.taken();
  for (const query of asked) {
    waits.push(await page.evaluate(async (words) => {
      const began = performance.now();
      await window.chapbook.search(words);
      return performance.now() - began;
    }, query));
    later.push(server.taken());
  }
  await page.close();
  server.close();
  rmSync(book, { recursive: true, force: true });
  for (const list of [first, later, waits]) list.sort((a, b) => a - b);
  console.log(`| ${pages} | ${kilo(at(first, 0.5))} (${kilo(at(first, 1))}) | ${kilo(at(later, 0.5))} / ${kilo(at(later, 0.95))} | ${at(waits, 0.5).toFixed(0)} / ${at(waits, 0.95).toFixed(0)} | ${(built / 1000).toFixed(1)} |`);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const texts = chapters();
console.log("| pages | kB to the first answer, median (most) | kB for each later one, p50 / p95 | ms, p50 / p95 | build, s |\n|---|---|---|---|---|");
for (const pages of sizes) await measure(browser, Number(pages), texts, queries(texts));
await browser.close();
