// Generates the books for `build.mjs` and `serve.mjs`, in the format of each builder.
//
//   node benches/books.mjs PAGES OUT FOLDER...   a book of PAGES pages, generated from the Markdown of FOLDER...
//   node benches/books.mjs hugo OUT FOLDER       the Markdown of FOLDER as a site of Hugo
//
// A generated book repeats the pages of 2 to 16 kB of the folders, each time with another title and another number in its
// headings and in every tenth code block, a hundred pages per chapter. OUT contains `chapbook/` (a
// plain folder with `chapbook.toml`), `mdbook/` (`book.toml` and `SUMMARY.md`) and `hugo/` (front matter, layouts with
// sidebar, contents of the page, highlighting by Chroma and an index as JSON). Links, images and includes are removed
// from generated books, so that all builders have the same input; in other books, includes are resolved for Hugo.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SMALLEST = 2_000;
const LARGEST = 16_000;
const IN_CHAPTER = 100;
/** Up to here Hugo's sidebar is whole, beyond it shows the reader's chapter, as chapbook's does. */
const WHOLE_SIDEBAR = 400;

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function markdown(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.md$/iu.test(name));
  return names.filter((name) => !/SUMMARY\.md$/u.test(name) && statSync(join(folder, name)).isFile()).sort();
}

