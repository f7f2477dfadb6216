// What search finds, and in which order: its scripts without a browser, on books that are built here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { book, build, repository } from "./stage.mjs";

const SCRIPTS = ["search/text", "search/sound", "search/ways", "search/terms", "search/rank", "search/engine", "js/search"];
const read = (path) => readFileSync(join(repository, path), "utf8");

/** The scripts of the page; the index comes from `site` when it is asked for. */
function engine(site) {
  const chapbook = {};
  const append = () => vm.runInContext(readFileSync(join(site, "search/index.js"), "utf8"), context);
  const createElement = () => ({ addEventListener() {} });
  const document = { documentElement: { dataset: {} }, head: { append }, createElement };
  const context = vm.createContext({ window: { chapbook }, chapbook, document });
  for (const name of SCRIPTS) vm.runInContext(read(`theme/${name}.js`), context, { filename: `${name}.js` });
  return chapbook;
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
  ]) {
    const found = [...places(whole, [needle])].map(([from, to]) => whole.slice(from, to));
    assert.deepEqual(found, marked, whole);
  }
});

test("queries find their sections, in order", async (t) => {
  const { page, query } = tables("tests/search/order.toml");
  const files = Object.fromEntries(page.map(({ path, markdown }) => [`content/${path}`, markdown]));
  const { search } = engine(build(book({ "chapbook.toml": '[book]\ntitle = "t"\n', ...files })));
  for (const { ask, first, heard } of query) {
    await t.test(ask, async () => {
      const results = await search(ask);
      const titles = [...results].map(({ title }) => title);
      assert.deepEqual(titles.slice(0, first.length || undefined), first);
      if (heard) assert.equal(results.heard, heard);
    });
  }
});
