//! Reads front matter: YAML between lines of `---` or TOML between lines of `+++`, at the top of a chapter.
//!
//! In: the chapter's text. Out: a [`FrontMatter`] and the offset of the text after it. A chapter may also begin with a
//! thematic break (`---`): the lines after it are front matter only if a second fence closes them and the first of them
//! is a key.

use std::ops::Range;

use super::diagnostics::Diagnostics;
use super::dialect::FrontMatterKeys;
use super::foreign_front_matter;
use super::metadata::{FrontMatter, Language};
use crate::diagnostic::{Diagnostic, codes, nearest};

/// The maximum length of front matter in bytes.
const MAX_LENGTH: usize = 64 * 1024;

const KEYS: [&str; 12] = [
    "title",
    "description",
    "weight",
    "slug",
    "aliases",
    "tags",
    "draft",
    "search",
    "print",
    "sidebar",
    "revised",
    "extra",
];

/// What was read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FrontMatterRead {
    /// The front matter; with the default values after an error.
    pub(super) front: FrontMatter,
    /// The offset at which the text begins.
    pub(super) start: usize,
    /// The day of the text, which other tools have.
    pub(super) day: Option<String>,
}

impl FrontMatterRead {
    fn of(front: FrontMatter, start: usize) -> Self {
        Self { front, start, day: None }
    }
}

/// An error in front matter, with its range inside the fences.
struct Fault {
    range: Range<usize>,
    message: String,
}

/// Reads the front matter of a chapter.
pub(super) fn read(text: &str, keys: FrontMatterKeys, diagnostics: &mut Diagnostics<'_>) -> FrontMatterRead {
    let json = (keys == FrontMatterKeys::Foreign).then(|| foreign_front_matter::json_end(text)).flatten();
    // YAML contains JSON.
    let found = json.map(|end| (Language::Yaml, 0..end, end)).or_else(|| find(text));
    let Some((language, inside, end)) = found else {
        report_unclosed(text, diagnostics);
        return FrontMatterRead::default();
    };
    if inside.len() > MAX_LENGTH {
        let diagnostic = Diagnostic::new(&codes::FRONT_MATTER, "front matter is longer than 64 KiB");
        diagnostics.add(0..3, diagnostic.help("keep long text in the chapter itself"));
        return FrontMatterRead::of(FrontMatter::default(), end);
    }
    let words = &text[inside.clone()];
    match keys {
        FrontMatterKeys::Title => return FrontMatterRead::of(foreign_front_matter::title(language, words), end),
        FrontMatterKeys::Foreign => {
            let (front, day) = foreign_front_matter::read(language, words);
            return FrontMatterRead { front, start: end, day };
        }
        FrontMatterKeys::Known => {}
    }
    FrontMatterRead::of(read_keys(language, words, inside.start, diagnostics), end)
}

/// The most faults that are reported in one front matter.
const MAX_FAULTS: usize = 16;

/// Reads the keys. A key with a fault is reported and left out, and the others are read.
fn read_keys(language: Language, words: &str, offset: usize, diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
    let mut text = words.to_owned();
    for _ in 0..MAX_FAULTS {
        let read = match language {
            Language::Yaml => read_yaml(&text),
            Language::Toml => read_toml(&text),
        };
        let mut fault = match read {
            Ok(front) => return front,
            Err(fault) => fault,
        };
        let key = key_at(language, &text, fault.range.start);
        if let Some((name, _)) = &key
            && fault.message.starts_with("front matter has")
        {
            fault.message = format!("`{name}` in {}", fault.message);
        }
        report(words, offset, (fault, key.as_ref().map(|(name, _)| name.as_str())), diagnostics);
        let Some((_, lines)) = key else { break };
        let blank = text[lines.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect::<String>();
        text.replace_range(lines, &blank);
    }
    FrontMatter::default()
}

/// The outermost key whose lines contain an offset, and the range of its lines; `None` if the offset is before all keys.
fn key_at(language: Language, text: &str, offset: usize) -> Option<(String, Range<usize>)> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        starts.extend(outermost_key(language, line).map(|key| (at, key)));
        at += line.len();
    }
    let index = starts.iter().rposition(|(start, _)| *start <= offset)?;
    let end = starts.get(index + 1).map_or(text.len(), |(next, _)| *next);
    let (start, key) = starts.swap_remove(index);
    Some((key, start..end))
}

