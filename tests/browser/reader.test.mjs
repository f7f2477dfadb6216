// Reading: notes in place, terms, pictures, keys, the remembered position, the banner, prefetching, and layouts that do not
// shift, at any zoom and without styles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, book, build, fileUrl, guide, none, once, pages, reader, readerOffline, serve } from "./stage.mjs";

const DESKTOP = { width: 1280, height: 900 };
const WIDE = "M0 0h4000v1000H0z";
const long = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of the middle.\n`).join("\n");

const site = once(() => build(book({
  "chapbook.toml": '[book]\ntitle = "t"\nid = "t"\nglossary = "terms.md"\n\n[banner]\ntext = "Rules change"\nlink = "b.md"\n',
  "content/SUMMARY.md": "[Home](README.md)\n\n- [One](a.md)\n- [Two](b.md)\n- [Terms](terms.md)\n",
  "content/README.md": "# Home\n\nHello.\n",
  "content/a.md": `# One\n\nA planet has a plan. The plan `
    + `is \`plan\`.[^x] See [plan](terms.md#plan) and the [second](b.md).\n\n## Plan\n\n![A wide thing](wide.svg "Wide")\n\n${long}\n## Last\n\nEnd.\n\n[^x]: The *first* note.\n`,
  "content/b.md": "# Two\n\nShort. A plan, too.\n",
  "content/terms.md": "# Terms\n\nPlan\n: What is agreed. And more.\n",
  "content/wide.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="1000"><path d="${WIDE}"/></svg>`,
})));

test("a footnote is shown in place and closes with Esc", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "a.html", { viewport: DESKTOP });
  const [link, card] = [page.locator(".cb-fnref a"), page.locator(".cb-note")];
  await link.focus();
  await page.keyboard.press("Enter");
  assert.equal((await card.locator('[data-part="text"]').innerText()).trim(), "The first note.");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "cb-note");
  none(complaints);
  none(await axe(page));
  await page.keyboard.press("Escape");
  assert.ok(!(await card.isVisible()));
  assert.equal(await page.evaluate(() => document.activeElement?.parentElement?.className), "cb-fnref");
  await link.click();
  await link.click();
  assert.ok(!(await card.isVisible()), "the second click closes it");
});

test("without scripts a footnote is a link", async (t) => {
  const { page } = await readerOffline(t, site(), "a.html", { javaScriptEnabled: false });
  await page.locator(".cb-fnref a").click();
  assert.match(page.url(), /#fn-x$/u);
});

test("a term is marked where it is first used, and says what it means", async (t) => {
  const { page } = await readerOffline(t, site(), "a.html", { viewport: DESKTOP });
  assert.deepEqual(await page.locator(".cb-term").allInnerTexts(), ["plan"]);
  assert.match(await page.locator("main p").first().innerText(), /^A planet has a plan\. The plan is plan\./u);
  for (const link of [page.locator(".cb-term"), page.locator('main a[href="terms.html#plan"]:not(.cb-term)')]) {
    await page.mouse.move(5, 500);
    await page.locator(".cb-note").waitFor({ state: "hidden" });
    await link.hover();
    await page.locator(".cb-note").waitFor();
    assert.equal((await page.locator('.cb-note [data-part="text"]').innerText()).trim(), "What is agreed.");
  }
  await page.locator(".cb-term").click();
  await page.locator(".cb-note a").click();
  assert.match(page.url(), /terms\.html#plan$/u);
  assert.equal(await page.locator(".cb-term").count(), 0, "the glossary does not explain itself");
});

test("terms may contain any characters", async (t) => {
  const bars = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\nid = "t"\nlanguage = "en"\nglossary = "terms.md"\n',
    "content/README.md": "# Home\n\nAlways write x || y for either, a and b apart, and a|b for a pattern.\n",
    "content/terms.md": "# Terms\n\n\\|\\|\n: The sign for or.\n\na\\|b\n: One of two.\n",
  }));
  const { page, complaints } = await readerOffline(t, bars, "index.html");
  assert.deepEqual(await page.locator(".cb-term").allInnerTexts(), ["||", "a|b"]);
  none(complaints);
});

