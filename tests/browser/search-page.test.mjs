// The results page as a link, as a form and without scripts; the page for addresses that do not exist.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { INPUT, RESULT, STATUS, harbour, recordQueries, part } from "./search.mjs";
import { axe, book, build, fileUrl, guide, none, reader, readerOffline, serve } from "./stage.mjs";

/** The results page of a book on disk, without a network. */
async function results(t, site, asked, options) {
  const all = await readerOffline(t, site, "search.html", options);
  await all.page.goto(`${fileUrl(site, "search.html")}${asked}`);
  return all;
}

const links = (page) => page.locator(RESULT).evaluateAll((all) => all.map((link) => link.getAttribute("href")));

test("a link to results shows those of the dialog", async (t) => {
  const { page, complaints } = await results(t, guide(), `?q=${encodeURIComponent("逾期")}`);
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.locator(INPUT).inputValue(), "逾期");
  assert.match(await page.title(), /^逾期 · /u);
  const onPage = await links(page);
  await page.goto(fileUrl(guide(), "index.html"));
  await page.keyboard.press("/");
  await page.locator(INPUT).fill("逾期");
  await page.locator(RESULT).first().waitFor();
  const inDialog = await links(page);
  assert.deepEqual(onPage.slice(0, inDialog.length), inDialog);
  none(complaints);
});

test("the address follows what is typed, and the way back is right", async (t) => {
  const { page } = await results(t, harbour(), "");
  assert.ok(await page.locator(".cb-sections").isVisible(), "who asks for nothing sees all sections");
  await page.locator(INPUT).fill("tide & time");
  await page.waitForFunction(() => location.search === "?q=tide+%26+time");
  await page.locator(INPUT).fill("mooring");
  await page.locator(RESULT).first().waitFor();
  await page.waitForFunction(() => location.search === "?q=mooring");
  assert.ok(await page.locator(".cb-sections").isHidden());
  await page.locator(RESULT).first().click();
  await page.waitForURL(/ropes\.html/u);
  await page.goBack();
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.locator(INPUT).inputValue(), "mooring");
  await page.goForward();
  await page.waitForURL(/ropes\.html/u);
});

test("the form is a form: Enter asks, on the page and by way of its address", async (t) => {
  const { page } = await results(t, harbour(), "");
  await page.locator(INPUT).fill("light");
  await page.keyboard.press("Enter");
  await page.locator(RESULT).first().waitFor();
  const form = page.locator(part("search-form"));
  assert.equal(new URL(await form.evaluate((element) => element.action)).pathname, new URL(page.url()).pathname);
  assert.equal(await form.evaluate((element) => element.method), "get");
  // As a browser submits it before the scripts have run.
  await page.evaluate((name) => HTMLFormElement.prototype.submit.call(document.querySelector(name)), part("search-form"));
  await page.waitForURL(/search\.html\?q=light/u);
  await page.locator(RESULT).first().waitFor();
});

test("a slash and Ctrl-K lead to the field of the page", async (t) => {
  const { page } = await results(t, harbour(), "");
  for (const keys of ["/", "Control+k"]) {
    await page.locator("main").focus();
    await page.keyboard.press(keys);
    assert.ok(await page.locator(INPUT).evaluate((field) => field === document.activeElement), keys);
  }
  assert.equal(await page.locator(INPUT).inputValue(), "");
});

test("filters are in the address, by name", async (t) => {
  const { page } = await reader(t);
  await recordQueries(page);
  await page.goto(`${fileUrl(harbour(), "search.html")}?q=tide&part=Afloat`);
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.evaluate(() => window.asked.at(-1).part), 1);
  await page.locator(part("search-part")).selectOption("Ashore");
  await page.waitForFunction(() => location.search === "?q=tide&part=Ashore");
  await page.locator(part("search-checklists")).check();
  await page.waitForFunction(() => location.search === "?q=tide&part=Ashore&checklists=1");
  await page.goto(`${fileUrl(harbour(), "search.html")}?q=tide&part=Gone`);
  await page.waitForFunction(() => location.search === "?q=tide", undefined, { timeout: 5000 });
});

test("more pages come when they are asked for", async (t) => {
  const { page } = await results(t, harbour(), "");
  await page.evaluate(() => {
    const many = async (query, { pages }) => Array.from({ length: pages }, (_, at) => ({ url: `p${at}.html`, title: `P${at}`, page: `P${at}`, trail: [], snippet: "", score: 1, marks: [], places: { title: [], snippet: [] } }));
    window.chapbook.search = Object.assign(many, window.chapbook.search);
  });
  await page.locator(INPUT).fill("p");
  await page.locator(part("search-more")).click();
  await page.waitForFunction((result) => document.querySelectorAll(result).length === 60, RESULT);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "P30", "the reader goes on where the list went on");
});

test("no address breaks the page", async (t) => {
  const { page, complaints } = await results(t, harbour(), "");
  for (const asked of ["%3Cimg%20src=x%20onerror=alert(1)%3E", "__proto__", "constructor", "%", "%FF%FE", "%ED%A0%80", "%E2%80%AEedit", "x".repeat(4000), "tide&part=__proto__&checklists=maybe", "&q=&q="]) {
    await page.goto(`${fileUrl(harbour(), "search.html")}?q=${asked}`);
    if (asked[0] !== "&") await page.waitForFunction((status) => document.querySelector(status).textContent !== "", STATUS);
  }
  assert.equal(await page.locator("main img").count(), 0);
  none(complaints);
});

