//! The `import` and `export` lines of MDX, which are no text, and the files that they give a name.

use std::collections::BTreeMap;

use super::changes::Changes;

/// Whether a text of Markdown has `import` lines as MDX has them.
pub(super) fn has_imports(text: &str, is_prose: impl Fn(usize) -> bool) -> bool {
    let mut at = 0;
    text.split_inclusive('\n').any(|line| {
        let start = at;
        at += line.len();
        import(line).is_some() && is_prose(start)
    })
}

/// Removes the statements. Returns the files that `import` names, by name.
pub(super) fn remove<'a>(
    text: &'a str,
    is_prose: impl Fn(usize) -> bool,
    changes: &mut Changes,
) -> BTreeMap<&'a str, &'a str> {
    let mut names = BTreeMap::new();
    let mut depth: i64 = 0;
    let mut inside = false;
    let mut begins = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let starts = begins && is_statement(line);
        inside = (inside && depth > 0) || (starts && is_prose(at));
        if inside {
            names.extend(import(line));
            depth = (depth + balance(line)).max(0);
            changes.replace(at..at + line.len(), "");
        }
        // A statement may follow another one, and ends with its brackets or at the latest with an empty line.
        let is_blank = line.trim().is_empty();
        if is_blank {
            (inside, depth) = (false, 0);
        }
        begins = is_blank || inside || line.trim_end() == "---";
        at += line.len();
    }
    names
}

/// Whether a line begins a statement: a sentence may begin with these words too.
fn is_statement(line: &str) -> bool {
    const EXPORTS: [&str; 9] = ["const ", "let ", "var ", "default ", "function ", "class ", "async ", "{", "* "];
    match line.strip_prefix("export") {
        Some(rest) => EXPORTS.iter().any(|word| rest.trim_start().starts_with(word)),
        None => import(line).is_some() || (line.starts_with("import {") && balance(line) > 0),
    }
}

/// The name and the file of `import name from 'file'`; the name is empty if there is none.
fn import(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_end().trim_end_matches(';').strip_prefix("import ")?;
    let quote = rest.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let (before, file) = rest[..rest.len() - 1].rsplit_once(quote)?;
    let before = before.trim_end();
    let name = if before.is_empty() { "" } else { before.strip_suffix("from")?.trim() };
    Some((name, file))
}

fn balance(line: &str) -> i64 {
    line.bytes().fold(0, |depth, byte| match byte {
        b'{' | b'(' | b'[' => depth + 1,
        b'}' | b')' | b']' => depth - 1,
        _ => depth,
    })
}
