// Ticks and texts on the page, and how they survive edits of the book. From disk, offline.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { BARE, box, CALL, DESKTOP, field, files, LETTER, menu, PHONE, press, progress, site, type } from "./lists.mjs";
import { book, build, fileUrl, none, readerOffline } from "./stage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

test("ticks and texts survive a corrected typo, items moved and added, and the chapter renamed", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  await menu(page, "Sit down").selectOption("na");
  await box(page, "Charge the phone").uncheck();
  await type(page, field(page, "Write down what you can pay"), "300");
  await page.goto(fileUrl(site(), "letter.html"));
  await type(page, field(page, "due on"), "1");
  await type(page, field(page, "I will pay on"), "2");

  const edited = `# The telephone

Sit down.

## Before you call them

- [ ] Sit down somewhere very quiet
- [ ] Take a breath
- [x] Charge your phone
- [ ] Write down what you can pay each month: ____ a month
- [ ] Put the cards on the table
`;
  const again = build(book(files({ "content/call.md": undefined, "content/telephone.md": edited, "content/letter.md": undefined, "content/a-letter.md": LETTER.replace("due on", "to be due on") })));
  await page.goto(fileUrl(again, "telephone.html"));
  const states = await page.locator(".cb-item").evaluateAll((items) => items.map((item) => item.dataset.state));
  assert.deepEqual(states, ["na", "open", "open", "open", "done"]);
  assert.equal(await field(page, "Write down what you can pay each month").inputValue(), "300");
  assert.equal(await page.locator(".cb-changed").count(), 0);
  await page.reload();
  assert.equal(await progress(page), "2 / 5");
  await page.goto(fileUrl(again, "a-letter.html"));
  assert.equal(await field(page, "to be due on").inputValue(), "1");
  assert.equal(await field(page, "I will pay on").inputValue(), "2");
  none(complaints);
});

test("ticks of removed items are shown with the list, and deleted on request only", async (t) => {
  const { page } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  const without = build(book(files({ "content/call.md": CALL.replace("- [ ] Put the card on the table\n", "- [ ] Open the window\n") })));
  await page.goto(fileUrl(without, "call.html"));
  const note = page.locator(".cb-checklist > .cb-changed");
  assert.match(await note.innerText(), /Put the card on the table \(Done\)/u);
  assert.ok(!(await box(page, "Open the window").isChecked()));
  // After the edit is undone, the tick is back.
  await page.goto(fileUrl(site(), "call.html"));
  assert.ok(await box(page, "Put the card").isChecked());
  await page.goto(fileUrl(without, "call.html"));
  await note.getByRole("button").click();
  assert.equal(await note.count(), 0);
  await page.goto(fileUrl(site(), "call.html"));
  assert.ok(!(await box(page, "Put the card").isChecked()));
});

test("four states: the line goes between open and done, the menu has all, items that are not needed count as finished", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "call.html");
  assert.equal(await progress(page), "1 / 4");
  await menu(page, "Put the card").selectOption("doing");
  assert.equal(await progress(page), "1 / 4");
  assert.ok(await box(page, "Put the card").evaluate((it) => it.indeterminate && !it.checked));
  await menu(page, "Sit down").selectOption("na");
  assert.equal(await progress(page), "2 / 4");
  await page.locator("label", { hasText: "Put the card" }).click({ position: { x: 60, y: 8 } });
  assert.equal(await progress(page), "3 / 4");
  assert.equal(await menu(page, "Put the card").inputValue(), "done");
  await page.goto(fileUrl(site(), "checklists.html"));
  assert.equal(await progress(page), "3 / 4");
  await page.goto(fileUrl(site(), "checklists/call.html"));
  assert.equal(await menu(page, "Sit down").inputValue(), "na");
  none(complaints);
});

test("a tick and the words on a blank of the same name do not touch each other", async (t) => {
  const bare = build(book(files({ "content/bare.md": BARE })));
  const { page } = await readerOffline(t, bare, "bare.html");
  await type(page, field(page, "Sum"), "300");
  await box(page, "Sum").check();
  await type(page, field(page, "Day"), "1 May");
  await page.reload();
  assert.equal(await field(page, "Sum").inputValue(), "300");
  assert.ok(await box(page, "Sum").isChecked());
  await box(page, "Sum").uncheck();
  await page.reload();
  assert.equal(await field(page, "Sum").inputValue(), "300");
  assert.ok(!(await box(page, "Day").isChecked()));
});

test("all by keyboard: box, menu, blank, copies", async (t) => {
  const { page } = await readerOffline(t, site(), "call.html", { viewport: DESKTOP });
  await box(page, "Put the card").focus();
  await page.keyboard.press("Space");
  assert.ok(await box(page, "Put the card").isChecked());
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
  assert.equal(await menu(page, "Put the card").inputValue(), "na");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("250");
  await page.keyboard.press("Enter");
  assert.equal(await field(page, "Write down what you can pay").inputValue(), "250");
  assert.ok(!(await box(page, "Write down").isChecked()), "typing a space or Enter ticks nothing");
  await page.locator('[data-chapbook="checklist"] [data-chapbook="copies"]').focus();
  await page.keyboard.press("Enter");
  await page.locator(".cb-copies__row").first().waitFor();
  for (let at = 0; at < 6 && (await page.evaluate(() => document.activeElement.closest("form")?.dataset.part)) !== "add"; at += 1) await page.keyboard.press("Tab");
  await page.keyboard.type("Second debt");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  assert.equal(await progress(page), "1 / 4");
  assert.match(await page.locator(".cb-checklist__head").innerText(), /Second debt/u);
});

