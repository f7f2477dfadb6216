/**
 * The search dialog: opened by its buttons, `/` or Ctrl/Cmd-K; a combobox with a listbox (ARIA authoring practices).
 * Titles and texts reach the page as text only.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const { search } = window.chapbook;
  const part = (/** @type {string} */ name) => document.querySelector(`[data-chapbook="${name}"]`);
  const dialog = /** @type {HTMLDialogElement} */ (part("search"));
  if (!dialog) return;
  const input = /** @type {HTMLInputElement} */ (part("search-input"));
  const list = /** @type {HTMLElement} */ (part("search-results"));
  const status = /** @type {HTMLElement} */ (part("search-status"));
  /** Counts the queries, so that a late answer to an early one is dropped. */
  let turn = 0;

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    // The index is fetched while the reader thinks.
    search.prepare().catch(() => {});
    update();
  }

  /** @param {string | undefined} text @param {Record<string, string>} [values] */
  function say(text, values = {}) {
    status.textContent = (text || "").replace(/\{(\w+)\}/gu, (_, name) => values[name] || "");
  }

  /** Asks and shows; the list stays until the next answer is there. */
  async function update() {
    const [query, mine] = [input.value.trim(), ++turn];
    if (!query) return show([]), say("");
    if (list.hidden) say(status.dataset.loading);
    try {
      const results = await search(query);
      if (mine !== turn) return;
      show(results);
      const some = results.length === 1 ? status.dataset.one : status.dataset.many;
      const words = !results.length ? status.dataset.none : results.loose ? status.dataset.loose : some;
      say(`${results.heard ? "{heard} · " : ""}${words}`, { query, count: String(results.length), heard: results.heard || "" });
    } catch {
      if (mine === turn) say(status.dataset.failed);
    }
  }

  /** Sections stand under their page, pages in the order of their best section. @param {any[]} results */
  function show(results) {
    /** @type {Map<string, any[]>} */
    const pages = new Map(results.map((result) => [result.url.split("#")[0], []]));
    for (const result of results) pages.get(result.url.split("#")[0])?.push(result);
    let number = 0;
    list.replaceChildren(...[...pages.values()].map((sections, at) => {
      const group = document.createElement("div");
      const head = element("div", "cb-search__page", sections[0].page);
      head.id = `cb-search-page-${at}`;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id);
      group.append(head, ...sections.map((section) => option(section, number++)));
      return group;
    }));
    list.hidden = !results.length;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    choose(0);
  }

  /** @param {string} name @param {string} className @param {string} text */
  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  /** @param {any} result @param {number} number */
  function option(result, number) {
    const link = document.createElement("a");
    const [path, anchor] = result.url.split("#");
    link.className = "cb-search__result";
    link.dataset.chapbook = "search-result";
    link.id = `cb-search-result-${number}`;
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    link.href = `${root.dataset.root || ""}${path}?h=${encodeURIComponent(result.marks.join(" "))}${anchor ? `#${anchor}` : ""}`;
    const title = element("span", "cb-search__title", "");
    marked(title, result.title, result.places.title);
    const trail = (result.trail || []).filter((/** @type {string} */ name) => name !== result.page && name !== result.title);
    if (trail.length) title.append(element("span", "cb-search__trail", ` — ${trail.join(" / ")}`));
    const text = element("span", "cb-search__snippet", "");
    marked(text, result.snippet, result.places.snippet);
    link.append(title, text);
    return link;
  }

  /** Puts text into a place with its matches in `mark` elements. @param {Element} place @param {string} text @param {[number, number][]} places */
  function marked(place, text, places) {
    let from = 0;
    for (const [start, end] of places) {
      place.append(text.slice(from, start), element("mark", "", text.slice(start, end)));
      from = end;
    }
    place.append(text.slice(from));
  }

  /** @returns {HTMLAnchorElement[]} */
  const options = () => [...list.querySelectorAll("a")];

  /** @param {number} index */
  function choose(index) {
    const all = options();
    all.forEach((link, at) => link.setAttribute("aria-selected", String(at === index)));
    if (!all[index]) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[index].id);
    (index ? all[index] : list.firstElementChild || list).scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    // While an input method composes, Enter and the arrows are its own.
    if (event.isComposing || event.keyCode === 229) return;
    const all = options();
    const at = all.findIndex((link) => link.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!all[at]) return;
      if (event.ctrlKey || event.metaKey) window.open(all[at].href, "_blank", "noopener");
      else all[at].click();
    }
  }

  /** @param {KeyboardEvent} event */
  function onShortcut(event) {
    const target = event.target;
    const typing = target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const letter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (event.isComposing || document.querySelector("dialog[open]") || !(slash || letter)) return;
    event.preventDefault();
    open();
  }

  document.addEventListener("keydown", onShortcut);
  document.querySelectorAll('[data-chapbook="search-open"]').forEach((button) => button.addEventListener("click", open));
  part("search-close")?.addEventListener("click", () => dialog.close());
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", (event) => /** @type {InputEvent} */ (event).isComposing || update());
  input.addEventListener("compositionend", update);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
})();
