/**
 * The search field: searches while the reader types, ignores late answers, shows the outcome, and offers what helps
 * (completions, another spelling, the whole book, another attempt). The dialog and the results page are built on it.
 */
(() => {
  "use strict";
  /** The longest query: more adds nothing, and does not fit into an address. */
  const LONGEST = 200;
  /** While an input method composes, the search waits for a pause of this length, so that results do not flicker. */
  const REST = 150;
  /** Loading is announced only if it takes longer than this, in milliseconds. */
  const SOON = 200;

  /** Isolates a query, so that one of the other direction does not reorder the sentence. @param {string} text */
  const isolated = (text) => `\u2068${text}\u2069`;

  /**
   * @param {HTMLElement} place contains the field and everything that belongs to it
   * @param {Chapbook.SearchFieldOptions} options `show` draws the results; there are none for an empty query
   * @returns {Chapbook.SearchField}
   */
  function searchField(place, options) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-chapbook="${name}"]`));
    const input = /** @type {HTMLInputElement} */ (part("search-input"));
    const [status, meant, widen, retry] = ["search-status", "search-meant", "search-widen", "search-retry"].map(part);
    const [help, suggestions] = ["search-help", "search-suggestions"].map(part);
    const filters = window.chapbook.filters(place, options.start, (choice) => {
      options.changed(choice);
      update();
    });
    /** The number of the last query, so that a late answer to an earlier one is ignored. */
    let [turn, resting, answered] = [0, 0, Promise.resolve()];
    /** Whether the last Enter belonged to an input method. */
    let composed = false;

    const query = () => input.value.trim().slice(0, LONGEST);

    /** @param {string | undefined} text @param {Record<string, string>} [values] */
    function showStatus(text, values = {}) {
      status.textContent = (text || "").replace(/\{(\w+)\}/gu, (_, name) => values[name] || "");
    }

    function update() {
      clearTimeout(resting);
      answered = ask();
      return answered;
    }

    async function ask() {
      const [text, mine] = [query(), ++turn];
      place.toggleAttribute("data-asked", Boolean(text));
      retry.hidden = true;
      if (!text) return showAnswer([], "");
      const late = setTimeout(() => mine === turn && showStatus(status.dataset.loading), SOON);
      try {
        const results = await window.chapbook.search(text, { ...(await filters.options()), pages: options.pages() });
        if (mine === turn) showAnswer(results, text);
        if (mine === turn) suggest(await window.chapbook.search.suggest(text), mine);
      } catch {
        if (mine !== turn) return;
        showStatus(status.dataset.failed);
        retry.hidden = false;
      } finally {
        clearTimeout(late);
      }
    }

    /** @param {Chapbook.SearchResults} results @param {string} text */
    function showAnswer(results, text) {
      const { part: chosen, checklists } = filters.chosen();
      const found = results.length === 1 ? status.dataset.one : status.dataset.many;
      const words = !results.length ? status.dataset.none : results.loose ? status.dataset.loose : found;
      const values = { query: isolated(text), count: String(results.length), heard: isolated(results.heard || "") };
      showStatus(text && `${results.heard ? "{heard} · " : ""}${words}`, values);
      meant.hidden = !results.meant || results.meant === text;
      /** @type {HTMLElement} */ (meant.querySelector("button")).textContent = results.meant || "";
      widen.hidden = !text || results.length > 0 || !(chosen || checklists);
      help.hidden = Boolean(text) && results.length > 0;
      if (!text) suggest([], turn);
      options.show(results, text);
    }

    /** @param {string[]} completions @param {number} mine */
    function suggest(completions, mine) {
      if (mine !== turn) return;
      const others = completions.filter((text) => text !== query());
      suggestions.replaceChildren(...others.map((text) => {
        const button = window.chapbook.results.element("button", "cb-suggestion", text);
        button.type = "button";
        button.dir = "auto";
        return button;
      }));
      // Completions are for typing only; a results page that is opened does not change.
      suggestions.hidden = !others.length || document.activeElement !== input;
    }

    /** Puts words into the field and searches for them. @param {string} text */
    function take(text) {
      input.value = text;
      input.focus();
      return update();
    }

    /** Whether the key belongs to an input method: Safari reports it by the old key code only, after composing. @param {KeyboardEvent} event */
    const composes = (event) => event.isComposing || event.keyCode === 229;

    /** The arrow key forward, at the end of the text, takes the first completion. @param {KeyboardEvent} event */
    function onKey(event) {
      if (event.key === "Enter") composed = composes(event);
      const on = getComputedStyle(input).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const plain = !composes(event) && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key !== on || !plain || input.selectionStart !== input.value.length || suggestions.hidden) return;
      event.preventDefault();
      take(suggestions.firstElementChild?.textContent || "");
    }

    input.addEventListener("keydown", onKey);
    input.addEventListener("input", (event) => {
      clearTimeout(resting);
      if (/** @type {InputEvent} */ (event).isComposing) resting = window.setTimeout(update, REST);
      else update();
    });
    input.addEventListener("compositionend", update);
    // Keeps the focus in the field, and the keyboard of a phone open.
    suggestions.addEventListener("mousedown", (event) => event.preventDefault());
    suggestions.addEventListener("click", (event) => {
      if (event.target instanceof HTMLButtonElement) take(event.target.textContent || "");
    });
    meant.querySelector("button")?.addEventListener("click", () => take(meant.querySelector("button")?.textContent || ""));
    widen.querySelector("button")?.addEventListener("click", () => (filters.choose({ part: "", checklists: false }), input.focus()));
    retry.querySelector("button")?.addEventListener("click", () => (update(), input.focus()));
    return { input, query, update, take, composes, filters, answered: () => answered, composed: () => composed };
  }

  window.chapbook.searchField = searchField;
})();
