/**
 * Ranks sections: rarity of the terms times their weight in the section (BM25F), then the share of the query that is there,
 * then where the query occurs whole. Pages are ranked by their best section and its neighbours.
 *
 * Sections are first ranked by postings alone; the best ones are then read and ranked by their text.
 */
(() => {
  "use strict";
  /** @typedef {Chapbook.Matcher & { worth: number }} JudgedMatcher */
  /** @typedef {{ terms: { weight: number, matchers: JudgedMatcher[] }[], possible: number, asked: number, weight: number }} Judged */
  /** @typedef {{ at: number, score: number }} Scored */
  const { field } = self.chapbook;

  /** How many sections of a page are shown, and the least score of one, as a share of the best. */
  const [SECTIONS, WEAKEST] = [4, 0.25];
  /** A section with this share of the query counts as containing it; minor words may be missing. */
  const WHOLE = 0.9;

  /** The inverse document frequency of a term, above 0; its lower bound is `rare`, less in a small book. @param {number} all @param {number} holders @param {number} rare */
  function idf(all, holders, rare) {
    const counted = Math.max(Math.min(rare, Math.ceil(all / 3)), holders);
    return Math.log(1 + (all - counted + 0.5) / (counted + 0.5));
  }

  /** The worth of each matcher of each term, and the score of a section that has all of them. @param {Chapbook.SearchBook} book @param {Chapbook.Ranking} ranking @param {Chapbook.Term[]} terms @returns {Judged} */
  function judge(book, ranking, terms) {
    const asked = terms.reduce((sum, term) => sum + term.weight, 0);
    // Terms that are nowhere in the book make no difference between sections.
    const found = terms.filter(({ matchers }) => matchers.some((matcher) => matcher.holds.size));
    const judged = found.map(({ matchers, weight }) => ({
      weight, matchers: matchers.map((matcher) => ({ ...matcher, worth: weight * matcher.weight * idf(book.size, matcher.holds.size, ranking.rare) })),
    }));
    const possible = judged.reduce((sum, { matchers }) => sum + Math.max(...matchers.map(({ worth }) => worth)), 0);
    return { terms: judged, possible, asked, weight: judged.reduce((sum, term) => sum + term.weight, 0) };
  }

  /** Scores sections by postings. @param {Judged} judged @param {(at: number) => boolean} allowed */
  function sum(judged, allowed) {
    /** @type {Map<number, { sum: number, found: number }>} */
    const scores = new Map();
    for (const { matchers, weight } of judged.terms) {
      /** @type {Map<number, number>} */
      const best = new Map();
      for (const { holds, worth } of matchers) {
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

  /** The score of one section whose text is read: matches that the text does not contain are dropped. @param {Judged} judged @param {number} at @param {Chapbook.FoldedSection} entry */
  function sumOfRead(judged, at, entry) {
    const score = { sum: 0, found: 0 };
    for (const { matchers, weight } of judged.terms) {
      const values = matchers.map((matcher) => (holdsTruly(matcher, at, entry) ? (matcher.holds.get(at) || 0) * matcher.worth : 0));
      const best = Math.max(0, ...values);
      score.sum += best;
      score.found += best ? weight : 0;
    }
    return score;
  }

  /** @param {Chapbook.Matcher} matcher @param {number} at @param {Chapbook.FoldedSection} entry */
  const holdsTruly = (matcher, at, entry) => matcher.holds.has(at) && (!matcher.needle || field.holds(entry, matcher.needle));

  /** The score of a section: less after the main text. @param {Chapbook.Ranking} ranking @param {Judged} judged @param {number} at @param {{ sum: number, found: number }} score */
  const total = ({ main, aside, coverage_floor: floor }, { weight }, at, { sum, found }, extra = 0) =>
    (at < main ? 1 : aside) * (sum * (floor + (1 - floor) * (found / weight)) + extra);

  /** The bonus for a section that contains the query as typed. @param {Chapbook.Ranking} ranking @param {Chapbook.FoldedSection} entry @param {string} phrase */
  function bonus(ranking, entry, phrase) {
    if (entry.title === phrase) return ranking.heading_equal;
    if (phrase.length < 2) return 0;
    if (entry.title.includes(phrase)) return ranking.heading_holds * (1 + phrase.length / entry.title.length);
    return entry.text.includes(phrase) ? ranking.text_holds : 0;
  }

  /**
   * The best sections of the best pages.
   * @param {Chapbook.SearchBook} book @param {Chapbook.Ranking} ranking @param {Chapbook.Query} asked
   * @param {{ allowed: (at: number) => boolean, pages: number }} options @returns {Promise<Chapbook.RankedSection[]>}
   */
  async function rank(book, ranking, asked, { allowed, pages }) {
    const judged = judge(book, ranking, asked.terms);
    const scores = [...sum(judged, allowed)].map(([at, score]) => ({ at, score: total(ranking, judged, at, score) }));
    const likely = order(book, ranking, scores).slice(0, Math.max(pages, book.ahead.pages)).flatMap((page) => page.slice(0, book.ahead.sections).filter(({ score }) => score >= book.ahead.weakest * page[0].score));
    const entries = await book.read(likely.map(({ at }) => at));
    const read = likely.map(({ at }, place) => {
      const [entry, score] = [entries[place], sumOfRead(judged, at, entries[place])];
      const extra = judged.possible * Math.max(0, ...asked.phrases.map((phrase) => bonus(ranking, entry, phrase)));
      return { at, entry, score: score.found ? total(ranking, judged, at, score, extra) : 0, whole: score.found >= WHOLE * judged.asked };
    });
    const best = order(book, ranking, read.filter(({ score }) => score > 0)).slice(0, pages);
    return best.flatMap((page) => page.slice(0, SECTIONS).filter(({ score }) => score >= WEAKEST * page[0].score));
  }

  /** Pages, best first, each with its sections, best first. @template {Scored} F @param {Chapbook.SearchBook} book @param {Chapbook.Ranking} ranking @param {F[]} sections @returns {F[][]} */
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
