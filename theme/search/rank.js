/**
 * The order of sections: rarity times weight in the section (BM25F), then how much of the query is there, then where it
 * stands whole; pages are ordered by their best section and its neighbours.
 *
 * Sections are first ordered by what the terms say of them; the best are then read and judged by their text.
 */
(() => {
  "use strict";
  /** @typedef {any} Book @typedef {any} Entry @typedef {any} Ranking @typedef {any} Way @typedef {{ ways: Way[], weight: number }} Term */
  /** @typedef {{ at: number, score: number, whole: boolean, entry?: Entry }} Found */
  const { field } = self.chapbook;

  /** A reader looks at the first few sections of a page; those weaker than a quarter of its best are noise. */
  const [SECTIONS, WEAKEST] = [4, 0.25];
  /** A section that has this share of the query is said to hold it; little words may be missing. */
  const WHOLE = 0.9;

  /** How telling a term is that `holders` of `all` sections hold. @param {number} all @param {number} holders */
  const idf = (all, holders) => Math.log(1 + (all - holders + 0.5) / (holders + 0.5));

  /** How telling each way of each term is, and what a section with all of them would have. @param {Book} book @param {Ranking} ranking @param {Term[]} terms */
  function judge(book, ranking, terms) {
    const asked = terms.reduce((sum, term) => sum + term.weight, 0);
    // What is nowhere in the book is missing everywhere alike; it must not decide.
    const found = terms.filter(({ ways }) => ways.some((way) => way.holds.size));
    const judged = found.map(({ ways, weight }) => ({
      weight, ways: ways.map((way) => ({ ...way, worth: weight * way.weight * idf(book.size, Math.max(ranking.rare, way.holds.size)) })),
    }));
    const possible = judged.reduce((sum, { ways }) => sum + Math.max(...ways.map(({ worth }) => worth)), 0);
    return { terms: judged, possible, asked, weight: judged.reduce((sum, term) => sum + term.weight, 0) };
  }

  /** Scores sections by what the terms say of them. @param {any} judged @param {(at: number) => boolean} allowed */
  function sum(judged, allowed) {
    /** @type {Map<number, { sum: number, found: number }>} */
    const scores = new Map();
    for (const { ways, weight } of judged.terms) {
      /** @type {Map<number, number>} */
      const best = new Map();
      for (const { holds, worth } of ways) {
        for (const [at, held] of holds) if (held * worth > (best.get(at) || 0) && allowed(at)) best.set(at, held * worth);
      }
      for (const [at, value] of best) {
        const score = scores.get(at) || { sum: 0, found: 0 };
        score.sum += value;
        score.found += weight;
        scores.set(at, score);
      }
    }
    return scores;
  }

  /** The same for one section whose text is there: what it only seemed to hold does not count. @param {any} judged @param {number} at @param {Entry} entry */
  function sumOfRead(judged, at, entry) {
    const score = { sum: 0, found: 0 };
    for (const { ways, weight } of judged.terms) {
      const values = ways.map((/** @type {any} */ way) => (holdsTruly(way, at, entry) ? way.holds.get(at) * way.worth : 0));
      const best = Math.max(0, ...values);
      score.sum += best;
      score.found += best ? weight : 0;
    }
    return score;
  }

  /** @param {Way} way @param {number} at @param {Entry} entry */
  const holdsTruly = (way, at, entry) => way.holds.has(at) && (!way.needle || field.holds(entry, way.needle));

  /** @param {Ranking} ranking @param {any} judged @param {{ sum: number, found: number }} score */
  const covered = (ranking, judged, { sum, found }) => sum * (ranking.coverage_floor + (1 - ranking.coverage_floor) * (found / judged.weight));

  /** What it is worth that the query stands there as typed. @param {Ranking} ranking @param {Entry} entry @param {string} phrase */
  function bonus(ranking, entry, phrase) {
    if (entry.title === phrase) return ranking.heading_equal;
    if (phrase.length < 2) return 0;
    if (entry.title.includes(phrase)) return ranking.heading_holds * (1 + phrase.length / entry.title.length);
    return entry.text.includes(phrase) ? ranking.text_holds : 0;
  }

  /**
   * @param {Book} book @param {Ranking} ranking @param {{ terms: Term[], phrases: string[] }} asked
   * @param {{ allowed: (at: number) => boolean, pages: number }} options @returns {Promise<Found[]>}
   */
  async function rank(book, ranking, asked, { allowed, pages }) {
    const judged = judge(book, ranking, asked.terms);
    const scores = [...sum(judged, allowed)].map(([at, score]) => ({ at, score: covered(ranking, judged, score), whole: false }));
    const likely = order(book, ranking, scores).slice(0, Math.max(pages, book.ahead.pages)).flatMap((page) => page.slice(0, book.ahead.sections).filter(({ score }) => score >= book.ahead.weakest * page[0].score));
    const entries = await book.read(likely.map(({ at }) => at));
    const read = likely.map(({ at }, place) => {
      const [entry, score] = [entries[place], sumOfRead(judged, at, entries[place])];
      const extra = judged.possible * Math.max(0, ...asked.phrases.map((phrase) => bonus(ranking, entry, phrase)));
      return { at, entry, score: score.found ? covered(ranking, judged, score) + extra : 0, whole: score.found >= WHOLE * judged.asked };
    });
    const best = order(book, ranking, read.filter(({ score }) => score > 0)).slice(0, pages);
    return best.flatMap((page) => page.slice(0, SECTIONS).filter(({ score }) => score >= WEAKEST * page[0].score));
  }

  /** Pages, best first, each with its sections, best first. @template {Found} F @param {Book} book @param {Ranking} ranking @param {F[]} sections @returns {F[][]} */
  function order(book, ranking, sections) {
    /** @type {Map<number, F[]>} */
    const pages = new Map();
    for (const section of sections) pages.set(book.pageOf(section.at), [...(pages.get(book.pageOf(section.at)) || []), section]);
    const ordered = [...pages.values()].map((page) => {
      page.sort((a, b) => b.score - a.score || a.at - b.at);
      const others = page.slice(1, 1 + ranking.neighbours).reduce((sum, section) => sum + section.score, 0);
      return { page, score: page[0].score + ranking.neighbour * others };
    });
    ordered.sort((a, b) => b.score - a.score || a.page[0].at - b.page[0].at);
    return ordered.map(({ page }) => page);
  }

  self.chapbook.rank = { rank, holdsTruly };
})();
