/**
 * Two tabs that change what is kept in the same moment: what the later writing undid is put back.
 *
 * In: what one tab read, what it made of it, and what it finds after another tab wrote. Out: theirs with what was lost,
 * or nothing if nothing was lost. A value that both changed stays theirs.
 */
(() => {
  "use strict";

  /** @param {any} value @returns {value is Record<string, any>} */
  const branches = (value) => value !== null && typeof value === "object";

  /** @param {any} one @param {any} other */
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** Puts each change from `before` to `mine` that `theirs` lacks into it. @param {any} before @param {any} mine @param {any} theirs @returns {boolean} whether there was one */
  function mend(before, mine, theirs) {
    let mended = false;
    for (const key of new Set([...Object.keys(before), ...Object.keys(mine)])) {
      if (same(before[key], mine[key])) continue;
      if (branches(mine[key]) && branches(theirs[key])) mended = mend(branches(before[key]) ? before[key] : Object.create(null), mine[key], theirs[key]) || mended;
      else if (same(theirs[key], before[key])) {
        if (mine[key] === undefined) delete theirs[key];
        else theirs[key] = mine[key];
        mended = true;
      }
    }
    return mended;
  }

  /** Copies by their names, so that one that was added does not move the others. @param {any} kept */
  function byId(kept) {
    const copies = Object.create(null);
    for (const copy of kept.copies) copies[copy.id] = copy;
    return { ...kept, copies };
  }

  /** @param {any} before @param {any} mine @param {any} theirs @returns {any | undefined} */
  function merged(before, mine, theirs) {
    const result = byId(theirs);
    if (!mend(byId(before), byId(mine), result)) return undefined;
    return { ...result, copies: Object.values(result.copies) };
  }

  window.chapbook.merged = merged;
})();
