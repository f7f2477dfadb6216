// Search in the dialog, from disk without a network.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { INPUT, RESULT, STATUS, ask, chosen, harbour, recordQueries, part, store, withoutMarks } from "./search.mjs";
import { axe, book, build, fileUrl, guide, none, reader, readerOffline, serve } from "./stage.mjs";

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
  // 229 is the code of a key that the input method handles.
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
  await page.locator(part("marks")).waitFor();
  assert.equal(await page.evaluate(() => window.alive), undefined);
  none(complaints);
});

test("Home, End and the page keys move when the text in the field leaves them free", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html");
  await ask(page, "tide");
  const first = await chosen(page);
  await page.keyboard.press("End");
  assert.match(await chosen(page), /search\.html\?q=tide$/u, "End leads to all results");
  await page.keyboard.press("ArrowDown");
  assert.equal(await chosen(page), first, "after the last comes the first");
  await page.keyboard.press("PageDown");
  assert.notEqual(new URL(await chosen(page)).pathname, new URL(first).pathname);
  await page.keyboard.press("PageUp");
  assert.equal(await chosen(page), first);
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  assert.match(await chosen(page), /search\.html/u, "the first Home is the field's own");
  await page.keyboard.press("Home");
  assert.equal(await chosen(page), first);
});

test("Ctrl+Enter opens a new tab, and the dialog stays", async (t) => {
  const { page, context } = await readerOffline(t, harbour(), "index.html");
  await ask(page, "mooring");
  const [opened] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("Control+Enter")]);
  await opened.waitForURL(/ropes\.html/u);
  assert.ok(await page.locator(INPUT).isVisible());
});

test("Enter opens the answer to what is in the field, not to what was", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html");
  await ask(page, "tide");
  await page.evaluate(() => {
    const real = window.chapbook.search;
    const late = async (...asked) => (await new Promise((soon) => (window.answer = soon)), real(...asked));
    window.chapbook.search = Object.assign(late, real);
  });
  await page.locator(INPUT).fill("mooring");
  await page.keyboard.press("Enter");
  await page.evaluate(() => window.answer());
  await page.waitForURL(/ropes\.html/u);
});

test("Safari's order of events at the end of a composition opens nothing", async (t) => {
  const { page } = await readerOffline(t, guide(), "index.html");
  await ask(page, "证据");
  const before = page.url();
  await page.evaluate((input) => {
    const field = document.querySelector(input);
    field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "证据" }));
    // Safari ends the composition first; only the old code then tells whose key it was.
    const key = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    Object.defineProperty(key, "keyCode", { value: 229 });
    field.dispatchEvent(key);
    field.form.requestSubmit();
  }, INPUT);
  await page.evaluate(() => new Promise((later) => setTimeout(later, 100)));
  assert.equal(page.url(), before);
  assert.ok(await page.locator(INPUT).isVisible());
});

test("a keyboard that composes every word, as on phones, finds while it composes", async (t) => {
  const { page, context } = await readerOffline(t, harbour(), "index.html");
  await page.keyboard.press("/");
  const session = await context.newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "moori", selectionStart: 5, selectionEnd: 5 });
  await page.locator(RESULT).first().waitFor();
  assert.match(await page.locator(RESULT).first().getAttribute("href"), /ropes\.html/u);
});

test("completions are taken by an arrow, by a press, and named for all", async (t) => {
  const { page } = await reader(t);
  await page.goto(fileUrl(harbour(), "index.html"));
  await ask(page, "tid");
  const completions = page.locator(`${part("search-suggestions")} button`);
  await completions.first().waitFor();
  const first = await completions.first().textContent();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator(INPUT).inputValue(), first);
  await page.locator(INPUT).fill("tid");
  await completions.nth(1).waitFor();
  const second = await completions.nth(1).textContent();
  await completions.nth(1).click();
  assert.equal(await page.locator(INPUT).inputValue(), second);
  assert.ok(await page.locator(INPUT).evaluate((field) => field === document.activeElement), "the field lost the focus, and a phone its keyboard");
  assert.equal(await completions.and(page.locator(RESULT)).count(), 0);
});

test("another spelling is offered, and taken over by its button", async (t) => {
  const { page } = await reader(t);
  await page.goto(fileUrl(harbour(), "index.html"));
  await page.keyboard.press("/");
  await page.locator(INPUT).fill("tied");
  await page.locator(`${part("search-meant")} button`).click();
  assert.equal(await page.locator(INPUT).inputValue(), "tide");
  await page.locator(RESULT).first().waitFor();
  assert.ok(await page.locator(part("search-meant")).isHidden());
});

