/**
 * Moves data to the keys and names of the present edition of the book.
 *
 * In: readers' data, the places of the page, and the names of all lists and keys of all pages of the book. The data is
 * changed in place. Out: whether anything changed.
 *
 * Earlier editions kept the blanks of the page `a` under `a/index` if its file was `a/index.html`. Its key is `a` now,
 * however the book is published. Of entries that both keys have, the newer one is taken.
 */
(() => {
  "use strict";
  const { identity } = window.chapbook;
  const INDEX = "/index";

  /** @param {Chapbook.Entries} one @param {Chapbook.Entries} other @returns {Chapbook.Entries} */
  function newest(one, other) {
    const all = Object.assign(Object.create(null), one);
    for (const [id, entry] of Object.entries(other)) if (!all[id] || all[id].time < entry.time) all[id] = entry;
    return all;
  }

  /** @param {Chapbook.Place} now @param {Chapbook.Place} old @returns {Chapbook.Place} */
  function join(now, old) {
    const [items, gone] = [newest(now.items, old.items), newest(now.gone, old.gone)];
    for (const id of Object.keys(gone)) if (items[id]) delete gone[id];
    return { ...now, items, gone };
  }

  /** @param {Record<string, Chapbook.Place>} pages @param {Set<string>} known @returns {boolean} */
  function moveOldKeys(pages, known) {
    const old = Object.keys(pages).filter((key) => key.endsWith(INDEX) && !known.has(key) && known.has(key.slice(0, -INDEX.length)));
    for (const key of old) {
      const now = key.slice(0, -INDEX.length);
      pages[now] = pages[now] ? join(pages[now], pages[key]) : pages[key];
      delete pages[key];
    }
    return old.length > 0;
  }

  /** @param {Record<string, Chapbook.Place>} all @param {Chapbook.PlaceOnPage} here @param {Set<string>} known @returns {boolean} */
  function relocatePlace(all, here, known) {
    const former = all[here.id] ? undefined : identity.formerName(all, here, known);
    if (former !== undefined) {
      all[here.id] = all[former];
      delete all[former];
    }
    if (!all[here.id]) return false;
    const { changed, place } = identity.reconcile(all[here.id], here.items);
    all[here.id] = { ...place, title: here.title };
    return changed || former !== undefined;
  }

  window.chapbook.relocate = (data, places, known) => {
    const names = { lists: new Set(known.lists), pages: new Set(known.pages) };
    let changed = false;
    for (const copy of data.copies) {
      changed = moveOldKeys(copy.pages, names.pages) || changed;
      for (const place of places) changed = relocatePlace(copy[place.kind], place, names[place.kind]) || changed;
    }
    return changed;
  };
})();
