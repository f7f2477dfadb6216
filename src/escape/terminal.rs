//! Text of a book on a terminal and in the logs of GitHub Actions, which it can neither steer nor command.

/// Text on one line that cannot steer a terminal: line ends and tabs become spaces, other control characters and direction
/// marks become visible characters.
///
/// ```
/// use chapbook::escape;
///
/// assert_eq!(escape::one_line("a\nb\u{1b}[2J"), "a b␛[2J");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    without_commands(text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { visible(c) }).collect())
}

/// Text of several lines that cannot steer a terminal, each line as [`one_line`] makes it.
///
/// ```
/// use chapbook::escape;
///
/// assert_eq!(escape::lines("a\n::error::x\n\u{1b}[2J"), "a\n：:error::x\n␛[2J");
/// ```
#[must_use]
pub fn lines(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// A line in which nothing is a workflow command: GitHub Actions reads `::name::` at the start of a line and `##[name]`
/// anywhere, Azure Pipelines `##vso[name]`. One of their characters is replaced by its wide form.
fn without_commands(line: String) -> String {
    let start = line.len() - line.trim_start().len();
    let line = if line[start..].starts_with("::") { line.replacen("::", "：:", 1) } else { line };
    if line.contains("##") { line.replace("##[", "#＃[").replace("##vso[", "#＃vso[") } else { line }
}

/// A character that cannot steer a terminal: the character itself, or a visible one in its place. A tab stays.
#[must_use]
pub fn visible(c: char) -> char {
    match c {
        '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if c.is_control() || steers_direction(c) => '\u{fffd}',
        c => c,
    }
}

fn steers_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The message of a workflow command ("workflow commands for GitHub Actions"): `%`, CR and LF are encoded.
#[must_use]
pub fn workflow_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command: as [`workflow_message`], `:` and `,` too.
#[must_use]
pub fn workflow_property(text: &str) -> String {
    workflow_message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_a_terminal() {
        for (text, shown) in [
            ("a\nb", "a b"),
            ("\u{1b}[2J", "␛[2J"),
            ("\u{9b}1m", "\u{fffd}1m"),
            ("\u{202e}x", "\u{fffd}x"),
            (" ::set-output name=x::y", " ：:set-output name=x::y"),
            ("a ##[warning]b", "a #＃[warning]b"),
            ("a::b ## c", "a::b ## c"),
        ] {
            assert_eq!(one_line(text), shown);
        }
    }

    #[test]
    fn workflow_commands_end_where_they_should() {
        assert_eq!(workflow_message("a:b, 1%\r\n::error::x"), "a:b, 1%25%0D%0A::error::x");
        assert_eq!(workflow_property("a:b,c"), "a%3Ab%2Cc");
    }

    proptest::proptest! {
        #[test]
        fn nothing_steers(text in "\\PC{0,40}|[\u{0}-\u{9f}\u{2028}-\u{202e}]{0,20}") {
            let shown = one_line(&text);
            assert!(!shown.contains(|c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}')), "{shown:?}");
            assert_eq!(shown.chars().count(), text.chars().count());
        }
    }
}
