// Where the search engine runs and what it loads: in a worker or on the page, whole or in shards, from disk.

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { book, build, fileUrl, none, readerOffline } from "./stage.mjs";

/** A book of many sections, so that its index is in shards. @param {string} word in the last one */
function large(word) {
  const sections = Array.from({ length: 4000 }, (_, at) => `## Ballast ${at}\n\n${"zirconium ".repeat(5)}\n`);
  return book({
    "chapbook.toml": '[book]\ntitle = "t"\nlanguage = "zh"\n',
    "content/README.md": "# 开头\n\n## 证据\n\n逾期以后，先收集证据；收集证据要趁早。\n",
    "content/ballast.md": `# Ballast\n\n${sections.join("\n")}\n## 结尾\n\n${word}\n`,
  });
}

const titles = (page, query) => page.evaluate(async (asked) => (await window.chapbook.search(asked)).map(({ title }) => title), query);

for (const worker of ["in a worker", "without workers"]) {
  test(`a large book is searched from disk, ${worker}`, async (t) => {
    const site = build(large("逾期"));
    const { page, context, complaints } = await readerOffline(t, site, "index.html");
    if (worker === "without workers") await context.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.reload();
    assert.ok(!asked.some((url) => url.includes("/search/")), "something is loaded before the reader asks");
    assert.deepEqual((await titles(page, "逾期")).sort(), ["结尾", "证据"].sort());
    assert.deepEqual(await titles(page, "shouji zhengju"), ["证据"]);
    assert.deepEqual(await titles(page, "zirconimu 3999"), (await titles(page, "zirconium 3999")));
    assert.equal(await page.evaluate(() => typeof window.chapbook.engine), worker === "in a worker" ? "undefined" : "object");
    const files = asked.filter((url) => url.includes("/search/"));
    assert.ok(files.length < 40, `${files.length} files`);
    none(complaints);
  });
}

test("a page that stays open while the book is published anew searches the new one", async (t) => {
  const site = build(large("alpha"));
  const { page, complaints } = await readerOffline(t, site, "index.html");
  assert.deepEqual(await titles(page, "逾期"), ["证据"]);
  cpSync(build(large("omega")), site, { recursive: true });
  assert.deepEqual(await titles(page, "omega"), ["结尾"]);
  assert.deepEqual(await titles(page, "逾期"), ["证据"]);
  none(complaints);
});

test("a file that does not come is asked for again", async (t) => {
  const site = build(large("甲乙"));
  const { page } = await readerOffline(t, site, "index.html");
  let broken = true;
  await page.route(/\/search\/(?!index)/u, (route) => (broken ? route.abort() : route.continue()));
  assert.equal(await page.evaluate(() => window.chapbook.search("证据").then(() => "found", () => "failed")), "failed");
  broken = false;
  assert.deepEqual(await titles(page, "证据"), ["证据"]);
});

test("a missing index is reported, and requested again", async (t) => {
  const site = build(large("甲乙"));
  const { page } = await readerOffline(t, site, "index.html");
  let broken = true;
  await page.route(/\/search\/index/u, (route) => (broken ? route.abort() : route.continue()));
  assert.equal(await page.evaluate(() => window.chapbook.search("证据").then(() => "found", () => "failed")), "failed");
  broken = false;
  assert.deepEqual(await titles(page, "证据"), ["证据"]);
});

test("results can be narrowed to a part and to checklists", async (t) => {
  const site = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\n',
    "content/SUMMARY.md": "# Summary\n\n[Start](README.md)\n\n# One\n\n- [A](a.md)\n\n# Two\n\n- [B](b.md)\n",
    "content/README.md": "# Start\n\nlamp\n",
    "content/a.md": "# A\n\nlamp\n\n## List\n\n- [ ] lamp\n",
    "content/b.md": "# B\n\nlamp\n",
  }));
  const { page } = await readerOffline(t, site, "index.html");
  const found = (options) => page.evaluate(async (some) => (await window.chapbook.search("lamp", some)).map(({ title }) => title).sort(), options);
  assert.deepEqual(await page.evaluate(() => window.chapbook.search.facets()), { parts: ["One", "Two"], checklists: true });
  assert.deepEqual(await found({}), ["A", "B", "List", "Start"]);
  assert.deepEqual(await found({ part: 1 }), ["B"]);
  assert.deepEqual(await found({ checklists: true }), ["List"]);
  assert.deepEqual(await found({ part: 1, checklists: true }), []);
});

