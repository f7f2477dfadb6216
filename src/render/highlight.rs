//! Highlights code: lines of HTML with one-letter classes. The only user of syntaxmate.
//!
//! The grammars are those of VS Code; the theme's style sheet has a colour for each letter. The engine counts its steps and
//! leaves a line that takes too many uncoloured, so no text stops a build, and equal text has equal colours.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use syntaxmate::{Catalog, HighlightStatus, ScopeStackId, Token, Tokenizer, TokenizerOptions};

use crate::diagnostic::nearest;
use crate::escape::push_text;

/// Longer code is shown without colours; hardly anyone reads so much on a page.
const LONGEST_CODE: usize = 64 * 1024;
/// Lines longer than this are left without colours: grammars are slow on minified text.
const LONGEST_LINE: usize = 1024;
/// Code nested deeper than this has no colours: the cost of a step grows with the number of open scopes. Code in books nests
/// about twenty levels.
const DEEPEST: usize = 200;
/// How many lines a tokenizer caches: lines such as `}` repeat often.
const LINES: usize = 1024;

/// The class of each scope; the first row that contains the text's scope is used, innermost scope first.
const CLASSES: &[(&str, char)] = &[
    // Code within a text is code again.
    ("meta.template.expression", PLAIN_CODE),
    ("meta.interpolation", PLAIN_CODE),
    ("meta.embedded", PLAIN_CODE),
    ("comment", 'c'),
    ("constant.character.escape", 'e'),
    ("constant.numeric", 'n'),
    ("constant", 'x'),
    ("support.constant", 'x'),
    ("string.unquoted.argument", PLAIN_CODE),
    ("string", 's'),
    ("punctuation.definition.string", 's'),
    ("punctuation.definition.comment", 'c'),
    // Operators that are words, and marks that are no operators to a reader.
    ("keyword.operator.new", 'k'),
    ("keyword.operator.expression", 'k'),
    ("keyword.operator.logical.python", 'k'),
    ("keyword.operator.sizeof", 'k'),
    ("keyword.operator.namespace", PLAIN_CODE),
    ("keyword.operator.access", PLAIN_CODE),
    ("keyword.operator.key-value", PLAIN_CODE),
    ("keyword.operator.type.annotation", PLAIN_CODE),
    ("keyword.operator", 'o'),
    ("keyword.other.unit", 'n'),
    ("keyword", 'k'),
    ("storage.type.java", 't'),
    ("storage", 'k'),
    ("entity.name.function.macro", 'm'),
    ("entity.name.function.preprocessor", 'm'),
    ("entity.name.function", 'f'),
    ("support.function", 'f'),
    ("meta.preprocessor", 'm'),
    ("meta.attribute.rust", 'm'),
    ("entity.name.tag", 'p'),
    ("entity.other.attribute-name", 'p'),
    ("support.type.property-name", 'p'),
    ("variable.other.key", 'p'),
    ("meta.object-literal.key", 'p'),
    ("entity.name.section", 'h'),
    ("markup.heading", 'h'),
    ("entity.name.namespace", PLAIN_CODE),
    ("entity.name", 't'),
    ("support.type", 't'),
    ("support.class", 't'),
    ("entity.other.inherited-class", 't'),
    ("variable.parameter", 'v'),
    ("variable.language", 'x'),
    ("markup.inserted", 'i'),
    ("markup.deleted", 'd'),
    ("meta.diff", 'c'),
];

/// The class of uncoloured text.
const PLAIN_CODE: char = ' ';

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::bundled);
/// Idle tokenizers by language: loading a grammar takes longer than highlighting most blocks.
static IDLE: Mutex<BTreeMap<&'static str, Vec<Reader>>> = Mutex::new(BTreeMap::new());
/// The languages by every name that code may give, in lower case: a name goes before another name for it, and both before
/// the ending of a file.
static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let languages = || CATALOG.languages().into_iter().filter_map(|name| CATALOG.language(name));
    let extensions =
        languages().flat_map(|language| language.extensions().iter().map(move |name| (name, language.id())));
    let aliases = languages().flat_map(|language| language.aliases().iter().map(move |name| (name, language.id())));
    let named = extensions.chain(aliases).map(|(name, id)| (name.as_str(), id));
    named.chain(languages().map(|language| (language.id(), language.id()))).collect()
});

/// Languages that mean plain text.
const PLAIN: &[&str] = &["", "text", "txt", "plain", "plaintext", "none", "output", "mermaid", "math", "ignore"];

