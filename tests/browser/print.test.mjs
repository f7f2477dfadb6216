// Printing: the print menu, ticks and texts as chosen, paper sizes, large print, nothing of the interface, and no
// broken blocks. In Chromium and in Firefox, from disk.

import assert from "node:assert/strict";
import { test } from "node:test";
import { marks } from "./counting.mjs";
import { firefoxOffline } from "./firefox.mjs";
import { dots, keep, packed, sides, textOf, white } from "./paper.mjs";
import { book, build, fileUrl, guide, none, once, pages, readerOffline } from "./stage.mjs";

const BOOK = {
  "chapbook.toml": '[book]\ntitle = "Moving"\nid = "moving"\nrevised = "2026-01-31"\nurl = "https://example.org/moving/"\n',
  "content/README.md": `# Moving

## Before

<!-- checklist: id=before do=read when="the week before" who="all of us" -->
- [ ] Pack the first box
- [ ] Pack the second box, number ____ <!-- #second -->
- [x] Tell the landlord
<!-- pause: breathe -->
- [ ] Switch the power off

## After

<!-- checklist: id=after -->
- [ ] Switch the power on
`,
  "content/long.md": `# Long

${Array.from({ length: 12 }, (_, part) => `## Part ${part + 1}

Words about the part.

${Array.from({ length: 8 }, (_, item) => `- [ ] Item ${part + 1}.${item + 1} says what is to be done in so many words that one line of a small page does not hold them all
`).join("")}`).join("\n")}`,
};

const site = once(() => build(book(BOOK)));

/** One interface for both browsers. */
const BROWSERS = {
  chromium: async (t, path, options = {}) => {
    const { page, complaints } = await readerOffline(t, site(), path, options);
    return {
      complaints,
      evaluate: (work, ...values) => page.evaluate(([text, all]) => (0, Function)(`return (${text})`)()(...all), [String(work), values]),
      reload: () => page.reload(),
      print: async (background = false) => keep(await page.pdf({ preferCSSPageSize: true, printBackground: background })),
    };
  },
  firefox: async (t, path) => {
    const { page, complaints } = await firefoxOffline(t, site(), path);
    return { complaints, evaluate: (...all) => page.evaluate(...all), reload: () => page.reload(), print: async (background = false) => keep(await page.pdf({ background })) };
  },
};

/** Sets what is printed without the menu. */
const set = (/** @type {Record<string, string>} */ choice) => Object.assign(document.documentElement.dataset, choice);

/** Chooses it in the menu, without the browser's own dialog. */
function choose(/** @type {Record<string, string>} */ choice) {
  window.print = () => {};
  document.querySelector('[data-chapbook="print"]').click();
  const menu = document.querySelector('[data-chapbook="print-dialog"]');
  for (const [group, value] of Object.entries({ paper: "A4", ...choice })) {
    const input = menu.querySelector(`[name="${group}"][value="${value}"]`);
    if (!input.checked) input.click();
  }
  menu.querySelector('[value="print"]').click();
  return new Promise((done) => setTimeout(done, 50));
}

