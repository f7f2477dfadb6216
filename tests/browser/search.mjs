// What the tests of search share: the dialog's parts, a question put to it, a book to ask about.

import { book, build } from "./stage.mjs";

export const INPUT = '[data-chapbook="search-input"]';
export const RESULT = 'a[data-chapbook="search-result"]';
export const STATUS = '[data-chapbook="search-status"]';
export const part = (name) => `[data-chapbook="${name}"]`;

/** A small book of two parts, with a checklist, a folded box and tabs; built once for each file of tests. */
let made;
export const harbour = () => (made ??= build(book({
  "chapbook.toml": '[book]\ntitle = "Harbour"\nid = "harbour"\nurl = "https://example.org/harbour/"\n',
  "content/SUMMARY.md": "# Summary\n\n[Harbour](README.md)\n\n# Ashore\n\n- [Ropes](ropes.md)\n\n# Afloat\n\n- [Tides](tides.md)\n- [Lights](lights.md)\n",
  "content/README.md": "# Harbour\n\nWhere ships lie.\n",
  "content/ropes.md": "# Ropes\n\nA rope holds a ship.\n\n## Mooring\n\nA mooring *line* of rope.\n\n## Before you leave\n\n<!-- checklist: id=leave -->\n- [ ] The mooring rope is free\n- [ ] The tide is known\n",
  "content/tides.md": [
    "# Tides", "", "The tide comes twice a day.", "", "## Spring tide", "", "A spring **ti**de is high. Tide tables say when.", "",
    ":::details Neap", "The lowest rise is a quadrature rise.", ":::", "",
    "::::tabs", ":::tab North", "Northern water.", ":::", ":::tab South", "Southern quadrangle water.", ":::", "::::", "",
    ...Array.from({ length: 60 }, (_, at) => `Paragraph ${at} on water and wind, and nothing else.\n`), "The last mooring.", "",
  ].join("\n"),
  "content/lights.md": "# Lights\n\nA light at high tide. `constructor` is a word, and `__proto__` too.\n",
})));

/** Opens the dialog with `/` and asks. */
export async function ask(page, query) {
  await page.keyboard.press("/");
  await page.locator(INPUT).waitFor({ state: "visible" });
  await page.locator(INPUT).fill(query);
  await page.locator(RESULT).first().waitFor();
}

/** Where the choice that Enter would open leads. */
export const chosen = (page) => page.evaluate((input) => document.getElementById(document.querySelector(input).getAttribute("aria-activedescendant"))?.href, INPUT);

export const withoutMarks = (address) => address.replace(/\?h=[^#]*/u, "");

/** Stored as the book's, before any page of it runs. */
export const store = (context, key, value) => context.addInitScript(([name, text]) => localStorage.setItem(name, text), [`chapbook:${key}`, value]);

/**
 * Lends the engine what the reader's part is written for: parts and checklists to narrow by, completions, other
 * spellings. What the engine has itself stays its own. What was asked for is kept in `window.asked`.
 */
export async function lend(page) {
  await page.addInitScript(() => {
    const lendTo = (real) => {
      window.asked = [];
      const [inPart, parts] = [(result, name) => (result.trail[0] ?? "") === name, ["Ashore", "Afloat"]];
      const search = async (query, options = {}) => {
        window.asked.push({ query, ...options });
        const all = await real(query, options);
        const kept = real.facets ? all : [...all].filter((result) => (options.part === undefined || inPart(result, parts[options.part])) && (!options.checklists || result.title === "Before you leave"));
        return Object.assign(kept, { loose: all.loose, heard: all.heard, meant: all.meant ?? (query === "tied" ? "tide" : undefined) });
      };
      const facets = real.facets ?? (async () => (await real.prepare(), { parts, checklists: true }));
      const suggest = real.suggest ?? (async (query) => ["tide tables", "tides"].filter((text) => text.startsWith(query)));
      return Object.assign(search, { load: real.load, prepare: real.prepare, facets, suggest });
    };
    let search;
    const define = Object.defineProperty;
    // `early.js` makes the object; from then on its `search` is lent to.
    Object.defineProperty = (target, name, descriptor) => {
      const done = define(target, name, descriptor);
      if (target === window && name === "chapbook") {
        define(window.chapbook, "search", { get: () => search, set: (real) => (search = lendTo(real)), configurable: true });
      }
      return done;
    };
  });
}
