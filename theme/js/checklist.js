/**
 * Checklists: shows and keeps ticks, counts them, and unticks a list on request.
 *
 * An item is open, being done, done, or does not apply. A click on its line switches between open and done; the menu at the
 * end of the line has all four states. The chapter, the sheet and the page of all lists show the same ticks.
 */
(() => {
  "use strict";
  const { state, places, ask, fromTemplate, fill, plain, showResult } = window.chapbook;
  const FINISHED = ["done", "na"];

  /** @param {HTMLInputElement} box */
  const itemOf = (box) => /** @type {HTMLElement} */ (box.closest("li"));

  /** @param {HTMLInputElement} box */
  const byAuthor = (box) => (box.defaultChecked ? "done" : "open");

  /** @param {HTMLInputElement} box @param {string} now */
  function draw(box, now) {
    const item = itemOf(box);
    box.checked = now === "done";
    box.indeterminate = now === "doing";
    item.dataset.state = now;
    const menu = item.querySelector(":scope > .cb-state select");
    if (!(menu instanceof HTMLSelectElement)) return;
    menu.value = now;
    const name = now === "doing" || now === "na" ? menu.selectedOptions[0]?.label || "" : "";
    if (name) item.dataset.stateName = name;
    else delete item.dataset.stateName;
    // A checkbox has no state for an item that does not apply.
    if (now === "na") box.setAttribute("aria-description", name);
    else box.removeAttribute("aria-description");
    const shown = menu.nextElementSibling;
    if (shown) shown.textContent = name;
  }

  /** Draws every list of the page from what is stored. */
  function show() {
    const data = state.read();
    const copy = state.copyOf(data);
    for (const list of places.lists()) {
      for (const box of places.boxes(list)) draw(box, places.entry(copy, box)?.state || byAuthor(box));
      showProgress(list);
      showCopy(list, data.copies.length > 1 ? copy : undefined);
      const reset = list.querySelector('[data-chapbook="reset"]');
      const entries = Object.keys(copy.lists[list.dataset.listId || ""]?.items || {});
      if (reset instanceof HTMLElement) reset.hidden = !entries.length;
    }
  }

  /** @param {HTMLElement} list */
  function showProgress(list) {
    const all = places.boxes(list);
    const finished = all.filter((box) => FINISHED.includes(itemOf(box).dataset.state || "")).length;
    const text = `${finished} / ${all.length}`;
    const progress = list.querySelector('[data-chapbook="progress"]');
    if (progress && progress.textContent !== text) progress.textContent = text;
    list.toggleAttribute("data-done", all.length > 0 && finished === all.length);
  }

  /** Shows the name of the copy if there are several. @param {HTMLElement} list @param {Chapbook.Copy | undefined} copy */
  function showCopy(list, copy) {
    const place = list.querySelector('[data-chapbook="copy-name"]');
    if (!(place instanceof HTMLElement)) return;
    place.hidden = !copy;
    place.textContent = copy ? copy.name || place.dataset.unnamed || "" : "";
  }

  /** Stores the state of one box. @param {HTMLInputElement} box @param {string} now */
  function store(box, now) {
    state.change((copy) => places.put(copy, box, now === byAuthor(box) ? undefined : { state: now }));
  }

  /** Adds the menu of states after the line of an item. @param {HTMLInputElement} box */
  function addMenu(box) {
    const menu = fromTemplate("state-template");
    const select = menu?.querySelector("select");
    const line = box.closest("label");
    if (!menu || !select || !line) return;
    select.setAttribute("aria-label", fill(select.getAttribute("aria-label") || "", { title: places.words(box) }));
    select.addEventListener("change", () => store(box, select.value));
    line.after(menu);
  }

  /** @param {HTMLElement} list */
  async function reset(list) {
    if ((await ask("reset-dialog")) !== "reset") return;
    state.change((copy) => delete copy.lists[list.dataset.listId || ""]);
    // The pressed button is hidden now: the focus moves to the first box of the list.
    places.boxes(list)[0]?.focus();
  }

  /** @param {HTMLElement} button @param {HTMLElement} list */
  async function press(button, list) {
    const hook = button.dataset.chapbook;
    if (hook === "reset") return reset(list);
    if (hook === "copy-markdown") showResult(button, await window.chapbook.copy(plain.markdown(list)));
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.dataset.itemId && places.listOf(box)) store(box, box.checked ? "done" : "open");
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-chapbook]");
    const list = button && places.listOf(button);
    if (button instanceof HTMLElement && list) press(button, list);
  });
  for (const list of places.lists()) places.boxes(list).forEach(addMenu);
  window.addEventListener("chapbook:ticks", show);
  show();
})();
