/**
 * A book whose index is loaded whole: words and strings are searched in the text of every section.
 *
 * One of the two kinds of book; `shards.js` is the other. Both have the same interface.
 */
(() => {
  "use strict";
  const { text, field } = self.chapbook;

  /** @param {Chapbook.WholeIndex} index @returns {Chapbook.SearchBook} */
  function open(index) {
    text.setSimplified(index.simplified);
    const entries = index.sections.map(field.entry);
    const mean = entries.reduce((sum, entry) => sum + entry.text.length, 0) / Math.max(1, entries.length);
    const weight = field.weigher(index.ranking, mean);
    const words = vocabularyOf(entries, weight);
    const paths = index.sections.map((section) => section.url.split("#")[0]);
    let page = -1;
    const pages = paths.map((path, at) => (path === paths[at - 1] ? page : (page += 1)));

    return {
      size: entries.length,
      words: [...words.keys()],
      has: (word) => words.has(word),
      pageOf: (at) => pages[at],
      /** How much is read for an answer: a lot, since the texts are in memory. */
      ahead: { pages: 40, sections: 99, weakest: 0 },
      holdsOfWords: async (some) => some.map((word) => words.get(word) || new Map()),
      holdsOfString: async (needle) => holdersOf(entries, weight, needle),
      read: async (some) => some.map((at) => entries[at]),
      pinyin: async () => ({ pinyin: index.pinyin, strings: strings(entries) }),
    };
  }

  /** Every word with its sections and its weight in them. @param {Chapbook.FoldedSection[]} entries @param {(counts: number[], length: number) => number} weight */
  function vocabularyOf(entries, weight) {
    /** @type {Map<string, Map<number, number[]>>} */
    const vocabulary = new Map();
    entries.forEach((entry, at) => {
      entry.fields.forEach((original, which) => {
        for (const word of text.words(original)) {
          const holds = vocabulary.get(word) || new Map();
          if (!holds.size) vocabulary.set(word, holds);
          const counts = holds.get(at) || [0, 0, 0, 0];
          counts[which] += 1;
          holds.set(at, counts);
        }
      });
    });
    /** @type {Map<string, Chapbook.Holds>} */
    const weighed = new Map();
    for (const [word, holds] of vocabulary) {
      weighed.set(word, new Map([...holds].map(([at, counts]) => [at, weight(counts, entries[at].text.length)])));
    }
    return weighed;
  }

  /** The sections that contain a string, also within words. @param {Chapbook.FoldedSection[]} entries @param {(counts: number[], length: number) => number} weight @param {string} needle */
  function holdersOf(entries, weight, needle) {
    /** @type {Map<number, number>} */
    const holds = new Map();
    entries.forEach((entry, at) => {
      const counts = [entry.title, entry.trail, entry.aliases, entry.text].map((whole) => field.countOf(whole, needle));
      if (counts.some(Boolean)) holds.set(at, weight(counts, entry.text.length));
    });
    return holds;
  }

  /** The texts that pinyin may spell, with weights: strings of headings are likelier. @param {Chapbook.FoldedSection[]} entries @returns {[string, number][]} */
  const strings = (entries) => entries.flatMap((entry) => /** @type {[string, number][]} */ ([[entry.title, 8], [entry.text, 1]]));

  self.chapbook.whole = { open };
})();
