/**
 * A book that is too large to be loaded whole: postings and texts are in small files, which are loaded when a query needs them.
 *
 * One of the two kinds of book; `whole.js` is the other. `src/search/shard.rs` writes the files.
 */
(() => {
  "use strict";
  const { text, field, codec } = self.chapbook;
  /** Steps between 0 and the greatest weight of a term in a section. */
  const STEPS = 30;
  /** How many files of texts are loaded to verify one string; further sections are trusted to contain it. */
  const VERIFIED = 6;
  /** How many pages share files of texts. */
  const PAGES = 8;
  /** How many beginnings of words, that is files, one matcher may load. */
  const BEGINNINGS = 8;

  /** @param {Chapbook.ShardedIndex} core @param {Chapbook.LoadPart} part @returns {Chapbook.SearchBook} */
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
    /** @type {Map<number, Promise<(() => Chapbook.FoldedSection)[]>>} */
    const entries = new Map();

    /** @param {string} name */
    function shard(name) {
      const loaded = shards.get(name) || part(name).then(listsOf);
      shards.set(name, loaded);
      // A file that failed to load is requested again.
      loaded.catch(() => shards.delete(name));
      return loaded;
    }

    /** @param {string} family @param {number} count @param {string} term @param {string} key @returns {Promise<Chapbook.Holds>} */
    async function postings(family, count, term, key = term) {
      const list = (await shard(`${family}-${codec.shardOf(key, count).toString(16)}`)).get(term);
      if (!list) return new Map();
      const weights = codec.decode(list[1]);
      return new Map(codec.decodeRising(list[0]).map((at, place) => [at, (weights[place] / STEPS) * most]));
    }

    /** The name of a file of texts: its group of pages, its position in the group, its first section and its number of sections. @param {number} file */
    function textName(file) {
      const from = texts[file];
      const group = Math.floor(codec.groupOf(pages, from) / PAGES);
      const place = file - codec.groupOf(texts, pages[group * PAGES]);
      const [one, two, three, four] = [group, place, from, texts[file + 1] - from].map((number) => number.toString(16));
      return `text-${one}-${two}:${three}-${four}`;
    }

    /** The sections of one file. Each is folded when it is first read: a query reads few of them. @param {number} file */
    function file(file) {
      const loaded = entries.get(file) || part(textName(file)).then((sections) => sections.map(once));
      entries.set(file, loaded);
      loaded.catch(() => entries.delete(file));
      return loaded;
    }

    /** @type {Chapbook.SearchBook["read"]} */
    const read = (some) => Promise.all(some.map(async (at) => {
      const which = codec.groupOf(texts, at);
      return (await file(which))[at - texts[which]]();
    }));

    const beginning = (/** @type {string} */ word) => [...word].slice(0, 3).join("");

    /** @type {Chapbook.SearchBook["holdsOfWords"]} */
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

    /** Removes sections that contain the pairs of a string but not the string, as far as few files are needed. @param {Map<number, number>} holds @param {string} needle */
    async function verified(holds, needle) {
      const likely = [...holds].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([at]) => at);
      const files = new Set();
      for (const at of likely) if (files.size < VERIFIED) files.add(codec.groupOf(texts, at));
      const readable = likely.filter((at) => files.has(codec.groupOf(texts, at)));
      const found = await read(readable);
      const held = readable.filter((_, place) => field.holds(found[place], needle));
      // If most of the likeliest sections do not contain it, the others do not either.
      const others = held.length * 2 >= readable.length ? likely.filter((at) => !readable.includes(at)) : [];
      return new Map([...held, ...others].map((at) => [at, holds.get(at) || 0]));
    }

    return {
      size: core.size,
      words,
      has: (word) => known.has(word),
      pageOf: (at) => codec.groupOf(pages, at),
      /** How much is read for an answer: more would take too long. */
      ahead: { pages: 8, sections: 4, weakest: 0.2 },
      holdsOfWords,
      holdsOfString,
      read,
      pinyin: async () => {
        const { pinyin, headings, strings } = await part("sounds").catch(() => ({ pinyin: {}, headings: [], strings: "" }));
        const counted = strings.match(/\S+ \d+/gu) || [];
        return { pinyin, strings: [...headings.map((/** @type {string} */ one) => /** @type {[string, number]} */ ([text.fold(one), 8])), ...counted.map(stringOf)] };
      },
    };
  }

  /** @param {Chapbook.IndexSection} section @returns {() => Chapbook.FoldedSection} */
  function once(section) {
    /** @type {Chapbook.FoldedSection | undefined} */
    let entry;
    return () => (entry ||= field.entry(section));
  }

  /** @param {string} counted @returns {[string, number]} */
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

  /** Sections that are in all lists, with their least weight: a string is not more frequent than its rarest pair. @param {Map<number, number>[]} lists */
  function common(lists) {
    const [shortest, ...others] = lists.sort((a, b) => a.size - b.size);
    const held = [...(shortest || [])].filter(([at]) => others.every((list) => list.has(at)));
    return new Map(held.map(([at, weight]) => [at, Math.min(weight, ...others.map((list) => list.get(at) || 0))]));
  }

  self.chapbook.shards = { open };
})();