test("what is found is counted aloud, and marked in title and text", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html");
  await ask(page, "mooring");
  assert.equal(await page.locator(STATUS).getAttribute("role"), "status");
  assert.match(await page.locator(STATUS).textContent(), /^\d+ results?$/u);
  assert.equal(await page.locator(RESULT).first().locator("mark").first().textContent(), "Mooring");
  await page.locator(INPUT).fill("qqqqzzzz");
  await page.locator(STATUS).getByText("qqqqzzzz").waitFor();
  assert.ok(await page.locator(part("search-help")).isVisible(), "an empty answer leaves the reader alone");
});

test("sections are under their page", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html");
  await ask(page, "mooring");
  const groups = await page.getByRole("listbox").getByRole("group").evaluateAll((all) =>
    all.map((group) => [...group.querySelectorAll("a")].map((link) => new URL(link.href).pathname)));
  for (const paths of groups) assert.equal(new Set(paths).size, 1, `${paths}`);
  assert.equal(new Set(groups.map(([path]) => path)).size, groups.length, "a page has two groups");
});

test("a query is kept once a result was opened, and can be forgotten", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html");
  const takes = page.locator(".cb-recent__take");
  const open = () => page.keyboard.press("/");
  await ask(page, "tide");
  await page.keyboard.press("Escape");
  await page.reload();
  await open();
  assert.ok(await page.locator(part("search-recent")).isHidden(), "a query without a result opened was kept");
  for (const [query, place] of [["mooring", /ropes\.html/u], ["light", /lights\.html/u], ["mooring", /ropes\.html/u]]) {
    await page.locator(INPUT).fill(query);
    await page.locator(RESULT).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(place);
    await page.locator(part("marks")).waitFor();
    await open();
    await takes.first().waitFor();
  }
  assert.deepEqual(await takes.allTextContents(), ["mooring", "light"]);
  assert.equal(await page.locator(`.cb-recent ${RESULT}`).count(), 0);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(INPUT).inputValue(), "light");
  await page.locator(RESULT).first().waitFor();
  await page.locator(INPUT).fill("");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  assert.deepEqual(await takes.allTextContents(), ["light"]);
  await page.keyboard.type("w");
  assert.equal(await page.locator(INPUT).inputValue(), "w", "what is typed belongs into the field");
  await page.locator(INPUT).fill("");
  await page.locator(part("recent-clear")).click();
  assert.ok(await page.locator(part("search-recent")).isHidden());
  assert.equal(await page.evaluate(() => localStorage.getItem("chapbook:harbour:recent")), null);
});

test("at most eight queries are kept", async (t) => {
  const { page, context } = await reader(t);
  await store(context, "harbour:recent", JSON.stringify(Array.from({ length: 12 }, (_, at) => `query ${at}`)));
  await page.goto(fileUrl(harbour(), "index.html"));
  await page.keyboard.press("/");
  assert.equal(await page.locator(".cb-recent__take").count(), 8);
});

for (const kept of ['{"a":1}', "[1,null,{}]", "not json", '["<img src=x onerror=\'window.alive=1\'>","__proto__","\\ud800","\u202egnp.exe"]']) {
  test(`stored queries are not trusted: ${kept}`, async (t) => {
    const { page, context, complaints } = await reader(t);
    await store(context, "harbour:recent", kept);
    await page.goto(fileUrl(harbour(), "index.html"));
    await page.keyboard.press("/");
    await page.locator(INPUT).waitFor({ state: "visible" });
    const takes = page.locator(".cb-recent__take");
    for (let at = 0; at < await takes.count(); at += 1) {
      await takes.nth(at).click();
      await page.locator(INPUT).fill("");
    }
    assert.equal(await page.locator(".cb-recent img").count(), 0);
    assert.equal(await page.evaluate(() => window.alive), undefined);
    none(complaints);
  });
}

test("where nothing can be stored, search works all the same", async (t) => {
  const { page, complaints } = await reader(t);
  await page.addInitScript(() => {
    for (const kind of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, kind, { get() { throw new DOMException("denied", "SecurityError"); } });
    }
  });
  await page.goto(fileUrl(harbour(), "index.html"));
  await ask(page, "mooring");
  await page.keyboard.press("Enter");
  await page.waitForURL(/ropes\.html/u);
  none(complaints);
});

test("a part and checklists narrow the search, for the whole visit", async (t) => {
  const { page } = await reader(t);
  await recordQueries(page);
  await page.goto(fileUrl(harbour(), "index.html"));
  await ask(page, "tide");
  await page.getByRole("combobox", { name: "Part of the book" }).selectOption("Afloat");
  await page.waitForFunction(() => window.asked.at(-1).part === 1);
  await page.goto(fileUrl(harbour(), "lights.html"));
  await ask(page, "tide");
  assert.equal(await page.locator(part("search-part")).inputValue(), "Afloat", "the choice did not last the visit");
  assert.equal(await page.evaluate(() => window.asked.at(-1).part), 1);
  await page.keyboard.press("End");
  assert.match(await chosen(page), /search\.html\?q=tide&part=Afloat$/u);
  await page.locator(part("search-checklists")).check();
  await page.locator(part("search-widen")).waitFor();
  await page.locator(`${part("search-widen")} button`).click();
  await page.locator(RESULT).first().waitFor();
  assert.equal(await page.locator(part("search-part")).inputValue(), "");
});