/** Prose without what only makes sense in its own place. */
const loose = (prose) =>
  prose
    .replace(/!?(\[[^\]]*\])\([^)]*\)/gu, "$1")
    .replace(/^\s*\[[^\]\n]+\]:.*$/gmu, "")
    .replace(/\[(\^?[^\]]*)\](?:\[[^\]]*\])?/gu, "$1")
    .replace(/\{\{.*?\}\}/gsu, "")
    .replace(/^\s*:::.*$/gmu, "")
    .replace(/<[^>]*>/gu, "")
    .replace(/\$/gu, "")
    .replace(/^# .*$/mu, "");

/** A page without its front matter; blocks of code stay as they are but for includes. */
const bare = (text) =>
  text
    .replace(/^---\n[\s\S]*?\n---\n/u, "")
    .split(/(^```[\s\S]*?^```$)/mu)
    .map((part) => (part.startsWith("```") ? part.replace(/\{\{.*?\}\}/gsu, "") : loose(part)))
    .join("");

/** The text of a page of a later round: the same with other headings, and other code now and then. */
function again(text, round) {
  if (!round) return text;
  let fence = 0;
  return text.replace(/^(#+ .*)$/gmu, `$1 (${round})`).replace(/^```(\w+).*$/gmu, (line) => {
    fence += 1;
    return fence % 10 === 1 ? `${line}\n// ${round}.${fence}` : line;
  });
}

const titleOf = (text, name) => (text.match(/^#+ +(.+?)\s*#*$/mu)?.[1] ?? name).replace(/[[\]`*<>"\\]/gu, "").slice(0, 60);

function make(pages, out, folders) {
  const texts = folders.flatMap((folder) =>
    markdown(folder).map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return { title: titleOf(text, name), text: bare(text) };
    }),
  ).filter(({ text }) => Buffer.byteLength(text) >= SMALLEST && Buffer.byteLength(text) <= LARGEST);
  if (!texts.length) throw new Error("no page of 2 to 16 kB there");
  const summary = ["# Summary", "", "[Start](README.md)", ""];
  const put = (path, title, text, order) => {
    const page = `# ${title}\n\n${text}`;
    write(join(out, "chapbook/content", path), page);
    write(join(out, "mdbook/src", path), page);
    const hugo = path.replace(/README\.md$/u, "_index.md");
    write(join(out, "hugo/content", hugo), `---\ntitle: ${JSON.stringify(title)}\nweight: ${order}\n---\n${page}`);
  };
  put("README.md", "Start", "The way in.\n", 1);
  for (let at = 0; at < pages; at += 1) {
    const chapter = String(Math.floor(at / IN_CHAPTER)).padStart(3, "0");
    if (at % IN_CHAPTER === 0) {
      put(`c${chapter}/README.md`, `Chapter ${Number(chapter) + 1}`, "What follows.\n", at + 1);
      summary.push(`- [Chapter ${Number(chapter) + 1}](c${chapter}/README.md)`);
    }
    const { title, text } = texts[at % texts.length];
    const round = Math.floor(at / texts.length);
    const own = round ? `${title} (${round})` : title;
    const path = `c${chapter}/p${String(at).padStart(5, "0")}.md`;
    put(path, own, again(text, round), at + 2);
    summary.push(`  - [${own}](${path})`);
  }
  write(join(out, "mdbook/src/SUMMARY.md"), `${summary.join("\n")}\n`);
  write(join(out, "mdbook/book.toml"), '[book]\ntitle = "Made"\n');
  write(join(out, "chapbook/chapbook.toml"), '[book]\ntitle = "Made"\nlanguage = "en"\n');
  site(join(out, "hugo"), "Made");
}

/** A folder as a site of Hugo. */
function adopt(out, folder) {
  for (const name of markdown(folder)) {
    const text = included(join(folder, name)).replace(/\{\{([<%])/gu, "{ {$1");
    const path = name.replace(/(?:README|index)\.md$/iu, "_index.md");
    write(join(out, "content", path), `---\ntitle: ${JSON.stringify(titleOf(text, name))}\n---\n${text.replace(/^---\n[\s\S]*?\n---\n/u, "")}`);
  }
  if (existsSync(join(folder, "img"))) cpSync(join(folder, "img"), join(out, "static/img"), { recursive: true });
  site(out, "Made");
}

/** The text of a file, includes of mdBook put in. */
function included(path) {
  const text = readFileSync(path, "utf8");
  return text.replace(/\{\{#(?:rustdoc_)?include ([^}:]+)(?::([^}]*))?\}\}/gu, (all, name, part) => {
    const file = join(dirname(path), name.trim());
    if (!existsSync(file)) return all;
    const lines = readFileSync(file, "utf8").split("\n");
    const [from, to] = [lines.findIndex((line) => line.includes(`ANCHOR: ${part}`)), lines.findIndex((line) => line.includes(`ANCHOR_END: ${part}`))];
    const chosen = part && from >= 0 ? lines.slice(from + 1, to) : part && /^\d/u.test(part) ? lines.slice(Number(part.split(":")[0]) - 1, Number(part.split(":")[1] ?? lines.length)) : lines;
    return chosen.filter((line) => !/ANCHOR(?:_END)?:/u.test(line)).join("\n");
  });
}

function site(out, title) {
  write(join(out, "hugo.toml"), `baseURL = "https://example.org/"\ntitle = "${title}"\ndisableKinds = ["taxonomy", "term", "rss"]\n[outputs]\nhome = ["html", "json"]\n[markup.highlight]\nnoClasses = false\n[markup.goldmark.renderer]\nunsafe = true\n`);
  write(join(out, "layouts/_default/baseof.html"), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/s.css"></head><body>{{ if le (len site.RegularPages) ${WHOLE_SIDEBAR} }}{{ partialCached "nav.html" . }}{{ else }}{{ partialCached "nav.html" . .Section }}{{ end }}<main>{{ block "main" . }}{{ end }}</main></body></html>`);
  write(join(out, "layouts/_default/single.html"), `{{ define "main" }}<nav>{{ .TableOfContents }}</nav>{{ .Content }}<p>{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</p>{{ end }}`);
  write(join(out, "layouts/_default/list.html"), `{{ define "main" }}{{ .Content }}{{ end }}`);
  write(join(out, "layouts/partials/nav.html"), `{{ $here := .Section }}{{ $whole := le (len site.RegularPages) ${WHOLE_SIDEBAR} }}<nav><ul>{{ range site.Home.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}{{ range site.Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ if or $whole (eq .Section $here) }}<ul>{{ range .RegularPagesRecursive }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}</li>{{ end }}</ul></nav>`);
  write(join(out, "layouts/index.json"), `[{{ range $i, $p := site.RegularPages }}{{ if $i }},{{ end }}{{ dict "title" $p.Title "url" $p.RelPermalink "text" $p.Plain | jsonify }}{{ end }}]`);
  write(join(out, "static/s.css"), "main{max-width:40rem}\n");
}

const [what, out, ...folders] = process.argv.slice(2);
if (what === "hugo" && folders.length === 1) adopt(out, folders[0]);
else if (Number(what) > 0 && folders.length) make(Number(what), out, folders);
else {
  console.error("usage: node benches/books.mjs PAGES OUT FOLDER...\n       node benches/books.mjs hugo OUT FOLDER");
  process.exit(2);
}