/** Ticks the first item, leaves the second half done, and writes on its blank. */
function work() {
  const [first, second] = document.querySelectorAll(".cb-item");
  first.querySelector("input[type=checkbox]").click();
  const select = second.querySelector(".cb-state select");
  select.value = "doing";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  const field = second.querySelector(".cb-field");
  field.value = "17b";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const boxesOf = (file, size) => dots(file).flatMap((side) => marks(side, size).boxes);
const mm = (file) => [...new Set(sides(file).map(({ size }) => size))];

for (const [name, open] of Object.entries(BROWSERS)) {
  test(`${name}: empty, as filled in, and unfinished`, async (t) => {
    const { evaluate, print } = await open(t, "index.html");
    await evaluate(work);
    for (const theme of ["dark", "light"]) {
      for (const background of [false, true]) {
        const where = `${theme}, backgrounds ${background}`;
        await evaluate(set, { theme, print: "blank" });
        const empty = await print(background);
        // The third was ticked by the author; the others are white.
        assert.deepEqual(boxesOf(empty).map((box) => box.white >= 0.95), [true, true, false, true, true], where);
        assert.ok(!textOf(empty).includes("17b"), "a typed value on an empty sheet");
        await evaluate(set, { theme, print: "mine" });
        const mine = await print(background);
        assert.deepEqual(boxesOf(mine).map((box) => box.white >= 0.95), [false, false, false, true, true], where);
        assert.ok(boxesOf(mine)[0].white < 0.85, "a tick that can be overlooked");
        assert.match(textOf(mine), /number17b/u);
        assert.ok(dots(mine).every((side) => white(side) > 0.9), where);
      }
    }
    await evaluate(set, { print: "unfinished" });
    const unfinished = await print();
    assert.equal(boxesOf(unfinished).length, 3);
    assert.ok(!textOf(unfinished).includes("firstbox") && !textOf(unfinished).includes("landlord"));
    assert.match(textOf(unfinished), /breathe.*Switchthepoweroff/u);
  });

  test(`${name}: every size of paper, and large print`, async (t) => {
    const { evaluate, print } = await open(t, "checklists/before.html");
    for (const [paper, size] of [["A4", "210x297"], ["letter", "216x279"], ["A5", "148x210"]]) {
      await evaluate(choose, { paper });
      assert.deepEqual(sides(await print()).map((side) => side.size), [size]);
    }
    await evaluate(choose, { paper: "A4", large: "16" });
    const large = await print();
    assert.deepEqual(sides(large).map((side) => side.size), ["210x297"]);
    assert.equal(boxesOf(large, 6.5).length, 4);
    const text = textOf(large);
    for (const part of ["Moving", "Before", "theweekbefore", "allofus", "2026-01-31", "https://example.org/moving/checklists/before.html"]) {
      assert.ok(text.includes(packed(part)), `${part} is not on the sheet`);
    }
  });

  test(`${name}: no item is torn apart and no heading left behind`, async (t) => {
    const { evaluate, print } = await open(t, "long.html");
    const items = (await evaluate(() => [...document.querySelectorAll(".cb-item__label")].map((label) => label.textContent))).map(packed);
    const headings = (await evaluate(() => [...document.querySelectorAll("main h2")].map((heading) => heading.textContent))).map(packed);
    assert.equal(items.length, 96);
    for (const choice of [{ paper: "A4" }, { paper: "A5" }, { paper: "A5", large: "16" }]) {
      await evaluate(choose, choice);
      const texts = sides(await print()).map((side) => packed(side.text).replace(/\d+\/\d+$/u, ""));
      assert.ok(texts.length > 3);
      none(items.filter((item) => !texts.some((text) => text.includes(item))).map((item) => `${JSON.stringify(choice)}: torn: ${item}`));
      none(texts.filter((text) => headings.some((heading) => text.endsWith(heading))).map((text) => `stranded: ${text.slice(-20)}`));
    }
  });

  test(`${name}: the menu prints, remembers, and sends other pages to print`, async (t) => {
    const { evaluate, reload, complaints } = await open(t, "index.html");
    const chosen = await evaluate(() => {
      const root = document.documentElement;
      const calls = [];
      window.print = () => calls.push({ ...root.dataset });
      document.querySelector('[data-chapbook="print"]').click();
      const menu = document.querySelector('[data-chapbook="print-dialog"]');
      const pick = (group, value) => menu.querySelector(`[name="${group}"][value="${value}"]`).click();
      const whats = [...menu.querySelectorAll('[name="what"]')].filter((input) => input.checkVisibility()).map((input) => input.value);
      const lists = [...menu.querySelectorAll("option")].map((option) => option.textContent);
      pick("print", "blank");
      pick("paper", "A5");
      pick("large", "16");
      menu.querySelector('[value="print"]').click();
      return new Promise((done) => menu.addEventListener("close", () => setTimeout(() => done({ whats, lists, calls, open: menu.open }), 0)));
    });
    assert.deepEqual(chosen.whats, ["", "list", "checklists/all.html", "print.html"]);
    assert.deepEqual(chosen.lists, ["Before", "After"]);
    assert.equal(chosen.open, false);
    assert.deepEqual(chosen.calls.map(({ print, paper, large }) => [print, paper, large]), [["blank", "A5", "16"]]);
    await reload();
    assert.deepEqual(await evaluate(() => [document.documentElement.dataset.print, document.documentElement.dataset.paper, document.documentElement.dataset.large]), ["blank", "A5", "16"]);
    const cancelled = await evaluate(() => {
      let calls = 0;
      window.print = () => (calls += 1);
      document.querySelector('[data-chapbook="print"]').click();
      const menu = document.querySelector('[data-chapbook="print-dialog"]');
      menu.querySelector('[value="cancel"]').click();
      return new Promise((done) => menu.addEventListener("close", () => setTimeout(() => done(calls), 0)));
    });
    assert.equal(cancelled, 0);
    none(complaints);
  });
}

test("a page that is sent to print does so once, and takes nothing unknown from its address", async (t) => {
  const { page, context } = await readerOffline(t, site(), "index.html");
  await context.addInitScript(() => {
    window.printed = 0;
    window.print = () => (window.printed += 1);
  });
  await page.goto(`${fileUrl(site(), "checklists/after.html")}?print=unfinished&paper=letter&large=%22%3E`);
  await page.waitForFunction(() => window.printed === 1);
  assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset })).then(({ print, paper, large }) => [print, paper, large]), ["unfinished", "letter", undefined]);
  assert.ok(!page.url().includes("?"), page.url());
  await page.reload();
  assert.equal(await page.evaluate(() => window.printed), 0);
  await page.goto(`${fileUrl(site(), "checklists/after.html")}?print=javascript:x`);
  assert.deepEqual(await page.evaluate(() => [window.printed, document.documentElement.dataset.print]), [0, "mine"]);
});

