/**
 * Matchers: the ways in which a word or a string of the query is found in a book (exact, with another ending, split, mistyped),
 * each with its sections and the weight of the term in them.
 */
(() => {
  "use strict";
  const { ranking } = self.chapbook;

  /** The weight of each kind of matcher, in falling order: an exact match always has the greatest. */
  const WEIGHTS = { exact: 1, spelled: 0.9, stem: 0.85, compound: 0.8, prefix: 0.6, sound: 0.6, typo: 0.5, infix: 0.4, typos: 0.35 };
  /** The most words that one matcher stands for; more would hide the likely ones. */
  const WORDS = 60;

  /** @param {Chapbook.SearchBook} book @param {string} needle @param {number} weight @returns {Promise<Chapbook.Matcher>} */
  const literally = async (book, needle, weight) => ({ weight, holds: await book.holdsOfString(needle), marks: [needle], needle });

  /** Any of the words. @param {Chapbook.SearchBook} book @param {string[]} words @param {number} weight @returns {Promise<Chapbook.Matcher>} */
  async function together(book, words, weight) {
    const marks = words.slice(0, WORDS);
    const [first, ...others] = await book.holdsOfWords(marks);
    /** @type {Chapbook.Holds} */
    const holds = new Map(first);
    const most = ranking.most();
    for (const other of others) {
      // Two words of one meaning weigh more than one, but never more than the greatest weight of one.
      for (const [at, value] of other) holds.set(at, most - ((most - value) * (most - (holds.get(at) || 0))) / most);
    }
    return { weight, holds, marks };
  }

  /** Edits between two words (a swap of neighbours is one edit); anything over `most` is `most + 1`. @param {string} a @param {string} b @param {number} most */
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

  /** Similar words of the book, nearest first. @param {Chapbook.SearchBook} book @param {string} word @returns {string[][]} with one edit, with two */
  function near(book, word) {
    const most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    /** @type {string[][]} */
    const found = [[], [], []];
    if (most) for (const candidate of book.words) found[Math.min(2, distance(word, candidate, most) - 1)]?.push(candidate);
    return [found[0], most > 1 ? found[1] : []];
  }

  /** `hashmap` where the book says `hash map`. @param {Chapbook.SearchBook} book @param {string} word @returns {Promise<Chapbook.Matcher[]>} */
  function apart(book, word) {
    const matchers = [];
    for (let at = 3; at <= word.length - 3; at += 1) {
      const [left, right] = [word.slice(0, at), word.slice(at)];
      if (book.has(left) && book.has(right)) matchers.push(adjacent(book, left, right));
    }
    return Promise.all(matchers);
  }

  /** Two adjacent words. @param {Chapbook.SearchBook} book @param {string} left @param {string} right @returns {Promise<Chapbook.Matcher>} */
  async function adjacent(book, left, right) {
    const [one, other] = await book.holdsOfWords([left, right]);
    /** @type {Chapbook.Holds} */
    const holds = new Map();
    for (const [at, value] of one) if (other.has(at)) holds.set(at, Math.min(value, other.get(at) || 0));
    return { weight: WEIGHTS.compound, holds, marks: [`${left} ${right}`], needle: `${left} ${right}` };
  }

  self.chapbook.matchers = { WEIGHTS, literally, together, near, apart };
})();
