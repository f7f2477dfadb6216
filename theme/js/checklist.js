/**
 * Checklists: shows what is ticked, keeps what the reader ticks, counts, and unticks a list on request.
 *
 * An item is open, being done, done, or does not apply. A click on its line goes between open and done; the small menu
 * at its end has all four. The same ticks are seen on the chapter, on the sheet and on the page of all lists.
 */
(() => {
  "use strict";
  const { state, places, ask, fresh, fill, plain, tell } = window.chapbook;
  const SETTLED = ["done", "na"];

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
    // A box has no word of its own for a thing that does not apply.
    if (now === "na") box.setAttribute("aria-description", name);
    else box.removeAttribute("aria-description");
    const shown = menu.nextElementSibling;
    if (shown) shown.textContent = name;
  }

  /** Draws every list of the page from what is kept. */
  function show() {
    const kept = state.read();
    const copy = state.copyOf(kept);
    for (const list of places.lists()) {
      for (const box of places.boxes(list)) draw(box, places.entry(copy, box)?.state || byAuthor(box));
      showProgress(list);
      showCopy(list, kept.copies.length > 1 ? copy : undefined);
      const reset = list.querySelector('[data-chapbook="reset"]');
      const entries = Object.keys(copy.lists[list.dataset.listId || ""]?.items || {});
      if (reset instanceof HTMLElement) reset.hidden = !entries.length;
    }
  }

  /** @param {HTMLElement} list */
  function showProgress(list) {
    const all = places.boxes(list);
    const settled = all.filter((/** @type {HTMLInputElement} */ box) => SETTLED.includes(itemOf(box).dataset.state || "")).length;
    const text = `${settled} / ${all.length}`;
    const progress = list.querySelector('[data-chapbook="progress"]');
    if (progress && progress.textContent !== text) progress.textContent = text;
    list.toggleAttribute("data-done", all.length > 0 && settled === all.length);
  }

  /** Which copy this is, where there are several. @param {HTMLElement} list @param {any} copy */
  function showCopy(list, copy) {
    const place = list.querySelector('[data-chapbook="copy-name"]');
    if (!(place instanceof HTMLElement)) return;
    place.hidden = !copy;
    place.textContent = copy ? copy.name || place.dataset.unnamed || "" : "";
  }

  /** Keeps one box. @param {HTMLInputElement} box @param {string} now */
  function keep(box, now) {
    state.change((/** @type {any} */ copy) => places.put(copy, box, now === byAuthor(box) ? undefined : { state: now }));
  }

  /** Puts the menu of states behind the line of an item. @param {HTMLInputElement} box */
  function addMenu(box) {
    const menu = fresh("state-template");
    const select = menu?.querySelector("select");
    const line = box.closest("label");
    if (!menu || !select || !line) return;
    select.setAttribute("aria-label", fill(select.getAttribute("aria-label") || "", { title: places.words(box) }));
    select.addEventListener("change", () => keep(box, select.value));
    line.after(menu);
  }

  /** @param {HTMLElement} list */
  async function reset(list) {
    if ((await ask("reset-dialog")) !== "reset") return;
    state.change((/** @type {any} */ copy) => delete copy.lists[list.dataset.listId || ""]);
    // The button that was pressed is gone now: the list's first box is the nearest place.
    places.boxes(list)[0]?.focus();
  }

  /** @param {HTMLElement} button @param {HTMLElement} list */
  async function press(button, list) {
    const hook = button.dataset.chapbook;
    if (hook === "reset") return reset(list);
    if (hook === "copy-markdown") tell(button, await window.chapbook.copy(plain.markdown(list)));
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.dataset.itemId && places.listOf(box)) keep(box, box.checked ? "done" : "open");
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-chapbook]");
    const list = button && places.listOf(button);
    if (button instanceof HTMLElement && list) press(button, list);
  });
  for (const list of places.lists()) places.boxes(list).forEach(addMenu);
  window.addEventListener("chapbook:ticks", show);
  // A page taken out of the back-forward cache may be older than what is kept.
  window.addEventListener("pageshow", show);
  show();
})();
