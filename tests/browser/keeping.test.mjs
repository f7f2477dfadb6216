// Keeping: ticks and words outlive edits of the book, tabs, files and links; copies share nothing. From disk, offline.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { book, build, fileUrl, none, readerOffline, temporary } from "./stage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

const CONFIG = '[book]\ntitle = "b"\nid = "keeping"\nlanguage = "en"\n';
const CALL = `# Call

## Before the call

<!-- checklist: id=call do=read when="ten minutes before" who=you -->
- [ ] Put the card on the table
- [ ] Write down what you can pay: ____ a month
- [x] Charge the phone
- [ ] Sit down somewhere quiet
`;
/** An item whose words are those of its blank. */
const BARE = "# Bare\n\n## Bare\n\n- [ ] Sum: ____\n- [ ] Day: ____\n";
const LETTER = `# Letter

## The form

<!-- form: id=W1 -->
| What | Yours |
|---|---|
| Name | ________<!-- name --> |
| Sum | ________<!-- sum --> |

## The letter

> Dear all,
>
> I am ________<!-- name --> and owe ____<!-- sum -->, due on ____. I will pay on ____.
>
> 1. First ____
> 2. Second
>
> Yours

________
`;
const HOME = "# Home\n\nRead on.\n";
const files = (more = {}) => ({ "chapbook.toml": CONFIG, "content/README.md": HOME, "content/call.md": CALL, "content/letter.md": LETTER, ...more });

let made;
const site = () => (made ??= build(book(files())));

const box = (page, words) => page.locator(".cb-item", { hasText: words }).locator("input[type=checkbox]").first();
const menu = (page, words) => page.locator(".cb-item", { hasText: words }).locator("select").first();
const field = (page, label, at = 0) => page.getByRole("textbox", { name: label, exact: true }).nth(at);
const progress = (page) => page.locator('[data-chapbook="progress"]').first().innerText();
const kept = (page) => page.evaluate(() => window.chapbook.state.export());
const press = (page, hook) => page.locator(`[data-chapbook="checklist"] button[data-chapbook="${hook}"]`).click();

/** Presses a button of the dialog that asks, and waits until its answer was heard. */
async function answer(page, value) {
  await page.locator(`dialog[open] button[value="${value}"]`).click();
  await page.evaluate(() => new Promise((heard) => requestAnimationFrame(() => setTimeout(heard))));
}

/** Waits until what was typed is kept. */
async function type(page, where, text) {
  await where.fill(text);
  await where.press("Enter");
}

