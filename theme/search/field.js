/**
 * The fields of a section, folded, and the weight of a term in them (BM25F; `src/search/ranking.rs` has the same formula).
 */
(() => {
  "use strict";
  const { text } = self.chapbook;
  /** Numbers of chapters and sections are not part of the title. */
  const NUMBER = /^(?:第\s*[\d一二三四五六七八九十百]+\s*[章节篇部]|\d{1,3}(?:\.\d+)*[.、]?)\s+/u;

  /** @param {Chapbook.IndexSection} section @returns {Chapbook.FoldedSection} */
  function entry(section) {
    const trail = [...section.trail, ...(section.tags || [])].join("\n");
    const fields = [section.title.replace(NUMBER, "").trim(), trail, (section.aliases || []).join("\n"), section.text];
    const [title, above, aliases, whole] = fields.map(text.fold);
    return { section, fields, title, trail: above, aliases, text: whole };
  }

  /** @param {string} whole @param {string} needle */
  function countOf(whole, needle) {
    let count = 0;
    for (let at = whole.indexOf(needle); at >= 0 && count < 9; at = whole.indexOf(needle, at + needle.length)) count += 1;
    return count;
  }

  /** @param {Chapbook.FoldedSection} entry @param {string} needle */
  const holds = (entry, needle) => [entry.text, entry.title, entry.trail, entry.aliases].some((whole) => whole.includes(needle));

  /** @param {Chapbook.Ranking} ranking @param {number} mean length of a section's text @returns {(counts: number[], length: number) => number} */
  function weigher(ranking, mean) {
    const { fields, k1, b } = ranking;
    const weights = [fields.title, fields.trail, fields.aliases, fields.text];
    return (counts, length) => {
      const count = counts.reduce((sum, one, which) => sum + one * weights[which], 0);
      return ((k1 + 1) * count) / (k1 * (1 - b + (b * length) / Math.max(1, mean)) + count);
    };
  }

  self.chapbook.field = { entry, countOf, holds, weigher };
})();
