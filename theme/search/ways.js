/**
 * Ways in which a book holds a word or a string: as it stands, taken apart, mistyped; each with its sections.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ title: string, trail: string, text: string, length: number, page: string }} Folded
   * @typedef {Map<number, [number, number, number]>} Holds sections, and how often: heading, trail, text
   * @typedef {{ weight: number, holds: Holds, marks: string[] }} Way
   * @typedef {{ entries: Folded[], vocabulary: Map<string, Holds>, stems: Map<string, string[]>, spelled?: (letters: string) => string[], soundsLike?: (pair: string) => string[] }} Book
   */

  /** How much a way is worth beside the word as it stands. Each is below the one before it, so exact always leads. */
  const WAY = { exact: 1, stem: 0.85, compound: 0.8, prefix: 0.6, spelled: 0.9, sound: 0.6, infix: 0.4, typo: 0.5, typos: 0.35 };
  /** @param {string} whole @param {string} needle */
  function countOf(whole, needle) {
    let count = 0;
    for (let at = whole.indexOf(needle); at >= 0 && count < 9; at = whole.indexOf(needle, at + needle.length)) count += 1;
    return count;
  }

  /** Where a string stands, in the middle of words too. @param {Book} book @param {string} needle @returns {Holds} */
  function holdersOf(book, needle) {
    /** @type {Holds} */
    const holds = new Map();
    book.entries.forEach((entry, at) => {
      const inText = countOf(entry.text, needle);
      const [inTitle, inTrail] = [countOf(entry.title, needle), entry.trail.includes(needle) ? 1 : 0];
      if (inText || inTitle || inTrail) holds.set(at, [inTitle, inTrail, inText]);
    });
    return holds;
  }

  /** @param {Book} book @param {string} needle @param {number} weight @returns {Way} */
  const literally = (book, needle, weight) => ({ weight, holds: holdersOf(book, needle), marks: [needle] });

  /** @param {Book} book @param {string[]} words @param {number} weight @returns {Way} */
  function together(book, words, weight) {
    /** @type {Holds} */
    const holds = new Map();
    for (const word of words) {
      for (const [at, counts] of book.vocabulary.get(word) || []) {
        const sum = holds.get(at) || [0, 0, 0];
        holds.set(at, [sum[0] + counts[0], sum[1] + counts[1], sum[2] + counts[2]]);
      }
    }
    return { weight, holds, marks: words };
  }

  /** Edits between two words, a swap of neighbours being one; anything over `most` is `most + 1`. @param {string} a @param {string} b @param {number} most */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let [before, last] = [/** @type {number[]} */ ([]), Array.from({ length: b.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const change = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + change);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      [before, last] = [last, row];
    }
    return last[b.length];
  }

  /** Words of the book that were perhaps meant. @param {Book} book @param {string} word @returns {Way[]} */
  function mistyped(book, word) {
    const most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    /** @type {string[][]} */
    const near = [[], [], []];
    if (most) for (const candidate of book.vocabulary.keys()) near[Math.min(2, distance(word, candidate, most) - 1)]?.push(candidate);
    return [together(book, near[0], WAY.typo), ...(most > 1 ? [together(book, near[1], WAY.typos)] : [])];
  }

  /** `hashmap` where the book says `hash map`. @param {Book} book @param {string} word @returns {Way[]} */
  function apart(book, word) {
    const ways = [];
    for (let at = 3; at <= word.length - 3; at += 1) {
      const [left, right] = [word.slice(0, at), word.slice(at)];
      if (book.vocabulary.has(left) && book.vocabulary.has(right)) ways.push(literally(book, `${left} ${right}`, WAY.compound));
    }
    return ways;
  }

  window.chapbook.ways = { WAY, literally, together, apart, mistyped };
})();
