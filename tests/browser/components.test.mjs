// The page of the manual that shows every component, compared with reviewed pictures: three widths; light, dark, forced
// colours and right to left; and dialogs and popovers. `UPDATE_PICTURES=1 node --test components.test.mjs` replaces the
// pictures: look at them before they are committed.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { differences, scales, seen } from "./pictures.mjs";
import { small } from "./png.mjs";
import { book, build, fileUrl, here, none, once, reader, repository } from "./stage.mjs";

const FOLDER = join(here, "pictures");
const WIDTHS = [390, 820, 1280];
const VARIANTS = {
  light: {},
  dark: { colorScheme: "dark" },
  forced: { forcedColors: "active" },
  rtl: { language: "fa" },
};

const manual = (path) => readFileSync(join(repository, "docs", path));
const SUMMARY = "# Parts\n\n[Home](README.md)\n\n- [Before](before.md)\n- [Components](reference/components.md)\n  - [Under it](under.md)\n- [Theme](reference/theme.md)\n";

/** A book with the page, outside of any repository: nothing in it changes by itself. */
const site = (language) => build(book({
  "chapbook.toml": `[book]\ntitle = "A book"\nid = "look"\nlanguage = "${language}"\nfooter = "A line at the foot."\nedit_url = "https://example.org/{path}"\nglossary = "terms.md"\n\n[markdown]\nmath = true\n\n[banner]\ntext = "A line over every page"\nlink = "before.md"\n`,
  "content/SUMMARY.md": `${SUMMARY}- [Terms](terms.md)\n`,
  "content/README.md": "# Home\n\nA door.\n",
  "content/before.md": "# Before\n\nText.\n",
  "content/under.md": "# Under it\n\nText.\n",
  "content/terms.md": "# Terms\n\nQuotation\n: What somebody else said. More of it.\n",
  "content/reference/theme.md": "# Theme\n\nText.\n",
  "content/reference/components.md": manual("reference/components.md"),
  "content/images/checklist-card.png": manual("images/checklist-card.png"),
}));
const sites = { en: once(() => site("en")), fa: once(() => site("fa")) };

const PARTS = [".cb-banner", ".cb-header", ".cb-nav", ".cb-crumbs", ".cb-aside", ".cb-toc-fold", ".cb-main > *", ".cb-about", ".cb-pager", ".cb-footer"];

/** The positions of the components on the page, each named by its class or element and its number. */
function places(parts) {
  const [names, found] = [new Map(), []];
  for (const element of document.querySelectorAll(parts.join(", "))) {
    const { x, y, width, height } = element.getBoundingClientRect();
    if (!width || !height) continue;
    const word = element.classList[element.classList.length - 1] || element.localName;
    names.set(word, (names.get(word) || 0) + 1);
    const above = found.filter((other) => other.in === element.parentElement).pop();
    found.push({ name: `${word} ${names.get(word)}`, in: element.parentElement, x, y: y + scrollY, width, height, gap: y + scrollY - (above ? above.y + above.height : 0) });
  }
  return found.map(({ in: _, ...place }) => Object.fromEntries(Object.entries(place).map(([key, value]) => [key, typeof value === "number" ? Math.round(value) : value])));
}

/** A picture of a page at half size, and its components. */
async function picture(page, clip) {
  // Images further down are loaded lazily.
  await page.evaluate(() => Promise.all([...document.images].map((image) => ((image.loading = "eager"), image.decode().catch(() => {})))));
  const png = (await page.screenshot({ fullPage: !clip, clip })).toString("base64");
  const all = clip ? [{ name: "all", ...clip, gap: 0 }] : await page.evaluate(places, PARTS);
  const at = (place) => ({ x: clip ? 0 : place.x, y: clip ? 0 : place.y, width: place.width, height: place.height });
  return { png, places: all.map((place) => ({ ...place, at: at(place) })) };
}

/** Measures a picture in a page without a policy. */
async function measured(page, { png, places }) {
  const half = places.map(({ at }) => Object.fromEntries(Object.entries(at).map(([key, value]) => [key, value / 2])));
  const measures = await page.evaluate(seen, { png, places: half, ...scales });
  return new Map(places.map((place, index) => [place.name, { place, ...measures[index] }]));
}

