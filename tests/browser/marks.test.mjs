// Pages opened from search: the section in view, its words marked, and the bar that goes through them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { harbour, part } from "./search.mjs";
import { axe, fileUrl, none, reader, readerOffline } from "./stage.mjs";

/** The texts that are marked, in order. */
const marked = (page) => page.evaluate(() => [...(CSS.highlights.get("cb-found") ?? [])].map(String));
/** The current match, and whether it is on the screen. */
const here = (page) => page.evaluate(() => {
  const [range] = CSS.highlights.get("cb-here") ?? [];
  const box = range?.getBoundingClientRect();
  return { text: String(range ?? ""), seen: Boolean(box) && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight };
});

/** Opens a page of the book with words to mark. */
async function land(t, address, options) {
  const all = await readerOffline(t, harbour(), address.split(/[?#]/u)[0], options);
  await all.page.goto(`${fileUrl(harbour(), "")}/${address}`);
  return all;
}

test("the section is in view, its words are marked, and the address is clean", async (t) => {
  const { page, complaints } = await land(t, "tides.html?h=mooring+SPRING&a=b#spring-tide");
  await page.locator(part("clear-marks")).waitFor();
  assert.deepEqual(await marked(page), ["Spring", "spring", "mooring"]);
  assert.deepEqual(await here(page), { text: "Spring", seen: true });
  assert.equal(await page.evaluate(() => location.search + location.hash), "?a=b#spring-tide");
  assert.ok((await page.locator("#spring-tide").boundingBox()).y < 160, "the section is not at the top");
  none(complaints);
});

test("a word is found through emphasis, not through the end of a paragraph", async (t) => {
  const { page } = await land(t, "tides.html?h=tide+day.Spring");
  await page.locator(part("marks")).waitFor();
  assert.deepEqual([...new Set((await marked(page)).map((text) => text.toLowerCase()))], ["tide"]);
  assert.equal((await marked(page)).length, 5, "the title, the text, the heading, the word in two parts, and the tables");
});

test("next and previous walk around, and say where they are", async (t) => {
  const { page } = await land(t, "tides.html?h=mooring+twice");
  const place = page.locator(part("marks-place"));
  await place.getByText("1 / 2").waitFor();
  assert.equal((await here(page)).text, "twice");
  await page.locator(part("marks-next")).click();
  await place.getByText("2 / 2").waitFor();
  assert.deepEqual(await here(page), { text: "mooring", seen: true });
  assert.equal(await page.locator(part("marks-status")).textContent(), "Match 2 of 2");
  await page.locator(part("marks-next")).click();
  await place.getByText("1 / 2").waitFor();
  await page.locator(part("marks-previous")).click();
  assert.equal((await here(page)).text, "mooring");
});

for (const [word, what] of [["quadrature", "a folded box"], ["quadrangle", "a panel that is not shown"]]) {
  test(`${what} opens when a match is in it`, async (t) => {
    const { page } = await land(t, `tides.html?h=${word}#spring-tide`);
    await page.locator(part("marks")).waitFor();
    assert.deepEqual(await here(page), { text: word, seen: true });
    assert.equal(await page.evaluate(() => localStorage.getItem("chapbook:harbour:tabs")), null, "searching is not a choice of a tab");
  });
}

for (const how of ["its button", "Escape"]) {
  test(`${how} clears the marks`, async (t) => {
    const { page } = await land(t, "tides.html?h=tide");
    await page.locator(part("clear-marks")).waitFor();
    if (how === "Escape") {
      // What lies over the text comes first.
      await page.keyboard.press("/");
      await page.keyboard.press("Escape");
      assert.ok((await marked(page)).length > 0);
      await page.keyboard.press("Escape");
    } else await page.locator(part("clear-marks")).click();
    assert.deepEqual(await marked(page), []);
    assert.equal((await here(page)).text, "");
    assert.ok(await page.locator(part("marks")).isHidden());
  });
}

test("a page without words to mark has no bar", async (t) => {
  const { page } = await land(t, "tides.html");
  for (const address of ["", "?h=", "?h=zeppelin", "?x=tide"]) {
    await page.goto(`${fileUrl(harbour(), "tides.html")}${address}`);
    assert.ok(await page.locator(part("marks")).isHidden(), address);
  }
});

test("no words break anything", async (t) => {
  const { page, complaints } = await land(t, "lights.html");
  const hostile = ["(", "[a", "%5C", "%", "%FF", "$%7B1%7D", "%3Cimg%20src=x%20onerror=alert(1)%3E", "__proto__", "constructor", "x".repeat(3000), "%E2%80%AEedit", "a+b+c+".repeat(50)];
  for (const words of hostile) {
    await page.goto(`${fileUrl(harbour(), "lights.html")}?h=${words}`);
    assert.equal(await page.locator("main img").count(), 0);
  }
  none(complaints);
});

test("little words are marked where they stand alone", async (t) => {
  const { page } = await land(t, "ropes.html?h=a+is#mooring");
  await page.locator(part("marks")).waitFor();
  for (const text of await marked(page)) assert.match(text, /^(?:a|is)$/iu);
  assert.ok((await marked(page)).length < 8, "a letter is marked within words");
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing where search leads, ${colorScheme}`, async (t) => {
    const { page } = await reader(t, { colorScheme, viewport: { width: 390, height: 844 } });
    await page.goto(`${fileUrl(harbour(), "tides.html")}?h=tide#spring-tide`);
    await page.locator(part("marks")).waitFor();
    none(await axe(page));
    const [bar, button] = [await page.locator(part("marks")).boundingBox(), await page.locator(part("search-open")).first().boundingBox()];
    assert.ok(bar.x + bar.width <= button.x, "the search button covers the bar");
  });
}
