// The guide on paper: each list on a sheet, each form and log complete on a page, the telephone numbers on one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { firefoxOffline } from "./firefox.mjs";
import { keep, packed, sides } from "./paper.mjs";
import { fileUrl, guide, pages, readerOffline, sheets } from "./stage.mjs";

const LISTS = [
  "C0", "C1", "C2a", "C2b", "C2c", "C3a", "C3b", "C3b2", "C3c", "C3d", "C4a", "C4b", "C4c", "C5a", "C5b", "C5c", "C5d",
  "C6a", "C6b", "C7a", "C7b", "C7c", "C7d", "C7e", "C8a", "C8b",
];
const FORMS = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11"];
const LOGS = ["L1", "L2", "L3"];

const A4 = "210x297";
const A4_WIDE = "297x210";

/** Prints what the reader sees and returns the printed pages: the size and text of each. */
async function print(page) {
  const all = sides(keep(await page.pdf({ preferCSSPageSize: true, printBackground: false })));
  return all.map((side) => ({ ...side, text: packed(side.text) }));
}

const wordsOf = async (place) => (await place.allInnerTexts()).map(packed).filter(Boolean);

test("each of the 26 lists is one side of A4 with the words of each item", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  assert.deepEqual(sheets(guide()).sort(), LISTS.map((id) => `checklists/${id}.html`).sort());
  const faults = [];
  for (const id of LISTS) {
    await page.goto(fileUrl(guide(), `checklists/${id}.html`));
    const items = await wordsOf(page.locator("main .cb-item__label"));
    const printed = await print(page);
    if (items.length < 5) faults.push(`${id}: ${items.length} items`);
    if (printed.length !== 1 || printed[0].size !== A4) faults.push(`${id}: ${printed.map((side) => side.size)}`);
    faults.push(...items.filter((item) => !printed[0].text.includes(item)).map((item) => `${id}: lost ${item}`));
  }
  assert.deepEqual(faults, []);
});

test("all lists, forms and logs print at once, each on one side, in both browsers", async (t) => {
  const { page } = await readerOffline(t, guide(), "checklists/all.html");
  const titles = await wordsOf(page.locator("main .cb-sheet__title"));
  assert.equal(titles.length, LISTS.length + FORMS.length + LOGS.length);
  const fox = await firefoxOffline(t, guide(), "checklists/all.html");
  const chromium = await print(page);
  // Firefox draws Han characters as shapes without text, so its pages are only counted.
  assert.deepEqual(titles.filter((title, at) => !chromium[at]?.text.includes(title)), []);
  for (const [name, printed] of [["chromium", chromium], ["firefox", await print(fox.page)]]) {
    assert.equal(printed.length, titles.length, name);
    assert.equal(printed.filter((side) => side.size === A4_WIDE).length, LOGS.length, name);
    assert.equal(printed.filter((side) => side.size === A4).length, LISTS.length + FORMS.length, name);
  }
});

test("telephone numbers and days stand on one side of A4", async (t) => {
  const { page } = await readerOffline(t, guide(), "hotlines.html");
  const cells = await wordsOf(page.locator("main td:first-child"));
  const printed = await print(page);
  assert.deepEqual(printed.map((side) => side.size), [A4]);
  assert.ok(cells.length >= 19, `${cells.length} rows`);
  assert.deepEqual(cells.filter((cell) => !printed[0].text.includes(cell)), []);
});

/** Where every table of a kind is printed: its id, its pages, and whether all of it is on the first. */
async function tables(t, kind) {
  const { page } = await readerOffline(t, guide(), "index.html");
  const found = [];
  for (const path of pages(guide()).filter((name) => !name.includes("/") && name !== "print.html")) {
    await page.goto(fileUrl(guide(), path));
    const there = page.locator(`main table.${kind}`);
    const count = await there.count();
    if (!count) continue;
    const printed = await print(page);
    for (let at = 0; at < count; at += 1) {
      const id = await there.nth(at).getAttribute("id");
      const title = packed(await page.locator(`main h3[id^="${id.toLowerCase()}-"]`).innerText());
      const heads = await wordsOf(there.nth(at).locator("th"));
      const rows = await wordsOf(there.nth(at).locator("tbody tr > :first-child"));
      const holds = printed.filter(({ text }) => text.includes(title) && [...heads, ...rows].every((words) => text.includes(words)));
      found.push({ id, holds: holds.map((side) => side.size) });
    }
  }
  return found;
}

const byId = (ids, sizes) => Object.fromEntries(ids.map((id) => [id, sizes]));
const found = (all) => Object.fromEntries(all.map(({ id, holds }) => [id, holds]));

test("every form stands whole on one side, with its title", async (t) => {
  assert.deepEqual(found(await tables(t, "cb-form")), byId(FORMS, [A4]));
});

test("every log stands whole on one wide side, with its title and ten lines", async (t) => {
  assert.deepEqual(found(await tables(t, "cb-log")), byId(LOGS, [A4_WIDE]));
  const { page } = await readerOffline(t, guide(), "talk.html");
  for (const [id, path] of [["L1", "talk.html"], ["L2", "prepare.html"], ["L3", "follow.html"]]) {
    await page.goto(fileUrl(guide(), path));
    assert.equal(await page.locator(`#${id} tbody tr`).count(), 10, id);
    const printed = await print(page);
    assert.equal(printed.filter((side) => side.size === A4_WIDE).length, 1, `${id}: wide sides`);
  }
});
