/**
 * Which item is which after the author has edited the book.
 *
 * In: what is kept of a place (a list, or the blanks of a page), and the items that are there now. Out: the same with every
 * entry at its item: the item with its id; else the one with the same words; else the most similar one, by Dice's coefficient
 * over pairs of letters, 0.6 and more (Dice 1945). An item that was there before is never taken for another, so only new ids
 * take part in the last two steps. Entries without an item are kept separately, as gone.
 */
(() => {
  "use strict";
  /** @typedef {{ id: string, entry: Chapbook.Entry, kind: string, words: string }} Lost an entry without an item */
  /** @typedef {Chapbook.Item & { words: string }} Fresh an item without an entry */
  const SIMILAR = 0.6;
  /** The share of its items by which a list is recognised under another name. */
  const SAME_LIST = 0.5;

  /** A text without case, spaces and punctuation, as the build makes ids of items. @param {string} text */
  const normal = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "");

  /** Each letter with the one before it. @param {string} text */
  function pairs(text) {
    const letters = [...text];
    return letters.slice(1).map((letter, at) => letters[at] + letter);
  }

  /** How similar two normal texts are, from 0 to 1. @param {string} one @param {string} other */
  function likeness(one, other) {
    const [left, right] = [pairs(one), pairs(other)];
    const counts = new Map();
    for (const pair of left) counts.set(pair, (counts.get(pair) || 0) + 1);
    const common = right.filter((pair) => counts.get(pair) && counts.set(pair, counts.get(pair) - 1));
    return (2 * common.length) / (left.length + right.length || 1);
  }

  /** @param {string} ids */
  const split = (ids) => ids.split(" ").filter(Boolean);

  /** Pairs entries with items, best first. @param {Lost[]} lost @param {Fresh[]} fresh @param {number} least the least likeness */
  function couple(lost, fresh, least) {
    const couples = [];
    for (const [row, entry] of lost.entries()) {
      for (const [column, item] of fresh.entries()) {
        if (entry.kind !== item.kind || !entry.words) continue;
        const score = entry.words === item.words ? 1 : least < 1 ? likeness(entry.words, item.words) : 0;
        if (score >= least) couples.push({ entry, item, score, row, column });
      }
    }
    return couples.sort((one, other) => other.score - one.score || one.row - other.row || one.column - other.column);
  }

  /** @param {object} one @param {object} other */
  const sameKeys = (one, other) => Object.keys(one).sort().join(" ") === Object.keys(other).sort().join(" ");

  /** Assigns every entry of a place to its present item; `changed` says whether anything is different. @type {Chapbook.Identity["reconcile"]} */
  function reconcile(place, here) {
    const present = new Map(here.map((item) => [item.id, item]));
    /** @type {Chapbook.Entries} */
    const items = Object.create(null);
    /** @type {Chapbook.Entries} */
    const gone = Object.create(null);
    const kindOf = (/** @type {Chapbook.Entry} */ entry) => (entry.state === undefined ? "blank" : "box");
    /** @type {Lost[]} */
    let lost = [];
    for (const [id, entry] of [...Object.entries(place.items), ...Object.entries(place.gone)]) {
      const own = present.get(id);
      if (own && own.kind === kindOf(entry) && !(id in items)) items[id] = entry;
      else lost.push({ id, entry, kind: kindOf(entry), words: normal(entry.text) });
    }
    const before = new Set(split(place.ids));
    let fresh = here.filter(({ id }) => !(id in items) && !before.has(id)).map((item) => ({ ...item, words: normal(item.text) }));
    for (const least of [1, SIMILAR]) {
      for (const { entry, item } of couple(lost, fresh, least)) {
        if (!lost.includes(entry) || !fresh.includes(item)) continue;
        items[item.id] = { ...entry.entry, text: item.text };
        lost = lost.filter((other) => other !== entry);
        fresh = fresh.filter((other) => other !== item);
      }
    }
    for (const { id, entry } of lost) if (!(id in gone)) gone[id] = entry;
    const ids = here.map(({ id }) => id).join(" ");
    const changed = ids !== place.ids || !sameKeys(items, place.items) || !sameKeys(gone, place.gone);
    return { changed, place: { ...place, ids, items, gone } };
  }

  /** How certain it is that a kept place is the one that is here now; 0 if it is not. @param {Chapbook.Place} place @param {{ title: string, items: Chapbook.Item[] }} here */
  function certainty(place, here) {
    const [before, now] = [new Set(split(place.ids)), here.items.map(({ id }) => id)];
    const share = before.size ? now.filter((id) => before.has(id)).length / Math.max(before.size, now.length) : 0;
    const count = Object.keys(place.items).length;
    const found = count && count - Object.keys(reconcile({ ...place, gone: {} }, here.items).place.gone).length;
    const sameTitle = !place.title || normal(place.title) === normal(here.title);
    const held = count ? found / count : 0;
    return share >= SAME_LIST || (held >= SIMILAR && (sameTitle || count > 2)) ? 1 + share + held : 0;
  }

  /** The name, unknown to the present book, under which the data of a place is kept. @type {Chapbook.Identity["formerName"]} */
  function formerName(places, here, known) {
    const all = Object.keys(places).filter((name) => !known.has(name)).map((name) => ({ name, score: certainty(places[name], here) }));
    return all.sort((one, other) => other.score - one.score).find(({ score }) => score > 0)?.name;
  }

  window.chapbook.identity = { normal, likeness, reconcile, formerName };
})();
