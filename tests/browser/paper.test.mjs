// The printed pages of both browsers have what the source has: boxes, blanks, columns, rows of logs and targets of links.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inSource, onPaper } from "./counting.mjs";
import { firefoxOffline } from "./firefox.mjs";
import { keep } from "./paper.mjs";
import { book, build, fileUrl, guide, LONG, readerOffline, repository } from "./stage.mjs";

/** A book as on GitHub: long lists, links in items, nested items, code, a log, a form. */
const FILES = {
  "chapbook.toml": '[book]\ntitle = "Security"\nrevised = "2026-01-31"\nurl = "https://example.org/security/"\n',
  "content/README.md": `# API Security Checklist

- [ ] Don't use \`Basic Auth\`. Use standard authentication (e.g. [JWT](https://jwt.example/), [OAuth](https://oauth.example/2/a-longer-path-than-forty-characters)).
- [ ] Use \`Max Retry\` and jail features in Login.
  - [ ] nested, ____ times
  - [x] ticked by the author
- [ ] See the [long address](https://www.example.org/wiki/A_rather_long_page_name_that_is_hard_to_type_(on_paper)) again.

## Input

1. [ ] Use \`HTTPS\` with TLS 1.2+ <https://bare.example/address>
2. [ ] 时间：____:____，[____]

\`\`\`
- [ ] no box here ____
\`\`\`
`,
  "content/log.md": `# Logs

Signed on ____ 年 __ 月 __ 日, see [again](https://www.example.org/wiki/A_rather_long_page_name_that_is_hard_to_type_(on_paper)).

<!-- log: id=L1 rows=9 landscape -->
| Day | Channel | Clerk | Case | Promised | Until | Next | Proof |
|---|---|---|---|---|---|---|---|

<!-- form: id=W1 -->
| Field | First | Second |
|---|---|---|
| Lender | ________ | ________ |
| Sum | ____<!-- sum --> | ________ |

________
`,
};

/** Lines in pictures are not counted. */
const bare = () => document.querySelectorAll("main img").forEach((image) => { image.style.visibility = "hidden"; });

/** The chapters of the guide, and the pages they become. */
function chapters() {
  const folder = join(repository, "content");
  const names = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "SUMMARY.md");
  return names.map((name) => ({ page: name.replace("README.md", "index.md").replace(/md$/u, "html"), text: readFileSync(join(folder, name), "utf8") }));
}

const BROWSERS = {
  chromium: async (t, site) => {
    const { page } = await readerOffline(t, site, "index.html", { colorScheme: "dark" });
    return async (path, background) => {
      await page.goto(fileUrl(site, path));
      await page.evaluate(bare);
      return keep(await page.pdf({ preferCSSPageSize: true, printBackground: background }));
    };
  },
  firefox: async (t, site) => {
    const { page } = await firefoxOffline(t, site, "index.html");
    return async (path, background) => {
      await page.goto(fileUrl(site, path));
      await page.evaluate(bare);
      await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
      return keep(await page.pdf({ background }));
    };
  },
};

for (const [name, open] of Object.entries(BROWSERS)) {
  test(`${name}: a book like those on GitHub loses nothing on paper`, async (t) => {
    const site = build(book(FILES));
    const print = await open(t, site);
    const [home, log] = ["README.md", "log.md"].map((file) => inSource(FILES[`content/${file}`]));
    assert.deepEqual(home, { boxes: 7, ticked: 1, blanks: 4, lines: 0, columns: [], rows: [], targets: home.targets });
    assert.equal(home.targets.length, 4);
    assert.deepEqual({ ...log, targets: log.targets.length }, { boxes: 0, ticked: 0, blanks: 7, lines: 1, columns: [8, 3], rows: [9], targets: 1 });
    for (const background of [false, true]) {
      assert.deepEqual(onPaper(await print("index.html", background), home), home);
      assert.deepEqual(onPaper(await print("log.html", background), log), log);
    }
    const both = onPaper(await print("print.html", false), {
      boxes: 7, ticked: 1, blanks: 11, lines: 1, columns: log.columns, rows: log.rows, targets: [...home.targets, ...log.targets],
    });
    assert.deepEqual([both.boxes, both.ticked, both.blanks, both.lines, both.rows, both.targets.length], [7, 1, 11, 1, [9], 5]);
  });

  test(`${name}: the guide's chapters and its collected sheets lose nothing on paper`, async (t) => {
    const print = await open(t, guide());
    const faults = [];
    const boxes = chapters().reduce((sum, { text }) => sum + inSource(text).boxes, 0);
    // Printing takes its time: each chapter is printed in one of the two, every third one in Firefox.
    const some = chapters().filter((_, at) => LONG || (at % 3 === 0) === (name === "firefox"));
    for (const file of some) {
      const source = inSource(file.text);
      const paper = onPaper(await print(file.page, false), source);
      for (const part of Object.keys(source)) {
        try {
          assert.deepEqual(paper[part], source[part]);
        } catch {
          faults.push(`${file.page}: ${part}: ${JSON.stringify(source[part])} in the source, ${JSON.stringify(paper[part])} on paper`);
        }
      }
    }
    const sheets = onPaper(await print("checklists/all.html", false), { boxes, columns: [], targets: [] });
    if (sheets.boxes !== boxes) faults.push(`all sheets: ${sheets.boxes} boxes of ${boxes}`);
    assert.deepEqual(faults, []);
  });
}