test("blanks: as wide as the line, kept, named ones filled in together, and a letter is copied filled in", async (t) => {
  const widths = (page) => page.locator("blockquote .cb-blank").evaluateAll((all) => all.map((blank) => Math.round(blank.getBoundingClientRect().width)));
  const bare = await readerOffline(t, site(), "letter.html", { javaScriptEnabled: false });
  const lines = await widths(bare.page);
  assert.ok(lines.every((width) => width > 20), `${lines}`);

  const { page, complaints, context } = await readerOffline(t, site(), "letter.html");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  assert.deepEqual(await widths(page), lines);
  await type(page, field(page, "name"), "Zhang San");
  await type(page, field(page, "sum"), "1,200");
  assert.equal(await field(page, "name", 1).inputValue(), "Zhang San");
  await type(page, field(page, "due on"), "1 May");
  await type(page, page.locator('[data-chapbook="writing-line"] input'), "a line");
  await page.reload();
  assert.equal(await field(page, "sum", 1).inputValue(), "1,200");
  assert.equal(await page.locator('[data-chapbook="blank"][data-name="sum"]').first().getAttribute("data-value"), "1,200");
  assert.equal(await page.locator('[data-chapbook="writing-line"]').getAttribute("data-value"), "a line");
  await page.locator(".cb-letter button").click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(text, "Dear all,\n\nI am Zhang San and owe 1,200, due on 1 May. I will pay on ____.\n\n1. First ____\n2. Second\n\nYours\n");
  none(complaints);
});

test("a list is copied as Markdown with its ticks and words", async (t) => {
  const { page, context } = await readerOffline(t, site(), "call.html");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await box(page, "Put the card").check();
  await menu(page, "Sit down").selectOption("doing");
  await type(page, field(page, "Write down what you can pay"), "300");
  await press(page, "copy-markdown");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(text, "## Before the call\n\n- [x] Put the card on the table\n- [ ] Write down what you can pay: 300 a month\n- [x] Charge the phone\n- [ ] Sit down somewhere quiet (In progress)\n");
});

test("the page of all lists filters, and is whole without scripts", async (t) => {
  const second = "---\ntags: [travel]\n---\n# Trip\n\n## Pack\n\n- [ ] Socks\n";
  const two = build(book(files({ "content/trip.md": second })));
  const { page } = await readerOffline(t, two, "checklists.html");
  const shown = () => page.locator(".cb-overview__list:visible .cb-overview__title").allInnerTexts();
  assert.deepEqual(await shown(), ["Before the call", "Pack"]);
  await page.getByLabel("Tag").selectOption("travel");
  assert.deepEqual(await shown(), ["Pack"]);
  await page.getByLabel("Tag").selectOption("");
  await page.getByLabel("Chapter").selectOption({ label: "Call" });
  assert.deepEqual(await shown(), ["Before the call"]);
  await page.getByLabel("Chapter").selectOption("");
  await page.goto(fileUrl(two, "trip.html"));
  await box(page, "Socks").check();
  await page.goto(fileUrl(two, "checklists.html"));
  await page.getByLabel("Status").selectOption("open");
  assert.deepEqual(await shown(), ["Before the call"]);
  assert.match(await page.locator('[data-chapbook="filter-status"]').innerText(), /1 of 2/u);
  const bare = await readerOffline(t, two, "checklists.html", { javaScriptEnabled: false });
  assert.equal(await bare.page.locator(".cb-overview__list:visible").count(), 2);
  assert.equal(await bare.page.locator("select:visible").count(), 0);
});

test("a chapter without lists does not load what they need", async (t) => {
  const { page } = await readerOffline(t, site(), "index.html");
  assert.equal(await page.locator('script[src*="lists"], link[href*="lists"]').count(), 0);
  assert.equal(await page.locator('[data-chapbook="copies-dialog"]').count(), 0);
});

for (const [scheme, viewport] of [["light", DESKTOP], ["dark", PHONE], ["dark", DESKTOP], ["light", PHONE]]) {
  test(`axe finds nothing on lists in use, ${scheme}, ${viewport.width} px`, async (t) => {
    const { page } = await readerOffline(t, site(), "call.html", { colorScheme: scheme, viewport });
    const violations = async (where) => {
      await page.evaluate(axe);
      const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      return found.flatMap((rule) => rule.nodes.map((node) => `${where}: ${rule.id}: ${node.target.join(" ")}`));
    };
    await menu(page, "Put the card").selectOption("doing");
    await menu(page, "Sit down").selectOption("na");
    await box(page, "Write down").check();
    await type(page, field(page, "Write down what you can pay"), "300");
    const found = await violations("card");
    await press(page, "copies");
    found.push(...(await violations("copies")));
    await page.goto(fileUrl(site(), "letter.html"));
    await type(page, field(page, "name"), "Zhang San");
    found.push(...(await violations("letter")));
    await page.goto(fileUrl(site(), "checklists.html"));
    found.push(...(await violations("all lists")));
    none(found);
    for (const path of ["call.html", "letter.html", "checklists/call.html"]) {
      await page.goto(fileUrl(site(), path));
      const nameless = await page.locator("main :is(input, select)").evaluateAll((all) => all.filter((one) => !(one.getAttribute("aria-label") || one.labels?.[0]?.textContent || "").trim()).length);
      assert.equal(nameless, 0, path);
    }
  });
}
