/**
 * The search dialog: a combobox with a listbox (ARIA authoring practices). `search-open.js` opens it.
 */
(() => {
  "use strict";
  const { tab, key } = window.chapbook.storage;
  const found = document.querySelector('[data-chapbook="search"]');
  if (!(found instanceof HTMLDialogElement)) return;
  const dialog = found;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-chapbook="${name}"]`));
  const list = part("search-results");
  /** @type {HTMLAnchorElement | null} */
  const all = dialog.querySelector('a[data-chapbook="search-all"]');
  const { element, groups } = window.chapbook.results;

  /** What was chosen in this tab. @returns {Chapbook.SearchChoice} */
  function chosen() {
    const stored = tab.readObject(key("filters"));
    return { part: String(stored.part || ""), checklists: stored.checklists === true };
  }

  const field = window.chapbook.searchField(dialog, {
    // Without a results page, the dialog shows more.
    pages: () => (all ? 10 : 40),
    start: chosen(),
    changed: (choice) => void tab.write(key("filters"), JSON.stringify(choice)),
    show,
  });
  const { input } = field;
  const recent = window.chapbook.recent.list(part("search-recent"), input, field.take);

  /** @param {Chapbook.SearchResult[]} results @param {string} query */
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

  /** The link to the results page, with the same filters. @param {string} query @param {HTMLAnchorElement} all */
  function everything(query, all) {
    const { part: name, checklists } = field.filters.chosen();
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

  /** Opens the chosen result, once the answer belongs to the words in the field. @param {boolean} newTab */
  async function follow(newTab) {
    await field.answered();
    const link = options()[at()];
    if (!link) return;
    remember(link);
    if (newTab) window.open(link.href, "_blank", "noopener");
    else link.click();
  }

  /** @param {Element} link */
  function remember(link) {
    if (link.matches('[data-chapbook="search-result"]')) window.chapbook.recent.keep(field.query());
  }

  /** The first section of the page after the present one, or before it. @param {number} step */
  function pageAway(step) {
    const heads = [...list.children].map((child) => options().findIndex((link) => child === link || child.contains(link)));
    const here = heads.findLastIndex((head) => head <= at());
    return heads[Math.min(Math.max(here + step, 0), heads.length - 1)];
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (field.composes(event) || event.shiftKey || event.altKey) return;
    const count = options().length;
    const [start, end] = [input.selectionEnd === 0, input.selectionStart === input.value.length];
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) follow(true);
    else if (event.key === "ArrowDown" && !field.query()) recent.enter();
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

  /** Fits the dialog above a phone's keyboard. */
  function fit() {
    const seen = window.visualViewport;
    if (!seen || !dialog.open) return;
    dialog.style.setProperty("--cb-seen", `${seen.height}px`);
    dialog.style.setProperty("--cb-seen-from", `${seen.offsetTop}px`);
  }

  /** Called when the dialog is shown; words may have been typed already. */
  function opened() {
    fit();
    // The index loads while the reader thinks.
    window.chapbook.search.prepare().catch(() => {});
    field.update();
  }

  window.chapbook.searchOpened = opened;
  part("search-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  input.addEventListener("keydown", onKey);
  part("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.composed()) follow(false);
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
