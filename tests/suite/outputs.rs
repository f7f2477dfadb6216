//! Outputs agree: what the author says of a page holds in every output.

use std::collections::BTreeMap;

use crate::book::{Book, built, files_of};
use crate::command::output_of;

fn book() -> Book {
    Book::of([
        ("chapbook.toml", "[book]\ntitle = \"T\"\nid = \"t\"\n[variables]\nversion = \"9.1\"\n"),
        (
            "content/README.md",
            "# Home\n\nVersion {{ book.version }}.\n\n{{#include part.txt}}\n\n[hidden](hidden.md)\n",
        ),
        ("content/part.txt", "Included {{ book.version }}.\n"),
        ("content/a.md", "# A\n\nText.\n"),
        ("content/hidden.md", "---\nsearch: false\nsidebar: false\n---\n# Hidden\n\nText.\n"),
        ("content/hidden/under.md", "# Under\n\nText.\n"),
        ("content/z.md", "# Z\n\nText.\n"),
    ])
}

fn site() -> BTreeMap<String, String> {
    let files = files_of(&built(book().path()));
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

#[test]
fn markdown_copies_have_includes_and_variables_put_in() {
    let site = site();
    let copy = &site["index.md"];
    assert!(copy.contains("Version 9.1.") && copy.contains("Included 9.1.") && !copy.contains("{{"), "{copy}");
}

#[test]
fn what_search_leaves_out_is_in_no_list_for_programs() {
    let site = site();
    for path in ["llms.txt", "search-index.json"] {
        assert!(site[path].contains("a.") && !site[path].to_lowercase().contains("hidden."), "{path}: {}", site[path]);
    }
}

#[test]
fn a_page_outside_the_contents_is_reached_by_links_only() {
    let site = site();
    for path in ["a.html", "z.html", "hidden/under.html"] {
        assert!(!site[path].contains("hidden.html\""), "{path}");
    }
    assert_eq!(site["index.html"].matches("hidden.html\"").count(), 1);
    assert!(site["a.html"].contains("hidden/under.html\""));
    assert!(site["hidden.html"].contains("<h1") && site["hidden.html"].contains("a.html\""));
}

#[test]
fn an_export_into_a_folder_is_a_file_of_it_in_every_form() {
    let book = book();
    let folder = book.path().join("out");
    std::fs::create_dir(&folder).unwrap();
    for (form, name) in [("markdown", "t.md"), ("epub", "t.epub"), ("file", "t.html"), ("zip", "t.zip")] {
        for _ in 0..2 {
            let (_, stderr, code) = output_of(book.path(), &["export", form, "--quiet", "-o", "out"]);
            assert_eq!((stderr.as_str(), code), ("", 0), "{form}");
        }
        assert!(folder.join(name).is_file(), "{name}");
    }
    for _ in 0..2 {
        assert_eq!(output_of(book.path(), &["export", "markdown", "--quiet", "-o", "chapters"]).2, 0);
        assert!(book.path().join("chapters/hidden/under.md").is_file());
    }
}

/// The bytes of the site of a book with so many pages, whose titles, part names and headings are very long.
fn size_of_site(pages: usize) -> usize {
    let long = |name: &str| format!("{name} {}", "word ".repeat(2_000));
    let summary: String =
        (0..pages).map(|at| format!("# {}\n\n- [{}](p{at}.md)\n\n", long("Part"), long("Page"))).collect();
    let chapter = |at: usize| {
        let parts: String = (0..20).map(|part| format!("### Part {part}\n\nText.\n\n")).collect();
        (format!("content/p{at}.md"), format!("# {}\n\n## {}\n\n{parts}", long("Title"), long("Section")))
    };
    let summary = ("content/SUMMARY.md".to_owned(), summary);
    let files = files_of(&built(Book::of((0..pages).map(chapter).chain([summary])).path()));
    files.values().map(Vec::len).sum()
}

#[test]
fn what_other_pages_repeat_is_bounded() {
    let [few, many] = [10, 20].map(size_of_site);
    assert!(many < few * 5 / 2, "{few} bytes of 10 pages, {many} of 20");
    // Each chapter and its line of the summary are 40 kB.
    assert!(many < 20 * 40_000 * 12, "{many}");
}

#[test]
fn a_site_has_a_size_that_a_key_can_raise() {
    let chapter =
        format!("---\naliases: [{}]\n---\n# A\n", (0..60).map(|at| format!("a{at}")).collect::<Vec<_>>().join(", "));
    let book = |keys: &str| {
        Book::of([
            ("chapbook.toml".to_owned(), format!("[book]\ntitle = \"T\"\n[output]\n{keys}\n")),
            ("content/README.md".to_owned(), chapter.clone()),
        ])
    };
    let (_, stderr, code) = output_of(book("max_files = 50").path(), &["build"]);
    assert!(code == 2 && stderr.contains("more than the 50") && stderr.contains("`max_files = "), "{stderr}");
    let (_, stderr, code) = output_of(book("max_megabytes = 0").path(), &["build"]);
    assert!(code == 2 && stderr.contains("larger than the 0 MB"), "{stderr}");
    assert_eq!(output_of(book("max_files = 500").path(), &["build"]).2, 0);
}

#[test]
fn only_pages_with_formulas_load_their_styles() {
    let list = "<!-- checklist: id=C1 -->\n- [ ] ";
    let book = Book::of([
        ("chapbook.toml", "[markdown]\nmath = true\n[output]\ndownloads = [\"file\"]\n"),
        ("content/README.md", "# Home\n\n[A](a.md)\n"),
        ("content/a.md", "# A\n\nEnergy is $E = mc^2$.\n"),
        ("content/b.md", &format!("# B\n\n{list}Solve $x^2 = 1$\n")),
        ("content/c.md", &format!("# C\n\n{}It costs $5\n", list.replace("C1", "C2"))),
    ]);
    let files = files_of(&built(book.path()));
    let sheets: Vec<_> = files.keys().filter(|path| path.starts_with("assets/formulas-")).collect();
    let [sheet] = sheets[..] else { panic!("{sheets:?}") };
    let name = sheet.strip_prefix("assets/").unwrap();
    let text = |path: &str| String::from_utf8_lossy(&files[path]).into_owned();
    let with = ["a.html", "b.html", "print.html", "checklists/C1.html", "checklists/all.html"];
    let without = ["index.html", "c.html", "checklists/C2.html", "404.html", "search.html", "checklists.html"];
    for (paths, expected) in [(&with[..], true), (&without[..], false)] {
        for path in paths {
            assert_eq!(text(path).contains(name), expected, "{path}");
        }
    }
    let rule = ".cb-formula{";
    assert!(text(sheet).contains(rule) && text("book.html").contains(rule));
    let (page, all) = (text("a.html"), "assets/chapbook-");
    assert!(page.find(name) < page.find(all) && page.contains(all), "own styles come after those of formulas");
}
