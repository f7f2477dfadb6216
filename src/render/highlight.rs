//! Code to lines of HTML with one-letter classes: the only room that speaks to syntect.
//!
//! The grammars are those of bat (two-face); colours live in the theme's style sheet, one for each letter.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape::push_text;
use super::line_memo::LineMemo;
use crate::diagnostic::nearest;

/// Code longer than this is shown without colours; a page that long is read by machines.
const LONGEST_CODE: usize = 64 * 1024;
/// Lines longer than this are left without colours: grammars are slow on minified text.
const LONGEST_LINE: usize = 1024;

/// What each scope is shown as; the first row whose scope contains the text's own wins, innermost scope first.
const CLASSES: &[(&str, char)] = &[
    ("comment", 'c'),
    ("constant.character.escape", 'e'),
    ("constant.numeric", 'n'),
    ("constant", 'x'),
    ("string", 's'),
    ("punctuation.definition.string", 's'),
    ("punctuation.definition.comment", 'c'),
    ("keyword.operator", 'o'),
    ("keyword", 'k'),
    ("storage.type.function", 'k'),
    ("storage.modifier", 'k'),
    ("storage", 'k'),
    ("entity.name.function", 'f'),
    ("support.function", 'f'),
    ("variable.function", 'f'),
    ("support.macro", 'm'),
    ("entity.name.macro", 'm'),
    ("meta.preprocessor", 'm'),
    ("entity.name.tag", 'p'),
    ("entity.other.attribute-name", 'p'),
    ("support.type.property-name", 'p'),
    ("meta.object-literal.key", 'p'),
    ("entity.name.section", 'h'),
    ("markup.heading", 'h'),
    ("entity.name", 't'),
    ("support.type", 't'),
    ("support.class", 't'),
    ("entity.other.inherited-class", 't'),
    ("variable.parameter", 'v'),
    ("variable.language", 'x'),
    ("markup.inserted", 'i'),
    ("markup.deleted", 'd'),
];

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
/// The grammars by every name that code may give, in lower case: an extension goes before a name, a later grammar before
/// an earlier one.
static NAMES: LazyLock<HashMap<String, &'static SyntaxReference>> = LazyLock::new(|| {
    let grammars = GRAMMARS.syntaxes().iter();
    let named = grammars.clone().map(|grammar| (grammar.name.to_lowercase(), grammar));
    let extensions = |grammar: &'static SyntaxReference| {
        grammar.file_extensions.iter().map(move |extension| (extension.to_lowercase(), grammar))
    };
    named.chain(grammars.flat_map(extensions)).collect()
});
static SCOPES: LazyLock<Vec<(Scope, char)>> = LazyLock::new(|| {
    CLASSES.iter().filter_map(|(scope, class)| Scope::new(scope).ok().map(|scope| (scope, *class))).collect()
});

/// Names that ask for no colours, on purpose.
const PLAIN: &[&str] =
    &["", "text", "txt", "plain", "plaintext", "none", "console", "output", "mermaid", "math", "ignore"];

/// Names that grammars do not know by themselves.
const ALIASES: &[(&str, &str)] = &[
    ("shell", "bash"),
    ("sh", "bash"),
    ("zsh", "bash"),
    ("shell-session", "bash"),
    ("jsonc", "json"),
    ("json5", "json"),
    // The grammar of JavaScript never ends on some literals; that of TypeScript knows the same language.
    ("javascript", "typescript"),
    ("js", "typescript"),
    ("cjs", "typescript"),
    ("jsx", "tsx"),
    ("mjs", "typescript"),
    ("yml", "yaml"),
    ("golang", "go"),
    ("c#", "cs"),
    ("csharp", "cs"),
    ("f#", "fs"),
    ("docker", "dockerfile"),
    ("rs", "rust"),
    ("vb", "vbnet"),
    ("objective-c", "objc"),
];

/// The tokens of a block, line after line: for each token its class and its length in bytes, and [`LINE`] behind each
/// line. What follows the last token of a line has no class.
pub(super) type Tokens = Arc<[u8]>;

/// Ends a line of tokens.
pub(super) const LINE: u8 = b'\n';

/// The grammar of a language.
pub(super) type Grammar = SyntaxReference;

/// The tokens of some code; `None` if it is shown without colours.
#[must_use]
pub(super) fn tokens(language: &str, code: &str, memo: &LineMemo) -> Option<Tokens> {
    let grammar = grammar(language).filter(|_| code.len() <= LONGEST_CODE)?;
    Some(memo.tokens(grammar, code).into())
}

/// Whether code in this language has colours.
#[must_use]
pub(super) fn is_known(language: &str) -> bool {
    grammar(language).is_some()
}

