// Shared by all tests: sites built by the binary, a browser, a local server, and the errors of pages.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const here = dirname(fileURLToPath(import.meta.url));
export const repository = resolve(here, "../..");
/** `CHAPBOOK_LONG=1` runs more: before a release, not at every change. */
export const LONG = Boolean(process.env.CHAPBOOK_LONG);
export const binary = resolve(process.env.CHAPBOOK ?? join(repository, "target/debug/chapbook"));

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** How long a page may take for anything, in milliseconds. */
const TIMEOUT = 30_000;
/** How long a browser may take to close the pages of a test. */
const CLOSE = 10_000;
/** How long a preview may take to start. */
const START = 60_000;

/** Run when the file's tests have ended, last first. */
const cleanup = [];
after(end);

/** Runs them now, for programs that are not tests. */
export async function end() {
  for (const step of cleanup.splice(0).reverse()) await step();
}

/** Adds a step to run when the file's tests have ended. */
export function atEnd(step) {
  cleanup.push(step);
}

/** Fails if there are faults, and lists them. */
export function none(faults) {
  assert.ok(faults.length === 0, faults.join("\n"));
}

/** A folder that is removed after the tests. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "chapbook-"));
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a book of these files into a temporary folder: path to text. */
export function book(files) {
  const folder = temporary();
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Builds a book and returns the folder of its site; a site that is there already is published again. */
export function build(folder, site = join(temporary(), "site")) {
  execFileSync(binary, ["build", folder, "--out", site, "--no-cache", "--quiet"], { stdio: ["ignore", "inherit", "inherit"] });
  return site;
}

/** The guide that this repository ships, built once for each file of tests. */
export const guide = once(() => build(repository));

/** The golden books, built: name to site. */
export const books = once(() => {
  const folder = join(repository, "tests/books");
  return Object.fromEntries(readdirSync(folder).map((name) => [name, build(join(folder, name, "in"))]));
});

/** The pages of a site, as paths from its root; without redirects. */
export function pages(site) {
  const all = readdirSync(site, { recursive: true }).map((path) => path.split(sep).join("/"));
  const html = all.filter((path) => path.endsWith(".html")).sort();
  return html.filter((path) => !readFileSync(join(site, path), "utf8").includes('http-equiv="refresh"'));
}

/** The sheets of a site. */
export const sheets = (site) => pages(site).filter((path) => path.startsWith("checklists/") && path !== "checklists/all.html");

export const fileUrl = (site, path) => pathToFileURL(join(site, path)).href;

/** The browser of this file of tests, once it is opened. */
let opened;

/** A browser, opened once for each file of tests. */
export function browser() {
  if (!opened) cleanup.push(closeBrowser);
  return (opened ??= launch());
}

const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });

async function closeBrowser() {
  const closing = opened;
  opened = undefined;
  await (await closing)?.close();
}

/**
 * Closes a reader's context. Chromium sometimes never answers if a page of it is being loaded; then the whole browser is
 * closed, and the next test opens another one.
 */
async function close(context) {
  let timer;
  const late = new Promise((done) => { timer = setTimeout(done, CLOSE, "late"); });
  const first = await Promise.race([context.close(), late]);
  clearTimeout(timer);
  if (first === "late") await closeBrowser();
}

/** A reader: a browser context of its own, with its errors, warnings and foreign requests. */
export async function reader(t, options = {}) {
  const context = await (await browser()).newContext({ locale: "zh-CN", ...options });
  t.after(() => close(context));
  const complaints = [];
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.page()?.url()}: ${message.text()}`);
  });
  context.on("weberror", (error) => {
    // Chromium reports this for a view transition that it skips; it is no error of the page.
    if (!/Transition was (?:aborted|skipped)/u.test(String(error.error()))) complaints.push(`${error.page()?.url()}: ${error.error()}`);
  });
  context.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on("request", (request) => {
    if (!isLocal(request.url())) complaints.push(`${request.frame().url()} asks for ${request.url()}`);
  });
  context.on("requestfailed", (request) => {
    // A page may be left before its last image is loaded.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()} ${reason}`);
  });
  context.setDefaultTimeout(TIMEOUT);
  return { context, complaints, page: await context.newPage() };
}

/** A reader on a page opened from disk, without a network. */
export async function readerOffline(t, site, path, options = {}) {
  const all = await reader(t, options);
  await all.context.route(/^(https?|wss?):/u, (route) => route.abort());
  await all.context.setOffline(true);
  await all.page.goto(fileUrl(site, path));
  return all;
}

const axeSource = once(() => readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The findings of axe on the page, one line each. */
export async function axe(page) {
  await page.evaluate(axeSource());
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), TAGS);
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll("\n", " ")}`));
}

function isLocal(address) {
  const url = new URL(address);
  return ["file:", "data:", "blob:"].includes(url.protocol) || url.hostname === "127.0.0.1";
}

const TYPES = {
  html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", png: "image/png",
  json: "application/json", xml: "application/xml", txt: "text/plain; charset=utf-8", md: "text/markdown; charset=utf-8",
};

/** Serves a folder as a simple host does, under a path, and returns its address, ending in `/`. */
export async function serve(site, base = "/") {
  const missing = join(site, "404.html");
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const inside = path.startsWith(base) ? path.slice(base.length) : "404.html";
    const file = join(site, inside === "" || inside.endsWith("/") ? `${inside}index.html` : inside);
    if (!path.startsWith(base) || relative(site, file).startsWith("..") || !existsSync(file)) {
      const html = response.writeHead(404, { "content-type": TYPES.html });
      return html.end(path.startsWith(base) && existsSync(missing) ? readFileSync(missing) : "");
    }
    response.writeHead(200, { "content-type": TYPES[file.split(".").pop()] ?? "application/octet-stream" });
    return response.end(readFileSync(file));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  cleanup.push(() => (server.closeAllConnections(), new Promise((closed) => server.close(closed))));
  return `http://127.0.0.1:${server.address().port}${base}`;
}

/** `chapbook serve` on a copy of a book: its address and the folder of the copy. */
export async function preview(t, files) {
  const folder = typeof files === "string" ? temporary() : book(files);
  if (typeof files === "string") cpSync(files, folder, { recursive: true });
  const child = spawn(binary, ["serve", folder, "--port", String(await freePort())], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  const address = await new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`serve does not answer: ${output}`)), START);
    child.on("exit", (code) => failed(new Error(`serve ended with ${code}: ${output}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      const at = output.match(/http:\/\/[\d.:]+\//u);
      if (!at) return;
      clearTimeout(timer);
      found(at[0]);
    });
  });
  return { folder, address };
}

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Calls `make` when it is first needed, and once. */
export function once(make) {
  let made;
  return () => (made ??= make());
}
