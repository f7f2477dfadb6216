// Ticks: stored on the device, the same on every page that shows the list, exported and imported. From disk, offline.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileUrl, guide, none, pages, readerOffline, sheets } from "./stage.mjs";

const LIST = '[data-chapbook="checklist"]';
const BOX = "input[type=checkbox][data-item-id]";

/** The first page of the guide that has a checklist. */
function pageWithList() {
  const page = pages(guide()).find(
    (path) => !path.includes("/") && !["checklists.html", "print.html"].includes(path) && readFileSync(join(guide(), path), "utf8").includes('data-chapbook="checklist"'),
  );
  assert.ok(page, "the guide has no checklist");
  return page;
}

const progress = (place) => place.locator('[data-chapbook="progress"]').innerText();

/** Presses reset, and confirms if asked. */
async function reset(page, list) {
  await list.locator('[data-chapbook="reset"]').click();
  const yes = page.locator("dialog[open] button[value=reset]");
  if (await yes.count()) await yes.click();
}

test("a tick survives a reload and is seen on the sheet and on the page of all lists", async (t) => {
  const path = pageWithList();
  const { page, complaints } = await readerOffline(t, guide(), path);
  const list = page.locator(LIST).first();
  const id = await list.getAttribute("data-list-id");
  const boxes = list.locator(BOX);
  const count = await boxes.count();
  const item = await boxes.nth(1).getAttribute("data-item-id");
  assert.equal(await progress(list), `0 / ${count}`);
  // On the words, not the box: the whole line is the target.
  await list.locator("label").nth(1).click({ position: { x: 60, y: 8 } });
  assert.ok(await boxes.nth(1).isChecked());
  assert.equal(await progress(list), `1 / ${count}`);

  await page.reload();
  assert.ok(await boxes.nth(1).isChecked(), "lost by a reload");

  const sheet = await list.locator('a[href*="checklists/"]').getAttribute("href");
  await page.goto(new URL(sheet, page.url()).href);
  assert.ok(await page.locator(`${LIST}[data-list-id="${id}"] [data-item-id="${item}"]`).isChecked(), "not on the sheet");

  await page.goto(fileUrl(guide(), "checklists.html"));
  const entry = page.locator(`[data-list-id="${id}"]`);
  assert.equal(await progress(entry), `1 / ${count}`);

  await page.goto(fileUrl(guide(), path));
  await reset(page, list);
  assert.equal(await progress(list), `0 / ${count}`);
  await page.reload();
  assert.equal(await list.locator(`${BOX}:checked`).count(), 0, "reset did not last");
  none(complaints);
});

test("ticks are exported, cleared and imported", async (t) => {
  const { page } = await readerOffline(t, guide(), pageWithList());
  const boxes = page.locator(LIST).first().locator(BOX);
  await boxes.nth(0).check();
  await boxes.nth(2).check();
  const kept = await page.evaluate(() => window.chapbook.state.export());
  const parsed = typeof kept === "string" ? JSON.parse(kept) : kept;
  assert.ok(JSON.stringify(parsed).includes(await boxes.nth(0).getAttribute("data-item-id")));
  await page.evaluate(() => window.chapbook.state.clear());
  assert.equal(await page.locator(`${BOX}:checked`).count(), 0);
  await page.evaluate((json) => window.chapbook.state.import(json), kept);
  assert.deepEqual([await boxes.nth(0).isChecked(), await boxes.nth(1).isChecked(), await boxes.nth(2).isChecked()], [true, false, true]);
  await page.reload();
  assert.ok(await boxes.nth(2).isChecked());
});

test("what is no export is not imported", async (t) => {
  const { page, complaints } = await readerOffline(t, guide(), pageWithList());
  const box = page.locator(BOX).first();
  await box.check();
  for (const wrong of ["", "{", "[]", "null", '{"version":99}', '{"lists":{"__proto__":{"x":1}}}', '"text"']) {
    await page.evaluate((json) => { try { window.chapbook.state.import(json); } catch { /* a refusal */ } }, wrong);
    assert.ok(await box.isChecked(), `${wrong} was imported`);
  }
  assert.equal(await page.evaluate(() => ({}).x), undefined);
  none(complaints);
});

test("corrupt data does not break the page", async (t) => {
  const { page, complaints } = await readerOffline(t, guide(), pageWithList());
  await page.locator(BOX).first().check();
  for (const wrong of ["{", "null", "[]", '{"version":1,"lists":{"__proto__":null}}']) {
    await page.evaluate((text) => { for (const key of Object.keys(localStorage)) localStorage.setItem(key, text); }, wrong);
    await page.reload();
    await page.locator(BOX).first().check();
    assert.ok(await page.locator(BOX).first().isChecked());
  }
  none(complaints);
});

test("every box has a name, and every list a sheet", async (t) => {
  const { page } = await readerOffline(t, guide(), "checklists.html");
  assert.equal(await page.locator('.cb-overview__sheet').count(), sheets(guide()).length);
  await page.goto(fileUrl(guide(), pageWithList()));
  const nameless = await page.locator(BOX).evaluateAll((boxes) => boxes.filter((box) => !box.labels?.[0]?.textContent.trim()).length);
  assert.equal(nameless, 0);
});

test("a letter of the guide is in tabs, is filled in by name on every page, and is copied as text", async (t) => {
  const { page, context, complaints } = await readerOffline(t, guide(), "prepare.html");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("textbox", { name: "合同尾号" }).fill("5678");
  await page.goto(fileUrl(guide(), "channels.html"));
  const letter = page.locator(".cb-tabs").first();
  await letter.getByRole("tab", { name: "空白模板" }).click();
  await letter.getByRole("textbox", { name: "姓名" }).fill("张三");
  await letter.getByRole("button", { name: "复制成纯文字" }).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(text.startsWith("您好，我是张三，账户尾号 ______ ，合同或订单号尾号 5678。\n\n发生的事"), text);
  none(complaints);
});
