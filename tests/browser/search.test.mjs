// Search as a reader finds it: from disk, with the network cut.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { book, build, guide, none, readerOffline } from "./stage.mjs";

const INPUT = '[data-chapbook="search-input"]';
const RESULT = 'a[data-chapbook="search-result"]';

/** Opens the dialog with `/` and asks. */
async function ask(page, query) {
  await page.keyboard.press("/");
  await page.locator(INPUT).waitFor({ state: "visible" });
  await page.locator(INPUT).fill(query);
  await page.locator(RESULT).first().waitFor();
}

/** Where the result that Enter would open leads. */
const chosen = (page) => page.evaluate((input) => {
  const id = document.querySelector(input).getAttribute("aria-activedescendant");
  return document.getElementById(id)?.closest("a")?.href ?? document.getElementById(id)?.querySelector("a")?.href;
}, INPUT);

const withoutMarks = (address) => address.replace(/\?h=[^#]*/u, "");

for (const word of ["逾期", "证据"]) {
  test(`「${word}」 is found in pages and in sections`, async (t) => {
    const { page, complaints } = await readerOffline(t, guide(), "index.html");
    await ask(page, word);
    const links = await page.locator(RESULT).evaluateAll((all) => all.map((link) => link.href));
    assert.ok(links.length > 2, `${links.length} results`);
    assert.ok(links.some((link) => link.includes("#")), "no section among the results");
    for (const link of links) {
      const url = new URL(link);
      assert.equal(url.protocol, "file:");
      const file = fileURLToPath(url.origin === "null" ? `file://${url.pathname}` : url);
      assert.ok(existsSync(file), `${link} leads nowhere`);
      assert.ok(readFileSync(file, "utf8").includes(word), `${file} does not hold ${word}`);
    }
    await page.goto(links.find((link) => link.includes("#")));
    const target = await page.evaluate(() => document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null);
    assert.ok(target, "the section is not on its page");
    none(complaints);
  });
}

test("the script API gives results in order, best first", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  const results = await page.evaluate(async () => [...(await window.chapbook.search("证据"))]);
  assert.ok(results.length > 1);
  for (const result of results) {
    for (const key of ["url", "title", "snippet"]) assert.equal(typeof result[key], "string", key);
    assert.ok(Array.isArray(result.trail));
    assert.equal(typeof result.score, "number");
  }
  assert.ok(results[0].title.includes("证据"), `${results[0].title} came before a heading with the word`);
});

test("a word of JavaScript's own is an ordinary word", async (t) => {
  const { page, complaints } = await readerOffline(t, guide(), "index.html");
  for (const query of ["constructor", "__proto__", "toString", "%", "\\", "(", "<b>", "", " ", "a".repeat(5000)]) {
    const count = await page.evaluate(async (text) => (await window.chapbook.search(text)).length, query);
    assert.equal(typeof count, "number", query.slice(0, 20));
  }
  none(complaints);
});

test("the keyboard is enough", async (t) => {
  const { page, complaints } = await readerOffline(t, guide(), "index.html");
  await ask(page, "逾期");
  const first = await chosen(page);
  await page.keyboard.press("ArrowDown");
  const second = await chosen(page);
  assert.ok(first && second && first !== second, `${first} ${second}`);
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(page), first);
  await page.keyboard.press("Escape");
  await page.locator(INPUT).waitFor({ state: "hidden" });
  await page.keyboard.press("Control+k");
  await page.locator(RESULT).first().waitFor();
  await page.keyboard.press("ArrowDown");
  const wanted = await chosen(page);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => withoutMarks(url.href) === withoutMarks(wanted));
  none(complaints);
});

test("a slash in a field is a slash", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  await page.keyboard.press("/");
  await page.locator(INPUT).waitFor({ state: "visible" });
  await page.keyboard.type("1/2");
  assert.equal(await page.locator(INPUT).inputValue(), "1/2");
});

test("Enter that ends a composition opens nothing", async (t) => {
  const { page, context } = await readerOffline(t, guide(), "index.html");
  await ask(page, "证据");
  const before = page.url();
  await page.evaluate((input) => {
    document.querySelector(input).addEventListener("keydown", (event) => { window.composed = event.isComposing; }, { once: true });
  }, INPUT);
  const session = await context.newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "yuqi", selectionStart: 4, selectionEnd: 4 });
  // 229 is what browsers report for a key that the input method takes.
  await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
  assert.equal(await page.evaluate(() => window.composed), true, "the browser did not compose");
  await session.send("Input.insertText", { text: "逾期" });
  await page.evaluate((input) => {
    const field = document.querySelector(input);
    field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    const enter = { key: "Enter", isComposing: true, bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
    field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "" }));
  }, INPUT);
  await page.evaluate(() => new Promise((later) => setTimeout(later, 100)));
  assert.equal(page.url(), before);
  assert.ok(await page.locator(INPUT).isVisible());
  assert.match(await page.locator(INPUT).inputValue(), /逾期/u);
});

test("a hostile title stays text", async (t) => {
  const hostile = '<img src=x onerror="window.alive=1"> needle </script><script>window.alive=1</script>';
  const site = build(book({
    "chapbook.toml": `[book]\ntitle = ${JSON.stringify(hostile)}\n`,
    "content/README.md": `---\ntitle: ${JSON.stringify(hostile)}\n---\n\n# \`${hostile}\`\n\n## \`${hostile}\`\n\n\`${hostile}\` \`<b>needle</b>\`\n`,
    "content/a.md": `# \`__proto__ needle\`\n\n## \`constructor\`\n\nneedle &lt;svg onload=alert(1)>\n`,
  }));
  const { page, complaints } = await readerOffline(t, site, "index.html");
  await ask(page, "needle");
  const results = page.locator('[data-chapbook="search-results"]');
  assert.ok((await page.locator(RESULT).allInnerTexts()).some((text) => text.includes("onerror=")), "the title is not shown");
  assert.equal(await results.locator("img, script, svg, b").count(), 0);
  assert.equal(await page.evaluate(() => window.alive), undefined);
  await page.locator(RESULT).first().click();
  await page.waitForLoadState();
  assert.equal(await page.evaluate(() => window.alive), undefined);
  none(complaints);
});
