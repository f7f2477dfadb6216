/**
 * The order of sections: BM25F over heading, trail and body (k1 = 1.2, Robertson and Zaragoza 2009), then how much of
 * the query is there, then where it stands whole; pages are ordered by their best section and its neighbours.
 *
 * A term is a list of ways to find it, best first, each with a weight of 0 to 1; `terms.js` makes them.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ title: string, trail: string, text: string, length: number, page: string }} Folded
   * @typedef {{ weight: number, holds: Map<number, [number, number, number]>, mark: string }} Way
   * @typedef {{ ways: Way[], weight: number }} Term
   */

  /** All that was chosen rather than derived. */
  const RANK = {
    /** A heading says what a section is about: one word of it weighs as much as seven in the text. */
    heading: 7,
    /** The trail says it of the whole page, so it tells little between its sections. */
    trail: 1.5,
    /** How soon more of the same word says nothing new; the usual value. */
    k1: 1.2,
    /** How much long sections are held back; low, since sections are short and a long one is often the main one. */
    b: 0.4,
    /** What stands in fewer sections than this is not rarer for it: one pair of glyphs met by chance must not decide. */
    rare: 3,
    /** What remains for a section that has almost nothing of the query: never nothing, so that a question has an answer. */
    coverageFloor: 0.35,
    /** Bonuses, in units of all the query can score: heading equal, heading holds the query, text holds it as typed. */
    headingEqual: 3,
    headingHolds: 0.6,
    textHolds: 0.35,
    /** The next five sections of a page speak for it, each a little. */
    neighbour: 0.08,
    neighbours: 5,
    /** A reader looks at the first few of a page; weaker ones than a quarter of its best are noise. */
    sectionsOfPage: 4,
    weakest: 0.25,
    /** A section that has this share of the query is said to hold it; little words may be missing. */
    whole: 0.9,
    /** Links in the dialog. */
    results: 40,
  };

  /** How telling a term is that `holders` of `all` sections hold. @param {number} all @param {number} holders */
  const idf = (all, holders) => Math.log(1 + (all - holders + 0.5) / (holders + 0.5));

  /** Scores each section for each term by its best way. @param {Term[]} terms @param {Folded[]} entries */
  function sumTerms(terms, entries) {
    const mean = entries.reduce((sum, entry) => sum + entry.length, 0) / Math.max(1, entries.length);
    /** @type {Map<number, { sum: number, found: number }>} */
    const scores = new Map();
    let [possible, weight, asked] = [0, 0, 0];
    for (const term of terms) {
      /** @type {Map<number, number>} */
      const best = new Map();
      let most = 0;
      for (const way of term.ways) {
        const rarity = idf(entries.length, Math.max(RANK.rare, way.holds.size));
        most = Math.max(most, rarity * way.weight);
        for (const [at, [inTitle, inTrail, inText]] of way.holds) {
          const count = inTitle * RANK.heading + inTrail * RANK.trail + inText;
          const long = 1 - RANK.b + (RANK.b * entries[at].length) / (mean || 1);
          const value = way.weight * rarity * ((RANK.k1 + 1) * count) / (RANK.k1 * long + count);
          if (value > (best.get(at) || 0)) best.set(at, value);
        }
      }
      asked += term.weight;
      // What is nowhere in the book is missing everywhere alike; it must not decide.
      if (!best.size) continue;
      possible += most * term.weight;
      weight += term.weight;
      for (const [at, value] of best) {
        const score = scores.get(at) || { sum: 0, found: 0 };
        score.sum += value * term.weight;
        score.found += term.weight;
        scores.set(at, score);
      }
    }
    return { scores, possible, weight, asked };
  }

  /** Where the query stands as typed. @param {Folded} entry @param {string} phrase @param {number} possible */
  function bonus(entry, phrase, possible) {
    if (entry.title === phrase) return possible * RANK.headingEqual;
    if (phrase.length < 2) return 0;
    if (entry.title.includes(phrase)) return possible * RANK.headingHolds * (1 + phrase.length / entry.title.length);
    return entry.text.includes(phrase) ? possible * RANK.textHolds : 0;
  }

  /** @param {Term[]} terms @param {string[]} phrases ways the whole query may stand @param {Folded[]} entries */
  function rank(terms, phrases, entries) {
    const { scores, possible, weight, asked } = sumTerms(terms, entries);
    /** @type {Map<string, { at: number, score: number, whole: boolean }[]>} */
    const pages = new Map();
    for (const [at, { sum, found }] of scores) {
      const covered = RANK.coverageFloor + (1 - RANK.coverageFloor) * (found / weight);
      const score = sum * covered + Math.max(0, ...phrases.map((phrase) => bonus(entries[at], phrase, possible)));
      const page = pages.get(entries[at].page) || [];
      page.push({ at, score, whole: found >= RANK.whole * asked });
      pages.set(entries[at].page, page);
    }
    return orderPages([...pages.values()]).slice(0, RANK.results);
  }

  /** Best page first, within it best section first. @param {{ at: number, score: number, whole: boolean }[][]} pages */
  function orderPages(pages) {
    const ordered = pages.map((sections) => {
      sections.sort((a, b) => b.score - a.score || a.at - b.at);
      const others = sections.slice(1, 1 + RANK.neighbours).reduce((sum, section) => sum + section.score, 0);
      return { sections, score: sections[0].score + RANK.neighbour * others };
    });
    ordered.sort((a, b) => b.score - a.score || a.sections[0].at - b.sections[0].at);
    return ordered.flatMap(({ sections }) =>
      sections.slice(0, RANK.sectionsOfPage).filter(({ score }) => score >= RANK.weakest * sections[0].score));
  }

  window.chapbook.rank = { rank };
})();