test("a picture is enlarged and closed", async (t) => {
  const { page } = await readerOffline(t, site(), "a.html", { viewport: DESKTOP });
  const button = page.getByRole("button", { name: "Enlarge image: A wide thing" });
  const before = await button.locator("img").boundingBox();
  await button.focus();
  await page.keyboard.press("Enter");
  const large = await page.locator(".cb-zoomed img").boundingBox();
  assert.ok(large.width > before.width * 1.3, `${before.width} -> ${large.width}`);
  none(await axe(page));
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator(".cb-zoomed").isVisible()));
});

test("a picture that can be enlarged keeps its side, its width and its middle, on paper too", async (t) => {
  const placed = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\nid = "t"\n',
    "content/README.md": "# Home\n\n![c](wide.svg \"Caption\"){width=40% align=center}\n\n![l](wide.svg){width=40% align=left} Next to it.\n\n"
      + "<img src=\"wide.svg\" width=\"40%\" align=\"right\" alt=\"r\"> Next to it.\n",
    "content/wide.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="1000"><path d="${WIDE}"/></svg>`,
  }));
  const { page, complaints } = await readerOffline(t, placed, "index.html", { viewport: DESKTOP });
  await page.locator(".cb-zoom").nth(2).scrollIntoViewIfNeeded();
  for (const media of ["screen", "print"]) {
    await page.emulateMedia({ media });
    assert.deepEqual(await page.evaluate(() => {
      const main = document.querySelector("main h1").getBoundingClientRect();
      return [...document.querySelectorAll(".cb-zoom img")].map((picture) => {
        const box = picture.getBoundingClientRect();
        return [box.left - main.left, box.width, main.right - box.right].map((part) => Math.round(100 * part / main.width));
      });
    }), [[30, 40, 30], [0, 40, 60], [60, 40, 0]], media);
    const [image, text] = await page.evaluate(() => {
      const range = new Range();
      range.selectNode(document.querySelector("main p").lastChild);
      return [document.querySelector("main p img"), range].map((found) => found.getBoundingClientRect().top);
    });
    assert.ok(text - image < 30, `${media}: the text is next to the picture`);
  }
  none(complaints);
});

test("keys turn the page and are listed; single ones can be switched off", async (t) => {
  const { page } = await readerOffline(t, site(), "a.html", { viewport: DESKTOP });
  await page.keyboard.press("Shift+ArrowRight");
  await page.waitForURL(/b\.html$/u);
  await page.keyboard.press("Shift+ArrowLeft");
  await page.waitForURL(/a\.html$/u);
  await page.keyboard.press("?");
  none(await axe(page));
  await page.getByLabel("Enable the single-key shortcuts / and ?").uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  for (const key of ["?", "/"]) await page.keyboard.press(key);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.keyboard.press("Control+k");
  assert.equal(await page.locator(".cb-search[open]").count(), 1);
});

