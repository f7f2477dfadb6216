//! Checks of `chapbook.toml` that a JSON Schema cannot express: dates, URLs, folders on disk, names of codes.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::file::ConfigFile;
use super::language_tag::{is_language_tag, tag_meant};
use super::model::{Config, SourceConfig, ThemeConfig};
use crate::diagnostic::{CODES, Diagnostic, Report, codes, nearest};
use crate::source::list;

/// Checks the values of a configuration. Problem ones are reported and replaced by their defaults.
pub(super) fn check(config: &mut Config, root: &Path, file: &ConfigFile, report: &mut Report) {
    let mut checks = Checks { file, report };
    if let Err(wrong) = language(&config.book.language) {
        checks.wrong(&["book", "language"], wrong);
        "en".clone_into(&mut config.book.language);
    }
    checks.apply(&mut config.book.id, &["book", "id"], id);
    checks.apply(&mut config.book.url, &["book", "url"], address);
    checks.apply(&mut config.book.edit_url, &["book", "edit_url"], edit_address);
    checks.apply(&mut config.book.revised, &["book", "revised"], date);
    checks.apply(&mut config.output.cname, &["output", "cname"], domain);
    checks.apply(&mut config.output.base, &["output", "base"], base);
    config.output.base = config.output.base.take().map(|path| with_slash(&path));
    config.book.url = config.book.url.take().map(|url| with_slash(&url));
    checks.codes(config);
    checks.folders(config, root);
}

/// Whether a text is a date that exists, written `YYYY-MM-DD`.
///
/// ```
/// use chapbook::config::is_date;
///
/// assert!(is_date("2024-02-29") && !is_date("2026-02-29"));
/// ```
#[must_use]
pub fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u32>().ok()
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && &text[4..5] == "-" && &text[7..8] == "-" && (1..=days).contains(&day)
}

/// What is wrong with a value, and what to write instead.
struct Problem {
    message: String,
    help: String,
}

struct Checks<'a> {
    file: &'a ConfigFile,
    report: &'a mut Report,
}

impl Checks<'_> {
    fn wrong(&mut self, keys: &[&str], Problem { message, help }: Problem) {
        let place = self.file.value_place(keys).unwrap_or_else(|| self.file.at(0..0));
        self.report.add(Diagnostic::new(&codes::CONFIG, message).at(place).help(help));
    }

    /// Removes and reports a value that violates its rule.
    fn apply(&mut self, value: &mut Option<String>, keys: &[&str], rule: fn(&str) -> Result<(), Problem>) {
        if let Some(Err(wrong)) = value.as_deref().map(rule) {
            self.wrong(keys, wrong);
            *value = None;
        }
    }

    fn codes(&mut self, config: &mut Config) {
        let known = |name: &str| CODES.iter().any(|code| code.name == name);
        let unknown: Vec<&String> = config.codes.keys().filter(|name| !known(name)).collect();
        // All places at once: a search for each would parse the file again.
        let places = if unknown.is_empty() { BTreeMap::new() } else { self.file.places(&["codes"]) };
        for name in unknown {
            let help = nearest(name, CODES.iter().map(|code| code.name)).map_or_else(
                || "see the list in the manual, `reference/codes.md`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let place = places.get(name).cloned().unwrap_or_else(|| self.file.at(0..0));
            self.report.add(Diagnostic::new(&codes::CONFIG, format!("there is no code `{name}`")).at(place).help(help));
        }
        config.codes.retain(|name, _| known(name));
    }

    fn folders(&mut self, config: &mut Config, root: &Path) {
        let keys = ["source", "dir"];
        if let Err(wrong) = inside(&config.source.dir) {
            self.wrong(&keys, wrong);
            config.source.dir = SourceConfig::default().dir;
        } else if let Err(wrong) = folder(root, &config.source.dir, "source") {
            self.wrong(&keys, wrong);
        }
        for named in config.source.follow.iter().filter(|named| !root.join(named).is_dir()) {
            let help = "write a path relative to `chapbook.toml`, such as `../shared`".to_owned();
            self.wrong(&["source", "follow"], Problem { message: format!("there is no folder `{named}`"), help });
        }
        let keys = ["theme", "dir"];
        if let Err(wrong) = inside(&config.theme.dir) {
            self.wrong(&keys, wrong);
            config.theme.dir = ThemeConfig::default().dir;
        } else if self.file.place(&keys).is_some()
            && let Err(wrong) = folder(root, &config.theme.dir, "theme")
        {
            self.wrong(&keys, wrong);
        }
    }
}

