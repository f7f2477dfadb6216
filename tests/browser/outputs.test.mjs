// What readers take from a page, and fill in, is what the author meant.

import assert from "node:assert/strict";
import { test } from "node:test";
import { book, build, none, once, readerOffline } from "./stage.mjs";

const SESSIONS = [
  ["$ echo a \\\\\n> b\na b\n$ ls\nx\n# a comment", "echo a \\\\\nb\nls"],
  ["user@host:~$ make\n50 % of it\n(venv) [me@here dir]$ pip list", "make\npip list"],
  ["root@h:/# id\nuid=0", "id"],
  ["# apt update\nHit:1", "apt update"],
  ["PS C:\\\\> dir\nx", "dir"],
  ["no prompt\nat all", "no prompt\nat all"],
];
const FORM = "<!-- form: -->\n\n| Item | Value |\n|---|---|\n| Length | ____ m |\n| Price | € ____ |\n| Name | ____ |\n";
const site = once(() => build(book({
  "chapbook.toml": '[book]\ntitle = "T"\n[output]\noffline = true\n',
  "content/index.md": `# Home\n\n${SESSIONS.map(([text]) => "```console\n" + text.replaceAll("\\\\", "\\") + "\n```\n").join("\n")}\n${FORM}`,
})));

test("a shell session is copied as its commands", async (t) => {
  const { page, context, complaints } = await readerOffline(t, site(), "index.html");
  await context.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => (window.copied = text) } }));
  await page.reload();
  const buttons = page.locator(".cb-code button");
  for (const [at, [, expected]] of SESSIONS.entries()) {
    await buttons.nth(at).click();
    assert.equal(await page.evaluate(() => window.copied), expected.replaceAll("\\\\", "\\"));
  }
  none(complaints);
});

test("a unit stays on the line of its blank, also on a phone", async (t) => {
  for (const width of [1200, 360]) {
    const { page, complaints } = await readerOffline(t, site(), "index.html", { viewport: { width, height: 800 } });
    const heights = await page.evaluate(() => [...document.querySelectorAll(".cb-form td:not(:first-child)")].map((cell) => cell.getBoundingClientRect().height));
    assert.ok(heights[0] < heights[2] * 1.3 && heights[1] < heights[2] * 1.3, `${width}: ${heights}`);
    none(complaints);
  }
});