test("ticks and words survive a typo mended, items moved and added, and the chapter renamed", async (t) => {
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

test("what was ticked and is gone is shown with the card, and dropped on request only", async (t) => {
  const { page } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  const without = build(book(files({ "content/call.md": CALL.replace("- [ ] Put the card on the table\n", "- [ ] Open the window\n") })));
  await page.goto(fileUrl(without, "call.html"));
  const note = page.locator(".cb-checklist > .cb-changed");
  assert.match(await note.innerText(), /Put the card on the table \(Done\)/u);
  assert.ok(!(await box(page, "Open the window").isChecked()));
  // The edit taken back: the tick is back.
  await page.goto(fileUrl(site(), "call.html"));
  assert.ok(await box(page, "Put the card").isChecked());
  await page.goto(fileUrl(without, "call.html"));
  await note.getByRole("button").click();
  assert.equal(await note.count(), 0);
  await page.goto(fileUrl(site(), "call.html"));
  assert.ok(!(await box(page, "Put the card").isChecked()));
});

test("four states: the line goes between open and done, the menu has all, what is not needed counts as settled", async (t) => {
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
  const { page } = await readerOffline(t, site(), "call.html", { viewport: DESK });
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
  assert.equal(text, "## Before the call\n\n- [x] Put the card on the table\n- [ ] Write down what you can pay: 300 a month\n- [x] Charge the phone\n- [ ] Sit down somewhere quiet (Doing)\n");
});

test("copies are apart in everything, and reset and words stay in theirs", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  await type(page, field(page, "Write down what you can pay"), "300");
  await press(page, "copies");
  await page.locator('[data-part="add"] input').fill("Bank B");
  await page.locator('[data-part="add"] button').click();
  await page.keyboard.press("Escape");
  assert.equal(await progress(page), "1 / 4");
  assert.equal(await field(page, "Write down what you can pay").inputValue(), "");
  await box(page, "Sit down").check();
  await page.goto(fileUrl(site(), "letter.html"));
  await type(page, field(page, "sum"), "9");
  await page.goto(fileUrl(site(), "call.html"));
  await press(page, "reset");
  await answer(page, "reset");
  assert.equal(await progress(page), "1 / 4");

  await press(page, "copies");
  const rows = page.locator(".cb-copies__row");
  assert.equal(await rows.count(), 2);
  await rows.nth(0).getByRole("radio").check();
  await rows.nth(0).getByRole("textbox").fill("Bank A");
  await rows.nth(0).getByRole("textbox").press("Tab");
  await page.keyboard.press("Escape");
  assert.ok(await box(page, "Put the card").isChecked());
  assert.equal(await field(page, "Write down what you can pay").inputValue(), "300");
  await page.goto(fileUrl(site(), "letter.html"));
  assert.equal(await field(page, "sum").inputValue(), "");
  await page.goto(fileUrl(site(), "call.html"));
  await press(page, "copies");
  assert.equal(await rows.nth(0).getByRole("textbox").inputValue(), "Bank A");
  await rows.nth(1).getByRole("button").click();
  await answer(page, "delete");
  assert.equal(await rows.count(), 1);
  assert.equal(JSON.parse(await kept(page)).copies.length, 1);
  none(complaints);
});

test("two tabs keep each other's ticks", async (t) => {
  const { page, context } = await readerOffline(t, site(), "call.html");
  const other = await context.newPage();
  await other.goto(fileUrl(site(), "call.html"));
  await box(page, "Put the card").check();
  await box(other, "Sit down").check();
  await type(page, field(page, "Write down what you can pay"), "300");
  await other.waitForFunction(() => document.querySelector(".cb-field").value === "300");
  assert.ok(await box(other, "Put the card").isChecked());
  await page.reload();
  assert.equal(await progress(page), "3 / 4");
});

test("a file takes everything along, exactly, and asks before it replaces", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  await type(page, field(page, "Write down what you can pay"), '3 "00" <b>');
  await press(page, "copies");
  await page.locator('[data-part="add"] input').fill("__proto__");
  await page.locator('[data-part="add"] button').click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator('dialog[open] [data-chapbook="export"]').click()]);
  const saved = readFileSync(await download.path(), "utf8");
  assert.equal(saved, await kept(page));
  await page.locator('dialog[open] [data-chapbook="clear"]').click();
  await answer(page, "clear");
  assert.equal(JSON.parse(await kept(page)).copies.length, 1);

  const path = join(temporary(), "kept.json");
  const load = async (text) => {
    writeFileSync(path, text);
    await page.locator('[data-chapbook="import-file"]').setInputFiles(path);
  };
  const told = page.locator('dialog[open] [data-chapbook="backup-status"]');
  await load(saved);
  await told.getByText("Loaded").waitFor();
  assert.equal(await kept(page), saved, "a file for an empty device needs no question");
  for (const wrong of ["{", '{"version":2}', '{"version":2,"current":"1","copies":[{"id":"1","name":"","lists":{"x":{"title":"","ids":"","items":{"y":{"state":"<img>","text":"","time":0}},"gone":{}}},"pages":{},"names":{}}]}']) {
    await load(wrong);
    await told.getByText("Nothing was changed").waitFor();
    assert.equal(await kept(page), saved);
    await page.locator('[data-chapbook="backup-status"]').evaluateAll((all) => all.forEach((one) => (one.textContent = "")));
  }
  await load(saved);
  await answer(page, "cancel");
  assert.equal(await kept(page), saved);
  await load(saved);
  await answer(page, "add");
  await told.getByText("Loaded").waitFor();
  assert.equal(JSON.parse(await kept(page)).copies.length, 4);
  none(complaints);
});