test("a book without parts and checklists has no filters", async (t) => {
  const site = build(book({ "chapbook.toml": "", "content/README.md": "# Plain\n\nWords.\n\n## One\n\nA.\n\n## Two\n\nB.\n\n## Three\n\nC.\n" }));
  const { page } = await readerOffline(t, site, "index.html");
  await ask(page, "words");
  assert.ok(await page.locator(part("search-filters")).isHidden());
});

test("an index that does not come is said, and asked for again", async (t) => {
  const { page, context } = await reader(t);
  const address = await serve(harbour());
  await context.route("**/search/**", (route) => route.abort());
  await page.goto(address);
  await page.keyboard.press("/");
  await page.locator(INPUT).fill("mooring");
  const retry = page.locator(`${part("search-retry")} button`);
  await retry.waitFor();
  await context.unroute("**/search/**");
  await retry.click();
  await page.locator(RESULT).first().waitFor();
  assert.ok(await retry.isHidden());
});

test("no query breaks anything", async (t) => {
  const { page, complaints } = await readerOffline(t, harbour(), "index.html");
  await page.keyboard.press("/");
  for (const query of ["<img src=x onerror=alert(1)>", "__proto__", "constructor", "\u202eedit", "\ud800", "tide \udfff", "x".repeat(5000), "$& $1 {count}", "\0"]) {
    await page.evaluate(([input, text]) => {
      const field = document.querySelector(input);
      field.value = text;
      field.dispatchEvent(new InputEvent("input"));
    }, [INPUT, query]);
    await page.waitForFunction((status) => document.querySelector(status).textContent !== "", STATUS);
  }
  assert.equal(await page.locator('[data-chapbook="search"] img').count(), 0);
  await page.locator(INPUT).fill("constructor");
  await page.locator(RESULT).first().waitFor();
  none(complaints);
});

test("on a phone it has the whole screen, and everything the size of a thumb", async (t) => {
  const viewport = { width: 390, height: 844 };
  const { page, context } = await reader(t, { viewport, hasTouch: true, isMobile: true });
  await store(context, "harbour:recent", '["tide","mooring"]');
  await recordQueries(page);
  await page.goto(fileUrl(harbour(), "index.html"));
  const opener = await page.locator(part("search-open")).first().boundingBox();
  assert.ok(opener.y > viewport.height / 2, "the way in is out of the thumb's reach");
  await page.locator(part("search-open")).first().tap();
  assert.deepEqual(await page.locator(part("search")).boundingBox(), { x: 0, y: 0, ...viewport });
  const small = () => page.locator(part("search")).evaluate((dialog) => [...dialog.querySelectorAll("button, a, select, label, input:not([type=checkbox])")]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.9)
    .map((element) => `${element.className || element.textContent} is ${element.getBoundingClientRect().height} px high`));
  none(await small());
  await page.locator(".cb-recent__take").first().tap();
  await page.locator(RESULT).first().waitFor();
  await page.locator(`${part("search-suggestions")} button`).first().waitFor();
  none(await small());
  await page.locator(RESULT).first().tap();
  await page.locator(part("clear-marks")).waitFor();
  for (const button of await page.locator(`${part("marks")} button:visible`).all()) assert.ok((await button.boundingBox()).height >= 43.9);
});

test("the dialog keeps to what a phone's keyboard leaves", async (t) => {
  const { page } = await readerOffline(t, harbour(), "index.html", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.locator(part("search-open")).first().tap();
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, "height", { value: 420, configurable: true });
    visualViewport.dispatchEvent(new Event("resize"));
  });
  assert.equal((await page.locator(part("search")).boundingBox()).height, 420);
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in the dialog, ${colorScheme}`, async (t) => {
    const { page, context } = await reader(t, { colorScheme });
    await store(context, "harbour:recent", '["tide","mooring"]');
    await recordQueries(page);
    await page.goto(fileUrl(harbour(), "index.html"));
    await page.keyboard.press("/");
    await page.locator(part("search-recent")).waitFor();
    none(await axe(page));
    for (const query of ["tide", "tied", "qqqqzzzz"]) {
      await page.locator(INPUT).fill(query);
      await page.waitForFunction((text) => window.asked.at(-1)?.query === text, query);
      await page.waitForFunction((status) => document.querySelector(status).textContent !== "", STATUS);
      none(await axe(page));
    }
  });
}
