/**
 * What narrows a search: one part of the book, or sections with a checklist. Shown for books that have them, once the
 * index is there.
 *
 * A part is remembered by its name: its number may be another's tomorrow.
 */
(() => {
  "use strict";
  /** @typedef {{ part: string, checklists: boolean }} Choice */

  /** @param {HTMLElement} place holds the controls @param {Choice} start @param {(choice: Choice) => void} changed */
  function filters(place, start, changed) {
    const part = (/** @type {string} */ name) => place.querySelector(`[data-chapbook="${name}"]`);
    const row = /** @type {HTMLElement} */ (part("search-filters"));
    const select = /** @type {HTMLSelectElement} */ (part("search-part"));
    const box = /** @type {HTMLInputElement} */ (part("search-checklists"));
    let choice = { ...start };
    /** @type {Promise<string[]> | undefined} */
    let offered;

    /** Shows the controls that this book has a use for. @returns {Promise<string[]>} the book's parts */
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

    /** What to ask the engine for. @returns {Promise<{ part?: number, checklists?: boolean }>} */
    async function options() {
      offered ||= offer().catch((error) => {
        offered = undefined;
        throw error;
      });
      const at = (await offered).indexOf(choice.part);
      return { ...(at < 0 ? {} : { part: at }), ...(choice.checklists ? { checklists: true } : {}) };
    }

    /** @param {Choice} next */
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
