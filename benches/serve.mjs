// Measures the latency of `chapbook serve`: from writing a page until its changed text is served.
//
//   node benches/serve.mjs BOOK [EDITS]        for instance: node benches/serve.mjs /tmp/made-10000/chapbook 20
//
// Each edit adds a sentence to another page and requests the page until it contains the sentence. Prints the median, the minimum
// and the maximum, and the processor time of the server per edit.
// CHAPBOOK names another binary.

import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const repository = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const binary = process.env.CHAPBOOK ?? join(repository, "target/release/chapbook");
const [book, edits = "20"] = process.argv.slice(2);
if (!book) {
  console.error("usage: node benches/serve.mjs BOOK [EDITS]");
  process.exit(2);
}

/** The text of a page, "" while there is none. */
function page(url) {
  return new Promise((found) => {
    get(url, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => found(text));
    }).on("error", () => found(""));
  });
}

const content = [join(book, "content"), join(book, "src"), book].find((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory());
const pages = readdirSync(content, { recursive: true }).filter((name) => name.endsWith(".md") && !/README|SUMMARY|index\.md|(?:^|\/)\./iu.test(name)).sort();

/** Seconds of the processor that a process has used (Linux). */
function used(id) {
  const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const server = spawn(binary, ["serve", book, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
const started = performance.now();
const originals = new Map();
try {
  const address = await new Promise((found, failed) => {
    let said = "";
    const listen = (part) => {
      said += part;
      const at = said.match(/http:\/\/[\d.:]+\//u);
      if (at) found(at[0]);
    };
    server.stdout.setEncoding("utf8").on("data", listen);
    server.stderr.setEncoding("utf8").on("data", listen);
    server.on("exit", () => failed(new Error(said)));
  });
  const urlOf = (name) => `${address}${name.replace(/\.md$/u, ".html").split("/").map(encodeURIComponent).join("/")}`;
  while ((await page(urlOf(pages[0]))).length < 500) await pause(20);
  console.log(`first page after ${((performance.now() - started) / 1000).toFixed(2)} s`);
  await pause(3000);
  const waits = [];
  const before = used(server.pid);
  for (let edit = 0; edit < Number(edits); edit += 1) {
    const name = pages[Math.floor((edit * pages.length) / Number(edits))];
    const path = join(content, name);
    originals.set(path, originals.get(path) ?? readFileSync(path));
    const words = `Edit number ${edit} of ${Date.now()}.`;
    const from = performance.now();
    appendFileSync(path, `\n\n${words}\n`);
    while (!(await page(urlOf(name))).includes(words)) await pause(2);
    waits.push(performance.now() - from);
    // Wait until the search index and all other files are updated.
    await pause(Number(process.env.PAUSE ?? 3000));
  }
  waits.sort((a, b) => a - b);
  const cpu = (used(server.pid) - before) / waits.length;
  console.log(`served after ms: median ${waits[Math.floor(waits.length / 2)].toFixed(0)} (${waits[0].toFixed(0)}-${waits.at(-1).toFixed(0)}); processor ${cpu.toFixed(2)} s an edit, all that follows included`);
} finally {
  server.kill();
  for (const [path, text] of originals) writeFileSync(path, text);
}
