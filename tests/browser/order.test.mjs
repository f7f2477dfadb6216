// The results of search and their order: its scripts without a browser, on books that are built here.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { book, build, repository } from "./stage.mjs";

const read = (path) => readFileSync(join(repository, path), "utf8");
const ENGINE = ["text", "codec", "ranking", "field", "whole", "shards", "sound", "matchers", "terms", "rank", "engine"];

/** A page of a site without a browser; `loaded` counts the files that search requested. */
function page(site) {
  const loaded = [];
  const append = ({ src, failed }) => {
    loaded.push(src);
    const path = join(site, src.split("?")[0]);
    queueMicrotask(() => (existsSync(path) ? vm.runInContext(readFileSync(path, "utf8"), context) : failed()));
  };
  const createElement = () => ({
    addEventListener(event, output) {
      if (event === "error") this.failed = output;
    },
    remove() {},
  });
  const document = { documentElement: { dataset: { searchIndex: "search/index.js" } }, head: { append }, createElement };
  const chapbook = {};
  const window = { chapbook };
  const context = vm.createContext({ window, self: window, chapbook, document });
  vm.runInContext(read("theme/js/search.js"), context, { filename: "search.js" });
  return { ...chapbook, loaded };
}

/** The engine alone. */
function engine() {
  const context = vm.createContext({});
  vm.runInContext("self = globalThis", context);
  for (const name of ENGINE) vm.runInContext(read(`theme/search/${name}.js`), context, { filename: `${name}.js` });
  return context.chapbook;
}

/** Tables of `tests/search/*.toml`: a key and a JSON value on a line. */
function tables(path) {
  const all = { page: [], query: [] };
  let open;
  for (const line of read(path).split("\n")) {
    const [, table] = line.match(/^\[\[(\w+)\]\]$/u) ?? [];
    const [, key, value] = line.match(/^(\w+) = (.*)$/u) ?? [];
    if (table) all[table].push((open = {}));
    else if (key) open[key] = JSON.parse(value);
  }
  return all;
}

test("texts fold as the vectors say", () => {
  const { text } = engine();
  const vectors = JSON.parse(read("tests/vectors/fold.json"));
  text.setSimplified(vectors.simplified);
  for (const [from, to] of vectors.fold) {
    assert.equal(text.fold(from), to, JSON.stringify(from));
    assert.equal(text.foldWithPlaces(from).folded, to, `${JSON.stringify(from)} with places`);
  }
});

test("what is found is marked as it is spelt", () => {
  const { engine: { places }, text } = engine();
  text.setSimplified("錯错誤误");
  for (const [whole, needle, marked] of [
    ["一個錯誤 here", "错误", ["錯誤"]],
    ["ﾊﾝｶﾞｸ ok", "はんがく", ["ﾊﾝｶﾞｸ"]],
    ["sh\u00adow, Show", "show", ["sh\u00adow", "Show"]],
    ["ab abc", "ab", ["ab", "ab"]],
    // What folding adds and takes away is as long as before, but not at the same places.
    ["… cat a\u200cb cat a\u200cb cat", "cat", ["cat", "cat", "cat"]],
    ["\u{1f408} cat, 𝐜at", "cat", ["cat", "𝐜at"]],
  ]) {
    const found = [...places(whole, [needle])].map(([from, to]) => whole.slice(from, to));
    assert.deepEqual(found, marked, whole);
  }
});

test("numbers and shards are read as they are written", () => {
  const { codec } = engine();
  const vectors = JSON.parse(read("tests/vectors/codec.json"));
  for (const [numbers, text] of vectors.numbers) assert.deepEqual([...codec.decode(text)], numbers, text);
  for (const [numbers, text] of vectors.rising) assert.deepEqual([...codec.decodeRising(text)], numbers, text);
  for (const [term, count, shard] of vectors.shards) assert.equal(codec.shardOf(term, count), shard, term);
  assert.deepEqual([...codec.decodeWords("AabcCdAx")], ["abc", "abd", "x"]);
  assert.deepEqual([0, 2, 3, 4].map((at) => codec.groupOf([0, 3, 4, 9], at)), [0, 0, 1, 2]);
});

test("texts fall into words as the vectors say", () => {
  const { text } = engine();
  for (const [whole, words] of JSON.parse(read("tests/vectors/words.json")).words) {
    assert.deepEqual([...text.words(whole)].sort(), [...words].sort(), whole);
  }
});

const { page: pages, query: queries } = tables("tests/search/order.toml");
const small = Object.fromEntries(pages.map(({ path, markdown }) => [`content/${path}`, markdown]));
// Text that no query matches, so that the index is split into shards.
const ballast = Array.from({ length: 4000 }, (_, at) => `## Ballast ${at}\n\n${"zirconium ".repeat(5)}\n`).join("\n");
const books = { "loaded whole": small, "cut into shards": { ...small, "content/zz-ballast.md": `# Ballast\n\n${ballast}` } };

for (const [kind, files] of Object.entries(books)) {
  test(`queries find their sections, in order, in a book that is ${kind}`, async (t) => {
    const { search, loaded } = page(build(book({ "chapbook.toml": '[book]\ntitle = "t"\n', ...files })));
    for (const { ask, first, heard, meant } of queries) {
      await t.test(ask, async () => {
        const results = await search(ask);
        const titles = [...results].map(({ title }) => title);
        assert.deepEqual(titles.slice(0, first.length || undefined), first);
        if (heard) assert.equal(results.heard, heard);
        assert.equal(results.meant, meant);
        for (const { snippet, places } of results) for (const [from, to] of places.snippet) assert.ok(from < to && to <= snippet.length);
      });
    }
    assert.equal(loaded.some((path) => path.includes("/text-")), kind !== "loaded whole", loaded.join(" "));
  });
}

test("a page that was opened before an edit finds what is there after it", async () => {
  const chapter = (longer) => {
    const section = (at) => `## Ballast ${at}\n\nword${at} ${"zirconium ".repeat(at === 1 ? longer : 30)}\n`;
    return `# Ballast\n\n${Array.from({ length: 1200 }, (_, at) => section(at)).join("\n")}`;
  };
  const folder = book({ "chapbook.toml": '[book]\ntitle = "t"\n', "content/a.md": chapter(30) });
  const site = build(folder);
  const { search, loaded } = page(site);
  const first = async (word) => (await search(word))[0];
  assert.equal((await first("word1"))?.title, "Ballast 1");
  // Longer; shorter, so that the last file is missing; and as it was.
  for (const [longer, word] of [[400, 600], [2, 1199], [30, 900]]) {
    writeFileSync(join(folder, "content/a.md"), chapter(longer));
    build(folder, site);
    const files = loaded.length;
    const found = await first(`word${word}`);
    assert.equal(found?.title, `Ballast ${word}`, `${longer}`);
    assert.ok(found.snippet.includes(`word${word}`), found.snippet);
    assert.ok(loaded.slice(files).some((path) => path.startsWith("search/index.js")), "the core is asked for again");
  }
});