test("hostile titles stay text, whatever way they read", async (t) => {
  const hostile = '<img src=x onerror="window.alive=1">';
  const site = build(book({
    "chapbook.toml": `[book]\ntitle = ${JSON.stringify(hostile)}\n`,
    "content/README.md": `# \`${hostile}\`\n\n## \`needle ${hostile}\`\n\n## needle \u202egnp.exe\n\nneedle\n`,
  }));
  const { page, complaints } = await results(t, site, "?q=needle");
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  assert.equal(await page.evaluate(() => window.alive), undefined);
  const turned = page.locator(RESULT).filter({ hasText: "gnp.exe" }).locator("span").first();
  assert.equal(await turned.evaluate((span) => getComputedStyle(span).unicodeBidi), "isolate");
  none(complaints);
});

test("a file named like a scheme is a file", async (t) => {
  const site = build(book({ "chapbook.toml": "", "content/README.md": "# Home\n", "content/javascript:alert(1).md": "# Needle\n\nA needle.\n\n## Eye\n\nThe needle's eye.\n" }));
  const { page, complaints } = await results(t, site, "?q=needle");
  await page.locator(RESULT).first().waitFor();
  const all = await page.locator("main a, nav a").evaluateAll((links) => links.map((link) => link.protocol));
  assert.deepEqual([...new Set(all)], ["file:"]);
  none(complaints);
});

test("without scripts it lists every section, and names the browser's own find", async (t) => {
  const { page } = await results(t, guide(), `?q=${encodeURIComponent("逾期")}`, { javaScriptEnabled: false });
  const { sections } = JSON.parse(readFileSync(join(guide(), "search-index.json"), "utf8"));
  const listed = new Set(await page.locator(".cb-sections a").evaluateAll((all) => all.map((link) => link.getAttribute("href"))));
  const lost = sections.map(({ url }) => url).filter((url) => !listed.has(url) && !listed.has(url.split("#")[0]));
  none(lost);
  assert.ok(listed.size > 50);
  assert.ok(await page.locator(".cb-sections").isVisible(), "the list waits for a script");
  assert.ok(await page.getByText("Ctrl+F").isVisible());
  assert.ok(await page.locator(INPUT).isHidden(), "a field that answers nothing");
  await page.goto(fileUrl(guide(), "know.html"));
  await page.locator('header a[href="search.html"]').click();
  assert.match(page.url(), /search\.html$/u);
});

test("search engines find it once, and browsers how to search the book", async (t) => {
  const { page } = await reader(t);
  const address = await serve(harbour());
  await page.goto(`${address}search.html`);
  assert.equal(await page.locator('meta[name="robots"]').count(), 0);
  // For the scripts, all results belong to one page.
  assert.equal(await page.locator('link[rel="canonical"]').getAttribute("href"), "https://example.org/harbour/search.html");
  assert.match(await page.locator('meta[name="description"]').getAttribute("content"), /Harbour/u);
  assert.ok(!readFileSync(join(harbour(), "sitemap.xml"), "utf8").includes("search.html"));
  const href = await page.locator('link[rel="search"]').evaluate((link) => link.href);
  const described = await page.evaluate((xml) => {
    const parsed = new DOMParser().parseFromString(xml, "application/xml");
    return [parsed.querySelector("ShortName").textContent, parsed.querySelector('Url[type="text/html"]').getAttribute("template")];
  }, readFileSync(join(harbour(), new URL(href).pathname), "utf8"));
  assert.deepEqual(described, ["Harbour", "https://example.org/harbour/search.html?q={searchTerms}"]);
});

test("an address that leads nowhere is searched for", async (t) => {
  const { page, complaints } = await reader(t);
  const site = build(book({ "chapbook.toml": "", "content/README.md": "# Home\n", "content/knots.md": "# Bowline knot\n\nA knot.\n\n## Use\n\nIt holds.\n\n## Care\n\nKeep it dry.\n" }));
  const address = await serve(site);
  // As hosts do: the page for missing addresses, at the missing address.
  await page.route("**/old/**", (route) => route.fulfill({ path: join(site, "404.html"), contentType: "text/html" }));
  await page.goto(`${address}old/bowline-knot.html`);
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.locator(INPUT).inputValue(), "bowline knot");
  assert.equal(await page.locator(RESULT).first().getAttribute("href").then((href) => href.split("?")[0]), "/knots.html");
  assert.equal(new URL(page.url()).pathname, "/old/bowline-knot.html", "the address stays as the reader typed it");
  await page.locator(INPUT).fill("knot");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\.html\?q=knot/u);
  await page.locator(RESULT).first().waitFor();
  none(complaints);
});

for (const [colorScheme, width] of [["light", 1280], ["dark", 390]]) {
  test(`axe finds nothing on the results page, ${colorScheme}`, async (t) => {
    const { page } = await reader(t, { colorScheme, viewport: { width, height: 844 } });
    await recordQueries(page);
    for (const asked of ["?q=tide", "?q=tied", "?q=qqqqzzzz&part=Afloat"]) {
      await page.goto(`${fileUrl(harbour(), "search.html")}${asked}`);
      await page.waitForFunction((status) => document.querySelector(status).textContent !== "", STATUS);
      none(await axe(page));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the screen");
    }
  });
}
