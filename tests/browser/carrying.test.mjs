// Copies, tabs, files and links with data, and storage that fails. From disk, offline.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answer, box, field, kept, menu, press, progress, site, type } from "./lists.mjs";
import { fileUrl, none, reader, readerOffline, serve, temporary } from "./stage.mjs";

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
  await rows.first().waitFor();
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
  await rows.first().waitFor();
  assert.equal(await rows.nth(0).getByRole("textbox").inputValue(), "Bank A");
  await rows.nth(1).getByRole("button").click();
  await answer(page, "delete");
  assert.equal(await rows.count(), 1);
  assert.equal(JSON.parse(await kept(page)).copies.length, 1);
  none(complaints);
});

test("scripts that are seldom needed are loaded once, when a button is pressed", async (t) => {
  const { page, context, complaints } = await reader(t);
  let [asked, held] = [0, []];
  await context.route(/list-tools/u, (route) => ((asked += 1), held.push(route)));
  await page.goto(`${await serve(site())}call.html`);
  const share = page.locator('[data-chapbook="share"]').first();
  await share.click();
  await held.pop().abort();
  await share.getByText("Copy failed").waitFor();
  await page.mouse.move(0, 0);
  for (const name of ["share", "copies", "copies"]) await page.locator(`[data-chapbook="${name}"]`).first().click();
  await held.pop().continue();
  await page.locator(".cb-copies__row").first().waitFor();
  assert.equal(asked, 2);
  none(complaints.filter((complaint) => !complaint.includes("list-tools") && !complaint.includes("ERR_FAILED")));
});

test("two tabs keep each other's ticks", async (t) => {
  const { page, context } = await readerOffline(t, site(), "call.html");
  const other = await context.newPage();
  await other.goto(fileUrl(site(), "call.html"));
  // At the same time: neither tab has seen the change of the other.
  await Promise.all([box(page, "Put the card").check(), box(other, "Sit down").check()]);
  for (const tab of [page, other]) await tab.locator('[data-chapbook="progress"]', { hasText: "3 / 4" }).waitFor();
  await type(page, field(page, "Write down what you can pay"), "300");
  await other.waitForFunction(() => document.querySelector(".cb-field").value === "300");
  assert.ok(await box(other, "Put the card").isChecked());
  await page.reload();
  assert.equal(await progress(page), "3 / 4");
});