/// The key that begins a line which is not indented, or the name of the table of TOML that it opens.
fn outermost_key(language: Language, line: &str) -> Option<String> {
    let (separator, line) = match language {
        Language::Yaml => (':', line),
        Language::Toml => ('=', line.trim_start_matches('[')),
    };
    let is_outermost = line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | '-' | '}' | ']' | '.'));
    let key = line.split([separator, ']', '.']).next().filter(|_| is_outermost && line.contains([separator, ']']))?;
    Some(key.trim().trim_matches(['"', '\'']).to_owned())
}

/// The language, the range between the fences and the offset after the closing one.
fn find(text: &str) -> Option<(Language, Range<usize>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let language = match first.trim_end() {
        "---" => Language::Yaml,
        "+++" => Language::Toml,
        _ => return None,
    };
    let mut end = first.len();
    for line in lines {
        if line.trim_end() == first.trim_end() {
            let inside = first.len()..end;
            return begins_mapping(language, &text[inside.clone()]).then_some((language, inside, end + line.len()));
        }
        end += line.len();
    }
    None
}

/// Reports front matter without a closing fence. A known key right under the first fence shows that it was intended.
fn report_unclosed(text: &str, diagnostics: &mut Diagnostics<'_>) {
    let mut lines = text.lines().map(str::trim_end);
    let fence = lines.next().filter(|line| matches!(*line, "---" | "+++"));
    let key = lines.next().and_then(|line| line.split([':', '=']).next());
    if let (Some(fence), true) = (fence, key.is_some_and(|key| KEYS.contains(&key.trim()))) {
        let diagnostic = Diagnostic::new(&codes::FRONT_MATTER, "front matter is opened and never closed");
        diagnostics.add(0..fence.len(), diagnostic.help(format!("write a line `{fence}` after its last key")));
    }
}

/// Whether the first line that is neither empty nor a comment is a key (or, in TOML, the header of a table).
fn begins_mapping(language: Language, inside: &str) -> bool {
    let first = inside.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(first) = first else { return true };
    match language {
        Language::Yaml => first.starts_with('{') || key_before(first, ':'),
        Language::Toml => first.starts_with('[') || key_before(first, '='),
    }
}

fn key_before(line: &str, separator: char) -> bool {
    let Some((key, value)) = line.split_once(separator) else { return false };
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'' | ' ');
    let apart = separator != ':' || value.is_empty() || value.starts_with([' ', '\t']);
    apart && !key.trim().is_empty() && key.split_whitespace().count() == 1 && key.chars().all(word)
}

fn read_yaml(text: &str) -> Result<FrontMatter, Fault> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(FrontMatter::default());
    }
    serde_saphyr::from_str(text).map_err(|error| yaml_fault(text, &error))
}

fn yaml_fault(text: &str, error: &serde_saphyr::Error) -> Fault {
    use serde_saphyr::Error as Yaml;
    let error = error.without_snippet();
    let message = match error {
        Yaml::SerdeUnknownField { field, .. } => format!("unknown key `{field}` in front matter"),
        Yaml::DuplicateMappingKey { key: Some(key), .. } => format!("key `{key}` is given twice in front matter"),
        Yaml::SerdeInvalidType { unexpected, expected, .. } | Yaml::SerdeInvalidValue { unexpected, expected, .. } => {
            wrong_type(unexpected, expected)
        }
        Yaml::InvalidScalar { ty, .. } => format!("front matter has a value that is not {}", plain_type(ty)),
        Yaml::Unexpected { expected, .. } => format!("front matter has a value that is not {}", plain_type(expected)),
        Yaml::NullIntoString { .. } => "front matter has nothing where it needs text".to_owned(),
        Yaml::UnknownAnchor { .. } => "an alias (`*name`) in front matter has no anchor (`&name`)".to_owned(),
        Yaml::MultipleDocuments { .. } => "front matter ends at `...`, but more text follows".to_owned(),
        other if other.to_string().contains("budget") => "front matter is nested or repeated too deeply".to_owned(),
        other => format!("front matter cannot be read: {}", plain_message(&other.to_string())),
    };
    let span = error.location().map(|location| location.span());
    let start = span.and_then(|span| span.byte_offset()).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let length = span.and_then(|span| span.byte_len()).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    Fault { range: word_at(text, start..start + length), message }
}

