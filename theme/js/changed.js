/**
 * Entries of items that the author has removed or rewritten: shown under the list until the reader deletes them.
 */
(() => {
  "use strict";
  const { state, places, fromTemplate, part } = window.chapbook;

  /** @param {Chapbook.Entry} entry @param {HTMLElement} note */
  function line(entry, note) {
    const item = document.createElement("li");
    const what = entry.state === undefined ? entry.value : note.dataset[entry.state] || "";
    item.textContent = `${entry.text} (${what})`;
    return item;
  }

  /** @param {Chapbook.PlaceOnPage} place @param {Chapbook.Entry[]} entries */
  function make(place, entries) {
    const note = fromTemplate("changed-template");
    const drop = note && part(note, "drop");
    if (!note || !drop) return undefined;
    part(note, "list")?.append(...entries.map((entry) => line(entry, note)));
    drop.addEventListener("click", () => state.change((copy) => {
      const kept = copy[place.kind][place.id];
      if (kept) kept.gone = Object.create(null);
      if (kept && !Object.keys(kept.items).length) delete copy[place.kind][place.id];
    }));
    return note;
  }

  /** The element that gets the note of a place: the list, or the chapter. @param {Chapbook.PlaceOnPage} place */
  function parentOf(place) {
    if (place.kind === "lists") return places.lists().find((list) => list.dataset.listId === place.id);
    const blank = places.blanks().find((one) => one.dataset.place === place.id);
    return blank && (blank.closest(".cb-chapter") || blank.closest("main"));
  }

  function show() {
    const copy = state.copyOf(state.read());
    for (const place of places.places()) {
      const where = parentOf(place);
      const entries = Object.values(copy[place.kind][place.id]?.gone || {});
      const content = JSON.stringify(entries);
      const before = where?.querySelector(":scope > .cb-changed");
      if (!where || (before instanceof HTMLElement ? before.dataset.content === content : !entries.length)) continue;
      before?.remove();
      const note = entries.length ? make(place, entries) : undefined;
      if (!note) continue;
      note.dataset.content = content;
      where.insertBefore(note, where.querySelector(":scope > .cb-checklist__foot"));
    }
  }

  window.addEventListener("chapbook:ticks", show);
  show();
})();
