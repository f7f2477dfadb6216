/**
 * Draws results: sections under their page, with the matches marked in title and text.
 *
 * In: results of `chapbook.search`. Out: elements. All texts are inserted as text, not as HTML.
 */
(() => {
  "use strict";
  const root = document.documentElement;

  /** @type {Chapbook.Results["element"]} */
  function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  /** The address of a result: its section, with the words to mark there. @param {Chapbook.SearchResult} result */
  function href(result) {
    const [path, anchor] = result.url.split("#");
    if ("leaves" in root.dataset) return placeInFile(path, anchor);
    const words = new URLSearchParams({ h: result.marks.join(" ") });
    // `./` makes it a path, even if the file is named like a scheme.
    return `${root.dataset.root || "./"}${path}${result.marks.length ? `?${words}` : ""}${anchor ? `#${anchor}` : ""}`;
  }

  /** In the book as one file, the address of a page is its path after `#`, that of a section both. @param {string} path @param {string | undefined} anchor */
  function placeInFile(path, anchor) {
    const leaf = window.chapbook.decode(path).replace(/[%\s]/gu, (letter) => (letter === "%" ? "%25" : "%20"));
    return `#${encodeURIComponent(leaf).replaceAll("%2F", "/")}${anchor ? `%23${anchor}` : ""}`;
  }

  /** A text with ranges in `mark` elements. @param {"span"} name @param {string} className @param {string} text @param {Chapbook.Ranges} places */
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

  /** The headings between the page and the section. @param {Chapbook.SearchResult} result */
  function above(result) {
    const names = result.trail.slice(result.trail.indexOf(result.page) + 1);
    // The title of the page is not repeated.
    return result.trail.includes(result.page) ? names.filter((name) => name !== result.page) : [];
  }

  /** @param {Chapbook.SearchResult} result */
  function link(result) {
    const made = element("a", "cb-result");
    made.href = href(result);
    made.dataset.chapbook = "search-result";
    if (result.marks.length) made.dataset.marks = result.marks.join(" ");
    made.append(marked("span", "cb-result__title", result.title, result.places.title));
    if (above(result).length) made.append(" ", element("span", "cb-result__trail", above(result).join(" / ")));
    if (result.snippet) made.append(marked("span", "cb-result__text", result.snippet, result.places.snippet));
    return made;
  }

  /** The title of a page above its sections, with the titles above it. @param {Chapbook.SearchResult} result */
  function head(result) {
    const made = element("div", "cb-results__page");
    const at = result.trail.indexOf(result.page);
    const under = at < 0 ? result.trail : result.trail.slice(0, at);
    if (under.length) made.append(element("span", "cb-results__under", under.join(" / ")), " ");
    // The result for the page itself has the title already.
    if (!isPage(result)) made.append(element("span", "", result.page));
    return made.childElementCount ? made : undefined;
  }

  /** @param {Chapbook.SearchResult} result */
  const isPage = (result) => result.title === result.page && !result.trail.includes(result.page);

  /** Sections under their page, pages in the order of their best section. @param {Chapbook.SearchResult[]} results @param {Chapbook.ResultFrame} frame @returns {HTMLElement[]} */
  function groups(results, frame) {
    /** @type {Map<string, Chapbook.SearchResult[]>} */
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