fn wrong(message: String, help: impl Into<String>) -> Result<(), Problem> {
    Err(Problem { message, help: help.into() })
}

/// Checks that a text is a language tag.
fn language(tag: &str) -> Result<(), Problem> {
    if is_language_tag(tag) {
        return Ok(());
    }
    let message = format!("`{tag}` is not a language tag");
    match tag_meant(tag) {
        Some(meant) => wrong(message, format!("did you mean `{meant}`?")),
        None => wrong(message, "write a BCP 47 tag, such as `en`, `ja`, `zh-Hans` or `zh-Hant`"),
    }
}

fn id(id: &str) -> Result<(), Problem> {
    if !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return Ok(());
    }
    wrong(format!("`{id}` is not a valid id"), "use letters, digits, `-`, `_` and `.`")
}

/// A URL or path that ends in exactly one `/`.
fn with_slash(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

/// The URL of a site in the form of the configuration, which ends in `/`.
///
/// # Errors
/// What is wrong with a text that is not the URL of a site.
///
/// ```
/// use chapbook::config::site_url;
///
/// assert_eq!(site_url("https://example.org/book").as_deref(), Ok("https://example.org/book/"));
/// assert!(site_url("example.org").is_err());
/// ```
pub fn site_url(url: &str) -> Result<String, String> {
    address(url).map(|()| with_slash(url)).map_err(|problem| format!("{}; {}", problem.message, problem.help))
}

/// Names of accounts and repositories in examples, in capitals as the manual has them.
const PLACEHOLDERS: &[&str] = &["NAME", "OWNER", "ORG", "USER", "USERNAME", "REPO", "REPOSITORY", "PROJECT"];

/// Whether a URL still has the names of an example: `https://NAME.github.io/REPOSITORY/`.
fn is_placeholder(url: &str) -> bool {
    let (host, path) = url.split_once("://").map_or(url, |(_, rest)| rest).split_once('/').unwrap_or((url, ""));
    let host = host.rsplit("://").next().unwrap_or(host);
    let of_a_host = ["github.io", "gitlab.io", "pages.dev", "netlify.app", "github.com", "gitlab.com"];
    let (account, domain) = host.split_once('.').unwrap_or((host, ""));
    let names = [account].into_iter().filter(|_| of_a_host.contains(&domain)).chain(path.split('/'));
    (of_a_host.contains(&domain) || of_a_host.contains(&host))
        && names.into_iter().any(|name| PLACEHOLDERS.iter().any(|known| name.trim_start_matches("YOUR-") == *known))
}

fn placeholder(url: &str) -> Result<(), Problem> {
    let help = "write the names of your own account and repository, or remove the line";
    wrong(format!("`{url}` is an example from the manual, not an address of yours"), help)
}

fn address(url: &str) -> Result<(), Problem> {
    if is_placeholder(url) {
        return placeholder(url);
    }
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let rest = ["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(rest);
    let is_invalid = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\');
    match rest {
        Some(rest)
            if !rest.is_empty() && !rest.starts_with('/') && !url.contains(is_invalid) && !url.contains(['?', '#']) =>
        {
            Ok(())
        }
        _ => wrong(format!("`{url}` is not the URL of a site"), "write the complete URL: `https://example.org/book/`"),
    }
}

fn edit_address(url: &str) -> Result<(), Problem> {
    if is_placeholder(url) {
        return placeholder(url);
    }
    let http = url.starts_with("https://") || url.starts_with("http://");
    if http && url.contains("{path}") && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    wrong(
        format!("`{url}` is not a URL with `{{path}}` in it"),
        "write `https://…/{path}`; `{path}` is replaced by the file's path from the book's root",
    )
}

fn date(day: &str) -> Result<(), Problem> {
    if is_date(day) { Ok(()) } else { wrong(format!("`{day}` is not a date"), "write it as `2026-01-31`") }
}

fn domain(name: &str) -> Result<(), Problem> {
    let label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if name.contains('.') && name.split('.').all(label) {
        return Ok(());
    }
    wrong(format!("`{name}` is not a domain name"), "write the name without `https://` and path: `docs.example.org`")
}

fn base(path: &str) -> Result<(), Problem> {
    let is_invalid = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '?' | '#');
    if path.starts_with('/') && !path.starts_with("//") && !path.contains(is_invalid) {
        return Ok(());
    }
    wrong(format!("`{path}` is not an absolute path"), "write it from the root of the host: `/book/`")
}

fn inside(dir: &str) -> Result<(), Problem> {
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if Path::new(dir).components().all(stays) && !dir.contains('\\') {
        return Ok(());
    }
    wrong(
        format!("`{dir}` is outside the book"),
        "write the path of a folder next to `chapbook.toml`, with `/` between names",
    )
}

fn folder(root: &Path, dir: &str, table: &str) -> Result<(), Problem> {
    if root.join(dir).is_dir() {
        return Ok(());
    }
    let folders = list(root).unwrap_or_default().folders;
    let help = nearest(dir, folders.iter().map(String::as_str)).map_or_else(
        || format!("create it, or set another one under `[{table}]`: `dir = \"…\"`"),
        |near| format!("did you mean `{near}`? Set it under `[{table}]`: `dir = \"{near}\"`"),
    );
    if root.join(dir).exists() {
        return wrong(format!("`{dir}` is not a folder"), help);
    }
    wrong(format!("there is no folder `{dir}`"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, good) in [
            ("2026-02-28", true),
            ("2024-02-29", true),
            ("2026-02-29", false),
            ("1900-02-29", false),
            ("2026-13-01", false),
            ("2026-04-31", false),
            ("2026-00-10", false),
            ("2026-1-1", false),
            ("2026/01/01", false),
            ("２０26-01-01", false),
            ("2026-01-01T00", false),
        ] {
            assert_eq!(is_date(text), good, "{text}");
        }
    }

    #[test]
    fn urls_of_the_manual_are_not_taken_for_real_ones() {
        for (url, good) in [
            ("https://NAME.github.io/REPOSITORY/", false),
            ("https://anna.github.io/REPOSITORY/", false),
            ("https://USERNAME.github.io", false),
            ("https://YOUR-NAME.gitlab.io/book/", false),
            ("https://anna.github.io/repository/", true),
            ("https://anna.github.io/", true),
            ("https://NAME.example.org/REPO/", true),
        ] {
            assert_eq!(address(url).is_ok(), good, "{url}");
        }
        assert!(edit_address("https://github.com/NAME/REPOSITORY/edit/main/{path}").is_err());
        assert!(edit_address("https://github.com/anna/book/edit/main/{path}").is_ok());
    }

    #[test]
    fn addresses_end_in_one_slash() {
        for (written, url) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/", "https://example.org/"),
            ("http://example.org/book//", "http://example.org/book/"),
        ] {
            assert_eq!(with_slash(written), url);
        }
    }

    #[test]
    fn rules() {
        type Rule = fn(&str) -> Result<(), Problem>;
        for (rule, good, bad) in [
            (
                language as Rule,
                &["zh-Hans", "en", "ja-JP", "de-CH-1996"][..],
                &["zh_CN", "", "e", "中文", "en-", "english please", "english", "cn", "xx"][..],
            ),
            (
                address,
                &["https://a.b/", "http://localhost:4000/x", "HTTPS://例子.cn/书"],
                &["a.b", "ftp://a", "https://", "https://a b/", "https://a/?q", "https:///x", "javascript:alert(1)"],
            ),
            (edit_address, &["https://x/edit/{path}"], &["https://x/edit/", "/edit/{path}"]),
            (
                base,
                &["/", "/book/", "/book", "/a/书/"],
                &["", "x", "book/", "//evil.example/", "javascript:x/", "/a b/"],
            ),
            (domain, &["docs.example.org", "例.中国"], &["https://a.b", "a", "a.b/c", "-a.b", ""]),
            (id, &["my-book", "书_1"], &["", "a b", "a/b"]),
            (inside, &["content", "a/b", ".", ""], &["/etc", "../x", "a/../../b", "a\\b"]),
        ] {
            for text in good {
                assert!(rule(text).is_ok(), "{text}");
            }
            for text in bad {
                assert!(rule(text).is_err(), "{text}");
            }
        }
    }
}