test("a query is completed with the words of the book", async (t) => {
  const site = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\n',
    "content/README.md": "# Start\n\n逾期\n: late, see [end](#end). lantern lanterns\n\n## End\n\nlantern\n",
  }));
  const { page } = await readerOffline(t, site, "index.html");
  const suggest = (query) => page.evaluate((asked) => window.chapbook.search.suggest(asked), query);
  assert.deepEqual(await suggest("a lan"), ["a lantern", "a lanterns"]);
  assert.deepEqual(await suggest("逾"), ["逾期"]);
  assert.deepEqual(await suggest("yuqi"), ["逾期"]);
  assert.deepEqual(await suggest(" "), []);
});

for (const count of [1, 2, 3]) {
  for (const [kind, ballast] of [["whole", 0], ["in shards", 90_000]]) {
    test(`a book of ${count} sections, its index ${kind}, is searched`, async (t) => {
      const sections = Array.from({ length: count }, (_, at) => `# Hall ${at}\n\nA torch${at} and a door. 逾期${"甲乙丙"[at]}。\n`);
      const files = Object.fromEntries(sections.map((text, at) => [`content/${at || "README"}.md`, text]));
      const site = build(book({
        "chapbook.toml": '[book]\ntitle = "t"\n', ...files, "content/README.md": `${sections[0]}\n${"zirconium ".repeat(ballast)}\n`,
      }));
      const { page, complaints } = await readerOffline(t, site, "index.html");
      const all = sections.map((_, at) => `Hall ${at}`);
      assert.deepEqual((await titles(page, "door")).sort(), all, "a word of all sections");
      assert.deepEqual((await titles(page, "逾期")).sort(), all, "a string of all sections");
      if (!ballast) assert.deepEqual((await titles(page, "yq")).sort(), all, "initials");
      for (const [at, title] of all.entries()) {
        for (const query of [`torch${at}`, `期${"甲乙丙"[at]}`, `where is torch${at}`, title]) assert.equal((await titles(page, query))[0], title, query);
      }
      assert.deepEqual(await titles(page, "nowhere"), []);
      none(complaints);
    });
  }
}

test("a book without a section that search may find answers with nothing", async (t) => {
  const site = build(book({ "chapbook.toml": '[book]\ntitle = "t"\n', "content/README.md": "---\nsearch: false\n---\n\n# Start\n\nlamp\n" }));
  const { page, complaints } = await readerOffline(t, site, "index.html");
  assert.deepEqual(await titles(page, "lamp"), []);
  assert.deepEqual(await page.evaluate(() => window.chapbook.search.suggest("la")), []);
  none(complaints);
});

for (const [kind, ballast] of [["whole", 0], ["in shards", 90_000]]) {
  test(`spellings of a word find one another, readings find their word, the index ${kind}`, async (t) => {
    const site = build(book({
      "chapbook.toml": '[book]\ntitle = "t"\n',
      "content/README.md": `# Start\n\n${"zirconium ".repeat(ballast)}\n`,
      "content/a.md": "# Fold\n\n## Sharp\n\nDie Straße.\n\n## Double\n\nDie GASSE.\n\n## Ligature\n\nA ﬁne œuvre.\n\n## Wide\n\nＡＢＣ１２ and ﾊﾝｶｸ.\n",
      "content/b.md": "# Ruby\n\n## <ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>の天気\n\n<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby><ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を読む。\n\n## Other\n\nnothing\n",
    }));
    const { page, complaints } = await readerOffline(t, site, "index.html");
    for (const [query, title] of [
      ["straße", "Sharp"], ["STRASSE", "Sharp"], ["gaße", "Double"], ["fine", "Ligature"], ["oeuvre", "Ligature"], ["ﬁne", "Ligature"],
      ["abc12", "Wide"], ["ｱｂｃ12", "Wide"], ["ハンカク", "Wide"], ["漢字", "東京の天気"], ["漢字を読む", "東京の天気"], ["かんじ", "東京の天気"],
      ["東京", "東京の天気"], ["東京の天気", "東京の天気"], ["とうきょう", "東京の天気"],
    ]) assert.equal((await titles(page, query))[0], title, query);
    const marked = await page.evaluate(async () => (await window.chapbook.search("strasse"))[0].marks);
    assert.deepEqual(marked, ["straße"], "marks are as the text spells them");
    none(complaints);
  });
}

test("a word with readings is marked on its page, across them", async (t) => {
  const site = build(book({
    "chapbook.toml": '[book]\ntitle = "t"\n',
    "content/README.md": "# Start\n\n<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>を読む。\n",
  }));
  const { page } = await readerOffline(t, site, "index.html");
  await page.goto(`${fileUrl(site, "index.html")}?h=${encodeURIComponent("漢字")}`);
  await page.locator('[data-chapbook="marks"]').waitFor({ state: "visible" });
  assert.equal(await page.evaluate(() => [...CSS.highlights.get("cb-found")].map(String).join()), "漢かん字");
});