/// Names that the grammars lack, or use for a rarer language.
const ALIASES: &[(&str, &str)] = &[
    ("assembly", "asm"),
    ("cfg", "ini"),
    ("dos", "bat"),
    ("editorconfig", "ini"),
    ("gemspec", "ruby"),
    ("gitconfig", "ini"),
    ("golang", "go"),
    ("htm", "html"),
    ("irb", "ruby"),
    ("j2", "jinja"),
    ("jinja2", "jinja"),
    ("ksh", "shellscript"),
    ("mk", "make"),
    ("mysql", "sql"),
    ("nasm", "asm"),
    ("objectivec", "objective-c"),
    ("objective-c++", "objective-cpp"),
    ("octave", "matlab"),
    ("patch", "diff"),
    ("pl", "perl"),
    ("plist", "xml"),
    ("pm", "perl"),
    ("psql", "sql"),
    ("pyi", "python"),
    ("rake", "ruby"),
    ("rss", "xml"),
    ("shell-session", "shellsession"),
    ("sqlite", "sql"),
    ("sv", "system-verilog"),
    ("svg", "xml"),
    ("vb.net", "vb"),
    ("vbnet", "vb"),
    ("xhtml", "html"),
];

/// The tokens of a block, line after line: for each token its class and its length in bytes, and [`LINE`] behind each
/// line. What follows the last token of a line has no class.
pub(super) type Tokens = Arc<[u8]>;

/// Ends a line of tokens.
pub(super) const LINE: u8 = b'\n';

/// The tokens of some code; `None` if it is shown without colours.
#[must_use]
pub(super) fn tokens(language: &str, code: &str) -> Option<Tokens> {
    let language = grammar(language).filter(|_| code.len() <= LONGEST_CODE)?;
    let idle = || IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = idle().get_mut(language).and_then(Vec::pop);
    let mut reader = known.or_else(|| Reader::new(language))?;
    let tokens = reader.block(code);
    idle().entry(language).or_default().push(reader);
    Some(tokens.into())
}

/// Whether code in this language has colours.
#[must_use]
pub(super) fn is_known(language: &str) -> bool {
    grammar(language).is_some()
}

/// The lines of some code as HTML, each balanced; without colours if there are no tokens.
#[must_use]
pub(super) fn lines(code: &str, tokens: Option<&[u8]>) -> Vec<String> {
    let Some(mut rest) = tokens else { return code.lines().map(plain).collect() };
    code.lines().map(|line| line_html(line, &mut rest)).collect()
}

/// One line; its tokens are taken from the front of `rest`. Tokens that do not fit, as in a damaged cache, are ignored.
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

/// The known language with the nearest name, if `language` is unknown.
#[must_use]
pub(super) fn nearest_language(language: &str) -> Option<String> {
    if language.chars().count() < 3 || PLAIN.contains(&language.to_lowercase().as_str()) || grammar(language).is_some()
    {
        return None;
    }
    let names = NAMES.keys().copied().collect::<BTreeSet<_>>();
    nearest(language, names).map(str::to_owned)
}

/// The language of a name.
fn grammar(language: &str) -> Option<&'static str> {
    let name = language.to_lowercase();
    if PLAIN.contains(&name.as_str()) {
        return None;
    }
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, name)| name);
    NAMES.get(name).copied()
}

/// A tokenizer, and the classes of the scopes found so far.
struct Reader {
    tokenizer: Tokenizer,
    classes: HashMap<ScopeStackId, Option<char>>,
}

impl Reader {
    fn new(language: &str) -> Option<Self> {
        let options = TokenizerOptions { max_line_bytes: LONGEST_LINE + 1, line_cache_entries: LINES };
        let tokenizer = Tokenizer::for_bundled_language(language, options).ok()?;
        Some(Self { tokenizer, classes: HashMap::new() })
    }

    /// The tokens of a block.
    fn block(&mut self, code: &str) -> Vec<u8> {
        let mut tokens = Vec::with_capacity(code.len() / 2);
        let mut state = self.tokenizer.initial_state();
        let mut read = Vec::new();
        let mut goes_on = true;
        for line in code.lines() {
            if goes_on && line.len() <= LONGEST_LINE {
                let done = self.tokenizer.tokenize_line_into(line, &mut state, &mut read);
                self.line(&read, line, &mut tokens);
                goes_on = done.is_ok_and(HighlightStatus::is_complete) && state.depth() <= DEEPEST;
            }
            tokens.push(LINE);
        }
        tokens
    }

    fn line(&mut self, read: &[Token], line: &str, tokens: &mut Vec<u8>) {
        let mut open = Stretch { class: None, length: 0 };
        let mut at = 0;
        for token in read {
            let range = token.range();
            open.extend(None, line.get(at..range.start).unwrap_or_default(), tokens);
            open.extend(self.class(token), line.get(range.clone()).unwrap_or_default(), tokens);
            at = range.end;
        }
        open.end(tokens);
    }

