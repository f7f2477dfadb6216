// Search in Firefox, from disk without a network: the engine in its worker, with a whole index and with shards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { firefoxOffline } from "./firefox.mjs";
import { book, build, guide, none } from "./stage.mjs";

test("Firefox finds sections of the guide from disk, and lands on them", async (t) => {
  const { page, complaints } = await firefoxOffline(t, guide(), "index.html");
  for (const query of ["逾期", "yuqi", "違規催收"]) {
    const titles = await page.evaluate(async (asked) => (await window.chapbook.search(asked)).map(({ title }) => title), query);
    assert.ok(titles.length > 2, `${query}: ${titles}`);
  }
  assert.equal(await page.evaluate(() => typeof window.chapbook.engine), "undefined", "the engine runs in a worker");
  await page.press("/");
  await page.type("宽限期");
  for (let tries = 0; tries < 50 && !(await page.evaluate(() => document.querySelector('a[data-chapbook="search-result"]'))); tries += 1) {
    await new Promise((done) => setTimeout(done, 100));
  }
  const href = await page.evaluate(() => document.querySelector('a[data-chapbook="search-result"]').href);
  assert.match(href, /offer\.html\?h=.*#/u);
  none(complaints);
});

test("Firefox searches a large book shard by shard from disk", async (t) => {
  const sections = Array.from({ length: 4000 }, (_, at) => `## Ballast ${at}\n\n${"zirconium ".repeat(5)}\n`).join("\n");
  const site = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\n',
    "content/README.md": "# Start\n\n## 证据\n\n先收集证据。\n",
    "content/ballast.md": `# Ballast\n\n${sections}`,
  }));
  const { page, complaints } = await firefoxOffline(t, site, "index.html");
  assert.deepEqual(await page.evaluate(async () => (await window.chapbook.search("收集证据")).map(({ title }) => title)), ["证据"]);
  assert.deepEqual(await page.evaluate(async () => (await window.chapbook.search("zhengju")).map(({ title }) => title)), ["证据"]);
  none(complaints);
});
