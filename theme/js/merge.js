/**
 * Joins the data of two tabs that changed it at the same time.
 *
 * In: the data before the changes of this tab, the data after them, and the data of another tab that had not seen them.
 * Out: the other tab's data with the changes of this tab, or nothing if it has them all. Of an entry that both changed, the newer
 * one is taken.
 */
(() => {
  "use strict";

  /** @param {unknown} value @returns {value is Record<string, unknown>} */
  const isObject = (value) => value !== null && typeof value === "object";

  /** @param {unknown} one @param {unknown} other */
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** @param {unknown} value @returns {value is Chapbook.Entry} */
  const isEntry = (value) => isObject(value) && typeof value.time === "number";

  /**
   * Applies each change from `before` to `mine` to `theirs`, unless `theirs` has changed the same value.
   * @param {Record<string, unknown>} before @param {Record<string, unknown>} mine @param {Record<string, unknown>} theirs
   * @returns {boolean} whether `theirs` was changed
   */
  function applyChanges(before, mine, theirs) {
    let changed = false;
    for (const key of new Set([...Object.keys(before), ...Object.keys(mine)])) {
      const [was, is, other] = [before[key], mine[key], theirs[key]];
      if (same(was, is) || same(is, other)) continue;
      if (isObject(is) && isObject(other) && !isEntry(is)) {
        changed = applyChanges(isObject(was) ? was : Object.create(null), is, other) || changed;
      } else if (same(other, was) || (isEntry(is) && isEntry(other) && is.time > other.time)) {
        if (is === undefined) delete theirs[key];
        else theirs[key] = is;
        changed = true;
      }
    }
    return changed;
  }

  /** The copies by their ids, so that a copy that was added does not move the others. @param {Chapbook.ReaderData} data */
  function byId(data) {
    /** @type {Record<string, Chapbook.Copy>} */
    const copies = Object.create(null);
    for (const copy of data.copies) copies[copy.id] = copy;
    return { version: data.version, current: data.current, copies };
  }

  window.chapbook.merge = (before, mine, theirs) => {
    const result = byId(theirs);
    if (!applyChanges(byId(before), byId(mine), result)) return undefined;
    const copies = Object.values(result.copies);
    const current = result.copies[result.current] ? result.current : copies[0]?.id;
    return copies.length ? { ...theirs, current, copies } : undefined;
  };
})();
