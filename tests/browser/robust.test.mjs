// The scripts of a page do not fail together: whatever one of them meets, all others work.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { book, build, fileUrl, none, once, reader, repository } from "./stage.mjs";

const TEXT = `# Home

[^1] note, ![a picture that is not there](there.svg)

[^1]: The note.

## Part

:::tabs

:::tab One
First panel
:::

:::tab Two
Second panel
:::

:::

\`\`\`sh
echo code
\`\`\`

- [ ] one
- [ ] two

Name: ____
`;
const OTHERS = Object.fromEntries([1, 2, 3, 4].map((number) => [`content/o${number}.md`, `# Other ${number}\n\nWords.\n`]));
const site = once(() => build(book({ ...OTHERS, "chapbook.toml": '[book]\ntitle = "T"\nid = "t"\n', "content/index.md": TEXT, "content/there.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>' })));

/** What of a page does not work. */
async function broken(page) {
  const faults = [];
  const expect = async (what, check) => {
    if (!(await check().catch((error) => void faults.push(`${what}: ${error.message.split("\n")[0]}`)))) faults.push(what);
  };
  await expect("tabs", async () => {
    await page.getByRole("tab", { name: "Two" }).click({ timeout: 3000 });
    return page.getByText("Second panel").isVisible();
  });
  await expect("copy", () => page.locator(".cb-code button").isVisible());
  await expect("ticks", async () => {
    await page.locator('input[type="checkbox"]').first().check({ timeout: 3000 });
    return (await page.locator('[data-chapbook="progress"]').textContent()) === "1 / 2";
  });
  await expect("blanks", async () => {
    await page.locator("input.cb-field").fill("Anna", { timeout: 3000 });
    return page.evaluate(() => window.chapbook.state.export().includes("Anna"));
  });
  await expect("keys", async () => {
    await page.locator("main").focus();
    await page.keyboard.press("?");
    const shown = await page.evaluate(() => Boolean(document.querySelector("dialog[open]")));
    await page.keyboard.press("Escape");
    return shown;
  });
  await expect("search", async () => {
    await page.locator("main").focus();
    await page.keyboard.press("/");
    await page.locator('[data-chapbook="search-input"]').fill("panel", { timeout: 3000 });
    return page.locator('[data-chapbook="search-result"]').first().waitFor({ timeout: 5000 }).then(() => true);
  });
  return faults;
}

const MALFORMED = ["#%ff", "#%", "#%E0%A4%A", "#~%zz", "#%00", "#\u{1f600}%", "#~", `#${"%f".repeat(5000)}`, "#__proto__", "#constructor"];

test("a malformed fragment stops nothing", async (t) => {
  for (const hash of MALFORMED) {
    const { page, complaints } = await reader(t);
    await page.goto(`${fileUrl(site(), "index.html")}?q=%ff&h=%zz${hash}`);
    if (hash.startsWith("#~")) {
      await page.waitForTimeout(300);
      await page.keyboard.press("Escape");
    }
    none([...(await broken(page)), ...complaints].map((fault) => `${hash.slice(0, 20)}: ${fault}`));
  }
});

/** Ways in which a browser, or another script, gets in the way. */
const HINDRANCES = {
  "storage is forbidden": () => {
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
  },
  "storage is full": () => {
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  },
  "storage holds what is no data": () => {
    for (const name of ["", ":tabs", ":folds", ":place", ":read", ":recent"]) localStorage.setItem(`chapbook:t${name}`, '[{"a":1},null');
    localStorage.setItem("chapbook:reading", "7");
    localStorage.setItem("chapbook:print", '"x"');
  },
  "the clock shows 1960": () => { Date.now = () => -3e11; },
  "the clock shows the year 200000": () => { Date.now = () => 6.2e15; },
};

for (const [name, hinder] of Object.entries(HINDRANCES)) {
  test(`everything works where ${name}`, async (t) => {
    const { page, context, complaints } = await reader(t);
    await context.addInitScript(hinder);
    await page.goto(fileUrl(site(), "index.html"));
    none([...(await broken(page)), ...complaints]);
  });
}

/** Parts of the browser that one script uses, and the script that fails without it. */
const FAILURES = {
  "the page's contents": () => { window.IntersectionObserver = class { constructor() { throw new Error("broken"); } }; },
  "the print menu": () => { window.CSSStyleSheet = class { constructor() { throw new Error("broken"); } }; },
  "notes": () => { HTMLElement.prototype.showPopover = null; Document.prototype.createTreeWalker = () => { throw new Error("broken"); }; },
  "where the reader stopped": () => { Element.prototype.getBoundingClientRect = new Proxy(Element.prototype.getBoundingClientRect, { apply(target, self, args) { if (self.localName === "main") throw new Error("broken"); return Reflect.apply(target, self, args); } }); },
};

for (const [name, hinder] of Object.entries(FAILURES)) {
  test(`where one script fails, the others work: ${name}`, async (t) => {
    const { page, context } = await reader(t);
    await context.addInitScript(hinder);
    await page.goto(fileUrl(site(), "index.html"));
    none(await broken(page));
  });
}

test("pictures and style sheets that do not arrive stop nothing", async (t) => {
  const { page, context } = await reader(t);
  await context.route(/\.(?:svg|png|woff2?)$/u, (route) => route.abort());
  await page.goto(fileUrl(site(), "index.html"));
  none(await broken(page));
});

test("a file of ticks that cannot be stored is not called loaded", async (t) => {
  const { page, context } = await reader(t);
  await context.addInitScript(() => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await page.goto(fileUrl(site(), "checklists.html"));
  const kept = await page.evaluate(() => window.chapbook.state.export());
  assert.equal(await page.evaluate((json) => window.chapbook.state.import(json), kept), false);
  await page.locator('[data-chapbook="import-file"]').setInputFiles({ name: "t.json", mimeType: "application/json", buffer: Buffer.from(kept) });
  const status = page.locator('[data-chapbook="backup-status"]').first();
  await page.waitForFunction(() => document.querySelector('[data-chapbook="backup-status"]').textContent);
  assert.match(await status.textContent(), /cannot store it/u);
});

test("fragments are decoded in one place, which cannot throw", () => {
  const folders = ["theme/js", "theme/search", "theme/offline"];
  const files = folders.flatMap((folder) => readdirSync(join(repository, folder)).filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`));
  const users = files.filter((file) => readFileSync(join(repository, file), "utf8").includes("decodeURI"));
  // The service worker is a script of its own.
  assert.deepEqual(users, ["theme/js/ask.js", "theme/offline/worker.js"]);
});
