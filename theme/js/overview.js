/**
 * The page of all checklists: the progress of each, and filters: all or unfinished ones, by chapter, by tag.
 */
(() => {
  "use strict";
  const { state, identity, fill } = window.chapbook;

  /** @returns {HTMLElement[]} */
  const entries = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-chapbook="checklist-entry"]')]);

  /** @param {string | undefined} ids */
  const words = (ids) => (ids || "").split(" ").filter(Boolean);

  /** The entries of a list, also if they are kept under a former name. @param {Chapbook.Copy} copy @param {HTMLElement} entry @returns {Chapbook.Entries} */
  function ticks(copy, entry) {
    const { listId = "", itemIds } = entry.dataset;
    if (copy.lists[listId]) return copy.lists[listId].items;
    const items = words(itemIds).map((id) => ({ id, kind: /** @type {const} */ ("box"), text: "" }));
    const former = identity.formerName(copy.lists, { title: "", items }, new Set(window.chapbook.known.lists));
    return former === undefined ? {} : copy.lists[former].items;
  }

  /** @param {Chapbook.Copy} copy @param {HTMLElement} entry */
  function showProgress(copy, entry) {
    const kept = ticks(copy, entry);
    const byAuthor = new Set(words(entry.dataset.doneIds));
    const items = words(entry.dataset.itemIds);
    const finished = items.filter((id) => ["done", "na"].includes(kept[id]?.state || (byAuthor.has(id) ? "done" : "open"))).length;
    const progress = entry.querySelector('[data-chapbook="progress"]');
    if (progress) progress.textContent = `${finished} / ${items.length}`;
    entry.toggleAttribute("data-done", items.length > 0 && finished === items.length);
  }

  /** @param {string} name */
  function chosen(name) {
    const select = document.querySelector(`[data-chapbook="filter"] select[name="${name}"]`);
    return select instanceof HTMLSelectElement ? select.value : "";
  }

  function filter() {
    const [which, chapter, tag] = ["which", "chapter", "tag"].map(chosen);
    let count = 0;
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".cb-overview"))) {
      const tags = (group.dataset.tags || "").split("\n");
      const wanted = (!chapter || group.dataset.chapter === chapter) && (!tag || tags.includes(tag));
      const all = entries().filter((entry) => group.contains(entry));
      for (const entry of all) entry.hidden = !wanted || (which === "open" && entry.hasAttribute("data-done"));
      const shown = all.filter((entry) => !entry.hidden).length;
      group.hidden = !shown;
      count += shown;
    }
    const status = document.querySelector('[data-chapbook="filter-status"]');
    if (status instanceof HTMLElement) status.textContent = fill(count ? status.dataset.some : status.dataset.none, { count, all: entries().length });
  }

  function show() {
    const copy = state.copyOf(state.read());
    for (const entry of entries()) showProgress(copy, entry);
    filter();
  }

  if (!entries().length) return;
  document.querySelector('[data-chapbook="filter"]')?.addEventListener("change", filter);
  window.addEventListener("chapbook:ticks", show);
  show();
})();