test("a link carries ticks and no words, shows what it would change, and asks", async (t) => {
  const { page, context, complaints } = await readerOffline(t, site(), "call.html");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await box(page, "Put the card").check();
  await menu(page, "Sit down").selectOption("doing");
  await type(page, field(page, "Write down what you can pay"), "31415");
  await press(page, "share");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /call\.html#~[\w-]{2,12}$/u);

  const other = await readerOffline(t, site(), "call.html");
  await box(other.page, "Put the card").check();
  await box(other.page, "Charge").uncheck();
  const mine = await kept(other.page);
  const changes = other.page.locator("dialog[open] .cb-dialog__list li");
  const visit = async () => {
    await other.page.goto("about:blank");
    await other.page.goto(link);
    await changes.first().waitFor();
  };
  await visit();
  assert.deepEqual(await changes.allInnerTexts(), ["Charge the phone: Open → Done", "Sit down somewhere quiet: Open → Doing"]);
  await answer(other.page, "cancel");
  assert.equal(await kept(other.page), mine, "nothing was changed unasked");
  assert.ok(!other.page.url().includes("#~"));

  await visit();
  await answer(other.page, "new");
  assert.equal(JSON.parse(await kept(other.page)).copies.length, 2);
  assert.equal(await menu(other.page, "Sit down").inputValue(), "doing");
  await other.page.evaluate(() => window.chapbook.state.show("1"));
  await visit();
  await answer(other.page, "take");
  assert.equal(await progress(other.page), "2 / 4");
  assert.ok(!(await kept(other.page)).includes("31415"));

  await other.page.goto("about:blank");
  await other.page.goto(link.replace(/#~../u, "#~__"));
  await other.page.locator('dialog[open][data-chapbook="share-lost-dialog"]').waitFor();
  none([...complaints, ...other.complaints]);
});

test("where nothing can be kept, the page says so and still works", async (t) => {
  for (const how of ["setItem", "getItem"]) {
    const { page, context, complaints } = await readerOffline(t, site(), "index.html");
    await context.addInitScript((method) => {
      Storage.prototype[method] = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    }, how);
    await page.goto(fileUrl(site(), "call.html"));
    await box(page, "Put the card").check();
    await type(page, field(page, "Write down what you can pay"), "300");
    assert.equal(await progress(page), "2 / 4", how);
    assert.ok(await page.locator('[data-chapbook="storage-lost"]').isVisible(), how);
    none(complaints);
  }
});

test("what an earlier edition kept is carried over, and what a later one kept is not lost", async (t) => {
  const { page } = await readerOffline(t, site(), "call.html");
  const item = await box(page, "Put the card").getAttribute("data-item-id");
  const old = { version: 1, lists: { call: { [item]: { state: "done", text: "Put the card on the table" } } } };
  await page.evaluate((value) => localStorage.setItem("chapbook:keeping", JSON.stringify(value)), old);
  await page.reload();
  assert.ok(await box(page, "Put the card").isChecked());
  await page.evaluate(() => localStorage.setItem("chapbook:keeping", '{"version":9}'));
  await page.reload();
  await box(page, "Sit down").check();
  assert.equal(await page.evaluate(() => localStorage.getItem("chapbook:keeping:unreadable")), '{"version":9}');
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
  await page.getByLabel("Which").selectOption("open");
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

for (const [scheme, viewport] of [["light", DESK], ["dark", PHONE], ["dark", DESK], ["light", PHONE]]) {
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