fn read_toml(text: &str) -> Result<FrontMatter, Fault> {
    toml::from_str(text).map_err(|error| {
        let message = match error.message().strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
            Some((key, _)) => format!("unknown key `{key}` in front matter"),
            None => format!("front matter cannot be read: {}", plain_message(error.message())),
        };
        Fault { range: word_at(text, error.span().unwrap_or(0..0)), message }
    })
}

fn wrong_type(unexpected: &str, expected: &str) -> String {
    format!("front matter has {} where it needs {}", unexpected.replacen("string \"", "\"", 1), plain_type(expected))
}

/// The message of a YAML or TOML parser for authors: its first line, without the line number, which we report
/// ourselves, and with types replaced by what to write.
fn plain_message(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or_default().trim_end_matches('.');
    match line.split_once("expected ") {
        Some((before, expected)) => format!("{before}expected {}", plain_type(expected)),
        None => line.to_owned(),
    }
}

/// What to write for a type that a parser names.
fn plain_type(name: &str) -> &str {
    match name {
        "i64" => "a whole number",
        "bool" | "boolean" | "a boolean" => "`true` or `false`",
        "a string" | "string scalar" => "text",
        "a sequence" | "sequence start" => "a list, as `[one, two]`",
        "a map" | "mapping start" => "a table of keys",
        other => other,
    }
}

/// Moves a range to character boundaries inside the text, extends an empty one to the end of its word, and cuts it at
/// the end of its first line.
fn word_at(text: &str, range: Range<usize>) -> Range<usize> {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (start, end) = (boundary(range.start), boundary(range.end));
    let length =
        if end > start { end - start } else { text[start..].find(char::is_whitespace).unwrap_or(text.len() - start) };
    let shown = &text[start..start + length];
    // An excerpt of several lines would not show where the error is.
    start..start + shown.lines().next().unwrap_or_default().trim_end().len()
}

fn report(text: &str, offset: usize, (fault, key): (Fault, Option<&str>), diagnostics: &mut Diagnostics<'_>) {
    let written = text[fault.range.clone()].trim_matches(['"', '\'']);
    let diagnostic = Diagnostic::new(&codes::FRONT_MATTER, fault.message);
    let unknown = diagnostic.message.starts_with("unknown key");
    let help = match nearest(written, KEYS).filter(|_| unknown) {
        Some(key) => format!("did you mean `{key}`?"),
        None if unknown => format!("known keys are `{}`; put others under `extra`", KEYS[..10].join("`, `")),
        None => match key.and_then(|key| right_form(key, written)) {
            Some(right) => format!("write `{right}`"),
            None => {
                "see how front matter is written: one `key: value` on a line, text with `:` or `#` in quotes".to_owned()
            }
        },
    };
    diagnostics.add(offset + fault.range.start..offset + fault.range.end, diagnostic.help(help));
}

