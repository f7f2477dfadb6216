/**
 * From a field to an answer: asks while the reader types, drops late answers, says how it went, and offers what helps
 * (completions, another spelling, the whole book, another try). The dialog and the results page are built on it.
 */
(() => {
  "use strict";
  /** A query longer than this says nothing more, and does not fit into an address. */
  const LONGEST = 200;
  /** While an input method composes, the text is asked for when it rests; else it would flicker. */
  const REST = 150;
  /** Nothing is said of loading that is over before it is read. */
  const SOON = 200;

  /** A query that reads the other way must not turn the sentence around it. @param {string} text */
  const isolated = (text) => `\u2068${text}\u2069`;

  /**
   * @typedef {{ part: string, checklists: boolean }} Choice
   * @typedef {{ pages: () => number, start: Choice, changed: (choice: Choice) => void, show: (results: any[], query: string) => void }} Options
   * @param {HTMLElement} place holds the field and all that belongs to it
   * @param {Options} options `show` draws the results; none for an empty query
   */
  function asking(place, options) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (place.querySelector(`[data-chapbook="${name}"]`));
    const input = /** @type {HTMLInputElement} */ (part("search-input"));
    const [status, meant, widen, retry] = ["search-status", "search-meant", "search-widen", "search-retry"].map(part);
    const [help, suggestions] = ["search-help", "search-suggestions"].map(part);
    const filters = window.chapbook.filters(place, options.start, (/** @type {Choice} */ choice) => {
      options.changed(choice);
      update();
    });
    /** Counts the queries, so that a late answer to an early one is dropped. */
    let [turn, resting, answered] = [0, 0, Promise.resolve()];
    /** Whether the keyboard's Enter belonged to an input method. */
    let composed = false;

    const query = () => input.value.trim().slice(0, LONGEST);

    /** @param {string | undefined} text @param {Record<string, string>} [values] */
    function say(text, values = {}) {
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
      if (!text) return tell([], "");
      const late = setTimeout(() => mine === turn && say(status.dataset.loading), SOON);
      try {
        const results = await window.chapbook.search(text, { ...(await filters.options()), pages: options.pages() });
        if (mine === turn) tell(results, text);
        if (mine === turn) suggest(await window.chapbook.search.suggest(text), mine);
      } catch {
        if (mine !== turn) return;
        say(status.dataset.failed);
        retry.hidden = false;
      } finally {
        clearTimeout(late);
      }
    }

    /** @param {any[] & { loose?: boolean, heard?: string, meant?: string }} results @param {string} text */
    function tell(results, text) {
      const { part: chosen, checklists } = filters.chosen();
      const found = results.length === 1 ? status.dataset.one : status.dataset.many;
      const words = !results.length ? status.dataset.none : results.loose ? status.dataset.loose : found;
      const values = { query: isolated(text), count: String(results.length), heard: isolated(results.heard || "") };
      say(text && `${results.heard ? "{heard} · " : ""}${words}`, values);
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
      // Only who is typing wants words completed; a page of results that was opened stays as it is.
      suggestions.hidden = !others.length || document.activeElement !== input;
    }

    /** Puts words into the field and asks for them. @param {string} text */
    function take(text) {
      input.value = text;
      input.focus();
      return update();
    }

    /** Whether an input method has the key: Safari says so by the old code alone, after it has composed. @param {KeyboardEvent} event */
    const composes = (event) => event.isComposing || event.keyCode === 229;

    /** The arrow that leads on, at the end of the text, takes the first completion. @param {KeyboardEvent} event */
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
    // Else the field would lose the focus, and a phone its keyboard.
    suggestions.addEventListener("mousedown", (event) => event.preventDefault());
    suggestions.addEventListener("click", (event) => {
      if (event.target instanceof HTMLButtonElement) take(event.target.textContent || "");
    });
    meant.querySelector("button")?.addEventListener("click", () => take(meant.querySelector("button")?.textContent || ""));
    widen.querySelector("button")?.addEventListener("click", () => (filters.choose({ part: "", checklists: false }), input.focus()));
    retry.querySelector("button")?.addEventListener("click", () => (update(), input.focus()));
    return { input, query, update, take, composes, filters, answered: () => answered, composed: () => composed };
  }

  window.chapbook.asking = asking;
})();
