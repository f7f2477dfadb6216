/**
 * The search dialog: a combobox with a listbox (ARIA authoring practices). search-open.js shows it.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const FILTERS = `chapbook:${root.dataset.bookId}:filters`;
  const found = document.querySelector('[data-chapbook="search"]');
  if (!(found instanceof HTMLDialogElement)) return;
  const dialog = found;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-chapbook="${name}"]`));
  const list = part("search-results");
  /** @type {HTMLAnchorElement | null} */
  const all = dialog.querySelector('a[data-chapbook="search-all"]');
  const { element, groups } = window.chapbook.results;

  /** What was chosen during this visit. @returns {{ part: string, checklists: boolean }} */
  function chosen() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(FILTERS) || "{}");
      return { part: String(kept.part || ""), checklists: kept.checklists === true };
    } catch {
      return { part: "", checklists: false };
    }
  }

  const asking = window.chapbook.asking(dialog, {
    // Where no page has all results, the dialog has more.
    pages: () => (all ? 10 : 40),
    start: chosen(),
    changed(/** @type {object} */ choice) {
      try {
        sessionStorage.setItem(FILTERS, JSON.stringify(choice));
      } catch {
        // Without storage the choice holds for this page only.
      }
    },
    show,
  });
  const input = /** @type {HTMLInputElement} */ (asking.input);
  const recent = window.chapbook.recent.list(part("search-recent"), input, asking.take);

  /** @param {any[]} results @param {string} query */
  function show(results, query) {
    if (query) recent.hide();
    else recent.show();
    list.replaceChildren(...groups(results, { group, link: option }));
    if (results.length && all) list.append(everything(query, all));
    list.hidden = !results.length;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    choose(0);
  }

  /** @param {HTMLElement[]} links @param {HTMLElement | undefined} head @param {number} number */
  function group(links, head, number) {
    const made = element("div", "cb-results__group");
    made.setAttribute("role", "group");
    if (head) head.id = `cb-search-page-${number}`;
    made.setAttribute("aria-labelledby", head ? head.id : links[0].id);
    made.append(...(head ? [head] : []), ...links);
    return made;
  }

  /** @param {HTMLAnchorElement} link @param {number} number */
  function option(link, number) {
    link.id = `cb-search-result-${number}`;
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    return link;
  }

  /** The way to the results page, with the same filters. @param {string} query @param {HTMLAnchorElement} all */
  function everything(query, all) {
    const { part: name, checklists } = asking.filters.chosen();
    const asked = new URLSearchParams({ q: query, ...(name ? { part: name } : {}), ...(checklists ? { checklists: "1" } : {}) });
    const link = /** @type {HTMLAnchorElement} */ (all.cloneNode(true));
    link.href = `${all.href}?${asked}`;
    link.hidden = false;
    option(link, 0).id = "cb-search-all";
    return link;
  }

  /** @returns {HTMLAnchorElement[]} */
  const options = () => [...list.querySelectorAll("a")];
  const at = () => options().findIndex((link) => link.getAttribute("aria-selected") === "true");

  /** @param {number} index */
  function choose(index) {
    options().forEach((link, place) => link.setAttribute("aria-selected", String(place === index)));
    const link = options()[index];
    if (!link) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", link.id);
    (index ? link : list.firstElementChild || list).scrollIntoView({ block: "nearest" });
  }

  /** Opens what is chosen, once the answer is that to the words in the field. @param {boolean} beside */
  async function follow(beside) {
    await asking.answered();
    const link = options()[at()];
    if (!link) return;
    remember(link);
    if (beside) window.open(link.href, "_blank", "noopener");
    else link.click();
  }

  /** @param {Element} link */
  function remember(link) {
    if (link.matches('[data-chapbook="search-result"]')) window.chapbook.recent.keep(asking.query());
  }

  /** The first section of the page after the present one, or before it. @param {number} step */
  function pageAway(step) {
    const heads = [...list.children].map((child) => options().findIndex((link) => child === link || child.contains(link)));
    const here = heads.findLastIndex((head) => head <= at());
    return heads[Math.min(Math.max(here + step, 0), heads.length - 1)];
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (asking.composes(event) || event.shiftKey || event.altKey) return;
    const count = options().length;
    const [start, end] = [input.selectionEnd === 0, input.selectionStart === input.value.length];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) follow(true);
    else if (event.key === "ArrowDown" && !asking.query()) recent.enter();
    else if (!count) return;
    else if (event.key === "ArrowDown") choose((at() + 1) % count);
    else if (event.key === "ArrowUp") choose((at() - 1 + count) % count);
    else if (event.key === "PageDown") choose(pageAway(1));
    else if (event.key === "PageUp") choose(pageAway(-1));
    else if (event.key === "Home" && start) choose(0);
    else if (event.key === "End" && end) choose(count - 1);
    else return;
    event.preventDefault();
  }

  /** Fills what a phone's keyboard leaves of the screen. */
  function fit() {
    const seen = window.visualViewport;
    if (!seen || !dialog.open) return;
    dialog.style.setProperty("--cb-seen", `${seen.height}px`);
    dialog.style.setProperty("--cb-seen-from", `${seen.offsetTop}px`);
  }

  /** The dialog was shown, with what was typed in it since. */
  function opened() {
    fit();
    // The index is fetched while the reader thinks.
    window.chapbook.search.prepare().catch(() => {});
    asking.update();
  }

  window.chapbook.searchOpened = opened;
  part("search-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  input.addEventListener("keydown", onKey);
  part("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!asking.composed()) follow(false);
  });
  for (const kind of ["click", "auxclick"]) {
    list.addEventListener(kind, (event) => {
      const link = event.target instanceof Element && event.target.closest("a");
      if (!link) return;
      remember(link);
      const { ctrlKey, metaKey, shiftKey, button } = /** @type {MouseEvent} */ (event);
      if (!ctrlKey && !metaKey && !shiftKey && !button) dialog.close();
    });
  }
  window.visualViewport?.addEventListener("resize", fit);
  window.visualViewport?.addEventListener("scroll", fit);
})();