test("the menu sends one list to its sheet, with the choice in the address", async (t) => {
  const { page, context } = await readerOffline(t, site(), "index.html");
  await context.addInitScript(() => { window.print = () => { document.title = "printed"; }; });
  await page.reload();
  await page.locator('[data-chapbook="print"]').click();
  const menu = page.locator('[data-chapbook="print-dialog"]');
  await menu.getByText("One list on this page").click();
  await menu.locator("select").selectOption("After");
  await menu.getByText("Letter").click();
  await menu.locator('[value="print"]').click();
  await page.waitForFunction(() => document.title === "printed");
  assert.match(page.url(), /checklists\/after\.html$/u);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.paper), "letter");
});

test("without scripts paper is empty boxes on the book's paper", async (t) => {
  const { page } = await readerOffline(t, site(), "index.html", { javaScriptEnabled: false });
  const file = keep(await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  assert.deepEqual(mm(file), ["210x297"]);
  assert.equal(boxesOf(file).length, 5);
  assert.equal((await page.locator('[data-chapbook="print-dialog"]').isVisible()), false);
});

test("a chapter on paper holds every heading, and no navigation", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  const faults = [];
  const chapters = pages(guide()).filter((path) => !path.includes("/") && !["404.html", "print.html", "checklists.html"].includes(path));
  for (const path of chapters) {
    await page.goto(fileUrl(guide(), path));
    const headings = await page.locator("main :is(h1, h2, h3):not(.cb-visually-hidden, .cb-targets *)").allInnerTexts();
    const file = keep(await page.pdf({ preferCSSPageSize: true, printBackground: false }));
    const text = textOf(file);
    faults.push(...headings.filter((heading) => !text.includes(packed(heading))).map((heading) => `${path}: lost ${heading}`));
    await page.emulateMedia({ media: "print" });
    const shown = await page.locator('[data-chapbook="nav"], [data-chapbook="search-open"], [data-chapbook="reset"], button:not(.cb-zoom), dialog, select, .cb-field').evaluateAll(
      (all) => all.filter((element) => element.checkVisibility()).length,
    );
    if (shown) faults.push(`${path}: ${shown} parts of the screen on paper`);
    await page.emulateMedia({ media: null });
    if (sides(file)[0].size !== "210x297") faults.push(`${path}: ${sides(file)[0].size}`);
  }
  none(faults);
});

test("the whole book prints from one page", async (t) => {
  const { page } = await readerOffline(t, guide(), "print.html");
  const chapters = await page.locator("main article").count();
  const all = sides(keep(await page.pdf({ preferCSSPageSize: true, printBackground: false })));
  assert.ok(all.length >= chapters, `${all.length} pages for ${chapters} chapters`);
  assert.equal(all[0].size, "210x297");
  const dead = await page.locator('main a[href^="#"]').evaluateAll((links) => links
    .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
    .filter((id) => id && !document.getElementById(id)));
  none(dead);
});

test("films and sounds are their captions on paper", async (t) => {
  const films = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\nid = "t"\n',
    "content/README.md": "# Home\n\n![A knot](a.mp4)\n\n![A bell](a.mp3)\n",
    "content/a.mp4": "x",
    "content/a.mp3": "x",
  }));
  const { page } = await readerOffline(t, films, "print.html");
  await page.emulateMedia({ media: "print" });
  const seen = await page.locator("main figure > *").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent));
  assert.deepEqual(seen, ["A knot", "A bell"]);
});
