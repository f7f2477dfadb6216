/**
 * What the reader ticked and wrote: kept on this device under one key for the book.
 *
 * Every change reads what is kept, changes one thing and writes it back, so tabs do not undo each other's; `merge.js`
 * is for those that write in the same moment. Where storage fails, the page in hand goes on from memory and says so. `chapbook:ticks` on the window tells of every change.
 */
(() => {
  "use strict";
  const { kept: shape, identity, merged } = window.chapbook;
  /** Milliseconds in which another tab may write without having seen what this one wrote. */
  const MOMENT = 1000;
  const KEY = `chapbook:${document.documentElement.dataset.bookId}`;
  /** Stands in while storage fails. @type {string | undefined} */
  let unsaved;
  /** The copy on the screen: what is typed into it goes into it, whatever another tab has turned to. */
  let shown = "";
  /** The last change of this tab: what was kept before it, and with it. */
  let mine = { before: "", after: "", time: 0 };

  /** @returns {string | null} */
  function stored() {
    if (unsaved !== undefined) return unsaved;
    try {
      return localStorage.getItem(KEY);
    } catch {
      tellLost(true);
      return null;
    }
  }

  function read() {
    const kept = shape.read(stored() || "") || shape.empty();
    if (!kept.copies.some((/** @type {any} */ copy) => copy.id === shown)) shown = kept.current;
    return kept;
  }

  /** @param {any} kept */
  function write(kept) {
    const json = JSON.stringify(kept);
    try {
      const before = localStorage.getItem(KEY) || "";
      keepUnreadable(before);
      localStorage.setItem(KEY, json);
      mine = { before: recent() ? mine.before : before, after: json, time: Date.now() };
      unsaved = undefined;
    } catch {
      unsaved = json;
    }
    tellLost(unsaved !== undefined);
    window.dispatchEvent(new Event("chapbook:ticks"));
  }

  const recent = () => Date.now() - mine.time < MOMENT;

  /** Puts back what another tab undid that did not yet know of it. @param {string} json what that tab wrote; this one may not read it yet */
  function mend(json) {
    const theirs = shape.read(json);
    const both = theirs && merged(shape.read(mine.before) || shape.empty(), shape.read(mine.after), theirs);
    if (both) write(both);
  }

  /** What a later edition wrote is not lost when this one writes. @param {string | null} json */
  function keepUnreadable(json) {
    if (json && !shape.read(json)) localStorage.setItem(`${KEY}:unreadable`, json);
  }

  /** @param {boolean} lost */
  function tellLost(lost) {
    const note = document.querySelector('[data-chapbook="storage-lost"]');
    if (note instanceof HTMLElement) note.hidden = !lost;
  }

  /** @param {any} kept @param {string} [id] */
  const copyOf = (kept, id = shown) => kept.copies.find((/** @type {any} */ copy) => copy.id === id);

  /**
   * Changes one copy: the one on the screen, unless another is named.
   * @param {(copy: any, kept: any) => void} edit @param {string} [id]
   */
  function change(edit, id) {
    const kept = read();
    const copy = copyOf(kept, id);
    if (copy) edit(copy, kept);
    if (copy) write(kept);
  }

  /**
   * Finds each place again that was edited or renamed since, and keeps it so.
   * @param {{ kind: "lists" | "pages", id: string, title: string, things: any[] }[]} places
   */
  function settle(places) {
    const kept = read();
    let changed = false;
    for (const copy of kept.copies) for (const place of places) changed = settlePlace(copy[place.kind], place) || changed;
    if (changed) write(kept);
  }

  /** @param {Record<string, any>} all @param {any} here */
  function settlePlace(all, here) {
    const former = all[here.id] ? undefined : identity.formerName(all, here, new Set(window.chapbook.known[here.kind]));
    if (former !== undefined) {
      all[here.id] = all[former];
      delete all[former];
    }
    if (!all[here.id]) return false;
    const { changed, place } = identity.settle(all[here.id], here.things);
    all[here.id] = { ...place, title: here.title };
    return changed || former !== undefined;
  }

  window.chapbook.state = {
    read,
    change,
    settle,
    copyOf,
    /** The id of the copy on the screen. */
    shown: () => (read(), shown),
    /** @param {string} id */
    show(id) {
      const kept = read();
      if (!copyOf(kept, id)) return;
      kept.current = shown = id;
      write(kept);
    },
    /** Makes a copy and turns to it, if there is room. @param {string} name */
    add(name) {
      const kept = read();
      if (kept.copies.length >= shape.most.copies) return;
      const id = Date.now().toString(36);
      kept.copies.push(shape.newCopy(kept.copies.some((/** @type {any} */ copy) => copy.id === id) ? `${id}-2` : id, name));
      kept.current = shown = kept.copies[kept.copies.length - 1].id;
      write(kept);
    },
    /** @returns {string} all that is kept, as JSON */
    export: () => JSON.stringify(read(), null, 2),
    /** @param {string | object} json @returns {boolean} whether it was taken in; if not, nothing was changed */
    import(json) {
      const kept = shape.read(typeof json === "string" ? json : JSON.stringify(json));
      if (kept) shown = kept.current;
      if (kept) write(kept);
      return Boolean(kept);
    },
    clear() {
      shown = "";
      write(shape.empty());
    },
  };

  window.addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    if (event.newValue && recent()) mend(event.newValue);
    shown = read().current;
    window.dispatchEvent(new Event("chapbook:ticks"));
  });
  read();
})();
