/**
 * Which item is which after the author has edited the book.
 *
 * In: what is kept of a place (a list, or the blanks of a page), and what stands there now. Out: the same with every entry
 * at the item it belongs to: the item of its id; else one of the same words; else the one most alike, by Dice's
 * coefficient over pairs of letters, 0.6 and more (Dice 1945). An item that stood there before is no other item now, so
 * only new ids take part in the last two. What finds no item is kept apart, as gone.
 */
(() => {
  "use strict";
  /** @typedef {{ id: string, kind: "box" | "blank", text: string }} Thing */
  const ALIKE = 0.6;
  /** The share of its items by which a list is known under another name. */
  const SAME_LIST = 0.5;

  /** A text without case, spaces and punctuation, as the ids of items are made. @param {string} text */
  const normal = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "");

  /** @param {string} text @returns {Map<string, number>} */
  function pairs(text) {
    const letters = [...text];
    const found = new Map();
    for (let at = 1; at < letters.length; at += 1) {
      const pair = letters[at - 1] + letters[at];
      found.set(pair, (found.get(pair) || 0) + 1);
    }
    return found;
  }

  /** How alike two normal texts are, from 0 to 1. @param {string} one @param {string} other */
  function likeness(one, other) {
    const [left, right] = [pairs(one), pairs(other)];
    const sum = (/** @type {Map<string, number>} */ all) => [...all.values()].reduce((total, count) => total + count, 0);
    let common = 0;
    for (const [pair, count] of left) common += Math.min(count, right.get(pair) || 0);
    const all = sum(left) + sum(right);
    return all ? (2 * common) / all : 0;
  }

  /** @param {string} ids */
  const words = (ids) => ids.split(" ").filter(Boolean);

  /** Pairs lost entries with new items, best first. @param {any[]} lost @param {any[]} fresh @param {number} least */
  function couple(lost, fresh, least) {
    const couples = [];
    for (const [row, entry] of lost.entries()) {
      for (const [column, thing] of fresh.entries()) {
        if (entry.kind !== thing.kind || !entry.words) continue;
        const score = entry.words === thing.words ? 1 : least < 1 ? likeness(entry.words, thing.words) : 0;
        if (score >= least) couples.push({ entry, thing, score, row, column });
      }
    }
    return couples.sort((one, other) => other.score - one.score || one.row - other.row || one.column - other.column);
  }

  /**
   * Puts every entry of a place where it belongs now. `changed` tells whether anything is other than it was.
   * @param {any} place @param {Thing[]} things
   */
  function settle(place, things) {
    const present = new Map(things.map((thing) => [thing.id, thing]));
    const [items, gone] = [Object.create(null), Object.create(null)];
    const kindOf = (/** @type {any} */ entry) => (entry.state === undefined ? "blank" : "box");
    let lost = [];
    for (const [id, entry] of [...Object.entries(place.items), ...Object.entries(place.gone)]) {
      const own = present.get(id);
      if (own && own.kind === kindOf(entry) && !(id in items)) items[id] = entry;
      else lost.push({ id, entry, kind: kindOf(entry), words: normal(entry.text) });
    }
    const before = new Set(words(place.ids));
    let fresh = things.filter(({ id }) => !(id in items) && !before.has(id)).map((thing) => ({ ...thing, words: normal(thing.text) }));
    for (const least of [1, ALIKE]) {
      for (const { entry, thing } of couple(lost, fresh, least)) {
        if (!lost.includes(entry) || !fresh.includes(thing)) continue;
        items[thing.id] = { ...entry.entry, text: thing.text };
        lost = lost.filter((other) => other !== entry);
        fresh = fresh.filter((other) => other !== thing);
      }
    }
    for (const { id, entry } of lost) if (!(id in gone)) gone[id] = entry;
    const ids = things.map(({ id }) => id).join(" ");
    const same = (/** @type {object} */ one, /** @type {object} */ other) => Object.keys(one).sort().join(" ") === Object.keys(other).sort().join(" ");
    const changed = ids !== place.ids || !same(items, place.items) || !same(gone, place.gone);
    return { changed, place: { ...place, ids, items, gone } };
  }

  /** How surely a kept place is the one that stands here now; 0 if it is not. @param {any} place @param {{ title: string, things: Thing[] }} here */
  function sureness(place, here) {
    const [before, now] = [new Set(words(place.ids)), here.things.map(({ id }) => id)];
    const share = before.size ? now.filter((id) => before.has(id)).length / Math.max(before.size, now.length) : 0;
    const count = Object.keys(place.items).length;
    const found = count && count - Object.keys(settle({ ...place, gone: {} }, here.things).place.gone).length;
    const called = !place.title || normal(place.title) === normal(here.title);
    const held = count ? found / count : 0;
    return share >= SAME_LIST || (held >= ALIKE && (called || count > 2)) ? 1 + share + held : 0;
  }

  /**
   * The name under which a place is kept that the book no longer knows, if it is the one that stands here.
   * @param {Record<string, any>} places @param {{ title: string, things: Thing[] }} here @param {Set<string>} known
   */
  function formerName(places, here, known) {
    const all = Object.keys(places).filter((name) => !known.has(name)).map((name) => ({ name, score: sureness(places[name], here) }));
    return all.sort((one, other) => other.score - one.score).find(({ score }) => score > 0)?.name;
  }

  window.chapbook.identity = { normal, likeness, settle, formerName };
})();
