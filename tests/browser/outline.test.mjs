// The sidebar of a book too large to have its outline on every page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { book, build, fileUrl, none, once, pages, readerOffline } from "./stage.mjs";

/** Seventy chapters of one level, one of them with sixty under it, and one of every other entry of an outline. */
const site = once(() => {
  const files = { "chapbook.toml": '[book]\ntitle = "Large"\nlanguage = "en"\n' };
  const lines = ["[Home](README.md)", "# First part"];
  const chapter = (path, title, depth) => {
    files[`content/${path}`] = `# ${title}\n\nText.\n`;
    lines.push(`${"  ".repeat(depth)}- [${title}](${path})`);
  };
  files["content/README.md"] = "# Home\n\nText.\n";
  for (let at = 1; at <= 70; at += 1) {
    chapter(`c${at}/README.md`, `Chapter ${at} & more`, 0);
    for (let under = 1; under <= (at === 65 ? 60 : 5); under += 1) chapter(`c${at}/p${under}.md`, `Page ${under} of ${at}`, 1);
    if (at === 30) lines.push("---", "# Second part", "- [Elsewhere](https://example.org/a?b&c)", "- [Unwritten]()");
  }
  files["content/SUMMARY.md"] = `# Summary\n\n${lines.join("\n").replace(/\n(?=[-#])/gu, "\n\n").replaceAll("\n\n- ", "\n- ")}\n`;
  return build(book(files));
});

test("without scripts the sidebar leads to every page", () => {
  const reached = new Set(["index.html"]);
  for (const path of reached) {
    const nav = readFileSync(join(site(), path), "utf8").match(/<nav class="cb-nav"[^]*?<\/nav>/u)?.[0] ?? "";
    for (const [, href] of nav.matchAll(/<a href="([^"#]+)/gu)) {
      const url = new URL(href, `https://example.com/${path}`);
      if (url.host === "example.com") reached.add(decodeURIComponent(url.pathname.slice(1)).replace(/(?:^|\/)$/u, "$&index.html"));
    }
  }
  const chapters = pages(site()).filter((path) => /^(?:index|c\d+\/.*)\.html$/u.test(path));
  assert.ok(chapters.length > 400, `${chapters.length} pages`);
  none(chapters.filter((path) => !reached.has(path)));
});

test("unfolded entries look like those that were on the page", async (t) => {
  const { page, complaints } = await readerOffline(t, site(), "index.html");
  const entries = () => page.locator(".cb-nav > ul").first().evaluate((list) => {
    const whole = /** @type {HTMLElement} */ (list.cloneNode(true));
    for (const link of whole.querySelectorAll("a")) link.setAttribute("href", link.href);
    for (const marked of whole.querySelectorAll("[aria-current]")) marked.removeAttribute("aria-current");
    for (const open of whole.querySelectorAll('[data-fold="open"]')) {
      open.setAttribute("data-fold", "closed");
      open.setAttribute("data-more", "");
      open.querySelector("button")?.setAttribute("aria-expanded", "false");
      open.querySelector("ul")?.remove();
    }
    for (const entry of whole.querySelectorAll("li")) {
      for (const { name, value } of [...entry.attributes].sort((one, other) => (one.name < other.name ? -1 : 1))) {
        entry.removeAttribute(name);
        entry.setAttribute(name, value);
      }
    }
    return whole.innerHTML.replace(/>\s+|\s+</gu, (blank) => blank.trim()).replaceAll("<li", "\n<li").split("\n");
  });
  const expected = await entries();
  await page.goto(fileUrl(site(), "c65/p55.html"));
  assert.ok((await entries()).length < expected.length, "a page carries a part of the outline");
  await page.locator(".cb-nav > ul > .cb-nav__more").first().click();
  await page.getByRole("link", { name: "Unwritten" }).or(page.getByText("Unwritten")).first().waitFor();
  const unfolded = await entries();
  none(expected.flatMap((entry, at) => (entry === unfolded[at] ? [] : [`${entry}\n  became ${unfolded[at]}`])));
  const here = page.locator('.cb-nav [aria-current="page"]');
  assert.equal(await here.innerText(), "66.55 Page 55 of 65");
  await page.locator(".cb-nav ul ul > .cb-nav__more").first().click();
  assert.equal(await page.locator(".cb-nav ul ul > li").count(), 60);
  const other = page.locator(".cb-nav > ul > li", { hasText: "Chapter 2 &" });
  await other.getByRole("button").click();
  assert.deepEqual(await other.locator("ul a").allInnerTexts(), [1, 2, 3, 4, 5].map((at) => `2.${at} Page ${at} of 2`));
  await other.locator("ul a").last().click();
  await page.waitForURL(fileUrl(site(), "c2/p5.html"));
  none(complaints);
});
