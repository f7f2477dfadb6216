// Takes pictures of pages: phone, desktop, dark, and paper.
//
//   node screenshots.mjs FOLDER PAGE...      PAGE is an address or a file; pictures go to FOLDER

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const VIEWS = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  "phone-dark": { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, colorScheme: "dark" },
  desktop: { viewport: { width: 1280, height: 900 } },
  "desktop-dark": { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
};

const [folder, ...wanted] = process.argv.slice(2);
if (!folder || !wanted.length) {
  console.error("usage: node screenshots.mjs FOLDER PAGE...");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const page of wanted) await capture(existsSync(page) ? pathToFileURL(resolve(page)).href : page);
await browser.close();

async function capture(address) {
  const name = decodeURIComponent(new URL(address).pathname.split("/").filter(Boolean).pop() ?? "index").replace(/\.html$/u, "");
  for (const [view, options] of Object.entries(VIEWS)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(address, { waitUntil: "load" });
    await page.screenshot({ path: join(folder, `${name}-${view}.png`) });
    await page.screenshot({ path: join(folder, `${name}-${view}-whole.png`), fullPage: true });
    if (view === "desktop") await paper(page, join(folder, `${name}-paper`));
    await context.close();
  }
}

async function paper(page, path) {
  await page.pdf({ path: `${path}.pdf`, preferCSSPageSize: true });
  execFileSync("pdftoppm", ["-r", "70", "-png", `${path}.pdf`, path]);
}
