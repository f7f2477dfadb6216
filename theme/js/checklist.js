/**
 * Checklists: shows what is ticked, keeps what the reader ticks, counts, and unticks a list on request.
 *
 * The same ticks are seen on the chapter, on the sheet and on the page of all lists. Keeping them is `state.js`.
 */
(() => {
  "use strict";
  const state = window.chapbook.state;

  /** @param {Element} list @returns {HTMLInputElement[]} */
  const boxes = (list) => [...list.querySelectorAll('input[type="checkbox"][data-item-id]')].filter((box) => box instanceof HTMLInputElement);

  /** @param {Record<string, { state: string }> | undefined} ticks @param {string | undefined} item */
  const stateOf = (ticks, item) => (ticks && item && Object.hasOwn(ticks, item) ? ticks[item].state : "");

  /** @param {string | undefined} ids */
  const words = (ids) => (ids || "").split(" ").filter(Boolean);

  /** @param {Element} place @param {number} done @param {number} all */
  function tell(place, done, all) {
    const progress = place.querySelector('[data-chapbook="progress"]');
    const text = `${done} / ${all}`;
    if (progress && progress.textContent !== text) progress.textContent = text;
    place.toggleAttribute("data-done", all > 0 && done === all);
  }

  /** Draws every list of the page from what is kept. */
  function show() {
    const lists = state.read().lists;
    for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-chapbook="checklist"]'))) {
      const ticks = lists[list.dataset.listId || ""];
      for (const box of boxes(list)) {
        const kept = stateOf(ticks, box.dataset.itemId);
        box.checked = kept ? kept === "done" : box.defaultChecked;
      }
      showProgress(list);
    }
    for (const entry of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-chapbook="checklist-entry"]'))) {
      const ticks = lists[entry.dataset.listId || ""];
      const items = words(entry.dataset.itemIds);
      const byAuthor = new Set(words(entry.dataset.doneIds));
      const isDone = (/** @type {string} */ item) => (stateOf(ticks, item) || (byAuthor.has(item) ? "done" : "")) === "done";
      tell(entry, items.filter(isDone).length, items.length);
    }
  }

  /** @param {HTMLElement} list */
  function showProgress(list) {
    const all = boxes(list);
    tell(list, all.filter((box) => box.checked).length, all.length);
    const reset = list.querySelector('[data-chapbook="reset"]');
    if (reset instanceof HTMLElement) reset.hidden = !all.some((box) => box.checked !== box.defaultChecked);
  }

  /** Keeps one box; one that is as the author left it needs no keeping. @param {HTMLElement} list @param {HTMLInputElement} box */
  function keep(list, box) {
    const ticks = state.read();
    const [id, item] = [list.dataset.listId || "", box.dataset.itemId || ""];
    const items = (ticks.lists[id] ||= Object.create(null));
    if (box.checked === box.defaultChecked) delete items[item];
    else items[item] = { state: box.checked ? "done" : "open", text: textOf(box) };
    if (!Object.keys(items).length) delete ticks.lists[id];
    state.write(ticks);
  }

  /** @param {HTMLInputElement} box */
  function textOf(box) {
    const label = box.closest("label");
    return ((label && label.textContent) || "").trim().replace(/\s+/gu, " ");
  }

  /** Asks before it forgets. @param {HTMLElement} list */
  function reset(list) {
    const dialog = document.querySelector('[data-chapbook="reset-dialog"]');
    if (!(dialog instanceof HTMLDialogElement)) return forget(list);
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "reset" && forget(list), { once: true });
    dialog.showModal();
  }

  /** @param {HTMLElement} list */
  function forget(list) {
    const ticks = state.read();
    delete ticks.lists[list.dataset.listId || ""];
    state.write(ticks);
    // The button that was pressed is gone now: the list's first box is the nearest place.
    boxes(list)[0]?.focus();
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    const list = box instanceof Element && box.closest('[data-chapbook="checklist"]');
    if (list instanceof HTMLElement && box instanceof HTMLInputElement && box.dataset.itemId) keep(list, box);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-chapbook="reset"]');
    const list = button && button.closest('[data-chapbook="checklist"]');
    if (list instanceof HTMLElement) reset(list);
  });
  window.addEventListener("chapbook:ticks", show);
  // A page taken out of the back-forward cache may be older than what is kept.
  window.addEventListener("pageshow", show);
  show();
})();
