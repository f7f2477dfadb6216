/**
 * Keys: `?` shows them, Shift with an arrow key turns the page. Keys without a modifier can be switched off (WCAG 2.2, 2.1.4),
 * since speech input may press them by accident.
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const dialog = document.querySelector('[data-chapbook="keys"]');
  if (!(dialog instanceof HTMLDialogElement)) return;
  const single = dialog.querySelector('[data-chapbook="keys-single"]');

  function open() {
    if (single instanceof HTMLInputElement) single.checked = root.dataset.keys !== "off";
    /** @type {HTMLDialogElement} */ (dialog).showModal();
  }

  /** Whether the element with the focus handles keys itself. @param {EventTarget | null} target */
  const isTaken = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTaken(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" && root.dataset.keys !== "off") {
      event.preventDefault();
      return open();
    }
    // With a selection, these keys change the selection.
    if (!event.shiftKey || !getSelection()?.isCollapsed) return;
    const forward = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = root.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const way = event.key === forward ? "next" : event.key === back ? "prev" : "";
    // In the book as one file, only the links of the page that is shown are visible.
    const links = way ? [...document.querySelectorAll(`.cb-pager a[rel="${way}"]`)] : [];
    const link = links.find((candidate) => candidate.checkVisibility());
    if (link instanceof HTMLElement) link.click();
  }

  document.addEventListener("keydown", onKey);
  document.querySelector('[data-chapbook="keys-open"]')?.addEventListener("click", (event) => {
    const panel = event.target instanceof Element && event.target.closest("[popover]");
    if (panel instanceof HTMLElement) panel.hidePopover();
    open();
  });
  single?.addEventListener("change", () => window.chapbook.choose("keys", /** @type {HTMLInputElement} */ (single).checked ? "" : "off"));
})();
