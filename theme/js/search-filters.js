/**
 * Filters of a search: one part of the book, or sections with a checklist. They are shown once the index is loaded, for books
 * that have parts or checklists.
 *
 * A part is remembered by its name, since its number may change.
 */
(() => {
  "use strict";
  /** @param {HTMLElement} place contains the controls @param {Chapbook.SearchChoice} start @param {(choice: Chapbook.SearchChoice) => void} changed @returns {Chapbook.SearchFilters} */
  function filters(place, start, changed) {
    const part = (/** @type {string} */ name) => place.querySelector(`[data-chapbook="${name}"]`);
    const row = /** @type {HTMLElement} */ (part("search-filters"));
    const select = /** @type {HTMLSelectElement} */ (part("search-part"));
    const box = /** @type {HTMLInputElement} */ (part("search-checklists"));
    let choice = { ...start };
    /** @type {Promise<string[]> | undefined} */
    let offered;

    /** Shows the controls that are of use for this book. @returns {Promise<string[]>} the book's parts */
    async function offer() {
      const { parts, checklists } = await window.chapbook.search.facets();
      if (!parts.includes(choice.part)) choice.part = "";
      choice.checklists &&= checklists;
      for (const name of parts) select.add(new Option(name, name));
      /** @type {HTMLElement} */ (select.parentElement).hidden = !parts.length;
      /** @type {HTMLElement} */ (box.parentElement).hidden = !checklists;
      row.hidden = !parts.length && !checklists;
      show();
      return parts;
    }

    function show() {
      select.value = choice.part;
      box.checked = choice.checklists;
      select.toggleAttribute("data-chosen", Boolean(choice.part));
    }

    /** The options for the engine. @returns {Promise<{ part?: number, checklists?: boolean }>} */
    async function options() {
      offered ||= offer().catch((error) => {
        offered = undefined;
        throw error;
      });
      const at = (await offered).indexOf(choice.part);
      return { ...(at < 0 ? {} : { part: at }), ...(choice.checklists ? { checklists: true } : {}) };
    }

    /** @param {Chapbook.SearchChoice} next */
    function choose(next) {
      choice = next;
      show();
      changed(choice);
    }

    row.addEventListener("change", () => choose({ part: select.value, checklists: box.checked }));
    return { options, choose, chosen: () => choice };
  }

  window.chapbook.filters = filters;
})();
