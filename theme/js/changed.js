/**
 * What was ticked or written on items that the author has since taken out or rewritten: shown under the card, to be read
 * and dropped. Nothing of it is lost before the reader says so.
 */
(() => {
  "use strict";
  const { state, places, fresh, part } = window.chapbook;

  /** @param {any} entry @param {HTMLElement} note */
  function line(entry, note) {
    const item = document.createElement("li");
    const what = entry.state === undefined ? entry.value : note.dataset[entry.state] || "";
    item.textContent = `${entry.text} (${what})`;
    return item;
  }

  /** @param {{ kind: string, id: string }} place @param {any[]} entries */
  function make(place, entries) {
    const note = fresh("changed-template");
    const drop = note && part(note, "drop");
    if (!note || !drop) return undefined;
    part(note, "list")?.append(...entries.map((entry) => line(entry, note)));
    drop.addEventListener("click", () => state.change((/** @type {any} */ copy) => {
      const kept = copy[place.kind][place.id];
      if (kept) kept.gone = Object.create(null);
      if (kept && !Object.keys(kept.items).length) delete copy[place.kind][place.id];
    }));
    return note;
  }

  /** Where the note of a place goes: into the card, or behind the chapter. @param {{ kind: string, id: string }} place */
  function home(place) {
    if (place.kind === "lists") return places.lists().find((/** @type {HTMLElement} */ list) => list.dataset.listId === place.id);
    const blank = places.blanks().find((/** @type {HTMLElement} */ one) => one.dataset.place === place.id);
    return blank && (blank.closest(".cb-chapter") || blank.closest("main"));
  }

  function show() {
    const copy = state.copyOf(state.read());
    for (const place of places.places()) {
      const where = home(place);
      const entries = Object.values(copy[place.kind][place.id]?.gone || {});
      const told = JSON.stringify(entries);
      const before = where?.querySelector(":scope > .cb-changed");
      if (!where || (before instanceof HTMLElement ? before.dataset.told === told : !entries.length)) continue;
      before?.remove();
      const note = entries.length ? make(place, entries) : undefined;
      if (!note) continue;
      note.dataset.told = told;
      where.insertBefore(note, where.querySelector(":scope > .cb-checklist__foot"));
    }
  }

  window.addEventListener("chapbook:ticks", show);
  show();
})();
