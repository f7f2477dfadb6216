//! Rewrites the rows of an environment. A row with a number (`\tag`) shows it in a cell at its end.

use super::scan::{Token, group, optional, tokens};

/// Environments whose name is followed by an argument.
const WITH_ARGUMENT: &[&str] = &["array", "darray", "alignat", "alignat*", "alignedat", "subarray"];
/// Environments that may have a vertical position in brackets, which is left out.
const WITH_POSITION: &[&str] = &["aligned", "alignedat", "array", "darray", "gathered", "split"];
/// Environments whose rows have one cell.
const ONE_CELL: &[&str] = &["equation", "equation*", "gather", "gather*", "gathered", "multline", "multline*"];

/// The arguments that the content of an environment begins with, and the rest.
pub(super) fn split_arguments<'a>(name: &str, body: &'a str) -> (&'a str, &'a str) {
    let skipped = match optional(body) {
        Some((_, length)) if WITH_POSITION.contains(&name) => length,
        _ => 0,
    };
    let body = &body[skipped..];
    let space = body.len() - body.trim_start().len();
    match group(body.trim_start()) {
        Some((_, length)) if WITH_ARGUMENT.contains(&name) => body.split_at(space + length),
        _ => ("", body),
    }
}

/// The columns of an array, with as many more as its rows have cells. Other tools show cells without a column, too.
pub(super) fn columns(name: &str, arguments: &str, content: &str) -> String {
    let Some(columns) = arguments.trim_end().strip_suffix('}').filter(|_| matches!(name, "array" | "darray")) else {
        return arguments.to_owned();
    };
    let named = columns.chars().filter(|c| matches!(c, 'l' | 'c' | 'r')).count();
    let cells = split(content).into_iter().map(separators).max().unwrap_or_default() + 1;
    format!("{columns}{}}}", "c".repeat(cells.saturating_sub(named)))
}

/// The content of an environment and its number, if its rows are rewritten by `row`, which returns a row and its number.
/// The number of a single row is that of the formula.
pub(super) fn rewrite(
    name: &str,
    body: &str,
    mut row: impl FnMut(&str) -> Result<(String, Option<String>), String>,
) -> Result<(String, Option<String>), String> {
    if !body.contains("\\tag") {
        return row(body);
    }
    let mut rows = split(body).into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    if rows.len() == 1 {
        return Ok(rows.remove(0));
    }
    let columns = rows.iter().map(|(content, _)| separators(content)).max().unwrap_or_default();
    let numbered = rows.into_iter().map(|(content, tag)| {
        let Some(tag) = tag else { return content };
        let gap = if ONE_CELL.contains(&name) { 0 } else { columns + 1 - separators(&content) };
        format!("{content}{}\\qquad{tag}", "&".repeat(gap))
    });
    Ok((numbered.collect::<Vec<_>>().join("\\\\"), None))
}

/// The rows of the content of an environment.
fn split(body: &str) -> Vec<&str> {
    let ends = outer(body).filter(|(_, token)| matches!(token, Token::Command("\\" | "cr")));
    let mut rows = Vec::new();
    let mut start = 0;
    for (at, token) in ends {
        rows.push(&body[start..at]);
        start = at + if token == Token::Command("cr") { 3 } else { 2 };
    }
    rows.push(&body[start..]);
    rows
}

/// The number of `&` in a row.
fn separators(row: &str) -> usize {
    outer(row).filter(|(_, token)| *token == Token::Char('&')).count()
}

/// The tokens of a text that are in no group and in no inner environment.
fn outer(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let mut depth = 0_usize;
    tokens(text).filter(move |(_, token)| {
        match token {
            Token::Char('{') | Token::Command("begin") => depth += 1,
            Token::Char('}') | Token::Command("end") => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    })
}
