// Measures the first view of a page: transferred bytes (gzip), requests, largest contentful paint and cumulative layout shift,
// on an emulated slow phone (1.6 Mbit/s, 150 ms round trip, processor slowed down four times).
//
//   node benches/first-view.mjs SITE PAGE...      for instance: public know.html index.html
//
// Needs Chromium and the packages of tests/browser (`npm ci` there). Times depend on the machine; the other figures do not.

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const { chromium } = createRequire(new URL("../tests/browser/package.json", import.meta.url))("playwright-core");
const TYPES = {
  html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json",
  xml: "application/xml", txt: "text/plain; charset=utf-8", png: "image/png", woff2: "font/woff2", woff: "font/woff",
};
const ZIPPED = ["html", "css", "js", "svg", "json", "xml", "txt"];
const SLOW = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const RUNS = 5;

const [site, ...pages] = process.argv.slice(2);
if (!site || !pages.length) {
  console.error("usage: node benches/first-view.mjs SITE PAGE...");
  process.exit(2);
}
const server = createServer(answer);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
console.log("page".padEnd(28), "requests  gzip kB  of it html/css/js/other     FCP ms  LCP ms    CLS");
for (const page of pages) console.log(await figures(page));
await browser.close();
server.close();

/** A file, zipped where hosts zip, with nothing to keep: a first view has no cache. */
function answer(request, response) {
  const path = decodeURIComponent(new URL(request.url, address).pathname).replace(/\/$/u, "/index.html");
  const file = join(site, path);
  if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  const kind = file.split(".").pop();
  const zip = ZIPPED.includes(kind);
  const bytes = zip ? gzipSync(readFileSync(file)) : readFileSync(file);
  const head = { "content-type": TYPES[kind] ?? "application/octet-stream", "content-length": bytes.length };
  return response.writeHead(200, zip ? { ...head, "content-encoding": "gzip" } : head).end(bytes);
}

/** One line for a page: the middle of some views, each with a browser that has seen nothing. */
async function figures(page) {
  const views = [];
  for (let run = 0; run < RUNS; run += 1) views.push(await view(page));
  const middle = (name) => views.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  const kinds = views[0].kinds.map((bytes) => (bytes / 1000).toFixed(1)).join(" / ");
  return [
    page.padEnd(28), String(middle("requests")).padStart(8), (middle("bytes") / 1000).toFixed(1).padStart(8), ` ${kinds.padEnd(26)}`,
    middle("fcp").toFixed(0).padStart(7), middle("lcp").toFixed(0).padStart(7), middle("cls").toFixed(3).padStart(6),
  ].join(" ");
}

async function view(path) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", SLOW);
  await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const kinds = [0, 0, 0, 0];
  let requests = 0;
  page.on("response", (response) => {
    const kind = ["html", "css", "js"].findIndex((one) => response.headers()["content-type"]?.startsWith(TYPES[one].split(";")[0]));
    kinds[kind < 0 ? 3 : kind] += Number(response.headers()["content-length"] ?? 0);
    requests += 1;
  });
  await page.goto(`${address}${path}`, { waitUntil: "load" });
  await page.waitForTimeout(1500);
  const times = await page.evaluate(() => new Promise((done) => {
    const found = { fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, lcp: 0, cls: 0 };
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (found.lcp = entry.startTime))).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (found.cls += entry.value))).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(found), 200);
  }));
  await context.close();
  return { ...times, requests, kinds, bytes: kinds.reduce((sum, one) => sum + one, 0) };
}
