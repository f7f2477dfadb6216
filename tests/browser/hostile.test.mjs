// Hostile content in a real browser: nothing of it runs, loads or links to a script, wherever it is; and the policy stops
// what would get through.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { book, build, fileUrl, none, once, pages, preview, reader, repository, serve } from "./stage.mjs";

/** Attacks; `RUN` stands for what they would run. */
const VECTORS = JSON.parse(readFileSync(join(repository, "tests/vectors/hostile.json"), "utf8"));
/** How many attacks are on one page: few enough to be told apart, many enough to be fast. */
const ON_A_PAGE = 42;

const armed = (vector, number) => vector.replaceAll("RUN", `ran(${number})`);
const oneLine = (vector) => armed(vector, 0).replaceAll(/[\n\0]/gu, " ").trim();

/** The vectors as chapters, and as every other text of a book. */
function hostile(config) {
  const chapters = [];
  for (let first = 0; first < VECTORS.length; first += ON_A_PAGE) {
    const parts = VECTORS.slice(first, first + ON_A_PAGE).map((vector, at) => `vector ${first + at}\n\n${armed(vector, first + at)}\n`);
    chapters.push([`content/v${first}.md`, `# Vectors ${first}\n\n${parts.join("\n\n")}`]);
  }
  // Titles, descriptions, tags, headings, items and their labels, one vector each.
  const said = VECTORS.filter((vector) => !vector.includes("\n")).map((vector) => {
    const text = oneLine(vector);
    const quoted = JSON.stringify(text);
    return `---\ntitle: ${quoted}\ndescription: ${quoted}\ntags: [${quoted}]\n---\n# Title ran\n\n- [ ] item ran ${text.replaceAll("`", "")}\n`;
  });
  const titled = said.filter((_, at) => at % 30 === 0).map((text, at) => [`content/t${at}.md`, text]);
  const names = ["a\"onclick=ran(0) b", "<img src=x onerror=ran(0)>", "a'b&quot;", "javascript:ran(0)", "%3Cscript%3E", "#x?y", "\u202emd.exe"];
  const odd = names.map((name, at) => [`content/odd/${name.replaceAll("/", "")}.md`, `# Odd ran ${at}\n\nText.\n`]);
  return book(Object.fromEntries([["chapbook.toml", config], ["content/index.md", "# Home\n\nText.\n"], ...chapters, ...titled, ...odd]));
}

/** Diagnostics of such a book are tested elsewhere. */
const SILENT = [
  "raw-html", "unsafe-link", "broken-link", "missing-file", "bad-attribute", "math", "unclosed-directive", "unknown-variable", "duplicate-anchor",
  "broken-anchor", "missing-footnote", "front-matter", "duplicate-id", "path-collision", "no-revision-date", "external-image", "unused-footnote",
  "unknown-language", "misplaced-comment", "long-item", "two-sentences", "empty-chapter", "unknown-directive", "case-collision", "config",
];
const QUIET = SILENT.map((code) => `${code} = "off"\n`).join("");
const TITLE = `[book]\ntitle = '<img src=x onerror="ran(1)">'\nfooter = '</footer><script>ran(2)</script>'\nauthors = ['"onclick=ran(3)']\n`;
const site = once(() => build(hostile(`${TITLE}[output]\nchecklists = false\n[markdown]\nmath = true\n[codes]\n${QUIET}`)));
const guest = once(() => build(hostile(`${TITLE}[output]\nsearch = false\n[markdown]\ndialect = "mdbook"\nbroken_links = "keep"\n[codes]\n${QUIET}`)));

/** Records what runs, by its number. */
async function watched(t) {
  const all = await reader(t);
  const ran = [];
  await all.context.exposeBinding("ran", (source, number) => ran.push(`${source.page.url()}: vector ${number} ran`));
  await all.context.route(/^\w+:\/\/evil\.example/u, (route) => route.abort());
  return { ...all, ran };
}

