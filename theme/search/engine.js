/**
 * The engine of search: a book from its index, answers from a book, snippets, places to mark.
 *
 * Travels before the index in one script, so that a page is small until its reader searches. `text.js` folds, `terms.js`
 * reads queries, `rank.js` orders.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ url: string, title: string, page: string, trail: string[], text: string, tags?: string[] }} Section
   * @typedef {{ url: string, title: string, page: string, trail: string[], snippet: string, score: number, marks: string[] }} Result
   */
  const { text, terms, rank } = window.chapbook;
  /** Numbers of chapters and sections are not part of what a heading says. */
  const NUMBER = /^(?:第\s*[\d一二三四五六七八九十百]+\s*[章节篇部]|\d+(?:\.\d+)*[.、]?)\s+/u;
  /** Letters of a snippet, and how many of them stand before its first match. */
  const [SNIPPET, BEFORE] = [140, 30];

  /** @param {{ version: number, sections: Section[] }} index @param {{ simplified?: string, pinyin?: Record<string, string> }} [tables] */
  function open(index, tables = {}) {
    text.setSimplified(tables.simplified || "");
    const book = { sections: index.sections, entries: index.sections.map(folded), ...vocabularyOf(index.sections) };
    return Object.assign(book, window.chapbook.sound(book, tables.pinyin || {}));
  }

  /** @param {Section} section */
  function folded(section) {
    const trail = [...section.trail, ...(section.tags || [])].join("\n");
    const whole = text.fold(section.text);
    return { title: text.fold(section.title.replace(NUMBER, "")).trim(), trail: text.fold(trail), text: whole, length: whole.length, page: section.url.split("#")[0] };
  }

  /** Every word of a spaced script, with its sections. @param {Section[]} sections */
  function vocabularyOf(sections) {
    /** @type {Map<string, Map<number, [number, number, number]>>} */
    const vocabulary = new Map();
    sections.forEach((section, at) => {
      [section.title, [...section.trail, ...(section.tags || [])].join("\n"), section.text].forEach((field, which) => {
        for (const word of text.words(field)) {
          const holds = vocabulary.get(word) || new Map();
          if (!holds.size) vocabulary.set(word, holds);
          const counts = holds.get(at) || [0, 0, 0];
          counts[which] += 1;
          holds.set(at, counts);
        }
      });
    });
    /** @type {Map<string, string[]>} */
    const stems = new Map();
    for (const word of vocabulary.keys()) {
      const stem = text.stem(word);
      stems.set(stem, [...(stems.get(stem) || []), word]);
    }
    return { vocabulary, stems };
  }

  /** Every place of the needles in a text, in order, none within another. @param {string} original @param {string[]} needles @returns {[number, number][]} */
  function places(original, needles) {
    const { folded: whole, place } = text.foldWithPlaces(original);
    /** @type {[number, number][]} */
    const found = [];
    for (const needle of needles) {
      for (let at = whole.indexOf(needle); at >= 0 && found.length < 400; at = whole.indexOf(needle, at + needle.length)) found.push([at, at + needle.length]);
    }
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    /** @type {[number, number][]} */
    const merged = [];
    for (const [from, to] of found) {
      const last = merged[merged.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged.map(([from, to]) => [place(from), place(to)]);
  }

  /** The stretch of the text with most of what was found. @param {string} whole @param {[number, number][]} found */
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

  /** What of the terms this section holds: the best way of each. @param {any[]} queryTerms @param {number} at @param {any} entry @returns {string[]} */
  function needlesOf(queryTerms, at, entry) {
    const needles = queryTerms.flatMap((term) => (term.ways.find((/** @type {any} */ way) => way.holds.has(at)) || { marks: [] }).marks);
    return [...new Set(needles)].filter((needle) => entry.text.includes(needle) || entry.title.includes(needle)).slice(0, 40);
  }

  /** @param {any} book @param {any[]} queryTerms @param {{ at: number, score: number }} found @returns {Result} */
  function result(book, queryTerms, { at, score }) {
    const section = book.sections[at];
    const needles = needlesOf(queryTerms, at, book.entries[at]);
    const found = places(section.text, needles);
    const surface = [...found.map(([from, to]) => section.text.slice(from, to)), ...places(section.title, needles).map(([from, to]) => section.title.slice(from, to))];
    const marks = [...new Set(surface.map((word) => word.toLowerCase()))].slice(0, 8);
    return { url: section.url, title: section.title, page: section.page, trail: section.trail, snippet: snippet(section.text, found), score, marks };
  }

  /** @param {any} book @param {string} query @returns {Result[] & { loose?: boolean, heard?: string }} */
  function answer(book, query) {
    const asked = terms.termsOf(book, query);
    const found = rank.rank(asked.terms, asked.phrases, book.entries);
    const results = found.map((/** @type {any} */ one) => result(book, asked.terms, one));
    return Object.assign(results, { loose: found.length > 0 && !found.some((/** @type {any} */ one) => one.whole), heard: asked.heard });
  }

  window.chapbook.engine = { open, answer, places };
})();