/// The lines of some code as HTML, each whole in itself; without colours if there are no tokens.
#[must_use]
pub(super) fn lines(code: &str, tokens: Option<&[u8]>) -> Vec<String> {
    let Some(mut rest) = tokens else { return code.lines().map(plain).collect() };
    code.lines().map(|line| line_html(line, &mut rest)).collect()
}

/// One line, its tokens taken from the front of `rest`. Tokens that do not fit, as of a damaged memory, colour nothing.
fn line_html(line: &str, rest: &mut &[u8]) -> String {
    let mut html = String::with_capacity(line.len() * 2);
    let mut at = 0_usize;
    while let Some((class, behind)) = rest.split_first() {
        *rest = behind;
        if *class == LINE {
            break;
        }
        let end = at.saturating_add(take_number(rest)).min(line.len());
        if let Some(text) = line.get(at..end) {
            push_token(text, (*class != b' ').then_some(char::from(*class)), &mut html);
            at = end;
        }
    }
    push_token(line.get(at..).unwrap_or_default(), None, &mut html);
    html
}

/// A number from the front of some bytes, seven bits in each, low ones first (LEB128).
fn take_number(bytes: &mut &[u8]) -> usize {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, behind)) = bytes.split_first() {
        *bytes = behind;
        number |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

fn push_number(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

/// Why some code of a known language has no colours, or not on every line; `None` if it has.
#[must_use]
pub(super) fn too_long(language: &str, code: &str) -> Option<String> {
    grammar(language)?;
    if code.len() > LONGEST_CODE {
        return Some(format!("this code is longer than {} KiB and is not highlighted", LONGEST_CODE / 1024));
    }
    let line = code.lines().position(|line| line.len() > LONGEST_LINE)?;
    Some(format!("line {} of this code is longer than {LONGEST_LINE} bytes and is not highlighted", line + 1))
}

/// The known language that was probably meant, if `language` is not one but nearly is.
#[must_use]
pub(super) fn nearest_language(language: &str) -> Option<String> {
    if language.len() < 3 || PLAIN.contains(&language.to_lowercase().as_str()) || grammar(language).is_some() {
        return None;
    }
    let names: Vec<String> = GRAMMARS.syntaxes().iter().map(|syntax| syntax.name.to_lowercase()).collect();
    nearest(language, names.iter().map(String::as_str)).map(str::to_owned)
}

pub(super) fn grammar(language: &str) -> Option<&'static Grammar> {
    let name = language.to_lowercase();
    if PLAIN.contains(&name.as_str()) {
        return None;
    }
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, name)| name);
    NAMES.get(name).copied()
}

/// The state between two lines of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Painter {
    state: ParseState,
    scopes: ScopeStack,
}

impl Painter {
    /// At the beginning of a block.
    pub(super) fn new(grammar: &Grammar) -> Self {
        Self { state: ParseState::new(grammar), scopes: ScopeStack::new() }
    }

    /// Reads a line and writes its tokens.
    pub(super) fn line(&mut self, line: &str, tokens: &mut Vec<u8>) {
        let ended = format!("{line}\n");
        let operations = if line.len() > LONGEST_LINE { None } else { self.state.parse_line(&ended, &GRAMMARS).ok() };
        let mut at = 0;
        let mut open = Token { class: None, length: 0 };
        for (offset, operation) in operations.unwrap_or_default() {
            let offset = offset.min(line.len());
            let class = if offset > at { self.class() } else { None };
            open.extend(class, line.get(at..offset).unwrap_or_default(), tokens);
            at = offset.max(at);
            // A broken grammar may pop too much; the rest of the line then keeps the colours it has.
            let _ = self.scopes.apply(&operation);
        }
        let class = self.class();
        open.extend(class, line.get(at..).unwrap_or_default(), tokens);
        open.end(tokens);
    }

    fn class(&self) -> Option<char> {
        let class = |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        self.scopes.as_slice().iter().rev().find_map(class).map(|(_, class)| *class)
    }
}

/// A token that may go on: neighbours of one class are one token.
struct Token {
    class: Option<char>,
    length: usize,
}

impl Token {
    fn extend(&mut self, class: Option<char>, text: &str, tokens: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        // Space has no colour, so it may stand in any token.
        if self.length > 0 && (class == self.class || text.trim().is_empty()) {
            self.length += text.len();
            return;
        }
        self.write(tokens);
        let class = class.filter(|_| !text.trim().is_empty());
        (self.class, self.length) = (class, text.len());
    }

    fn write(&self, tokens: &mut Vec<u8>) {
        if self.length > 0 {
            tokens.push(self.class.and_then(|class| u8::try_from(class).ok()).unwrap_or(b' '));
            push_number(self.length, tokens);
        }
    }

    /// What has no class need not be written at the end of a line.
    fn end(&self, tokens: &mut Vec<u8>) {
        if self.class.is_some() {
            self.write(tokens);
        }
    }
}

