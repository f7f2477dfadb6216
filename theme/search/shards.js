/**
 * A book that is too large to be loaded whole: posting lists and texts come in small files, when a query needs them.
 *
 * One of the two kinds of book; `whole.js` is the other. `src/search/shard.rs` writes the files.
 */
(() => {
  "use strict";
  const { text, field, codec } = self.chapbook;
  /** Steps between nothing and the most a term can weigh in a section. */
  const STEPS = 30;
  /** Files of texts that one string may cost to be sure of it; further sections are taken at their pairs' word. */
  const VERIFIED = 6;
  /** Pages whose texts are put into files together. */
  const PAGES = 8;
  /** Beginnings of words, that is files, that one way of finding a word may cost. */
  const BEGINNINGS = 8;

  /** @param {any} core @param {(name: string) => Promise<any>} part gives a file */
  function open(core, part) {
    text.setSimplified(core.simplified);
    const pages = codec.decodeStarts(core.pages);
    const texts = codec.decodeStarts(core.texts);
    const words = codec.decodeWords(core.words);
    const known = new Set(words);
    const [wordShards, pairShards, glyphShards, symbolShards] = core.shards;
    const most = core.ranking.k1 + 1;
    /** @type {Map<string, Promise<Map<string, [string, string]>>>} */
    const shards = new Map();
    /** @type {Map<number, Promise<(() => any)[]>>} */
    const entries = new Map();

    /** @param {string} name */
    function shard(name) {
      const kept = shards.get(name) || part(name).then(listsOf);
      shards.set(name, kept);
      // A file that did not come is asked for again.
      kept.catch(() => shards.delete(name));
      return kept;
    }

    /** @param {string} family @param {number} count @param {string} term @param {string} key @returns {Promise<Map<number, number>>} */
    async function postings(family, count, term, key = term) {
      const list = (await shard(`${family}-${codec.shardOf(key, count).toString(16)}`)).get(term);
      if (!list) return new Map();
      const weights = codec.decode(list[1]);
      return new Map(codec.decodeRising(list[0]).map((/** @type {number} */ at, /** @type {number} */ place) => [at, (weights[place] / STEPS) * most]));
    }

    /** The name of a file of texts: its group of pages, its place among the group's, and the sections that it holds. @param {number} file */
    function textName(file) {
      const from = texts[file];
      const group = Math.floor(codec.groupOf(pages, from) / PAGES);
      const place = file - codec.groupOf(texts, pages[group * PAGES]);
      const [one, two, three, four] = [group, place, from, texts[file + 1] - from].map((number) => number.toString(16));
      return `text-${one}-${two}:${three}-${four}`;
    }

    /** The sections of one file, each folded when it is first read: a query wants few of them. @param {number} file */
    function file(file) {
      const kept = entries.get(file) || part(textName(file)).then((sections) => sections.map(once));
      entries.set(file, kept);
      kept.catch(() => entries.delete(file));
      return kept;
    }

    /** @param {number[]} some @returns {Promise<any[]>} */
    const read = (some) => Promise.all(some.map(async (at) => {
      const which = codec.groupOf(texts, at);
      return (await file(which))[at - texts[which]]();
    }));

    const beginning = (/** @type {string} */ word) => [...word].slice(0, 3).join("");

    /** @param {string[]} some */
    function holdsOfWords(some) {
      const affordable = new Set([...new Set(some.map(beginning))].slice(0, BEGINNINGS));
      return Promise.all(some.map((word) =>
        affordable.has(beginning(word)) ? postings("word", wordShards, word, beginning(word)) : new Map()));
    }

    /** @param {string} needle */
    async function holdsOfString(needle) {
      const glyphs = [...needle];
      const pairs = glyphs.slice(1).map((glyph, at) => glyphs[at] + glyph);
      const loads = pairs.flatMap((pair) => {
        if (text.isRun(pair)) return [postings("pair", pairShards, pair)];
        return text.isSymbolPair(pair) ? [postings("symbol", symbolShards, pair)] : [];
      });
      if (glyphs.length === 1 && text.isRun(needle)) loads.push(postings("glyph", glyphShards, needle));
      const holds = common(await Promise.all(loads));
      return glyphs.length > 2 ? verified(holds, needle) : holds;
    }

    /** Drops sections that hold the pairs of a string but not the string, as far as that costs little. @param {Map<number, number>} holds @param {string} needle */
    async function verified(holds, needle) {
      const likely = [...holds].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([at]) => at);
      const files = new Set();
      for (const at of likely) if (files.size < VERIFIED) files.add(codec.groupOf(texts, at));
      const readable = likely.filter((at) => files.has(codec.groupOf(texts, at)));
      const found = await read(readable);
      const held = readable.filter((_, place) => field.holds(found[place], needle));
      // If the likeliest sections mostly lack it, so do the others.
      const others = held.length * 2 >= readable.length ? likely.filter((at) => !readable.includes(at)) : [];
      return new Map([...held, ...others].map((at) => [at, holds.get(at) || 0]));
    }

    return {
      size: core.size,
      words,
      has: (/** @type {string} */ word) => known.has(word),
      pageOf: (/** @type {number} */ at) => codec.groupOf(pages, at),
      /** What is read before an answer: more would cost the reader a wait. */
      ahead: { pages: 8, sections: 4, weakest: 0.2 },
      holdsOfWords,
      holdsOfString,
      read,
      sounds: async () => {
        const { pinyin, headings, strings } = await part("sounds").catch(() => ({ pinyin: {}, headings: [], strings: "" }));
        const counted = strings.match(/\S+ \d+/gu) || [];
        return { pinyin, strings: [...headings.map((/** @type {string} */ one) => [text.fold(one), 8]), ...counted.map(stringOf)] };
      },
    };
  }

  /** @param {any} section @returns {() => any} */
  function once(section) {
    /** @type {any} */
    let entry;
    return () => (entry ||= field.entry(section));
  }

  /** @param {string} counted */
  function stringOf(counted) {
    const [string, count] = counted.split(" ");
    return [string, Number(count)];
  }

  /** @param {string} lists `term sections weights term sections weights …` */
  function listsOf(lists) {
    const pieces = lists.split(" ");
    /** @type {Map<string, [string, string]>} */
    const found = new Map();
    for (let at = 0; at + 2 < pieces.length; at += 3) found.set(pieces[at], [pieces[at + 1], pieces[at + 2]]);
    return found;
  }

  /** Sections that are in all lists, with their least weight: a string is no more frequent than its rarest pair. @param {Map<number, number>[]} lists */
  function common(lists) {
    const [shortest, ...others] = lists.sort((a, b) => a.size - b.size);
    /** @type {Map<number, number>} */
    const holds = new Map();
    for (const [at, weight] of shortest || []) {
      if (others.every((list) => list.has(at))) holds.set(at, Math.min(weight, ...others.map((list) => list.get(at) || 0)));
    }
    return holds;
  }

  self.chapbook.shards = { open };
})();
