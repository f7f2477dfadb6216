/**
 * The search engine: opens a book from its index and answers queries.
 *
 * Runs in a worker, so that it does not block the page, or on the page where there are no workers. It is in the same script
 * as the index, so that a page does not load it before the reader searches.
 */
(() => {
  "use strict";
  const { text, codec, sound, terms, rank, whole, shards } = self.chapbook;
  /** The length of a snippet, and of its text before the first match. */
  const [SNIPPET, BEFORE] = [140, 30];
  /** How many pages an answer has, and how many completions a query. */
  const [PAGES, COMPLETIONS] = [8, 6];

  /** @param {Chapbook.SearchIndex} index @param {Chapbook.LoadPart} part @returns {Chapbook.OpenBook} */
  function open(index, part) {
    const { ranking } = index;
    self.chapbook.ranking.use(ranking);
    const book = index.sections ? whole.open(index) : shards.open(index, part);
    const parts = partsOf(index.parts, book.size);
    const lists = new Set(codec.decodeRising(index.checklists));
    return {
      async answer(query, options = {}) {
        const asked = await terms.termsOf(book, query);
        const found = await rank.rank(book, ranking, asked, { allowed: filter(parts, lists, options), pages: options.pages || PAGES });
        const results = found.map((one) => result(asked.terms, one));
        return { results, loose: found.length > 0 && !found.some((one) => one.whole), heard: asked.heard, meant: asked.meant };
      },
      suggest: (query) => suggest(book, index.terms, query),
      facets: async () => ({ parts: parts.map(({ title }) => title), checklists: lists.size > 0 }),
    };
  }

  /** The parts of the book that have a title, with their sections. @param {[string, number][]} parts @param {number} size */
  function partsOf(parts, size) {
    const bounded = parts.map(([title, from], at) => ({ title, from, to: parts[at + 1]?.[1] ?? size }));
    return bounded.filter(({ title }) => title);
  }

  /** @param {{ from: number, to: number }[]} parts @param {Set<number>} lists @param {Chapbook.SearchOptions} options @returns {(at: number) => boolean} */
  function filter(parts, lists, { part, checklists }) {
    const wanted = part === undefined ? undefined : parts[part];
    return (at) => (!wanted || (at >= wanted.from && at < wanted.to)) && (!checklists || lists.has(at));
  }

  /** Queries that begin like this one: terms of the book's glossary first, then its words. @param {Chapbook.SearchBook} book @param {string[]} glossary @param {string} query @returns {Promise<string[]>} */
  async function suggest(book, glossary, query) {
    const [typed, folded] = [query.trimStart(), text.fold(query.trim())];
    if (!folded) return [];
    const known = glossary.filter((term) => text.fold(term).includes(folded) && text.fold(term) !== folded);
    const heard = /^[a-z]+$/u.test(folded) && !book.has(folded) ? await sound.spelled(book, folded) : [];
    const [, before, last] = typed.match(/^(.*?)([\p{L}\p{N}_]*)$/su) || ["", "", ""];
    const words = text.isSpaced(last) ? await longer(book, text.fold(last)) : [];
    return [...new Set([...known, ...heard, ...words.map((word) => before + word)])].slice(0, COMPLETIONS);
  }

  /** Words of the book that begin with these letters, the most frequent first. @param {Chapbook.SearchBook} book @param {string} letters */
  async function longer(book, letters) {
    if (letters.length < 2) return [];
    const words = book.words.filter((word) => word.startsWith(letters) && word !== letters && /^\p{L}+$/u.test(word)).slice(0, 60);
    const holds = await book.holdsOfWords(words);
    /** @type {[string, number][]} */
    const counted = words.map((word, at) => [word, holds[at].size]);
    return counted.sort((a, b) => b[1] - a[1]).map(([word]) => word);
  }

  /** The ranges of the needles in a text, in order, without overlaps. @param {string} original @param {string[]} needles @returns {Chapbook.Ranges} */
  function places(original, needles) {
    const { folded, place } = text.foldWithPlaces(original);
    /** @type {Chapbook.Ranges} */
    const found = [];
    for (const needle of needles) {
      for (let at = folded.indexOf(needle); at >= 0 && found.length < 400; at = folded.indexOf(needle, at + needle.length)) found.push([at, at + needle.length]);
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    /** @type {Chapbook.Ranges} */
    const merged = [];
    for (const [from, to] of found) {
      const last = merged[merged.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged.map(([from, to]) => [place(from), place(to)]);
  }

  /** The part of the text with most of the matches. @param {string} whole @param {Chapbook.Ranges} found */
  function snippet(whole, found) {
    let [best, most] = [0, 0];
    found.forEach(([from], at) => {
      let letters = 0;
      const seen = new Set();
      for (let next = at; next < found.length && found[next][1] <= from + SNIPPET - BEFORE; next += 1) {
        const word = whole.slice(...found[next]).toLowerCase();
        letters += seen.has(word) ? 0.2 : word.length;
        seen.add(word);
      }
      if (letters > most) [best, most] = [from, letters];
    });
    const start = Math.max(0, best - BEFORE);
    return (start > 0 ? "…" : "") + whole.slice(start, start + SNIPPET).trim() + (start + SNIPPET < whole.length ? "…" : "");
  }

  /** The strings to mark in a section: those of the best matcher of each term. @param {Chapbook.Term[]} queryTerms @param {number} at @param {Chapbook.FoldedSection} entry @returns {string[]} */
  function needlesOf(queryTerms, at, entry) {
    const needles = queryTerms.flatMap((term) => (term.matchers.find((matcher) => rank.holdsTruly(matcher, at, entry)) || { marks: [] }).marks);
    return [...new Set(needles)].filter((needle) => entry.text.includes(needle) || entry.title.includes(needle)).slice(0, 40);
  }

  /** @param {Chapbook.Term[]} queryTerms @param {Chapbook.RankedSection} found @returns {Chapbook.SearchResult} */
  function result(queryTerms, { at, score, entry }) {
    const { section } = entry;
    const needles = needlesOf(queryTerms, at, entry);
    const found = places(section.text, needles);
    const shown = snippet(section.text, found);
    const inTitle = places(section.title, needles);
    const surface = [...found.map((place) => section.text.slice(...place)), ...inTitle.map((place) => section.title.slice(...place))];
    const marks = [...new Set(surface.map((word) => word.toLowerCase()))].slice(0, 8);
    return { url: section.url, title: section.title, page: section.page, trail: section.trail, snippet: shown, score, marks, places: { title: inTitle, snippet: places(shown, needles) } };
  }

  self.chapbook.engine = { open, places };
})();