/** What on the page could run on a hover, a click or a submission. */
function loaded() {
  const faults = [];
  const schemes = ["http:", "https:", "mailto:", "tel:", "ftp:", "file:"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || ["style", "srcdoc", "formaction", "ping", "background", "is"].includes(name)) faults.push(`${element.localName}[${name}=${value}]`);
    }
    const address = element.href?.baseVal ?? element.href ?? element.action;
    if (typeof address === "string" && address && !schemes.includes(new URL(address, location.href).protocol)) faults.push(`${element.localName} leads to ${address}`);
  }
  const main = document.querySelector("main");
  for (const name of ["script", "iframe", "object", "embed", "base", "form", "style", "template", "meta", "[autoplay]", "svg :not(circle, clipPath, defs, desc, ellipse, g, line, linearGradient, marker, mask, path, pattern, polygon, polyline, radialGradient, rect, stop, svg, symbol, text, title, tspan, use)"]) {
    const found = main?.querySelector(`article ${name}, .cb-content ${name}`);
    if (found) faults.push(`${name} in the text: ${found.outerHTML.slice(0, 80)}`);
  }
  // Drawings refer to themselves only; films and sounds are files of the site.
  for (const part of main?.querySelectorAll("svg, svg *") ?? []) {
    for (const { name, value } of part.attributes) {
      const own = /^xmlns/u.test(name) || (/href$/u.test(name) ? value.startsWith("#") : !/url\((?!#)|:\/\/|\\/u.test(value));
      if (!own) faults.push(`${part.localName}[${name}=${value}] in a drawing`);
    }
  }
  for (const media of main?.querySelectorAll("video, audio, source, track") ?? []) {
    for (const address of [media.getAttribute("src"), media.getAttribute("poster")]) {
      if (address !== null && new URL(address, location.href).origin !== location.origin) faults.push(`${media.localName} plays ${address}`);
    }
  }
  if (document.currentScript !== null || typeof document.getElementById !== "function") faults.push("the document is clobbered");
  return faults;
}

for (const [name, make] of [["a book", site], ["a book with the manners of mdBook", guest]]) {
  test(`nothing of hostile content comes alive: ${name}`, async (t) => {
    const { page, complaints, ran } = await watched(t);
    const address = await serve(make());
    const faults = [];
    for (const path of pages(make())) {
      await page.goto(address + path.split("/").map(encodeURIComponent).join("/"));
      faults.push(...(await page.evaluate(loaded)).map((fault) => `${path}: ${fault}`));
    }
    // Where links are kept, images that are not in the site are requested, from its own host.
    none([...faults, ...ran, ...complaints.filter((complaint) => make === site || !/404|127\.0\.0\.1:\d+\/%5C|ERR_FAILED/u.test(complaint))]);
  });
}

test("what is searched for and what is found are text", async (t) => {
  const { page, complaints, ran } = await watched(t);
  const address = await serve(site());
  const asked = [VECTORS[0], VECTORS[20], VECTORS[120]].map(oneLine).concat([ "ran", "onerror", "constructor", "__proto__", "toString hasOwnProperty", "\"><script>"]);
  for (const query of asked) {
    await page.goto(`${address}search.html?q=${encodeURIComponent(query)}#<img src=x onerror=ran(9)>`);
    await page.waitForFunction(() => document.querySelector('[data-chapbook="search-status"]')?.textContent?.trim());
    none((await page.evaluate(loaded)).map((fault) => `${query}: ${fault}`));
  }
  await page.goto(address);
  await page.keyboard.press("/");
  await page.locator('[data-chapbook="search-input"]').fill("ran");
  await page.locator('[data-chapbook="search-result"]').first().waitFor();
  assert.ok((await page.locator('[data-chapbook="search-result"]').allTextContents()).some((text) => text.includes("<")), "a hostile title is shown as text");
  none([...ran, ...complaints]);
});

const STAGED = `# Trusted\n\n<script>ran(1)</script>\n\n<img src="x.png" onerror="ran(2)">\n\n<a id="go" href="javascript:ran(3)">go</a>\n
<iframe srcdoc="<script>parent.ran(4)</script>"></iframe>\n\n<script src="https://evil.example/x.js"></script>\n\n<object data="image.svg"></object>\n
<img src="https://evil.example/x.png">\n\n<form action="https://evil.example/"><button id="send">x</button></form>\n\n<base href="https://evil.example/">\n`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="ran(5)"><script>ran(6)</script><script href="own.js"/></svg>`;

test("the policy stops what slips through", async (t) => {
  const folder = book({
    "chapbook.toml": '[book]\ntitle = "T"\n[markdown]\nraw_html = "all"\n',
    "content/index.md": STAGED,
    "content/image.svg": SVG,
    "content/own.js": "ran(7)",
  });
  const { page, context, ran } = await watched(t);
  const asked = [];
  // The policy refuses these before they are requested.
  await context.route(/^\w+:\/\/evil\.example/u, (route) => (asked.push(route.request().url()), route.abort()));
  await page.goto(await serve(build(folder)));
  await page.locator("#go").click();
  await page.locator("#send").click({ noWaitAfter: true });
  await page.waitForTimeout(100);
  assert.ok(page.url().startsWith("http://127.0.0.1"), page.url());
  none([...ran, ...asked]);
});

test("an image that is opened by itself runs nothing in the preview", async (t) => {
  const { page, ran } = await watched(t);
  const { address } = await preview(t, {
    "chapbook.toml": '[book]\ntitle = "T"\n',
    "content/index.md": "# Home\n\n![x](image.svg)\n",
    "content/image.svg": SVG,
    "content/own.js": "ran(7)",
  });
  await page.goto(address);
  await page.goto(`${address}image.svg`);
  await page.waitForTimeout(100);
  none(ran);
});
