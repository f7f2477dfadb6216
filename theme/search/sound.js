/**
 * Pinyin: finds the Han strings of the book that are meant by `yuqi`, `yu qi` or `yq`, or by a wrong character with the same
 * sound.
 *
 * The index contains the readings of the characters of the book; a book without Han characters has none.
 */
(() => {
  "use strict";
  /** @typedef {{ spelled: (letters: string) => string[], alike: (pair: string) => string[] }} Reader */
  /** The most strings that one spelling may mean; more would hide the likely ones. */
  const MEANINGS = 3;
  /** Strings that are rarer than this share of the most frequent one are ignored. */
  const SHARE = 0.1;
  /** Initials match many strings by chance: in a long text, a string must have this weight. */
  const REPEATED = 3;
  /** How many characters there are, on average, to one with a given initial. */
  const INITIALS = 20;
  const SYLLABLES = 8;

  /** @param {Record<string, string>} table characters by syllable @returns {Map<string, string[]>} syllables by character */
  function readingsOf(table) {
    /** @type {Map<string, string[]>} */
    const readings = new Map();
    for (const [syllable, glyphs] of Object.entries(table)) {
      for (const glyph of glyphs) readings.set(glyph, [...(readings.get(glyph) || []), syllable]);
    }
    return readings;
  }

  /**
   * The end of the characters from `at` that spell the letters from `from`; the last syllable may be incomplete.
   * @param {string[][]} spelled readings of each place @param {number} at @param {string} letters @param {number} from @param {boolean} initials
   * @returns {number} the position after the last character, or -1
   */
  function spells(spelled, at, letters, from, initials) {
    if (from === letters.length) return at;
    for (const reading of spelled[at] || []) {
      const part = initials ? reading[0] : reading;
      const rest = letters.slice(from);
      const end = rest.startsWith(part) ? spells(spelled, at + 1, letters, from + part.length, initials) : -1;
      if (end >= 0) return end;
      if (!initials && from > 0 && part.startsWith(rest)) return at + 1;
    }
    return -1;
  }

  /** @param {Chapbook.PinyinData} data @returns {Reader} */
  function reader({ pinyin, strings }) {
    const readings = readingsOf(pinyin);
    const spelled = strings.map(([string]) => [...string].map((glyph) => readings.get(glyph) || []));
    const characters = spelled.reduce((sum, places) => sum + places.length, 0);
    /** The least weight of a string of so many initials. @param {number} count */
    const least = (count) => (characters < INITIALS ** count ? 1 : REPEATED);
    /** Every pair of characters of the book, computed when first needed. @type {Map<string, number> | undefined} */
    let pairs;

    /** Every string that the letters spell, likeliest first. @param {string} letters @param {boolean} initials @returns {string[]} */
    function meanings(letters, initials) {
      /** @type {Map<string, number>} */
      const counts = new Map();
      strings.forEach(([string, weight], which) => {
        const places = spelled[which];
        for (let at = 0; at < places.length; at += 1) {
          if (!places[at].some((reading) => reading[0] === letters[0])) continue;
          const end = spells(places, at, letters, 0, initials);
          if (end < 0) continue;
          const meaning = [...string].slice(at, end).join("");
          counts.set(meaning, (counts.get(meaning) || 0) + weight);
        }
      });
      const found = [...counts].filter(([, count]) => !initials || count >= least(letters.length)).sort((a, b) => b[1] - a[1]);
      return found.filter(([, count]) => count >= SHARE * found[0][1]).slice(0, MEANINGS).map(([string]) => string);
    }

    return {
      spelled(letters) {
        const full = letters.length > 1 ? meanings(letters, false) : [];
        return full.length || letters.length < 2 || letters.length > SYLLABLES ? full : meanings(letters, true);
      },
      alike(pair) {
        pairs ||= pairsOf(strings);
        const glyphs = (/** @type {string} */ glyph) => [...new Set((readings.get(glyph) || []).flatMap((reading) => [...pinyin[reading]]))];
        const seconds = glyphs(pair[1]);
        const found = glyphs(pair[0]).flatMap((first) => seconds.map((second) => ({ other: first + second, count: pairs?.get(first + second) || 0 })));
        return found.filter(({ count }) => count).sort((a, b) => b.count - a.count).slice(0, MEANINGS).map(({ other }) => other);
      },
    };
  }

  /** @param {[string, number][]} strings */
  function pairsOf(strings) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const [string, weight] of strings) {
      for (let at = 0; at + 1 < string.length; at += 1) {
        if (string[at] < "\u2e80") continue;
        const pair = string.slice(at, at + 2);
        counts.set(pair, (counts.get(pair) || 0) + weight);
      }
    }
    return counts;
  }

  /** The pinyin reader of each book, made when first needed. @type {WeakMap<Chapbook.SearchBook, Promise<Reader>>} */
  const readers = new WeakMap();
  /** @param {Chapbook.SearchBook} book @returns {Promise<Reader>} */
  function readerOf(book) {
    const made = readers.get(book) || book.pinyin().then(reader);
    readers.set(book, made);
    return made;
  }

  /** @param {Chapbook.SearchBook} book @param {string} letters `a` to `z`, without spaces @returns {Promise<string[]>} */
  const spelled = async (book, letters) => (await readerOf(book)).spelled(letters);
  /** @param {Chapbook.SearchBook} book @param {string} pair @returns {Promise<string[]>} */
  const alike = async (book, pair) => (await readerOf(book)).alike(pair);

  self.chapbook.sound = { spelled, alike };
})();
