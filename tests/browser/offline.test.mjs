// A saved site: read without a network, updated as a whole, and deleted; ticks stay throughout.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { binary, book, none, pages, preview, reader, serve, temporary } from "./stage.mjs";

const FILES = {
  "chapbook.toml": '[book]\ntitle = "Kept"\nid = "kept"\nlanguage = "en"\nrevised = "2026-01-31"\n\n[output]\noffline = true\n',
  "content/README.md": "# Start\n\nEdition one. ![dot](dot.png)\n",
  "content/a.md": "# Packing\n\nEdition one.\n\n- [ ] boots <!-- #boots -->\n- [ ] 收集证据 <!-- #rope -->\n",
  "content/b.md": "# Weather\n\nEdition one.\n",
};

/** A published book that can be published again at the same address. */
async function published() {
  const folder = book(FILES);
  writeFileSync(join(folder, "content/dot.png"), Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"));
  const site = join(temporary(), "site");
  const publish = () => execFileSync(binary, ["build", folder, "--out", site, "--no-cache", "--quiet"]);
  publish();
  /** Publishes the book with words changed in all its files. */
  const change = (from, to) => {
    for (const path of ["chapbook.toml", "content/README.md", "content/a.md", "content/b.md"]) {
      writeFileSync(join(folder, path), readFileSync(join(folder, path), "utf8").replaceAll(from, to));
    }
    publish();
  };
  return { site, address: await serve(site), change };
}

async function keep(page, address) {
  await page.goto(address);
  const button = page.locator('[data-chapbook="offline-keep"]');
  await button.waitFor();
  assert.match(await button.innerText(), /\(\d[\d.]* [kM]B\)/u, "the size is said before");
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, "nothing is saved without a request");
  await button.click();
  await page.locator('[data-chapbook="offline-drop"]').waitFor();
}

test("a site that is kept is read, searched and ticked without a network", async (t) => {
  const { site, address } = await published();
  const { page, context, complaints } = await reader(t);
  await keep(page, address);
  await context.setOffline(true);
  for (const path of pages(site).filter((path) => path !== "404.html")) {
    await page.goto(address + path);
    assert.ok(await page.evaluate(() => getComputedStyle(document.body).fontFamily.length > 20), `${path} has its styles`);
    await page.evaluate(() => Promise.all([...document.images].map((image) => ((image.loading = "eager"), image.decode()))));
  }
  await page.goto(`${address}a.html`);
  assert.deepEqual(await page.evaluate(async () => (await window.chapbook.search("收集")).map(({ title }) => title)), ["Packing"]);
  await page.locator('input[data-item-id="boots"]').check();
  await page.goto(`${address}nowhere.html`);
  assert.match(await page.locator("h1").innerText(), /not found/u);
  await page.goto(address);
  await page.locator('[data-chapbook="offline-drop"]').click();
  await page.locator('[data-chapbook="offline-keep"]').waitFor();
  const left = await page.evaluate(async () => [(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length]);
  assert.deepEqual(left, [0, 0], "what is kept can be dropped");
  none(complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource/u.test(text)));
});

test("a new edition is announced, and then all of it is new; ticks are kept", async (t) => {
  const { address, change } = await published();
  const { page, context } = await reader(t);
  await keep(page, address);
  await page.goto(`${address}a.html`);
  await page.locator('input[data-item-id="boots"]').check();
  change("Edition one", "Edition two");
  assert.ok(await page.locator('[data-chapbook="offline-news"]').isHidden());
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.locator('[data-chapbook="offline-news"] button').click();
  await page.waitForFunction(() => document.querySelector("main")?.innerText.includes("Edition two"));
  await context.setOffline(true);
  for (const path of ["index.html", "a.html", "b.html"]) {
    await page.goto(address + path);
    assert.match(await page.locator("main").innerText(), /Edition two/u, path);
  }
  await page.goto(`${address}a.html`);
  assert.ok(await page.locator('input[data-item-id="boots"]').isChecked(), "the tick is kept");
  assert.equal((await page.evaluate(() => caches.keys())).length, 1, "one edition is kept");
});

test("a page that was kept has all it needs from the same edition", async (t) => {
  const { address, change } = await published();
  const { page, context } = await reader(t);
  await keep(page, address);
  await context.setOffline(true);
  await page.goto(`${address}b.html`);
  change("Edition one", "Edition two");
  await context.setOffline(false);
  const found = (words) => page.evaluate(async (asked) => (await window.chapbook.search(asked)).length, words);
  assert.deepEqual([await found("one") > 0, await found("two")], [true, 0], "the index is of the page's own edition");
  await page.goto(`${address}b.html`);
  assert.match(await page.locator("main").innerText(), /Edition two/u, "pages come from the network first");
});

test("a site that can no longer be saved removes its worker, and keeps ticks", async (t) => {
  const { address, change } = await published();
  const { page } = await reader(t);
  await keep(page, address);
  await page.goto(`${address}a.html`);
  await page.locator('input[data-item-id="boots"]').check();
  change("offline = true", "offline = false");
  await page.goto(address);
  await page.waitForFunction(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update().catch(() => {});
    return (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0;
  });
  await page.goto(`${address}a.html`);
  assert.ok(await page.locator('input[data-item-id="boots"]').isChecked());
});

test("the preview saves nothing and removes what was saved at its address", async (t) => {
  const { address } = await preview(t, { ...FILES, "content/README.md": "# Start\n" });
  const { page } = await reader(t);
  await page.goto(address);
  assert.equal(await page.locator('[data-chapbook="offline-keep"]').count(), 0);
  const script = await (await page.request.get(`${address}sw.js`)).text();
  assert.match(script, /unregister/u);
});
