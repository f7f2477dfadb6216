// The driver of Firefox: opens pages from disk, acts in them, prints them.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { firefoxOffline } from "./firefox.mjs";
import { keep, sides } from "./paper.mjs";
import { temporary } from "./stage.mjs";

const PAGE = `<!doctype html><title>t</title><style>@page { size: A5 landscape; margin: 10mm }</style>
<input><p id="out"></p><script>
const out = document.getElementById("out");
document.querySelector("input").addEventListener("input", (event) => { out.textContent = event.target.value; });
localStorage.setItem("seen", Number(localStorage.getItem("seen")) + 1);
</script>`;

test("a page from disk is read, typed into, pictured and printed, and the network is cut", async (t) => {
  const folder = temporary();
  writeFileSync(join(folder, "page.html"), PAGE);
  const { page, complaints } = await firefoxOffline(t, folder, "page.html");
  await page.click("input");
  await page.type("年 ab");
  assert.equal(await page.evaluate((id) => document.getElementById(id).textContent, "out"), "年 ab");
  await page.press("Backspace");
  assert.equal(await page.until(() => document.getElementById("out").textContent), "年 a");
  await page.reload();
  assert.equal(await page.evaluate(() => localStorage.getItem("seen")), "2");
  assert.equal((await page.screenshot()).subarray(1, 4).toString(), "PNG");
  assert.deepEqual(sides(keep(await page.pdf())).map(({ size }) => size), ["210x148"]);
  assert.deepEqual(complaints, []);
  const cut = await page.evaluate(() => fetch("https://example.org/").then(() => "came", () => "cut"));
  assert.equal(cut, "cut");
  assert.ok(complaints.some((text) => text.includes("example.org")), complaints.join("\n"));
  const { page: other } = await firefoxOffline(t, folder, "page.html");
  assert.equal(await other.evaluate(() => localStorage.getItem("seen")), "1", "readers share a store");
});
