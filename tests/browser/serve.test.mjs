// The preview: saved changes and errors are shown without a reload by hand.

import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { none, preview, reader } from "./stage.mjs";

const BOOK = {
  "chapbook.toml": '[book]\ntitle = "Preview"\nlanguage = "en"\n',
  "content/README.md": "# Home\n\nFirst words.\n",
  "content/a.md": "# A\n\nOther words.\n",
};

const OVERLAY = "[role=alert]";

const text = (page, words) => page.getByText(words, { exact: true }).waitFor({ timeout: 30_000 });

test("a saved file is seen at once, however it is saved", async (t) => {
  const { folder, address } = await preview(t, BOOK);
  const { page, complaints } = await reader(t);
  await page.goto(address);
  await text(page, "First words.");
  writeFileSync(join(folder, "content/README.md"), "# Home\n\nSecond words.\n");
  await text(page, "Second words.");
  // As most editors do: a new file in the place of the old one.
  writeFileSync(join(folder, "content/.README.md.swp"), "# Home\n\nThird words.\n");
  renameSync(join(folder, "content/.README.md.swp"), join(folder, "content/README.md"));
  await text(page, "Third words.");
  rmSync(join(folder, "content/README.md"));
  writeFileSync(join(folder, "content/README.md"), "# Home\n\nFourth words.\n");
  await text(page, "Fourth words.");
  none(complaints);
});

test("a page that has not changed is left alone", async (t) => {
  const { folder, address } = await preview(t, BOOK);
  const [{ page }, { page: other }] = [await reader(t), await reader(t)];
  await page.goto(address);
  await other.goto(`${address}a.html`);
  await other.evaluate(() => { window.untouched = true; });
  writeFileSync(join(folder, "content/README.md"), "# Home\n\nSecond words.\n");
  await text(page, "Second words.");
  assert.equal(await other.evaluate(() => window.untouched), true);
});

test("a broken link is shown over the last good page until it is corrected", async (t) => {
  const { folder, address } = await preview(t, BOOK);
  const { page, complaints } = await reader(t);
  await page.goto(address);
  await text(page, "First words.");
  const overlay = page.locator(OVERLAY);
  writeFileSync(join(folder, "content/README.md"), "# Home\n\n[broken](nowhere.md)\n");
  await overlay.filter({ hasText: "nowhere.md" }).waitFor({ timeout: 30_000 });
  assert.match(await overlay.innerText(), /broken-link/u);
  assert.ok(await page.getByText("First words.").isVisible(), "the last good page is gone");
  writeFileSync(join(folder, "content/README.md"), "# Home\n\n[corrected](a.md)\n");
  await overlay.waitFor({ state: "detached", timeout: 30_000 });
  await text(page, "corrected");
  none(complaints);
});

test("a book that is broken from the start is served once it is corrected", async (t) => {
  const { folder, address } = await preview(t, { ...BOOK, "content/README.md": "# Home\n\n[broken](nowhere.md)\n" });
  const { page } = await reader(t);
  await page.goto(address);
  await page.locator(OVERLAY).filter({ hasText: "nowhere.md" }).waitFor({ timeout: 30_000 });
  writeFileSync(join(folder, "content/README.md"), "# Home\n\nGood words.\n");
  await text(page, "Good words.");
});

/** Sends requests that no browser sends; returns status and body. */
const ask = (address, path, headers = {}) => new Promise((answered, failed) => {
  const { hostname, port } = new URL(address);
  const asked = request({ hostname, port, path, headers }, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (part) => { body += part; }).on("end", () => answered({ status: response.statusCode, body, headers: response.headers }));
  });
  asked.setTimeout(30_000, () => asked.destroy(new Error(`${path}: no end of the answer`)));
  asked.on("error", failed).end();
});

test("the server gives out the site and nothing else", async (t) => {
  const { address } = await preview(t, BOOK);
  const host = new URL(address).host;
  assert.equal((await ask(address, "/a.html")).status, 200);
  for (const path of [
    "/../chapbook.toml", "/..%2fchapbook.toml", "/%2e%2e/chapbook.toml", "/content/README.md", "/chapbook.toml", "/.git/config",
    "/..\\chapbook.toml", "//etc/passwd", "/a.html/../../chapbook.toml", "/%00", "/%", "/a.html%00.md", "/nowhere",
  ]) {
    const { status, body } = await ask(address, path);
    assert.ok(status >= 400, `${path}: ${status}`);
    assert.ok(!body.includes("title = "), path);
  }
  assert.ok((await ask(address, "/", { host: "evil.example" })).status >= 400, "any Host is answered");
  assert.equal((await ask(address, "/", { host })).headers["access-control-allow-origin"], undefined);
  const events = await ask(address, "/__chapbook/events?since=", { host, origin: "http://evil.example" });
  assert.ok(events.status >= 400, "other origins may listen");
});
