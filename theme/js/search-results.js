/**
 * Results as a reader sees them: sections under their page, what was found marked in title and text.
 *
 * In: results of `chapbook.search`. Out: elements. All text arrives as text.
 */
(() => {
  "use strict";
  /**
   * @typedef {[number, number][]} Places
   * @typedef {{ url: string, title: string, page: string, trail: string[], snippet: string, marks: string[], places: { title: Places, snippet: Places } }} Result
   * @typedef {{ group: (sections: HTMLElement[], head: HTMLElement | undefined, number: number) => HTMLElement, link: (link: HTMLAnchorElement, number: number) => HTMLElement }} Frame
   */
  const root = document.documentElement;

  /** @param {string} name @param {string} className @param {string} [text] */
  function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  /** Where a result leads: its section, with the words to mark there. @param {Result} result */
  function href(result) {
    const [path, anchor] = result.url.split("#");
    if ("leaves" in root.dataset) return placeInFile(path, anchor);
    const words = new URLSearchParams({ h: result.marks.join(" ") });
    // A file may be named like a scheme: with a dot before it, it is a path.
    return `${root.dataset.root || "./"}${path}${result.marks.length ? `?${words}` : ""}${anchor ? `#${anchor}` : ""}`;
  }

  /** In the book's one file a page is found by its path behind `#`, a section by both. @param {string} path @param {string | undefined} anchor */
  function placeInFile(path, anchor) {
    const leaf = decodeURIComponent(path).replace(/[%\s]/gu, (letter) => (letter === "%" ? "%25" : "%20"));
    return `#${encodeURIComponent(leaf).replaceAll("%2F", "/")}${anchor ? `%23${anchor}` : ""}`;
  }

  /** A text with its places in `mark` elements. @param {string} name @param {string} className @param {string} text @param {Places} places */
  function marked(name, className, text, places) {
    const place = element(name, className);
    let from = 0;
    for (const [start, end] of places) {
      place.append(text.slice(from, start), element("mark", "", text.slice(start, end)));
      from = end;
    }
    place.append(text.slice(from));
    return place;
  }

  /** What stands between the page and the section. @param {Result} result */
  function above(result) {
    const names = result.trail.slice(result.trail.indexOf(result.page) + 1);
    // A page whose first heading says its title again need not say it a third time.
    return result.trail.includes(result.page) ? names.filter((name) => name !== result.page) : [];
  }

  /** @param {Result} result */
  function link(result) {
    const made = /** @type {HTMLAnchorElement} */ (element("a", "cb-result"));
    made.href = href(result);
    made.dataset.chapbook = "search-result";
    if (result.marks.length) made.dataset.marks = result.marks.join(" ");
    made.append(marked("span", "cb-result__title", result.title, result.places.title));
    if (above(result).length) made.append(" ", element("span", "cb-result__trail", above(result).join(" / ")));
    if (result.snippet) made.append(marked("span", "cb-result__text", result.snippet, result.places.snippet));
    return made;
  }

  /** The name of a page over its sections, with what it stands under. @param {Result} result */
  function head(result) {
    const made = element("div", "cb-results__page");
    const at = result.trail.indexOf(result.page);
    const under = at < 0 ? result.trail : result.trail.slice(0, at);
    if (under.length) made.append(element("span", "cb-results__under", under.join(" / ")), " ");
    // The page itself, found, names itself.
    if (!isPage(result)) made.append(element("span", "", result.page));
    return made.childElementCount ? made : undefined;
  }

  /** @param {Result} result */
  const isPage = (result) => result.title === result.page && !result.trail.includes(result.page);

  /** Sections under their page, pages in the order of their best section. @param {Result[]} results @param {Frame} frame @returns {HTMLElement[]} */
  function groups(results, frame) {
    /** @type {Map<string, Result[]>} */
    const pages = new Map(results.map((result) => [result.url.split("#")[0], []]));
    for (const result of results) pages.get(result.url.split("#")[0])?.push(result);
    let number = 0;
    return [...pages.values()].map((sections, at) => {
      const links = sections.map((section, place) => {
        const made = link(section);
        made.classList.toggle("cb-result--page", place === 0 && isPage(section));
        return frame.link(made, number++);
      });
      return frame.group(links, head(sections[0]), at);
    });
  }

  window.chapbook.results = { element, groups };
})();
