//! The page *Ten mistakes* of the manual: each message on it must equal the program's output.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The book in which the mistakes are made.
const BOOK: &[(&str, &str)] = &[
    ("chapbook.toml", "[book]\ntitle = \"Mistakes\"\n"),
    ("content/README.md", "# Start\n\nText.\n"),
    ("content/water.md", "# Water\n\nThree litres, or four.\n\n## How much\n\nText.\n"),
    ("content/images/bottle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>\n"),
    ("content/parts/contact.md", "Call us.\n"),
];

/// One mistake of the page: its heading, the file it is made in, and the message.
struct Mistake {
    heading: String,
    file: Option<(String, String)>,
    message: String,
}

/// Reads the page: under each heading a block of a file, if it can be shown, and a block of the message.
fn mistakes(page: &str) -> Vec<Mistake> {
    page.split("\n## ").skip(1).map(mistake).collect()
}

fn mistake(section: &str) -> Mistake {
    let mut file = None;
    let mut message = String::new();
    for block in section.split("\n```").skip(1).step_by(2) {
        let (head, body) = block.split_once('\n').unwrap();
        let body = format!("{body}\n").replace("\\{{#", "{{#");
        match head.split_once("title=\"") {
            Some((_, title)) => file = Some((title.trim_end_matches('"').to_owned(), body)),
            None => message = body,
        }
    }
    Mistake { heading: section.lines().next().unwrap_or_default().to_owned(), file, message }
}

/// The files of the book with this mistake.
fn book(mistake: &Mistake) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> =
        BOOK.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    match &mistake.file {
        // The page shows front matter alone; a chapter has text behind it.
        Some((path, text)) if text.starts_with("---") => {
            files.insert(path.clone(), format!("{text}\n# Title\n\nText.\n").into_bytes());
        }
        Some((path, text)) => {
            files.insert(path.clone(), text.clone().into_bytes());
        }
        None => {
            files.insert("content/water.md".to_owned(), b"# Water\n\nThree litres, or caf\xe9.\n".to_vec());
        }
    }
    files
}

#[expect(clippy::disallowed_methods, reason = "tests lay out their own files")]
fn printed(files: &BTreeMap<String, Vec<u8>>) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_chapbook"))
        .args(["check", "--format", "human", "--color", "never"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_messages_in_the_manual_equal_the_printed_ones() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/mistakes.md");
    let mistakes = mistakes(&fs::read_to_string(page).unwrap());
    assert_eq!(mistakes.len(), 10);
    for mistake in mistakes {
        let printed = printed(&book(&mistake));
        let (message, counts) = printed.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(message.trim_end(), mistake.message.trim_end(), "{}", mistake.heading);
        assert!(counts.contains("1 error"), "{}: {counts}", mistake.heading);
    }
}
