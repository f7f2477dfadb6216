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
  /** @type {Promise<void> | undefined} */
  let brought;

  /** The scripts of the dialog and the results page, once; a book that is one file holds them. */
  function bring() {
    if (!root.dataset.finder) return Promise.resolve();
    brought ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root.dataset.finder || "";
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return brought;
  }

  function failed() {
    brought = undefined;
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
  if (!dialog) bring().catch(failed);
})();