test("a file contains everything, exactly, and loading asks before it replaces", async (t) => {
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
  const status = page.locator('dialog[open] [data-chapbook="backup-status"]');
  await load(saved);
  await status.getByText("Loaded").waitFor();
  assert.equal(await kept(page), saved, "a file for an empty device needs no question");
  for (const wrong of ["{", '{"version":2}', '{"version":2,"current":"1","copies":[{"id":"1","name":"","lists":{"x":{"title":"","ids":"","items":{"y":{"state":"<img>","text":"","time":0}},"gone":{}}},"pages":{},"names":{}}]}']) {
    await load(wrong);
    await status.getByText("Nothing was changed").waitFor();
    assert.equal(await kept(page), saved);
    await page.locator('[data-chapbook="backup-status"]').evaluateAll((all) => all.forEach((one) => (one.textContent = "")));
  }
  await load(saved);
  await answer(page, "cancel");
  assert.equal(await kept(page), saved);
  await load(saved);
  await answer(page, "add");
  await status.getByText("Loaded").waitFor();
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
  await page.getByText("Link copied").first().waitFor();
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
  assert.deepEqual(await changes.allInnerTexts(), ["Charge the phone: Open → Done", "Sit down somewhere quiet: Open → In progress"]);
  await answer(other.page, "cancel");
  assert.equal(await kept(other.page), mine, "nothing was changed without a question");
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

test("data of an earlier edition is converted, and data of a later one is not lost", async (t) => {
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

test("texts that an earlier edition kept under a key with `index` are moved to the present key, once, and joined", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "letter.html");
  const blanks = page.locator('[data-place="letter"]:not([data-name])');
  const [first, second] = [await blanks.nth(0).getAttribute("data-blank"), await blanks.nth(1).getAttribute("data-blank")];
  const entry = (value, time) => ({ value, text: value, time });
  const place = (items) => ({ title: "", ids: `${first} ${second}`, items, gone: {} });
  const reload = async (pages) => {
    const data = { version: 2, current: "1", copies: [{ id: "1", name: "", lists: {}, pages, names: {} }] };
    await page.evaluate((json) => localStorage.setItem("chapbook:keeping", json), JSON.stringify(data));
    await page.reload();
    return JSON.parse(await kept(page)).copies[0].pages;
  };
  const values = async () => [await blanks.nth(0).locator("input").inputValue(), await blanks.nth(1).locator("input").inputValue()];
  assert.deepEqual(Object.keys(await reload({ "letter/index": place({ [first]: entry("1 May", 1) }) })), ["letter"]);
  assert.deepEqual(await values(), ["1 May", ""]);
  const both = { letter: place({ [first]: entry("newer", 2) }), "letter/index": place({ [first]: entry("older", 1), [second]: entry("2 May", 1) }) };
  assert.deepEqual(Object.keys(await reload(both)), ["letter"]);
  assert.deepEqual(await values(), ["newer", "2 May"]);
  none(complaints);
});

test("two tabs whose changes crossed end with the same data, and what one of them clears stays cleared", async (t) => {
  const { page, context } = await readerOffline(t, site(), "call.html");
  const other = await context.newPage();
  await other.goto(fileUrl(site(), "call.html"));
  // As if the other tab had written before it saw the first one's tick, and its event came late.
  await box(page, "Put the card").check();
  const before = await page.evaluate(() => localStorage.getItem("chapbook:keeping"));
  await page.waitForTimeout(1500);
  await box(page, "Sit down").check();
  await page.evaluate((json) => {
    const theirs = JSON.parse(json);
    theirs.copies[0].names.who = { value: "me", text: "who", time: Date.now() };
    theirs.writers.other = 1;
    localStorage.setItem("chapbook:keeping", JSON.stringify(theirs));
    dispatchEvent(new StorageEvent("storage", { key: "chapbook:keeping", newValue: JSON.stringify(theirs) }));
  }, before);
  const { copies: [copy] } = JSON.parse(await kept(page));
  assert.equal(Object.keys(copy.lists.call.items).length, 2, "the tick that the other tab had not seen is there");
  assert.equal(copy.names.who.value, "me", "so is what the other tab wrote");
  for (const tab of [page, other]) await tab.locator('[data-chapbook="progress"]', { hasText: "3 / 4" }).waitFor();
  await other.evaluate(() => window.chapbook.state.clear());
  await page.locator('[data-chapbook="progress"]', { hasText: "1 / 4" }).waitFor();
  await page.reload();
  assert.equal(await progress(page), "1 / 4");
});

test("a page that missed events draws what is stored when it is shown again", async (t) => {
  const { page } = await readerOffline(t, site(), "call.html");
  await box(page, "Put the card").check();
  await page.evaluate(() => {
    const data = JSON.parse(localStorage.getItem("chapbook:keeping"));
    data.copies[0].lists = {};
    localStorage.setItem("chapbook:keeping", JSON.stringify(data));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  assert.equal(await progress(page), "1 / 4");
});

test("a page from disk that finds its storage empty is loaded again once, but not the first page of a tab", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "index.html");
  const reloaded = () => page.evaluate(() => history.state?.reopened === true);
  assert.equal(await reloaded(), false);
  await box((await page.goto(fileUrl(site(), "call.html")), page), "Put the card").check();
  await page.reload();
  assert.equal(await reloaded(), false, "nothing is empty");
  await page.evaluate(() => {
    addEventListener("pagehide", () => localStorage.clear());
    localStorage.clear();
  });
  await page.reload();
  await page.waitForFunction(() => history.state?.reopened === true);
  assert.equal(await progress(page), "1 / 4");
  none(complaints);
});
