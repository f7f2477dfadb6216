/**
 * Opens search: by its buttons, `/` or Ctrl/Cmd-K. What finds and shows results is brought when it is first needed; words
 * typed meanwhile stay in the field, and Enter leads to the results page.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const dialog = document.querySelector('dialog[data-chapbook="search"]');
  const place = dialog || document.querySelector('[data-chapbook="search-page"]');
  const input = place && place.querySelector('[data-chapbook="search-input"]');
  if (!place || !(input instanceof HTMLInputElement)) return;

  /** The scripts that find and show; a book that is one file holds them. */
  const bring = () => window.chapbook.bring(root.dataset.finder);

  /** What pages may ask of the engine, for those that ask before it is here. @param {string} [name] @returns {(...args: any[]) => Promise<any>} */
  const later = (name) => async (...args) => {
    await bring();
    const { search } = window.chapbook;
    return (name ? search[name] : search)(...args);
  };

  function failed() {
    const status = place && place.querySelector('[data-chapbook="search-status"]');
    if (status instanceof HTMLElement) status.textContent = status.dataset.failed || "";
  }

  function open() {
    if (!(input instanceof HTMLInputElement)) return;
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    input.focus();
    input.select();
    bring().then(() => window.chapbook.searchOpened?.(), failed);
  }

  if (root.dataset.finder) {
    window.chapbook.search = Object.assign(later(), Object.fromEntries(["suggest", "facets"].map((name) => [name, later(name)])));
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
    // A pointer that comes near will most likely press.
    button.addEventListener("pointerenter", () => bring().catch(failed), { once: true });
  }
  // The results page, and a page that was found: its words are to be marked.
  if (!dialog || /[?&]h=/u.test(location.search)) bring().catch(failed);
})();