    fn class(&mut self, token: &Token) -> Option<char> {
        let found = || innermost_class(token.scopes());
        token.scope_stack().map_or_else(found, |stack| *self.classes.entry(stack).or_insert_with(found))
    }
}

/// The class of the innermost scope that has one.
fn innermost_class<'a>(scopes: impl Iterator<Item = &'a str>) -> Option<char> {
    let scopes: Vec<&str> = scopes.collect();
    scopes.into_iter().rev().find_map(class).filter(|class| *class != PLAIN_CODE)
}

/// The class of one scope: `keyword` is that of `keyword.control`, and not that of `keywords`.
fn class(scope: &str) -> Option<char> {
    let within = |prefix: &str| scope.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    CLASSES.iter().find(|(prefix, _)| within(prefix)).map(|(_, class)| *class)
}

/// A token that may continue: neighbours of one class are one token.
struct Stretch {
    class: Option<char>,
    length: usize,
}

impl Stretch {
    fn extend(&mut self, class: Option<char>, text: &str, tokens: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        // Space has no colour, so it may be in any token.
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
        lines(code, tokens(language, code).as_deref())
    }

    #[test]
    fn tokens_bear_their_letter() {
        let lines = html("rust", "// a\nlet x = \"<b>\";\n");
        assert_eq!(lines[0], "<span class=\"c\">// a</span>");
        assert!(lines[1].contains("<span class=\"k\">let </span>x"), "{}", lines[1]);
        assert!(lines[1].contains("&lt;b&gt;") && !lines[1].contains("<b>"), "{}", lines[1]);
    }

    #[test]
    fn long_code_is_reported_and_stays_whole() {
        let line = "a = 1; ".repeat(200);
        assert_eq!(html("rust", &line).concat(), line);
        assert!(too_long("rust", &format!("x\n{line}")).unwrap().starts_with("line 2 of this code"));
        assert!(too_long("rust", &"x\n".repeat(80_000)).unwrap().contains("64 KiB"));
        for (language, code) in [("text", line.as_str()), ("no-such", &line), ("rust", "let a = 1;\n")] {
            assert_eq!(too_long(language, code), None, "{language}");
        }
    }

    /// What opens, closes, escapes and ends in some grammar.
    const PARTS: [&str; 76] = [
        "`",
        "${",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "</",
        "/*",
        "*/",
        "//",
        "#",
        "\"",
        "'",
        "\\",
        "=",
        ":",
        ";",
        ",",
        ".",
        " ",
        "\n",
        "\n",
        "a",
        "b1",
        "function",
        "class ",
        "def ",
        "if ",
        "end",
        "<<EOF",
        "EOF",
        "=>",
        "->",
        "::",
        "@",
        "$",
        "%",
        "&",
        "|",
        "!",
        "?",
        "^",
        "0x1",
        "1.5e",
        "r\"",
        "'''",
        "\"\"\"",
        "{{",
        "}}",
        "<%",
        "%>",
        "<?",
        "?>",
        "--",
        "---",
        "+++",
        "$$",
        "\\begin{",
        "é",
        "中",
        "\t",
        "\r",
        "\0",
        "\u{301}",
        "\u{200d}",
        "\u{202e}",
        "אב",
        "👩‍💻",
        "\u{2028}",
        "\u{85}",
        "\u{feff}",
        "\u{1b}[31m",
    ];
    /// Those that are plain code.
    const USUAL: usize = 64;

    /// Generated texts, the same each time.
    struct Odd(u32);

