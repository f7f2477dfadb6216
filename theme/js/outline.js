/**
 * The rest of the outline, for a book too large to have it on every page. `nav.js` loads this script, together with the outline,
 * when a reader first unfolds a branch that is not on the page. It adds entries to the sidebar in the form of
 * `partials/nav.html`. Without scripts, and if loading fails, entries lead to pages that list what is under them.
 */
(() => {
  "use strict";
  /** @typedef {Chapbook.OutlineEntry} Entry */
  const nav = document.querySelector('[data-chapbook="nav"][data-outline]');
  if (!(nav instanceof HTMLElement)) return;
  const sidebar = nav;
  const source = new URL(nav.dataset.outline || "", document.baseURI).href;
  const { foldLabel = "", draftLabel = "" } = nav.dataset;
  /** @type {Entry[]} */
  let outline = [];

  /** @param {string} href from the site's root @returns {string} */
  const absolute = (href) => (href ? new URL(href, source).href : "");

  /** The entries under the page at an address. @param {Entry[]} entries @param {string} address @returns {Entry[] | undefined} */
  function under(entries, address) {
    for (const [, , , href, children] of entries) {
      if (children.length && absolute(href) === address) return children;
      const found = under(children, address);
      if (found) return found;
    }
    return undefined;
  }

  /** @param {string} name @param {string} text @param {string} [className] */
  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** An entry in the form of `partials/nav.html`, without the entries under it. @param {Entry} entry */
  function item([kind, number, title, href, children]) {
    const made = document.createElement("li");
    if (kind === "separator") {
      made.className = "cb-nav__rule";
      made.setAttribute("aria-hidden", "true");
      return made;
    }
    const words = href ? document.createElement("a") : document.createElement("p");
    if (words instanceof HTMLAnchorElement) words.href = absolute(href);
    if (kind === "link") words.setAttribute("rel", "noopener noreferrer");
    if (kind === "part") made.className = "cb-nav__part";
    if (kind === "draft" || kind === "group") words.className = `cb-nav__${kind}`;
    if (number) words.append(element("span", number), " ");
    words.append(title);
    if (kind === "draft") words.append(" ", element("small", draftLabel));
    made.append(words);
    if (children.length && href) {
      made.dataset.fold = "closed";
      made.dataset.more = "";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cb-js-only";
      button.dataset.chapbook = "fold";
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-label", foldLabel.replace("{title}", title));
      made.append(button);
    } else if (children.length) made.append(list(children));
    return made;
  }

  /** @param {Entry[]} entries */
  function list(entries) {
    const made = document.createElement("ul");
    made.append(...entries.map(item));
    return made;
  }

  /** Adds the entries under a branch. @param {HTMLElement} branch */
  function fill(branch) {
    delete branch.dataset.more;
    const link = /** @type {HTMLAnchorElement | null} */ (branch.querySelector(":scope > a"));
    const entries = link && under(outline, link.href);
    if (entries) branch.append(list(entries));
  }

  /** Adds the entries that a long list omits; those that are there stay. @param {HTMLUListElement} shown */
  function complete(shown) {
    const above = /** @type {HTMLAnchorElement | null} */ (shown.parentElement?.querySelector(":scope > a") || null);
    const entries = above ? under(outline, above.href) : outline;
    if (!entries) return;
    /** @type {Map<string, Element>} */
    const present = new Map();
    for (const child of shown.children) {
      const link = child.querySelector(":scope > a");
      if (link instanceof HTMLAnchorElement && !child.matches(".cb-nav__more")) present.set(link.href, child);
    }
    shown.replaceChildren(...entries.map((entry) => present.get(absolute(entry[3])) || item(entry)));
  }

  /** Completes the branches that are unfolded and the lists whose rest was requested. */
  function follow() {
    for (const branch of sidebar.querySelectorAll('li[data-more][data-fold="open"]')) {
      if (branch instanceof HTMLElement) fill(branch);
    }
    sidebar.querySelectorAll("[data-wanted]").forEach((more) => {
      const shown = more.closest("ul");
      if (shown) complete(shown);
    });
  }

  window.chapbook.outline = (entries) => {
    outline = entries;
    follow();
    sidebar.addEventListener("click", follow);
  };
})();
