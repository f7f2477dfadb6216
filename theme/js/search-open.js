/**
 * Opens search: by its buttons, `/` or Ctrl/Cmd-K. The scripts that find and show results are loaded when they are first
 * needed; words that are typed meanwhile stay in the field, and Enter leads to the results page.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const dialog = document.querySelector('dialog[data-chapbook="search"]');
  const place = dialog || document.querySelector('[data-chapbook="search-page"]');
  const input = place && place.querySelector('[data-chapbook="search-input"]');
  if (!place || !(input instanceof HTMLInputElement)) return;

  /** Loads the scripts that find and show results; the book as one file contains them. */
  const loadFinder = () => window.chapbook.lazyLoad(root.dataset.finder);

  /** The search API until the scripts are loaded: each call loads them first. */
  function searchLater() {
    const loaded = async () => (await loadFinder(), window.chapbook.search);
    /** @type {(query: string, options?: Chapbook.SearchOptions) => Promise<Chapbook.SearchResults>} */
    const search = async (query, options) => (await loaded())(query, options);
    return Object.assign(search, {
      suggest: async (/** @type {string} */ query) => (await loaded()).suggest(query),
      facets: async () => (await loaded()).facets(),
      prepare: async () => (await loaded()).prepare(),
      start: () => {},
      part: () => {},
    });
  }

  function failed() {
    const status = place && place.querySelector('[data-chapbook="search-status"]');
    if (status instanceof HTMLElement) status.textContent = status.dataset.failed || "";
  }

  function open() {
    if (!(input instanceof HTMLInputElement)) return;
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
    loadFinder().then(() => window.chapbook.searchOpened?.(), failed);
  }

  if (root.dataset.finder) {
    window.chapbook.search = searchLater();
  }
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const typing = target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
    const slash = event.key === "/" && root.dataset.keys !== "off" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const letter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (event.isComposing || document.querySelector("dialog[open]") || !(slash || letter)) return;
    event.preventDefault();
    open();
  });
  for (const button of document.querySelectorAll('[data-chapbook="search-open"]')) {
    button.addEventListener("click", open);
    // A pointer on the button: a click is likely.
    button.addEventListener("pointerenter", () => loadFinder().catch(failed), { once: true });
  }
  // The results page, and a page opened from results, whose words are to be marked.
  if (!dialog || /[?&]h=/u.test(location.search)) loadFinder().catch(failed);
})();