    impl Odd {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 10) as usize % end
        }

        fn text(&mut self, parts: &[&str], length: usize) -> String {
            let mut text = String::new();
            while text.len() < length {
                text.push_str(parts[self.below(parts.len())]);
            }
            text
        }
    }

    fn is_long() -> bool {
        std::env::var_os("CHAPBOOK_LONG").is_some()
    }

    /// `CHAPBOOK_LONG=1` runs every bundled grammar on unusual texts of the greatest length.
    #[test]
    fn no_grammar_hangs() {
        if !is_long() {
            return;
        }
        let (mut odd, long) = (Odd(0x2545_f491), LONGEST_CODE - 16);
        let mut texts: Vec<String> =
            [&PARTS[..USUAL], &PARTS[..6], &PARTS[26..USUAL], &PARTS].iter().map(|it| odd.text(it, long)).collect();
        texts.extend(["(", "[", "{", "<", "<a ", "\"", "a.", "a(", "*", "- ", "\\", "//", "<<A", "a=>"].map(|part| {
            let line = part.repeat(LONGEST_LINE / part.len()) + "\n";
            line.repeat(LONGEST_CODE / line.len())
        }));
        for language in CATALOG.languages() {
            IDLE.lock().unwrap().clear();
            for text in &texts {
                assert_eq!(without_tags(&html(language, text)), escaped(text), "{language}");
            }
        }
    }

    /// Time for all hostile texts below: a hundred times what a slow machine needs, so that only a grammar whose time grows
    /// faster than the text exceeds it.
    const DEADLINE: std::time::Duration = std::time::Duration::from_mins(3);

    /// The grammars with the most nested and the most backtracking patterns end on hostile code. The other grammars are
    /// tried by [`no_grammar_hangs`].
    #[test]
    fn hostile_code_ends() {
        let (done, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut odd = Odd(0x2545_f491);
            let mut texts = vec![odd.text(&PARTS, 4_000)];
            texts.extend(["(", "<a ", "\"", "a(", "\\", "<<A", "a=>"].map(|part| part.repeat(4_000 / part.len())));
            for language in ["cpp", "html", "javascript", "latex", "markdown", "php", "ruby", "rust"] {
                assert!(is_known(language), "{language}");
                for text in &texts {
                    assert_eq!(without_tags(&html(language, text)), escaped(text), "{language}");
                }
            }
            done.send(()).unwrap();
        });
        ended.recv_timeout(DEADLINE).expect("a grammar hangs or fails");
    }

    /// A text of colours is its text, and what was read before it changes none of them. `CHAPBOOK_LONG=1` goes on longer.
    #[test]
    fn no_grammar_loses_text_or_remembers_it() {
        let mut languages = CATALOG.languages();
        languages.retain(|language| is_known(language));
        let mut odd = Odd(7);
        for round in 0..if is_long() { 40 * languages.len() } else { 80 } {
            let language = languages[if is_long() { round % languages.len() } else { odd.below(languages.len()) }];
            let length = 1 + odd.below(600);
            let text = odd.text(&PARTS, length);
            let used = tokens(language, &text).unwrap();
            let fresh = Reader::new(grammar(language).unwrap()).unwrap().block(&text);
            assert_eq!(used.to_vec(), fresh, "{language} {text:?}");
            assert_eq!(without_tags(&lines(&text, Some(&used))), escaped(&text), "{language} {text:?}");
        }
    }

    fn escaped(text: &str) -> Vec<String> {
        text.lines().map(plain).collect()
    }

    /// The text of lines of HTML, each of which closes what it opens.
    fn without_tags(lines: &[String]) -> Vec<String> {
        let text = |line: &String| {
            let mut parts = line.split('<');
            let mut text = parts.next().unwrap_or_default().to_owned();
            let mut is_open = false;
            for part in parts {
                let (tag, behind) = part.split_once('>').unwrap();
                assert_eq!(tag == "/span", is_open, "{line}");
                is_open = !is_open;
                text.push_str(behind);
            }
            assert!(!is_open, "{line}");
            text
        };
        lines.iter().map(text).collect()
    }

    #[test]
    fn code_without_end_has_colours_as_deep_as_anyone_reads() {
        let last = |levels: usize| html("json", &("[\n".repeat(levels) + "true\n")).pop().unwrap();
        assert_eq!(last(DEEPEST - 2), "<span class=\"x\">true</span>");
        assert_eq!(last(DEEPEST + 2), "true");
    }

    #[test]
    fn languages_have_many_names() {
        let names = [
            ("rs", "rust"),
            ("js", "javascript"),
            ("jsx", "jsx"),
            ("C++", "cpp"),
            ("h", "c"),
            ("sh", "shellscript"),
            ("console", "shellsession"),
            ("yml", "yaml"),
            ("PowerShell", "powershell"),
            ("golang", "go"),
            ("jinja2", "jinja"),
            ("cs", "csharp"),
            ("dockerfile", "docker"),
            ("m", "matlab"),
            ("vim", "viml"),
        ];
        for (name, language) in names {
            assert_eq!(grammar(name), Some(language), "{name}");
        }
        for (alias, language) in ALIASES {
            assert_eq!(grammar(alias), Some(*language), "{alias}");
        }
    }

    #[test]
    fn code_within_a_text_is_code() {
        let lines = html("js", "const a = `b ${c} d`;\n");
        assert!(lines[0].contains("<span class=\"s\">`b </span>${c}<span class=\"s\"> d`</span>"), "{}", lines[0]);
    }

    #[test]
    fn scopes_are_whole_words() {
        let cases =
            [("keyword.control.rust", Some('k')), ("keywords", None), ("keyword", Some('k')), ("source.rust", None)];
        for (scope, expected) in cases {
            assert_eq!(class(scope), expected, "{scope}");
        }
    }

    #[test]
    fn unknown_languages_stay_plain() {
        assert_eq!(html("no-such", "a < b\n"), ["a &lt; b"]);
        assert_eq!(nearest_language("pyhton").as_deref(), Some("python"));
        for language in ["text", "rust", "xy", "ﬁ", "rs", "shell"] {
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
