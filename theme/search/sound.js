/**
 * Pinyin: which strings of Han glyphs of the book a reader means who types `yuqi`, `yu qi` or `yq`, or chose a wrong
 * glyph that sounds the same.
 *
 * The readings come with the index, for the glyphs of the book only; a book without Han has none.
 */
(() => {
  "use strict";
  /** Strings that one spelling may mean; more would bury the likely ones. */
  const MEANINGS = 3;
  /** A reading that stands in a heading is likelier than one in the text. */
  const HEADING = 8;
  /** Beside the most frequent string, rarer ones than this share are chance. */
  const SHARE = 0.1;
  /** Initials meet so many strings by chance that those outside headings must come back. */
  const REPEATED = 3;
  const SYLLABLES = 8;

  /** @param {Record<string, string>} table glyphs by syllable @returns {Map<string, string[]>} syllables by glyph */
  function readingsOf(table) {
    /** @type {Map<string, string[]>} */
    const readings = new Map();
    for (const [syllable, glyphs] of Object.entries(table)) {
      for (const glyph of glyphs) readings.set(glyph, [...(readings.get(glyph) || []), syllable]);
    }
    return readings;
  }

  /**
   * Where the letters that start at `from` end, if the glyphs from `at` on spell them; the last syllable may be unfinished.
   * @param {string[][]} spelled readings of each place @param {number} at @param {string} letters @param {number} from @param {boolean} initials
   * @returns {number} the place after the last glyph, or -1
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

  /** @param {{ entries: { title: string, text: string }[] }} book @param {Record<string, string>} table */
  function sound(book, table) {
    const readings = readingsOf(table);
    if (!readings.size) return {};
    /** The readings of each place of a text, kept for the next letter typed. @type {Map<string, string[][]>} */
    const known = new Map();
    const spelledOf = (/** @type {string} */ whole) => {
      const kept = known.get(whole) || whole.split("").map((glyph) => readings.get(glyph) || []);
      known.set(whole, kept);
      return kept;
    };

    /** Every string that the letters spell, likeliest first. @param {string} letters @param {boolean} initials @returns {string[]} */
    function meanings(letters, initials) {
      /** @type {Map<string, number>} */
      const counts = new Map();
      const collect = (/** @type {string} */ whole, /** @type {number} */ weight) => {
        const spelled = spelledOf(whole);
        for (let at = 0; at < spelled.length; at += 1) {
          if (!spelled[at].some((reading) => reading[0] === letters[0])) continue;
          const end = spells(spelled, at, letters, 0, initials);
          if (end > at) counts.set(whole.slice(at, end), (counts.get(whole.slice(at, end)) || 0) + weight);
        }
      };
      for (const entry of book.entries) collect(entry.title, HEADING), collect(entry.text, 1);
      const found = [...counts].filter(([, count]) => !initials || count >= REPEATED).sort((a, b) => b[1] - a[1]);
      return found.filter(([, count]) => count >= SHARE * found[0][1]).slice(0, MEANINGS).map(([string]) => string);
    }

    /** @param {string} letters `a` to `z`, without spaces @returns {string[]} */
    function spelled(letters) {
      const full = letters.length > 1 ? meanings(letters, false) : [];
      return full.length || letters.length < 2 || letters.length > SYLLABLES ? full : meanings(letters, true);
    }

    /** Every pair of glyphs of the book, made when first asked for. @type {Map<string, number> | undefined} */
    let pairs;
    function pairsOfBook() {
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const { title, text } of book.entries) {
        const whole = `${title}\n${text}`;
        for (let at = 0; at + 1 < whole.length; at += 1) {
          if (whole[at] < "\u2e80") continue;
          const pair = whole.slice(at, at + 2);
          counts.set(pair, (counts.get(pair) || 0) + 1);
        }
      }
      return counts;
    }

    /** @param {string} pair @returns {string[]} */
    function soundsLike(pair) {
      pairs ||= pairsOfBook();
      const alike = (/** @type {string} */ glyph) => [...new Set((readings.get(glyph) || []).flatMap((reading) => [...table[reading]]))];
      const seconds = alike(pair[1]);
      const found = alike(pair[0]).flatMap((first) => seconds.map((second) => ({ other: first + second, count: pairs?.get(first + second) || 0 })));
      return found.filter(({ count }) => count).sort((a, b) => b.count - a.count).slice(0, MEANINGS).map(({ other }) => other);
    }
    return { spelled, soundsLike };
  }

  window.chapbook.sound = sound;
})();
