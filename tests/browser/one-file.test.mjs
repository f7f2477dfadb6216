// The book as one file: opened from disk without a network, in both browsers; and as one long page without scripts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { firefoxOffline } from "./firefox.mjs";
import { axe, binary, fileUrl, none, once, reader, readerOffline, repository, temporary } from "./stage.mjs";

/** The folder of the shipped guide as one file. */
const folder = once(() => {
  const made = temporary();
  execFileSync(binary, ["export", "file", repository, "-o", join(made, "book.html"), "--no-cache", "--quiet"]);
  return made;
});

/** How many links are followed: all of them only in a long run. */
const FOLLOWED = process.env.CHAPBOOK_LONG ? Infinity : 60;

/** Follows links of the file and reports each whose target is not shown, or not in the only leaf that is shown. */
async function crawl(most) {
  const all = [...new Set([...document.querySelectorAll('main a[href^="#"], nav a[href^="#"]')].map((link) => link.getAttribute("href")))];
  const step = Math.max(1, all.length / most);
  const faults = [];
  for (let at = 0; at < all.length; at += step) {
    const href = all[Math.floor(at)];
    if (location.hash === href) continue;
    location.hash = href.slice(1);
    await new Promise((done) => addEventListener("hashchange", () => setTimeout(done), { once: true }));
    const place = document.getElementById(decodeURIComponent(href.slice(1)));
    const shown = [...document.querySelectorAll(".cb-leaf:not([hidden])")];
    const leaf = place?.closest(".cb-leaf");
    const top = place?.getBoundingClientRect().top ?? -1;
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 5;
    if (!place || (leaf && (shown.length !== 1 || shown[0] !== leaf))) faults.push(`${href} shows ${shown.map(({ id }) => id)}`);
    else if (leaf && !(place.checkVisibility() && (atEnd || (top > -5 && top < innerHeight)))) faults.push(`${href} is out of sight: ${top}`);
  }
  return { count: all.length, faults };
}

test("every link of the one file lands on its section, with nothing asked for", async (t) => {
  const { page, complaints } = await readerOffline(t, folder(), "book.html");
  t.diagnostic(`${await page.evaluate(() => Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime))} ms to the first text`);
  const { count, faults } = await page.evaluate(crawl, FOLLOWED);
  assert.ok(count > 800, `${count} links`);
  none([...faults, ...complaints]);
});

test("search, ticks and the way back work in one file", async (t) => {
  const { page, complaints } = await readerOffline(t, folder(), "book.html");
  await page.keyboard.press("/");
  await page.keyboard.type("宽限期");
  await page.locator('a[data-chapbook="search-result"]').first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#offer.html") && !document.querySelector('[data-chapbook="marks"]').hidden);
  assert.ok(await page.evaluate(() => CSS.highlights.get("cb-found").size) > 0, "what was found is marked");
  assert.match(await page.title(), /提出方案/u);
  await page.goBack();
  await page.waitForFunction(() => !document.getElementById("index.html").hidden);
  await page.evaluate(() => (location.hash = "#prepare.html"));
  const box = page.locator('#prepare\\.html input[data-item-id]').first();
  await box.check();
  await page.reload();
  assert.equal(await page.evaluate(() => document.querySelector(".cb-leaf:not([hidden])").id), "prepare.html");
  assert.ok(await box.isChecked(), "the tick is kept");
  const list = await page.locator('#prepare\\.html [data-chapbook="checklist"]').first().getAttribute("data-list-id");
  assert.ok(await page.evaluate((id) => document.querySelector(`[data-sheet][id="checklists/${id}.html"] input`).checked, list), "on its sheet too");
  none(complaints);
});

test("the print menu of one file prints this page, a list, all sheets and the book", async (t) => {
  const { page, complaints } = await readerOffline(t, folder(), "book.html");
  await page.evaluate(() => (location.hash = "#prepare.html"));
  const seen = async (what) => page.evaluate(async (value) => {
    const leaves = () => [...document.querySelectorAll(".cb-leaf:not([hidden])")].map(({ id }) => id);
    let found;
    window.print = () => {
      dispatchEvent(new Event("beforeprint"));
      found = { leaves: leaves(), sheets: [...document.querySelectorAll(".cb-leaf:not([hidden]) [data-sheet]:not([hidden])")].length, kind: document.body.className };
      dispatchEvent(new Event("afterprint"));
    };
    document.querySelector('#prepare\\.html [data-chapbook="print"]').click();
    const menu = document.querySelector('[data-chapbook="print-dialog"]');
    const choice = [...menu.querySelectorAll('input[name="what"]')].find((input) => input.value === value);
    choice.click();
    menu.querySelector('button[value="print"]').click();
    await new Promise((done) => setTimeout(done, 50));
    return { ...found, after: leaves(), lists: menu.querySelector("select").options.length };
  }, what);
  const own = await seen("");
  assert.deepEqual([own.leaves, own.after], [["prepare.html"], ["prepare.html"]]);
  const list = await seen("list");
  assert.deepEqual([list.leaves, list.sheets, list.after], [["checklists/all.html"], 1, ["prepare.html"]]);
  assert.ok(list.kind.includes("cb-body--sheet") && list.lists > 0 && list.lists < 8, `${list.lists} lists of this page`);
  const all = await seen("#checklists/all.html");
  assert.ok(all.sheets > 30, `${all.sheets} sheets`);
  const book = await seen("#print.html");
  assert.ok(book.leaves.length > 10 && book.leaves[0] === "print.html" && !book.leaves.includes("checklists.html"), String(book.leaves));
  assert.deepEqual(book.after, ["prepare.html"]);
  none(complaints);
});

test("without scripts the one file is one long page", async (t) => {
  const { page } = await reader(t, { javaScriptEnabled: false });
  await page.goto(fileUrl(folder(), "book.html"));
  for (const id of ["index.html", "offer.html", "disclaimer.html"]) {
    const box = await page.locator(`[id="${id}"]`).boundingBox();
    assert.ok(box && box.height > 300, `${id} is ${box?.height} px high`);
  }
  await page.locator('main a[href^="#help.html%23"]').first().click();
  assert.ok((await page.evaluate(() => scrollY).catch(() => 1)) !== 0);
});

test("one file has no barriers", { skip: !process.env.CHAPBOOK_LONG }, async (t) => {
  const { page } = await readerOffline(t, folder(), "book.html");
  await page.evaluate(() => (location.hash = "#prepare.html"));
  none(await axe(page));
});

test("Firefox reads one file: no requests, search, ticks, links", async (t) => {
  const { page, complaints } = await firefoxOffline(t, folder(), "book.html");
  const titles = await page.evaluate(async () => (await window.chapbook.search("逾期")).map(({ title }) => title));
  assert.ok(titles.length > 2, String(titles));
  await page.evaluate(() => (location.hash = "#prepare.html"));
  await page.until(() => !document.getElementById("prepare.html").hasAttribute("hidden"));
  await page.click("#prepare\\.html input[data-item-id]");
  await page.until(() => document.querySelector("#prepare\\.html input[data-item-id]").checked);
  await page.reload();
  assert.ok(await page.until(() => document.querySelector("#prepare\\.html input[data-item-id]").checked), "the tick is kept");
  const { faults } = await page.evaluate(crawl, FOLLOWED / 3);
  none([...faults, ...complaints]);
});
