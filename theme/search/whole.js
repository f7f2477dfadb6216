/**
 * A book that is loaded whole: words are counted and strings are looked for in the text of every section.
 *
 * One of the two kinds of book; `shards.js` is the other. Both answer the same questions.
 */
(() => {
  "use strict";
  const { text, field } = self.chapbook;

  /** @param {any} index */
  function open(index) {
    text.setSimplified(index.simplified);
    const entries = index.sections.map(field.entry);
    const mean = entries.reduce((/** @type {number} */ sum, /** @type {any} */ entry) => sum + entry.text.length, 0) / Math.max(1, entries.length);
    const weight = field.weigher(index.ranking, mean);
    const words = vocabularyOf(entries, weight);
    /** @type {string[]} */
    const paths = index.sections.map((/** @type {any} */ section) => section.url.split("#")[0]);
    let page = -1;
    const pages = paths.map((path, at) => (path === paths[at - 1] ? page : (page += 1)));

    return {
      size: entries.length,
      words: [...words.keys()],
      has: (/** @type {string} */ word) => words.has(word),
      pageOf: (/** @type {number} */ at) => pages[at],
      /** What is read before an answer: all that may matter, since reading costs nothing. */
      ahead: { pages: 40, sections: 99, weakest: 0 },
      holdsOfWords: async (/** @type {string[]} */ some) => some.map((word) => words.get(word) || new Map()),
      holdsOfString: async (/** @type {string} */ needle) => holdersOf(entries, weight, needle),
      read: async (/** @type {number[]} */ some) => some.map((at) => entries[at]),
      sounds: async () => ({ pinyin: index.pinyin, strings: strings(entries) }),
    };
  }

  /** Every word with the sections that hold it. @param {any[]} entries @param {(counts: number[], length: number) => number} weight */
  function vocabularyOf(entries, weight) {
    /** @type {Map<string, Map<number, any>>} */
    const vocabulary = new Map();
    entries.forEach((entry, at) => {
      entry.fields.forEach((/** @type {string} */ original, /** @type {number} */ which) => {
        for (const word of text.words(original)) {
          const holds = vocabulary.get(word) || new Map();
          if (!holds.size) vocabulary.set(word, holds);
          const counts = holds.get(at) || [0, 0, 0, 0];
          counts[which] += 1;
          holds.set(at, counts);
        }
      });
    });
    for (const holds of vocabulary.values()) {
      for (const [at, counts] of holds) holds.set(at, weight(counts, entries[at].text.length));
    }
    return vocabulary;
  }

  /** Where a string stands, in the middle of words too. @param {any[]} entries @param {any} weight @param {string} needle */
  function holdersOf(entries, weight, needle) {
    /** @type {Map<number, number>} */
    const holds = new Map();
    entries.forEach((entry, at) => {
      const counts = [entry.title, entry.trail, entry.aliases, entry.text].map((whole) => field.countOf(whole, needle));
      if (counts.some(Boolean)) holds.set(at, weight(counts, entry.text.length));
    });
    return holds;
  }

  /** What pinyin may spell: a reading that stands in a heading is likelier than one in the text. @param {any[]} entries */
  const strings = (entries) => entries.flatMap((entry) => [[entry.title, 8], [entry.text, 1]]);

  self.chapbook.whole = { open };
})();
