// Shared by the tests of search: parts of the dialog, a query, a book.

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

/** Opens the dialog with `/` and searches. */
export async function ask(page, query) {
  await page.keyboard.press("/");
  await page.locator(INPUT).waitFor({ state: "visible" });
  await page.locator(INPUT).fill(query);
  await page.locator(RESULT).first().waitFor();
}

/** The address that Enter would open. */
export const chosen = (page) => page.evaluate((input) => document.getElementById(document.querySelector(input).getAttribute("aria-activedescendant"))?.href, INPUT);

export const withoutMarks = (address) => address.replace(/\?h=[^#]*/u, "");

/** Stores a value of the book before its pages run. */
export const store = (context, key, value) => context.addInitScript(([name, text]) => localStorage.setItem(name, text), [`chapbook:${key}`, value]);

/** Records queries to the engine in `window.asked`. */
export const recordQueries = (page) => page.addInitScript(() => {
  window.asked = [];
  let search;
  const heard = (real) => Object.assign((query, options = {}) => (window.asked.push({ query, ...options }), real(query, options)), real);
  const define = Object.defineProperty;
  // The first script of a page creates the object that `search` is set on.
  Object.defineProperty = (target, name, descriptor) => {
    const done = define(target, name, descriptor);
    if (target === window && name === "chapbook") define(done.chapbook, "search", { get: () => search, set: (real) => (search = heard(real)) });
    return done;
  };
});