/** Compares a page with its picture, or replaces the picture. */
async function compare(name, taken, plain) {
  const path = join(FOLDER, name);
  if (process.env.UPDATE_PICTURES) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${path}.png`, await small(taken.png, plain));
    writeFileSync(`${path}.json`, `[\n${taken.places.map((place) => JSON.stringify(place)).join(",\n")}\n]\n`);
  }
  return compared(name, taken, plain);
}

/** The differences between a page and its picture. */
async function compared(name, taken, plain) {
  const path = join(FOLDER, name);
  const kept = { png: readFileSync(`${path}.png`).toString("base64"), places: JSON.parse(readFileSync(`${path}.json`, "utf8")) };
  const [now, then] = [await measured(plain, taken), await measured(plain, kept)];
  const more = [...now.keys()].filter((part) => !then.has(part)).map((part) => `${part} is new`);
  return [...[...then].flatMap(([part, picture]) => differences(part, now.get(part), picture)), ...more].map((fault) => `${name}: ${fault}`);
}

/** A reader at half size, and an empty page that measures pictures. */
async function open(t, { language = "en", ...options }, width) {
  const { page, context } = await reader(t, { ...options, locale: "en", deviceScaleFactor: 0.5, reducedMotion: "reduce", viewport: { width, height: 900 } });
  const plain = await context.newPage();
  await page.bringToFront();
  await page.goto(fileUrl(sites[language](), "reference/components.html"), { waitUntil: "load" });
  return { page, plain };
}

for (const [kind, options] of Object.entries(VARIANTS)) {
  test(`every component looks as in its picture, ${kind}`, async (t) => {
    const faults = [];
    for (const width of WIDTHS) {
      const { page, plain } = await open(t, options, width);
      faults.push(...await compare(`${kind}-${width}`, await picture(page), plain));
      await page.close();
    }
    none(faults);
  });
}

/** Dialogs and popovers: how each is opened, and its selector. */
const OVER = {
  search: [async (page) => {
    await page.locator('[data-chapbook="search-open"]').first().click();
    await page.locator('[data-chapbook="search"] input').first().fill("valve");
    await page.locator('[data-chapbook="search-result"]').first().waitFor();
  }, ".cb-search"],
  reading: [(page) => page.locator('[popovertarget="cb-reading"]').click(), ".cb-reading"],
  note: [(page) => page.locator(".cb-fnref a").first().click(), ".cb-note"],
  keys: [(page) => page.keyboard.press("?"), ".cb-keys"],
  print: [(page) => page.locator('.cb-about [data-chapbook="print"]').click(), ".cb-print"],
  zoomed: [(page) => page.locator(".cb-zoom").first().click(), ".cb-zoomed"],
};

for (const [width, options, left] of [[1280, VARIANTS.light], [390, VARIANTS.dark, "zoomed"]]) {
  test(`dialogs and popovers look as in their pictures, ${width} px`, async (t) => {
    const faults = [];
    const { page, plain } = await open(t, options, width);
    // On a phone the picture is as large as it is.
    for (const [name, [call, part]] of Object.entries(OVER).filter(([name]) => name !== left)) {
      await call(page);
      const box = await page.locator(part).boundingBox();
      assert.ok(box, `${name} did not open`);
      const clip = Object.fromEntries(Object.entries(box).map(([key, value]) => [key, Math.round(value)]));
      faults.push(...await compare(`${name}-${width}`, await picture(page, clip), plain));
      await page.keyboard.press("Escape");
      await page.evaluate(() => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));
    }
    none(faults);
  });
}

test("a component that is missing, has moved or has another colour is reported", async (t) => {
  const { page, plain } = await open(t, VARIANTS.light, 390);
  for (const [change, expected] of [
    [".cb-box--tip { display: none }", /cb-box--tip 1 is gone/u],
    [".cb-crumbs { margin-block-end: 6rem }", /has moved/u],
    [".cb-box--warning { margin-inline-start: 1rem }", /cb-box--warning 1 has another x/u],
    [":root { --cb-warning: green }", /cb-box--warning 1 has another colour/u],
    [".cb-checklist { background: #ddd }", /cb-checklist 1 is lighter or darker|cb-together \d is lighter or darker/u],
  ]) {
    await page.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [sheet];
    }, change);
    const faults = await compared("light-390", await picture(page), plain);
    assert.match(faults.join("\n"), expected, change);
  }
});
