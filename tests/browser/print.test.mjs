// On paper: a sheet is one page of A4, nothing is lost, no theme reaches it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileUrl, guide, none, pages, readerOffline, sheets, temporary } from "./stage.mjs";

/** Prints the page and gives back the file. */
async function print(page) {
  const file = join(temporary(), "page.pdf");
  writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  return file;
}

function about(pdf) {
  const text = execFileSync("pdfinfo", [pdf], { encoding: "utf8" });
  const [, count] = text.match(/^Pages:\s+(\d+)$/mu);
  const [, width, height] = text.match(/^Page size:\s+([\d.]+) x ([\d.]+) pts/mu);
  return { count: Number(count), size: `${Math.round(width)}x${Math.round(height)}` };
}

const textOf = (pdf) => execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });

/** The boxes that paper shows, and how wide the smallest is, in millimetres. */
const boxes = (page) => page.locator("main input[type=checkbox]").evaluateAll((all) => {
  const shown = all.filter((box) => box.checkVisibility());
  return { count: shown.length, width: Math.min(...shown.map((box) => box.getBoundingClientRect().width)) / (96 / 25.4) };
});

test("every sheet is one page of A4 with a box for each item", async (t) => {
  const { page } = await readerOffline(t, guide(), "checklists.html", { colorScheme: "dark" });
  const entries = await page.locator("[data-item-ids]").evaluateAll((all) => all.map((entry) => [
    entry.dataset.listId, entry.dataset.itemIds.split(" ").filter(Boolean).length,
  ]));
  assert.equal(entries.length, sheets(guide()).length);
  const faults = [];
  for (const path of sheets(guide())) {
    await page.goto(fileUrl(guide(), path));
    const id = await page.locator('[data-chapbook="checklist"]').getAttribute("data-list-id");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const { count, width } = await boxes(page);
    await page.emulateMedia({ media: null, colorScheme: "dark" });
    const items = new Map(entries).get(id);
    if (count !== items) faults.push(`${path}: ${count} boxes for ${items} items`);
    if (width < 4) faults.push(`${path}: boxes of ${width.toFixed(1)} mm`);
    const pdf = await print(page);
    const { count: sides, size } = about(pdf);
    if (sides !== 1) faults.push(`${path}: ${sides} pages`);
    if (size !== "595x842") faults.push(`${path}: ${size} points`);
    const title = await page.locator("main h1").innerText();
    if (!packed(textOf(pdf)).includes(packed(title))) faults.push(`${path}: no title on paper`);
  }
  none(faults);
});

const packed = (text) => text.normalize("NFKC").replace(/\s+/gu, "");

test("a chapter on paper holds every block of its text, and no navigation", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  const faults = [];
  const chapters = pages(guide()).filter((path) => !path.includes("/") && !["404.html", "print.html", "checklists.html"].includes(path));
  for (const path of chapters) {
    await page.goto(fileUrl(guide(), path));
    const headings = await page.locator("main :is(h1, h2, h3):not(.cb-visually-hidden)").allInnerTexts();
    const pdf = await print(page);
    const text = packed(textOf(pdf));
    faults.push(...headings.filter((heading) => !text.includes(packed(heading))).map((heading) => `${path}: lost ${heading}`));
    await page.emulateMedia({ media: "print" });
    const shown = await page.locator('[data-chapbook="nav"], [data-chapbook="search-open"], [data-chapbook="reset"]').evaluateAll(
      (all) => all.filter((element) => element.checkVisibility()).length,
    );
    if (shown) faults.push(`${path}: ${shown} parts of the screen on paper`);
    await page.emulateMedia({ media: null });
    if (about(pdf).size !== "595x842") faults.push(`${path}: ${about(pdf).size} points`);
  }
  none(faults);
});

test("the whole book prints from one page", async (t) => {
  const { page } = await readerOffline(t, guide(), "print.html");
  const chapters = await page.locator("main article").count();
  const pdf = await print(page);
  assert.ok(about(pdf).count >= chapters, `${about(pdf).count} pages for ${chapters} chapters`);
  assert.equal(about(pdf).size, "595x842");
  const dead = await page.locator('main a[href^="#"]').evaluateAll((links) => links
    .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
    .filter((id) => id && !document.getElementById(id)));
  none(dead);
});

test("a dark theme does not reach paper", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html", { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const [ink, paper] = await page.evaluate(() => {
    const style = getComputedStyle(document.querySelector("main p"));
    return [style.color, getComputedStyle(document.body).backgroundColor];
  });
  assert.match(ink, /^rgb\((\d|[1-5]\d), /u, `ink is ${ink}`);
  assert.match(paper, /rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)/u, `paper is ${paper}`);
});
