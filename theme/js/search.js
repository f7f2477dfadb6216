/**
 * Search: loads the index when it is first needed, finds sections, shows them in a dialog (ARIA authoring practices,
 * combobox with a listbox).
 *
 * The index is a classic script that calls `chapbook.search.load`, so that it also works from disk. Titles and texts
 * reach the page as text only.
 */
(() => {
  "use strict";
  /**
   * @typedef {{ url: string, title: string, page: string, trail: string[], text: string }} Section
   * @typedef {Section & { foldedTitle: string, foldedText: string }} Entry
   * @typedef {{ url: string, title: string, page: string, trail: string[], snippet: string, score: number }} Result
   */
  const root = document.documentElement;
  /** @type {Promise<Entry[]> | undefined} */
  let loading;
  /** @type {(entries: Entry[]) => void} */
  let loaded = () => {};

  /** @param {string} text */
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  /** @param {string} query @returns {string[]} */
  const wordsOf = (query) => [...new Set(fold(query).split(/\s+/u).filter(Boolean))].slice(0, 16);

  /** Pieces of a query that is nowhere as a whole: pairs of Han glyphs, words of other scripts. @param {string} query */
  function piecesOf(query) {
    const runs = fold(query).match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) || [];
    const pieces = runs.flatMap((run) =>
      /^\p{Script=Han}{3,}$/u.test(run) ? [...run].slice(1).map((glyph, at) => [...run][at] + glyph) : [run],
    );
    return [...new Set(pieces)].slice(0, 32);
  }

  /** @returns {Promise<Entry[]>} */
  function index() {
    loading ||= new Promise((resolve, reject) => {
      loaded = resolve;
      const script = document.createElement("script");
      script.src = root.dataset.searchIndex || "";
      script.addEventListener("error", () => {
        loading = undefined;
        reject(new Error("search index"));
      });
      document.head.append(script);
    });
    return loading;
  }

  /** Called by the index script. @param {{ version: number, sections: Section[] }} index */
  function load(index) {
    loaded(index.sections.map((section) => ({ ...section, foldedTitle: fold(section.title), foldedText: fold(section.text) })));
  }

  /** How well a section answers; 0 if a word is missing. @param {Entry} entry @param {string[]} words @param {string} phrase */
  function score(entry, words, phrase) {
    let sum = 0;
    for (const word of words) {
      const [inTitle, inText] = [entry.foldedTitle.includes(word), entry.foldedText.split(word, 9).length - 1];
      if (!inTitle && !inText) return 0;
      sum += (inTitle ? 8 : 0) + Math.log2(1 + inText);
    }
    if (entry.foldedTitle === phrase) sum += 20;
    else if (entry.foldedTitle.includes(phrase)) sum += 6;
    if (words.length > 1 && entry.foldedText.includes(phrase)) sum += 6;
    return sum;
  }

  /** For queries that no section holds whole: rare pieces weigh more. @param {Entry[]} entries @param {string[]} pieces */
  function scoreLoosely(entries, pieces) {
    const scores = new Map();
    for (const piece of pieces) {
      const holders = entries.filter((entry) => entry.foldedTitle.includes(piece) || entry.foldedText.includes(piece));
      const weight = Math.log(1 + entries.length / (1 + holders.length));
      for (const entry of holders) scores.set(entry, (scores.get(entry) || 0) + weight * (entry.foldedTitle.includes(piece) ? 3 : 1));
    }
    return scores;
  }

  /** The stretch of the text around its first match. @param {Entry} entry @param {string[]} words */
  function snippet(entry, words) {
    const places = words.map((word) => entry.foldedText.indexOf(word)).filter((at) => at >= 0);
    const same = entry.foldedText.length === entry.text.length;
    const at = places.length && same ? Math.min(...places) : 0;
    const start = Math.max(0, at - 30);
    const text = entry.text.slice(start, start + 140).trim();
    return (start > 0 ? "…" : "") + text + (start + 140 < entry.text.length ? "…" : "");
  }

  /** @param {string} query @returns {Promise<Result[] & { loose?: boolean, words?: string[] }>} sections, best first */
  async function search(query) {
    const [words, phrase] = [wordsOf(query), fold(query).trim()];
    if (!words.length) return [];
    const entries = await index();
    let scores = new Map(entries.map((entry) => [entry, score(entry, words, phrase)]));
    const strict = [...scores.values()].some((value) => value > 0);
    const marked = strict ? words : piecesOf(query);
    if (!strict) scores = scoreLoosely(entries, marked);
    const found = [...scores].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1]).slice(0, 40);
    const results = found.map(([entry, value]) => ({
      url: entry.url, title: entry.title, page: entry.page, trail: entry.trail, snippet: snippet(entry, marked), score: value,
    }));
    return Object.assign(results, { loose: !strict, words: marked });
  }

  window.chapbook.search = Object.assign(search, { load, fold, prepare: index });
})();
