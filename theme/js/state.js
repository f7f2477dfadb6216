/**
 * What the reader ticked: kept on this device under one key for the book, and given out or taken in as one JSON value.
 *
 * The value is `{ version: 1, lists: { LIST: { ITEM: { state: "done" | "open", text } } } }`; an item that is not
 * named is as the author left it.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ state: string, text: string }} Tick
   * @typedef {{ version: 1, lists: Record<string, Record<string, Tick>> }} Ticks
   */
  const KEY = `chapbook:${document.documentElement.dataset.bookId}`;
  /** Used while storage fails, so that the page in hand still works. @type {Ticks | undefined} */
  let unsaved;

  /** @param {unknown} value */
  const isObject = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);

  /** Takes over only what has the right shape. @param {any} value @returns {Ticks | undefined} */
  function checked(value) {
    if (!isObject(value) || value.version !== 1 || !isObject(value.lists)) return undefined;
    /** @type {Ticks} */
    const ticks = { version: 1, lists: Object.create(null) };
    for (const [list, items] of Object.entries(value.lists)) {
      if (!isObject(items)) return undefined;
      ticks.lists[list] = Object.create(null);
      for (const [item, tick] of Object.entries(/** @type {object} */ (items))) {
        if (!isObject(tick) || (tick.state !== "done" && tick.state !== "open")) return undefined;
        ticks.lists[list][item] = { state: tick.state, text: String(tick.text || "") };
      }
    }
    return ticks;
  }

  /** @returns {Ticks} */
  function read() {
    if (unsaved) return unsaved;
    try {
      return checked(JSON.parse(localStorage.getItem(KEY) || "null")) || { version: 1, lists: Object.create(null) };
    } catch {
      return { version: 1, lists: Object.create(null) };
    }
  }

  /** @param {Ticks} ticks */
  function write(ticks) {
    try {
      localStorage.setItem(KEY, JSON.stringify(ticks));
      unsaved = undefined;
    } catch {
      unsaved = ticks;
      for (const note of document.querySelectorAll('[data-chapbook="storage-lost"]')) {
        if (note instanceof HTMLElement) note.hidden = false;
      }
    }
    window.dispatchEvent(new Event("chapbook:ticks"));
  }

  window.chapbook.state = {
    read,
    write,
    /** @returns {string} all ticks of the book as JSON */
    export: () => JSON.stringify(read(), null, 2),
    /** @param {string | object} json @returns {boolean} whether it was taken in; if not, nothing was changed */
    import(json) {
      let ticks;
      try {
        ticks = checked(typeof json === "string" ? JSON.parse(json) : json);
      } catch {
        ticks = undefined;
      }
      if (ticks) write(ticks);
      return Boolean(ticks);
    },
    clear: () => write({ version: 1, lists: Object.create(null) }),
  };

  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) window.dispatchEvent(new Event("chapbook:ticks"));
  });

  /** The buttons that save ticks to a file and load them from one. */
  function backup() {
    const section = document.querySelector('[data-chapbook="backup"]');
    const file = section && section.querySelector('[data-chapbook="import-file"]');
    const status = section && section.querySelector('[data-chapbook="backup-status"]');
    if (!section || !(file instanceof HTMLInputElement) || !(status instanceof HTMLElement)) return;
    section.querySelector('[data-chapbook="export"]')?.addEventListener("click", save);
    section.querySelector('[data-chapbook="import"]')?.addEventListener("click", () => file.click());
    file.addEventListener("change", async () => {
      const text = file.files && file.files[0] ? await file.files[0].text() : "";
      status.textContent = (window.chapbook.state.import(text) ? status.dataset.done : status.dataset.failed) || "";
      file.value = "";
    });
  }

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([window.chapbook.state.export()], { type: "application/json" }));
    link.download = `${document.documentElement.dataset.bookId}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  backup();
})();
