//! Folders in the manner of ten tools: their home, order, titles, languages and drafts, and that no word of their texts is lost.

use std::collections::BTreeSet;

use crate::book::{Book, built, extension, files_of};

/// A folder as the author of a tool has it, and what readers must find.
struct Folder {
    tool: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// The book's title, which is that of the home page in the browser's tab.
    title: &'static str,
    /// The titles of the pages in reading order.
    order: &'static [&'static str],
    language: &'static str,
    /// Words that are not on the site, each with the reason.
    lost: &'static [(&'static str, &'static str)],
}

const DRAFT: &str = "its author holds the page back";
const PART: &str = "other pages show it, or it only lists them";

const FOLDERS: [Folder; 10] = [
    Folder {
        tool: "Hugo",
        files: &[
            ("hugo.toml", ""),
            ("archetypes/default.md", "---\ntitle: Archetypal\n---\n"),
            ("content/_index.md", "---\ntitle: Tide tables\n---\nWelcome aboard.\n"),
            ("content/ebb.md", "+++\ntitle = 'Ebb'\nweight = 2\n+++\nWater leaves.\n"),
            ("content/flood.md", "---\ntitle: Flood\nweight: 1\n---\nWater returns.\n"),
            ("content/secret.md", "---\ntitle: Secret\ndraft: true\n---\nThimblefull.\n"),
        ],
        title: "Tide tables",
        order: &["Tide tables", "Flood", "Ebb"],
        language: "en",
        lost: &[("Archetypal", PART), ("Thimblefull", DRAFT), ("Secret", DRAFT)],
    },
    Folder {
        tool: "Jekyll",
        files: &[
            ("_config.yml", ""),
            ("index.md", "---\nlayout: home\ntitle: Rope school\n---\nKnots for everyone.\n"),
            ("_includes/foot.md", "Footline\n"),
            ("_drafts/idea.md", "# Idea\n\nQuillhaven\n"),
            ("_posts/2024-05-01-bowline-day.md", "---\nlayout: post\n---\nLoops.\n"),
            ("hitch.md", "---\ntitle: Hitch: a start\nnav_order: 1\n---\nRound posts.\n"),
            ("pay.md", "---\ntitle: Pay\npublished: false\n---\nSpindlewise\n"),
        ],
        title: "Rope school",
        order: &["Rope school", "Hitch: a start", "Bowline day"],
        language: "en",
        lost: &[("Footline", PART), ("Quillhaven", DRAFT), ("Idea", DRAFT), ("Spindlewise", DRAFT), ("Pay", DRAFT)],
    },
    Folder {
        tool: "Docusaurus",
        files: &[
            ("docusaurus.config.js", ""),
            ("docs/index.md", "---\nsidebar_position: 0\n---\n# Kite manual\n\nWind first.\n"),
            ("docs/zeta.md", "---\nsidebar_position: 1\n---\n# Zeta line\n\nHold it.\n"),
            ("docs/alpha.md", "---\nsidebar_position: 2\n---\n# Alpha line\n\nRelease it.\n"),
            ("docs/deep/_category_.json", "{\"label\": \"Deeper things\", \"position\": 3}"),
            ("docs/deep/end.md", "# End\n\nLand softly.\n"),
            ("docs/_partial.md", "Partialled\n"),
        ],
        title: "Kite manual",
        order: &["Kite manual", "Zeta line", "Alpha line", "End"],
        language: "en",
        lost: &[("Partialled", PART)],
    },
    Folder {
        tool: "VitePress",
        files: &[
            (".vitepress/config.js", ""),
            ("index.md", "# Lamp care\n\nBe careful.\n"),
            ("wick.md", "---\norder: 1\n---\n# Wick\n\nTrim it.\n"),
            ("glass.md", "---\norder: 2\n---\n# Glass\n\nPolish it.\n"),
        ],
        title: "Lamp care",
        order: &["Lamp care", "Wick", "Glass"],
        language: "en",
        lost: &[],
    },
    Folder {
        tool: "docsify",
        files: &[
            ("index.html", "<script>window.$docsify = {}</script>"),
            ("README.md", "# Oven book\n\nHeat it.\n"),
            ("_sidebar.md", "- Breads\n  - [Rye](rye.md)\n  - [Oat](oat)\n"),
            ("_coverpage.md", "# Coverword\n"),
            ("rye.md", "# Rye bread\n\nSour.\n"),
            ("oat.md", "# Oat bread\n\nSweet.\n"),
        ],
        title: "Oven book",
        order: &["Oven book", "Rye", "Oat"],
        language: "en",
        lost: &[("Coverword", PART)],
    },
    Folder {
        tool: "GitBook",
        files: &[
            (".gitbook.yaml", ""),
            ("README.md", "# The rope book\n\nWelcome here.\n"),
            ("SUMMARY.md", "# Summary\n\n* [Second](b.md)\n* [First](a.md)\n"),
            ("a.md", "# First knot\n\nPull.\n"),
            ("b.md", "# Second knot\n\nPush.\n"),
            ("en/SUMMARY.md", "* [Bend](bend.md)\n"),
        ],
        title: "The rope book",
        order: &["The rope book", "Second", "First"],
        language: "en",
        lost: &[],
    },
    Folder {
        tool: "Obsidian",
        files: &[
            (".obsidian/app.json", "{}"),
            ("Home.md", "# Garden shed\n\nStart here.\n"),
            ("Tools/Tools.md", "# All tools\n\nSharpen them.\n"),
            ("Tools/Rake.md", "Teeth down.\n"),
            ("Private.md", "---\npublish: false\n---\nBramblecote\n"),
        ],
        title: "Garden shed",
        order: &["Garden shed", "All tools", "Rake"],
        language: "en",
        lost: &[("Bramblecote", DRAFT)],
    },
    Folder {
        tool: "a wiki of GitHub",
        files: &[
            ("Home.md", "Start here.\n"),
            ("_Sidebar.md", "* [Zebra](Zebra)\n* [Aardvark](Aardvark)\n"),
            ("_Footer.md", "Footnoted\n"),
            ("Aardvark.md", "# Aardvark\n\nDigs.\n"),
            ("Zebra.md", "# Zebra\n\nRuns.\n"),
        ],
        title: "",
        order: &["", "Zebra", "Aardvark"],
        language: "en",
        lost: &[("Footnoted", PART)],
    },
    Folder {
        tool: "GitHub",
        files: &[
            ("README.md", "<h1 align=\"center\">打电话<br>手册</h1>\n\n先把要说的话写下来，再拨通银行的电话。\n"),
            ("第十章.md", "## 第十章 结束\n\n最后把结果记下来，放在一起。\n"),
            ("第二章.md", "# 第二章 开始 ![徽章](x.svg)\n\n说话之前先听对方说完。\n"),
            ("CHANGELOG.md", "# 变更\n\n改了一个字，然后又改回来了。\n"),
            ("x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ],
        title: "打电话 手册",
        order: &["打电话 手册", "第二章 开始", "第十章 结束", "变更"],
        language: "zh-Hans",
        lost: &[],
    },
    Folder {
        tool: "MkDocs",
        files: &[
            ("mkdocs.yml", "site_name: Boat book\nnav:\n  - Home: index.md\n  - Sails:\n    - Jib: jib.md\n"),
            ("docs/index.md", "# Start\n\nCast away.\n"),
            ("docs/jib.md", "# The jib\n\nIn front.\n"),
            ("docs/anchor.md", "# Anchor\n\nDrop it.\n"),
        ],
        title: "Boat book",
        order: &["Home", "Jib", "Anchor"],
        language: "en",
        lost: &[],
    },
];

/// The words of Markdown without front matter and markup.
fn words(text: &str) -> BTreeSet<String> {
    let body = ["---\n", "+++\n"].iter().find_map(|fence| text.strip_prefix(fence)?.split_once(fence));
    let text = body.map_or(text, |(_, body)| body);
    let plain = text.replace("<br>", " ").replace("<h1 align=\"center\">", "").replace("</h1>", "");
    let is_word = |c: char| c.is_alphanumeric();
    plain.split(|c: char| !is_word(c)).filter(|word| word.chars().count() > 3).map(str::to_owned).collect()
}

fn check(folder: &Folder) -> Vec<String> {
    let book = Book::of(folder.files.iter().copied());
    let built = built(book.path());
    let files = files_of(&built);
    let text = |path: &str| String::from_utf8(files.get(path).cloned().unwrap_or_default()).unwrap();
    let index: serde_json::Value = serde_json::from_str(&text("search-index.json")).unwrap();
    let mut order: Vec<&str> =
        index["sections"].as_array().unwrap().iter().map(|it| it["page"].as_str().unwrap()).collect();
    order.dedup();
    let mut wrong = Vec::new();
    // A folder without a name of its own has that of its folder, which is a temporary one here.
    let shown: Vec<&str> =
        order.iter().zip(folder.order).map(|(page, wanted)| if wanted.is_empty() { "" } else { page }).collect();
    if shown != folder.order || order.len() != folder.order.len() {
        wrong.push(format!("{}: the order is {order:?}", folder.tool));
    }
    let site: String = files.keys().filter(|path| extension(path) == "html").map(|path| text(path)).collect();
    if !site.contains(&format!("{}</title>", folder.title)) {
        wrong.push(format!("{}: the book is not called {}", folder.tool, folder.title));
    }
    if !site.contains(&format!("<html lang=\"{}\"", folder.language)) {
        wrong.push(format!("{}: the language is not {}", folder.tool, folder.language));
    }
    if site.contains("in preparation") {
        wrong.push(format!("{}: something is in preparation", folder.tool));
    }
    let texts = folder.files.iter().filter(|(path, _)| extension(path) == "md" && !path.ends_with("SUMMARY.md"));
    for word in texts.flat_map(|(_, text)| words(text)) {
        let reason = folder.lost.iter().find(|(lost, _)| *lost == word).map(|(_, reason)| *reason);
        match (site.contains(&word), reason) {
            (false, None) => wrong.push(format!("{}: `{word}` is lost", folder.tool)),
            (true, Some(reason)) => wrong.push(format!("{}: `{word}` is published, although {reason}", folder.tool)),
            _ => {}
        }
    }
    wrong
}

#[test]
fn folders_of_ten_tools_are_books_as_their_authors_meant_them() {
    let wrong: Vec<String> = FOLDERS.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
