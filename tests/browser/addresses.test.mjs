// Addresses that are not pages of the site: old ones, which lead on with all that they say, and unknown ones, whose page is
// whole wherever the site is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { book, build, fileUrl, none, once, preview, reader, serve } from "./stage.mjs";

const CHAPTERS = {
  "content/index.md": "---\naliases: [start]\n---\n# Home\n\n[in](deep/new.md)\n",
  "content/deep/new.md": "---\naliases: [old/page.html, 旧 页]\n---\n# New\n\n## Two\n\nText.\n\n## Three\n",
};
const REDIRECTS = '"fixed.html" = "deep/new.md#three"\n"deep/new.html#gone" = "deep/new.md#two"\n"away.html" = "https://example.org/a?b=c"\n"home/" = "index.md"\n';
const config = (output = "", url = "") => `[book]\ntitle = "T"\n${url}[output]\n${output}[redirects]\n${REDIRECTS}`;
const site = once(() => build(book({ "chapbook.toml": config(), ...CHAPTERS })));
const clean = once(() => build(book({ "chapbook.toml": config("clean_urls = true\n").replace("deep/new.html#gone", "deep/new/#gone"), ...CHAPTERS })));

/** Where an address leads, from the site's root. */
async function leadsTo(page, root, address) {
  const gone = page.waitForURL((url) => !url.href.startsWith(root + address.split(/[?#]/u)[0]) || /new/u.test(url.href), { waitUntil: "commit" }).catch(() => {});
  await page.goto(root + address);
  await gone;
  await page.waitForTimeout(100);
  return page.url().replace(root, "");
}

const LEADS = [
  ["old/page.html", "deep/new.html"],
  ["old/page.html#two", "deep/new.html#two"],
  ["old/page.html?q=1", "deep/new.html?q=1"],
  ["old/page.html?q=1&r=%ff#two", "deep/new.html?q=1&r=%ff#two"],
  ["%E6%97%A7%20%E9%A1%B5.html#two", "deep/new.html#two"],
  ["fixed.html", "deep/new.html#three"],
  ["fixed.html?q=1#two", "deep/new.html?q=1#three"],
  ["deep/new.html?q=1#gone", "deep/new.html?q=1#two"],
  ["start.html#~ticks", "index.html#~ticks"],
  ["home/?q=%22%3E#%3Cimg%20src=x%3E", "index.html?q=%22%3E#%3Cimg%20src=x%3E"],
];

test("an old address leads on with its place and its query", async (t) => {
  const { page, complaints } = await reader(t);
  const root = await serve(site(), "/base/");
  for (const [address, expected] of LEADS) assert.equal(await leadsTo(page, root, address), expected, address);
  none(complaints);
});

test("old addresses lead on under clean URLs and from disk", async (t) => {
  const { page, complaints } = await reader(t);
  assert.equal(await leadsTo(page, await serve(clean(), "/b/"), "old/page.html?q=1#two"), "deep/new/?q=1#two");
  await page.goto(`${fileUrl(site(), "old/page.html")}?q=1#two`);
  await page.waitForURL(/new\.html/u);
  assert.equal(page.url(), `${fileUrl(site(), "deep/new.html")}?q=1#two`);
  none(complaints);
});

test("an old address leads on without scripts", async (t) => {
  const { page } = await reader(t, { javaScriptEnabled: false });
  const root = await serve(site(), "/base/");
  assert.equal(await leadsTo(page, root, "old/page.html"), "deep/new.html");
});

/** What the page for an unknown address shows: whether it is dressed, its scripts run, and where it leads. */
function missing() {
  const back = [...document.querySelectorAll("main a, .cb-header a")].map((link) => link.href);
  const dressed = getComputedStyle(document.querySelector(".cb-skip")).position === "absolute";
  return { dressed, back: [...new Set(back)], search: typeof window.chapbook.search };
}

const UNKNOWN = ["nowhere", "nowhere.html", "a/b/nowhere.html", "a/b/c/"];
for (const [name, base, make] of [
  ["its URL is known", "/repo/", () => build(book({ "chapbook.toml": config("", 'url = "https://example.org/repo/"\n'), ...CHAPTERS }))],
  ["it says nothing of its place, in a folder", "/repo/", site],
  ["it says nothing of its place, in a deeper folder", "/a/b/", site],
  ["it says nothing of its place, at the root", "/", site],
]) {
  test(`the page for unknown addresses is whole and leads back: ${name}`, async (t) => {
    const { page } = await reader(t);
    const root = await serve(make(), base);
    for (const address of UNKNOWN) {
      await page.goto(root + address);
      await page.waitForFunction(() => window.chapbook?.search);
      const { dressed, back, search } = await page.evaluate(missing);
      assert.ok(dressed, address);
      assert.equal(search, "function");
      assert.ok(back.includes(`${root}index.html`), `${address}: ${back}`);
      none(back.filter((href) => !href.startsWith(root) && !href.includes("#")));
      await page.keyboard.press("/");
      await page.locator('[data-chapbook="search-input"]').fill("text");
      await page.locator('[data-chapbook="search-result"]').first().waitFor();
      assert.ok((await page.locator('[data-chapbook="search-result"]').first().getAttribute("href")).startsWith(new URL(root).pathname), address);
    }
  });
}

test("the preview is at the root of its host, whatever the book's URL is", async (t) => {
  const { page } = await reader(t);
  const { address } = await preview(t, { "chapbook.toml": config('base = "/other/"\n', 'url = "https://example.org/repo/"\n'), ...CHAPTERS });
  await page.goto(`${address}a/nowhere`);
  const { dressed, back } = await page.evaluate(missing);
  assert.ok(dressed);
  none(back.filter((href) => !href.startsWith(address) || href.includes("repo")));
});