fn push_token(text: &str, class: Option<char>, html: &mut String) {
    match class.filter(|_| !text.trim().is_empty()) {
        Some(class) => {
            html.push_str("<span class=\"");
            html.push(class);
            html.push_str("\">");
            push_text(text, html);
            html.push_str("</span>");
        }
        None => push_text(text, html),
    }
}

fn plain(line: &str) -> String {
    let mut html = String::with_capacity(line.len());
    push_text(line, &mut html);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(language: &str, code: &str) -> Vec<String> {
        lines(code, tokens(language, code, &LineMemo::default()).as_deref())
    }

    #[test]
    fn tokens_bear_their_letter() {
        let lines = html("rust", "// a\nlet x = \"<b>\";\n");
        assert_eq!(lines[0], "<span class=\"c\">// a</span>");
        assert!(lines[1].contains("<span class=\"k\">let</span>"), "{}", lines[1]);
        assert!(lines[1].contains("&lt;b&gt;") && !lines[1].contains("<b>"), "{}", lines[1]);
    }

    #[test]
    fn long_code_is_told_of_and_stays_whole() {
        let line = "a = 1; ".repeat(200);
        assert_eq!(html("rust", &line).concat(), line);
        assert!(too_long("rust", &format!("x\n{line}")).unwrap().starts_with("line 2 of this code"));
        assert!(too_long("rust", &"x\n".repeat(80_000)).unwrap().contains("64 KiB"));
        for (language, code) in [("text", line.as_str()), ("no-such", &line), ("rust", "let a = 1;\n")] {
            assert_eq!(too_long(language, code), None, "{language}");
        }
    }

    /// Grammars are other people's, and their engine has no bound: `CHAPBOOK_LONG=1` tries all of them on odd texts.
    #[test]
    fn no_grammar_hangs() {
        if std::env::var_os("CHAPBOOK_LONG").is_none() {
            return;
        }
        let parts = [
            "`", "${", "}", "{", "(", ")", "[", "]", "<", ">", "</", "/*", "*/", "//", "#", "\"", "'", "\\", "=", ":",
            ";", ",", ".", " ", "\n", "\n", "a", "b1", "function", "class ", "def ", "if ", "end", "<<EOF", "EOF",
            "=>", "->", "::", "@", "$", "%", "&", "|", "!", "?", "^", "0x1", "1.5e", "r\"", "'''", "\"\"\"", "{{",
            "}}", "<%", "%>", "<?", "?>", "--", "---", "+++", "$$", "\\begin{", "é", "中",
        ];
        let mut hung = Vec::new();
        for grammar in GRAMMARS.syntaxes() {
            let (done, heard) = std::sync::mpsc::channel();
            std::thread::spawn(move || {
                let mut state = 0x2545_f491_u32;
                for _ in 0..60 {
                    let mut text = String::new();
                    for _ in 0..120 {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        text.push_str(parts[(state >> 10) as usize % parts.len()]);
                    }
                    LineMemo::default().tokens(grammar, &text);
                }
                let _ = done.send(());
            });
            if heard.recv_timeout(std::time::Duration::from_mins(2)).is_err() {
                hung.push(grammar.name.as_str());
            }
        }
        // Known: its language is read by another grammar.
        hung.retain(|name| !name.starts_with("JavaScript"));
        assert_eq!(hung, Vec::<&str>::new());
    }

    #[test]
    fn names_are_those_of_the_grammars() {
        for name in GRAMMARS.syntaxes().iter().flat_map(|grammar| grammar.file_extensions.iter().chain([&grammar.name]))
        {
            let expected = GRAMMARS.find_syntax_by_token(&name.to_lowercase()).map(|grammar| &grammar.name);
            assert_eq!(NAMES.get(&name.to_lowercase()).map(|grammar| &grammar.name), expected, "{name}");
        }
    }

    #[test]
    fn unknown_languages_stay_plain() {
        assert_eq!(html("no-such", "a < b\n"), ["a &lt; b"]);
        assert_eq!(nearest_language("pyhton").as_deref(), Some("python"));
        for language in ["text", "rust", "xy", "rs", "shell"] {
            assert_eq!(nearest_language(language), None, "{language}");
        }
    }

    #[test]
    fn no_tokens_lose_text() {
        let code = "let 债务 = 1;\n\n  // é\n";
        for tokens in
            [&b""[..], b"k\x03 \x01\n", b"k\x05\n", b"k\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\n\n\n\n"]
        {
            let shown = lines(code, Some(tokens)).join("\n") + "\n";
            let text = shown.replace("<span class=\"k\">", "").replace("</span>", "");
            assert_eq!(text, code, "{tokens:?}");
        }
    }

    #[test]
    fn numbers_read_back() {
        for number in [0, 1, 127, 128, 300, 1 << 20] {
            let mut bytes = Vec::new();
            push_number(number, &mut bytes);
            assert_eq!(take_number(&mut bytes.as_slice()), number);
        }
    }
}
