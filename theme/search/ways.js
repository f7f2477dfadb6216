/**
 * Ways in which a book holds a word or a string: as it stands, with another ending, taken apart, mistyped; each with its
 * sections and what it weighs in them.
 */
(() => {
  "use strict";
  /**
   * @typedef {Map<number, number>} Holds sections, and what the term weighs in each
   * @typedef {{ weight: number, holds: Holds, marks: string[], needle?: string }} Way `needle`: the text must hold it
   * @typedef {{
   *   size: number, words: string[], ahead: { pages: number, sections: number, weakest: number },
   *   has: (word: string) => boolean, pageOf: (at: number) => number,
   *   holdsOfWords: (words: string[]) => Promise<Holds[]>, holdsOfString: (needle: string) => Promise<Holds>,
   *   read: (sections: number[]) => Promise<any[]>,
   *   sounds: () => Promise<{ pinyin: Record<string, string>, strings: [string, number][] }>,
   * }} Book what `whole.js` and `shards.js` open
   */
  const { ranking } = self.chapbook;

  /** How much a way is worth beside the word as it stands. Each is below the one before it, so exact always leads. */
  const WAY = { exact: 1, spelled: 0.9, stem: 0.85, compound: 0.8, prefix: 0.6, sound: 0.6, typo: 0.5, infix: 0.4, typos: 0.35 };
  /** Words that one way may stand for; further ones would bury the likely ones. */
  const WORDS = 60;

  /** @param {Book} book @param {string} needle @param {number} weight @returns {Promise<Way>} */
  const literally = async (book, needle, weight) => ({ weight, holds: await book.holdsOfString(needle), marks: [needle], needle });

  /** Any of the words. @param {Book} book @param {string[]} words @param {number} weight @returns {Promise<Way>} */
  async function together(book, words, weight) {
    const marks = words.slice(0, WORDS);
    const [first, ...others] = await book.holdsOfWords(marks);
    /** @type {Holds} */
    const holds = new Map(first);
    const most = ranking.most();
    for (const other of others) {
      // Two words of one meaning are worth more than one, but never more than the most that one can be.
      for (const [at, value] of other) holds.set(at, most - ((most - value) * (most - (holds.get(at) || 0))) / most);
    }
    return { weight, holds, marks };
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

  /** Words of the book that were perhaps meant, nearest first. @param {Book} book @param {string} word @returns {string[][]} with one slip, with two */
  function near(book, word) {
    const most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    /** @type {string[][]} */
    const found = [[], [], []];
    if (most) for (const candidate of book.words) found[Math.min(2, distance(word, candidate, most) - 1)]?.push(candidate);
    return [found[0], most > 1 ? found[1] : []];
  }

  /** `hashmap` where the book says `hash map`. @param {Book} book @param {string} word @returns {Promise<Way[]>} */
  function apart(book, word) {
    const ways = [];
    for (let at = 3; at <= word.length - 3; at += 1) {
      const [left, right] = [word.slice(0, at), word.slice(at)];
      if (book.has(left) && book.has(right)) ways.push(side(book, left, right));
    }
    return Promise.all(ways);
  }

  /** Two words side by side. @param {Book} book @param {string} left @param {string} right @returns {Promise<Way>} */
  async function side(book, left, right) {
    const [one, other] = await book.holdsOfWords([left, right]);
    /** @type {Holds} */
    const holds = new Map();
    for (const [at, value] of one) if (other.has(at)) holds.set(at, Math.min(value, other.get(at) || 0));
    return { weight: WAY.compound, holds, marks: [`${left} ${right}`], needle: `${left} ${right}` };
  }

  self.chapbook.ways = { WAY, literally, together, near, apart };
})();
