/**
 * The only module that uses `localStorage` (`storage.device`) and `sessionStorage` (`storage.tab`).
 *
 * Values are texts under keys. No call throws: where the browser refuses storage (a private window, blocked site data, a
 * full disk), a read returns `undefined` and a write returns `false`. A write is read back before it counts as done.
 *
 * This script runs inline, before the page is drawn, because of a fault of Chromium (seen in version 156, with pages
 * opened from disk). In about two of a hundred page loads, the storage area that a document opens first is not connected to the
 * browser: it is empty, and what is written to it is dropped when the page is left. The area that is opened second is
 * connected, or nearly always: under heavy load two of 600 were not. So this script opens `sessionStorage` first, which
 * holds nothing that has to last; and where a page that is not the first of its tab finds `localStorage` empty, it is loaded
 * once more, since the first page stores something. Only the browser can fix the rest: the first page of a tab cannot tell an
 * empty store from one that was not opened.
 */
(() => {
  "use strict";

  /** @param {() => Storage} open @returns {Chapbook.StorageArea} */
  function area(open) {
    /** @param {string} key */
    function read(key) {
      try {
        return open().getItem(key);
      } catch {
        return undefined;
      }
    }

    /** @param {string} key @returns {unknown} */
    function readJson(key) {
      try {
        return JSON.parse(read(key) || "null");
      } catch {
        return null;
      }
    }

    return {
      isEmpty() {
        try {
          return !open().length;
        } catch {
          return false;
        }
      },
      read,
      readJson,
      readObject(key) {
        const value = readJson(key);
        return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
      },
      write(key, text) {
        try {
          open().setItem(key, text);
          return read(key) === text;
        } catch {
          return false;
        }
      },
      remove(key) {
        try {
          open().removeItem(key);
        } catch {
          // Without storage there is nothing to remove.
        }
      },
    };
  }

  const tab = area(() => sessionStorage);
  const device = area(() => localStorage);
  tab.read("");

  /** Whether the tab has shown a page from disk before this one, or this one: then something is stored. */
  function isLaterPage() {
    const [load] = performance.getEntriesByType("navigation");
    return (load && "type" in load && load.type !== "navigate") || (window.navigation?.entries().length || 0) > 1;
  }

  /** Loads the page again, once, if the browser may have failed to open its storage. */
  function reopen() {
    const state = history.state;
    const affected = location.protocol === "file:" && "userAgentData" in navigator;
    if (!affected || !device.isEmpty()) return;
    // Not empty for the next page.
    device.write("chapbook:opened", "");
    if (!isLaterPage() || (state && state.reopened)) return;
    history.replaceState({ ...state, reopened: true }, "");
    location.reload();
  }

  reopen();
  const book = `chapbook:${document.documentElement.dataset.bookId}`;
  window.chapbook.storage = { device, tab, key: (name) => (name ? `${book}:${name}` : book) };
})();