test("the home page offers the section where the reader stopped, and says what is read", async (t) => {
  const { page } = await readerOffline(t, site(), "index.html", { viewport: DESKTOP });
  const offer = page.locator('[data-chapbook="resume"]');
  assert.ok(!(await offer.isVisible()));
  await page.goto(fileUrl(site(), "b.html"));
  await page.goto(fileUrl(site(), "a.html"));
  await page.locator("#last").scrollIntoViewIfNeeded();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(() => localStorage.getItem("chapbook:t:place")?.includes("#last"));
  await page.goto(fileUrl(site(), "index.html"));
  assert.equal(await offer.locator("a").innerText(), "Chapter 1 One · Last");
  assert.match(await offer.locator("a").getAttribute("href"), /a\.html#last$/u);
  assert.match(await page.locator(".cb-home__read").innerText(), /2 of 4 pages read/u);
  assert.equal(await shifts(page), 0);
  assert.deepEqual(await page.locator(".cb-home__share").allInnerTexts(), ["read", "read"]);
  await page.getByRole("button", { name: "Forget" }).click();
  await page.reload();
  assert.ok(!(await offer.isVisible()));
});

test("what is read is known again when the addresses of pages have another form", async (t) => {
  const { page } = await readerOffline(t, site(), "index.html", { viewport: DESKTOP });
  const read = { "a/": 1, "a.html": 0.2, "b/index.html": 0.5, "b.html": 1, "index.html": 1 };
  await page.evaluate((value) => localStorage.setItem("chapbook:t:read", JSON.stringify(value)), read);
  await page.reload();
  assert.deepEqual(await page.locator(".cb-home__share").allInnerTexts(), ["read", "read"]);
  assert.match(await page.locator(".cb-home__read").innerText(), /3 of 4 pages read/u);
});

test("a banner that was closed stays closed, and nothing moves", async (t) => {
  const { page } = await readerOffline(t, site(), "a.html", { viewport: DESKTOP });
  const banner = page.locator(".cb-banner");
  assert.equal((await banner.innerText()).trim(), "Rules change");
  await banner.getByRole("button").click();
  assert.ok(!(await banner.isVisible()));
  await page.goto(fileUrl(site(), "b.html"));
  assert.ok(!(await banner.isVisible()));
  assert.equal(await shifts(page), 0);
});

/** The layout shift of the page since it was loaded. */
function shifts(page) {
  return page.evaluate(() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 100);
  }));
}

test("pages of the guide do not move while they load", async (t) => {
  const { page } = await reader(t, { viewport: { width: 390, height: 800 } });
  const address = await serve(guide());
  const moved = [];
  for (const path of ["index.html", "know.html", "checklists.html", "search.html"]) {
    await page.goto(`${address}${path}`, { waitUntil: "load" });
    const sum = await shifts(page);
    if (sum > 0.001) moved.push(`${path}: ${sum}`);
  }
  none(moved);
});

test("a page is prefetched when the pointer is on its link, from a server only", async (t) => {
  for (const [address, ahead] of [[await serve(site()), true], [fileUrl(site(), ""), false]]) {
    const { page, context, complaints } = await reader(t, { viewport: DESKTOP });
    const client = await context.newCDPSession(page);
    const fetched = [];
    await client.send("Preload.enable");
    client.on("Preload.prefetchStatusUpdated", (event) => fetched.push(`${event.prefetchUrl} ${event.status}`));
    await page.goto(`${address}${address.endsWith("/") ? "" : "/"}a.html`, { waitUntil: "load" });
    await page.locator('main a[href="b.html"]').hover();
    await page.waitForTimeout(700);
    assert.equal(fetched.some((seen) => /b\.html/u.test(seen)), ahead, fetched.join("\n"));
    none(complaints);
  }
});

test("at 400 % zoom nothing is cut off and nothing scrolls aside", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html", { viewport: { width: 320, height: 256 } });
  const wide = [];
  for (const path of pages(guide()).filter((path) => !path.startsWith("checklists/"))) {
    await page.goto(fileUrl(guide(), path));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) wide.push(`${path}: ${width} px`);
  }
  none(wide);
});

test("without styles a page reads in order", async (t) => {
  const { page } = await reader(t);
  await page.route(/\.css$/u, (route) => route.abort());
  const address = await serve(guide());
  await page.goto(`${address}know.html`);
  const order = await page.evaluate(() => {
    const shown = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
    return [".cb-skip", "header a", ".cb-nav a", ".cb-crumbs a", "main h1", "main p", ".cb-pager a"].map((selector) => shown(selector)?.getBoundingClientRect().top ?? -1);
  });
  assert.ok(order.every((top) => top >= 0), order.join(" "));
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.equal(await page.locator("dialog:visible, [popover]:visible, [data-chapbook=terms]:visible").count(), 0);
});
