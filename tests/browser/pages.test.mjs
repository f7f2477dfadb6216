// Every page of the guide: without errors, complete without scripts, accessible, never wider than a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, fileUrl, guide, LONG, none, pages, reader, readerOffline, serve } from "./stage.mjs";

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

test("no page complains or asks elsewhere, from a server", async (t) => {
  const { page, complaints } = await reader(t);
  const address = await serve(guide());
  // 404.html uses addresses from the root of the host, which this server has.
  for (const path of pages(guide())) await page.goto(`${address}${encodeURI(path)}`, { waitUntil: "load" });
  none(complaints);
});

test("no page complains or asks elsewhere, from disk", async (t) => {
  const { page, complaints } = await readerOffline(t, guide(), "index.html");
  const onDisk = pages(guide()).filter((path) => path !== "404.html");
  for (const path of onDisk) await page.goto(fileUrl(guide(), path), { waitUntil: "load" });
  none(complaints);
});

for (const [scheme, viewport] of [["light", PHONE], ["dark", DESKTOP], ...(LONG ? [["light", DESKTOP], ["dark", PHONE]] : [])]) {
  test(`axe finds nothing, ${scheme}, ${viewport.width} px`, async (t) => {
    const { page } = await reader(t, { colorScheme: scheme, viewport });
    const address = await serve(guide());
    const found = [];
    for (const path of pages(guide())) {
      await page.goto(`${address}${encodeURI(path)}`);
      found.push(...(await axe(page)).map((violation) => `${path}: ${violation}`));
    }
    await page.goto(address);
    await page.keyboard.press("/");
    await page.locator('[data-chapbook="search-input"]').fill("逾期");
    await page.locator('[data-chapbook="search-result"]').first().waitFor();
    found.push(...(await axe(page)).map((violation) => `search: ${violation}`));
    none(found);
  });
}

test("no page is wider than a phone", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html", { viewport: PHONE });
  const wide = [];
  for (const path of pages(guide())) {
    await page.goto(fileUrl(guide(), path));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > PHONE.width) wide.push(`${path}: ${width} px`);
  }
  none(wide);
});

test("with scripts off the text is whole and links lead on", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html", { javaScriptEnabled: false, viewport: DESKTOP });
  const lost = [];
  for (const path of pages(guide())) {
    await page.goto(fileUrl(guide(), path));
    const onScreen = await page.evaluate(unseen);
    await page.emulateMedia({ media: "print" });
    // What is made for paper need not be on the screen.
    const onPaper = new Set(await page.evaluate(unseen));
    await page.emulateMedia({ media: null });
    lost.push(...onScreen.filter((text) => onPaper.has(text)).map((text) => `${path}: ${text}`));
  }
  none(lost);
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    await page.goto(fileUrl(guide(), "index.html"));
    const link = page.locator('[data-chapbook="nav"] a[href$=".html"]:not([aria-current])').first();
    // On a phone the contents are a step away.
    if (!(await link.isVisible())) await page.locator('header a[href="#cb-nav"]').click();
    const wanted = new URL(await link.getAttribute("href"), page.url()).href;
    await link.click();
    assert.equal(page.url(), wanted);
    assert.ok((await page.locator("main h1").innerText()).length > 0);
  }
});

/** Texts of `main` that are not visible, except folded ones and those for scripts only. */
function unseen() {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const [seen, hidden] = [new Set(), new Set()];
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    const waits = parent.closest("details:not([open]) > :not(summary), [hidden], .cb-js-only, template, annotation");
    if (!waits) (parent.checkVisibility() ? seen : hidden).add(texts.currentNode.data.trim());
  }
  // Texts that occur twice need be visible once.
  return [...hidden].filter((text) => !seen.has(text));
}

test("a page can be read by keyboard from its first key", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html", { viewport: DESKTOP });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const inMain = await page.evaluate(() => document.activeElement?.id === "cb-main" || location.hash === "#cb-main");
  assert.ok(inMain, "the first stop is not the way past the navigation");
});
