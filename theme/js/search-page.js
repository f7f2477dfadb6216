/**
 * The results page, `search.html?q=`, and the page for addresses that do not exist, which searches for the words of the
 * address. The address of the results page always matches what it shows.
 */
(() => {
  "use strict";
  /** How many pages are shown at first, and how many more each time; and how many on the page for addresses that do not exist. */
  const [STEP, FEW] = [30, 4];
  const found = document.querySelector('[data-chapbook="search-page"]');
  if (!(found instanceof HTMLElement)) return;
  const place = found;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-chapbook="${name}"]`));
  const [list, more] = ["search-results", "search-more"].map(part);
  const missing = "missing" in place.dataset;
  const title = document.title;
  const { element, groups } = window.chapbook.results;
  const first = missing ? FEW : STEP;
  let pages = first;
  /** The scroll position to restore once the results are shown again. */
  let scrolled = Number(history.state?.scrolled) || 0;

  const asked = () => new URLSearchParams(location.search);
  const field = window.chapbook.searchField(place, {
    pages: () => pages,
    start: { part: asked().get("part") || "", checklists: asked().get("checklists") === "1" },
    changed: () => {},
    show,
  });
  const { input } = field;

  /** @param {Chapbook.SearchResult[]} results @param {string} query */
  function show(results, query) {
    const shown = groups(results, { group, link: row }).slice(0, missing ? FEW : undefined);
    list.replaceChildren(...shown);
    list.hidden = !shown.length;
    more.hidden = missing || shown.length < pages;
    if (missing) return;
    document.documentElement.toggleAttribute("data-asked", Boolean(query));
    document.title = query ? `${query} · ${title}` : title;
    history.replaceState(history.state, "", addressOf(query));
    if (scrolled && shown.length) scrollTo({ top: scrolled, behavior: "instant" });
    scrolled = 0;
  }

  /** @param {string} query */
  function addressOf(query) {
    const { part: name, checklists } = field.filters.chosen();
    const words = new URLSearchParams({ ...(query ? { q: query } : {}), ...(name ? { part: name } : {}), ...(checklists ? { checklists: "1" } : {}) });
    return `${location.pathname}${words.toString() && `?${words}`}`;
  }

  /** @param {HTMLElement[]} rows @param {HTMLElement | undefined} head */
  function group(rows, head) {
    const made = element("li", "cb-results__group");
    const sections = element("ul", "");
    sections.append(...rows);
    made.append(...(head ? [head] : []), sections);
    return made;
  }

  /** @param {HTMLElement} link */
  function row(link) {
    const made = element("li", "");
    made.append(link);
    return made;
  }

  /** The words of the last part of an address: `know more` for `/guide/know-more.html`. */
  function wordsOfAddress() {
    const names = location.pathname.split("/").map(window.chapbook.decode).map((name) => name.replace(/\.\w+$/u, ""));
    return (names.filter((name) => name && name !== "index" && name !== "README").pop() || "").replace(/[-_+.\s]+/gu, " ").trim();
  }

  function readAddress() {
    const words = missing ? wordsOfAddress() : asked().get("q") || "";
    input.value = words;
    pages = first;
    return field.update();
  }

  part("search-form").addEventListener("submit", (event) => {
    if (missing && input.value.trim()) return;
    event.preventDefault();
    if (field.composed()) return;
    // The results are shown already; on a phone the keyboard closes.
    field.update();
    if (matchMedia("(pointer: coarse)").matches) input.blur();
  });
  more.addEventListener("click", async () => {
    const at = list.childElementCount;
    pages += STEP;
    await field.update();
    list.children[at]?.querySelector("a")?.focus();
  });
  for (const kind of ["click", "auxclick"]) {
    list.addEventListener(kind, (event) => {
      if (event.target instanceof Element && event.target.closest("a")) window.chapbook.recent.keep(field.query());
    });
  }
  input.addEventListener("input", () => (pages = first));
  window.addEventListener("popstate", readAddress);
  window.addEventListener("pagehide", () => {
    if (!missing) history.replaceState({ ...history.state, scrolled: scrollY }, "");
  });
  readAddress();
})();