/// How a key is written, with the value that its author wrote if that has the right type.
fn right_form(key: &str, written: &str) -> Option<String> {
    let word = Some(written)
        .filter(|it| !it.is_empty() && it.len() <= 60 && !it.contains(['[', ']', '{', '}', ':', '#', '*']));
    match key {
        "tags" | "aliases" => Some(format!("{key}: [{}]", word?)),
        "weight" => Some("weight: 10".to_owned()),
        "draft" | "search" | "print" | "sidebar" => {
            Some(format!("{key}: {}", if written == "no" || written == "0" { "false" } else { "true" }))
        }
        "revised" => Some("revised: 2026-01-31".to_owned()),
        "title" | "description" | "slug" => Some(format!("{key}: \"{}\"", word.unwrap_or("…"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::Origin;

    fn check(text: &str) -> (FrontMatter, usize, Vec<String>) {
        let origin = Origin::whole("a.md");
        let mut diagnostics = Diagnostics::new(&origin);
        let FrontMatterRead { front, start: end, .. } = read(text, FrontMatterKeys::Known, &mut diagnostics);
        let shown = |it: &Diagnostic| {
            let place = &text[it.at.as_ref().unwrap().span.range()];
            format!("{} @{place} ({})", it.message, it.help.as_deref().unwrap_or_default())
        };
        (front, end, diagnostics.into_report().iter().map(shown).collect())
    }

    #[test]
    fn yaml_and_toml() {
        let text = "---\ntitle: no\nrevised: 2024-05-01\ntags: [a, 安装]\ndraft: true\nextra:\n  x: 1\n---\n# T\n";
        let (front, end, diagnostics) = check(text);
        assert_eq!(diagnostics, Vec::<String>::new());
        assert_eq!((front.title.as_deref(), front.revised.as_deref()), (Some("no"), Some("2024-05-01")));
        assert_eq!((front.tags, front.draft, &text[end..]), (vec!["a".to_owned(), "安装".to_owned()], true, "# T\n"));
        assert_eq!(front.extra["x"], 1);
        let (front, _, diagnostics) = check("+++\ntitle = \"x\"\nrevised = 2024-05-01\nweight = 3\n+++\n");
        assert_eq!(diagnostics, Vec::<String>::new());
        assert_eq!((front.title.as_deref(), front.revised.as_deref()), (Some("x"), Some("2024-05-01")));
        assert_eq!(front.weight, Some(3));
    }

    #[test]
    fn thematic_breaks_at_the_top_are_text() {
        for text in ["---\nText\n---\n", "--- \n\nSome words: more\n\n---\n", "text\n---\n", "---\nhttp://x\n---"] {
            assert_eq!(check(text), (FrontMatter::default(), 0, vec![]), "{text:?}");
        }
        for text in ["---\n---\n", "---\n# none\n---\n"] {
            assert_eq!(check(text), (FrontMatter::default(), text.len(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn unclosed_front_matter_with_a_known_key_is_reported() {
        let (front, start, diagnostics) = check("---\ntitle: x\n");
        assert_eq!((front, start), (FrontMatter::default(), 0));
        assert_eq!(diagnostics.len(), 1);
        assert!(diagnostics[0].starts_with("front matter is opened and never closed"), "{diagnostics:?}");
    }

    #[test]
    fn errors_are_located_at_the_key_or_value() {
        for (text, kept, expected) in [
            (
                "---\ntitle: x\ntitel: y\n---\n",
                Some("x"),
                "unknown key `titel` in front matter @titel (did you mean `title`?)",
            ),
            ("+++\ntitel = 'y'\n+++\n", None, "unknown key `titel` in front matter @titel (did you mean `title`?)"),
            ("---\n标题: y\n---\n", None, "unknown key `标题` in front matter @标题"),
            ("---\nweight: heavy\n---\n", None, "@heavy"),
            ("---\ndraft: perhaps\n---\n", None, "@perhaps"),
            ("+++\nweight = 'heavy'\n+++\n", None, "@'heavy'"),
            ("---\ntitle: a\ntitle: b\n---\n", Some("a"), "@title"),
            ("---\ntitle: \"a\n---\n", None, "front matter cannot be read"),
            ("---\ntags: a\n---\n", None, "not a list, as `[one, two]` @a"),
            ("---\ntitle: [a, b]\n---\n", None, "front matter has a value that is not text"),
            ("---\nweight: 1.5\n---\n", None, "front matter has a value that is not a whole number @1.5"),
            ("---\ndraft: 1\n---\n", None, "front matter has a value that is not `true` or `false` @1"),
            ("---\ntags: [a, null]\n---\n", None, "front matter has nothing where it needs text @null"),
            ("---\ntitle: *x\n---\n", None, "an alias (`*name`) in front matter has no anchor (`&name`)"),
            ("---\ntitle: a\n...\nweight: 1\n---\n", Some("a"), "front matter ends at `...`"),
            (
                "---\nrevised: 2026-02-30\n---\n",
                None,
                "front matter has \"2026-02-30\" where it needs a day as `YYYY-MM-DD`",
            ),
            ("---\nrevised: 2026-01-31T10:00:00Z\n---\n", None, "where it needs a day as `YYYY-MM-DD`"),
            ("---\nrevised: 20260131\n---\n", None, "where it needs a day as `YYYY-MM-DD`"),
            ("+++\nrevised = 2026-01-31T10:00:00Z\n+++\n", None, "a day as `YYYY-MM-DD`"),
            ("+++\nrevised = '2026-02-30'\n+++\n", None, "a day as `YYYY-MM-DD`"),
        ] {
            let (front, end, diagnostics) = check(text);
            // The keys without a fault are kept.
            let title = kept.map(str::to_owned);
            assert_eq!((front, end), (FrontMatter { title, ..FrontMatter::default() }, text.len()), "{text:?}");
            assert!(diagnostics.len() == 1 && diagnostics[0].contains(expected), "{text:?}: {diagnostics:?}");
        }
    }

    #[test]
    fn deep_values_are_kept_next_to_an_unknown_key() {
        let text = "---\nextra: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}}\ntitel: b\n---\n";
        let (front, end, diagnostics) = check(text);
        assert_eq!((front.extra.len(), end, diagnostics.len()), (1, text.len(), 1));
        assert!(diagnostics[0].contains("`titel`"), "{diagnostics:?}");
    }

    #[test]
    fn keys_with_a_fault_are_named_and_the_others_are_read() {
        let text = "---\ntitle: Power\ntags: power\nweight: heavy\nextra:\n  a: 1\ntitel: x\ndescription: words\n---\n";
        let (front, _, diagnostics) = check(text);
        assert_eq!((front.title.as_deref(), front.description.as_deref()), (Some("Power"), Some("words")));
        assert_eq!(front.extra["a"], 1);
        let expected = [
            "`tags` in front matter has a value that is not a list, as `[one, two]` @power (write `tags: [power]`)",
            "`weight` in front matter has a value that is not a whole number @heavy (write `weight: 10`)",
            "unknown key `titel` in front matter @titel (did you mean `title`?)",
        ];
        assert_eq!(diagnostics.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(expected));
        let text = "+++\ntitle = 'Power'\ntags = 'power'\n\n[extra]\na = 1\n+++\n";
        let (front, _, diagnostics) = check(text);
        assert_eq!((front.title.as_deref(), &front.extra["a"]), (Some("Power"), &1.into()));
        assert!(diagnostics.len() == 1 && diagnostics[0].contains("@'power'"), "{diagnostics:?}");
    }

    #[test]
    fn front_matter_is_bounded() {
        let (front, end, diagnostics) = check(&format!("---\ntitle: {}\n---\nx", "a".repeat(MAX_LENGTH)));
        assert_eq!((front, diagnostics.len()), (FrontMatter::default(), 1));
        assert_eq!(end, MAX_LENGTH + 16);
        let deep = format!("---\nextra: {}1{}\n---\nx", "{a: ".repeat(200), "}".repeat(200));
        assert!(check(&deep).2[0].starts_with("front matter is nested or repeated too deeply"), "{:?}", check(&deep).2);
    }

    #[test]
    fn json_of_hugo_is_front_matter_in_folders_of_other_tools() {
        for (text, title, draft, rest) in [
            ("{ \"title\": \"J\", \"draft\": true }\n\nText", Some("J"), true, "\n\nText"),
            ("{\n\t\"title\": \"a } b\",\n\t\"x\": {\"y\": []}\n}\n# T", Some("a } b"), false, "\n# T"),
            ("{ \"draft\": true } text", None, false, "{ \"draft\": true } text"),
            ("{ \"a\": 1 }\n", None, false, "{ \"a\": 1 }\n"),
            ("{ \"title\": \n", None, false, "{ \"title\": \n"),
            ("{{ title }}\n", None, false, "{{ title }}\n"),
        ] {
            let origin = Origin::whole("a.md");
            let found = read(text, FrontMatterKeys::Foreign, &mut Diagnostics::new(&origin));
            assert_eq!((found.front.title.as_deref(), found.front.draft, &text[found.start..]), (title, draft, rest));
        }
        assert_eq!(check("{ \"title\": \"J\" }\n").1, 0);
    }
}
