//! Detects content files that could run scripts when a browser opens them directly, or that configure the host.
//!
//! Pages use such a file as an image at most, where scripts do not run. But the file is published on the site's own origin,
//! where a script could read the data that readers have stored.
//!
//! Patterns are searched in the text; XML is not parsed, because parsers differ in what they skip.

use crate::path::ContentPath;
use crate::path::generated::{is_host_file, is_host_program};

/// Extensions of pages that some hosts execute on the server.
const PROGRAMS: &[&str] = &[
    "asa", "asax", "ascx", "ashx", "asmx", "asp", "aspx", "axd", "cer", "cfc", "cfm", "cgi", "cshtml", "fcgi", "jsp",
    "jspx", "jsw", "phar", "php", "php3", "php4", "php5", "php6", "php7", "php8", "phps", "pht", "phtml", "shtm",
    "shtml", "stm", "vbhtml",
];

/// Extensions of pages.
const PAGES: &[&str] = &["hta", "htc", "htm", "html", "mht", "mhtml", "xht", "xhtml"];

/// Extensions of compressed files, which hosts send in place of the file without it: GitLab Pages (docs.gitlab.com, "Serving
/// compressed assets"), nginx with `gzip_static`.
const COMPRESSED: &[&str] = &["br", "gz", "z", "zst"];

/// Extensions that hosts serve as XML, in which browsers run the scripts of embedded SVG and HTML.
const MARKUP: &[&str] = &[
    "atom", "dae", "dtbook", "gml", "gpx", "jnlp", "kml", "mathml", "metalink", "mml", "mpd", "ncx", "opf", "opml",
    "owl", "plist", "rdf", "rng", "rss", "sbml", "smi", "smil", "svg", "tei", "ttml", "vxml", "wsdl", "xaml", "xbl",
    "xdp", "xlf", "xliff", "xml", "xop", "xsd", "xsl", "xslt", "xspf", "xul",
];

/// The risk of a file, as the end of a sentence that begins with its name; `None` if none was found.
///
/// Every part of the name behind a dot counts: hosts take `a.php.png` for a program, `a.html.de` for a page in German, and
/// `a.html.gz` for the page `a.html`. So does the text: browsers take what begins with `<` for markup if the host does not
/// say what it is.
pub(super) fn describe_risk(path: &ContentPath, bytes: &[u8]) -> Option<&'static str> {
    if is_host_file(path.as_str()) {
        return Some("configures the host for the whole site");
    }
    let parts = Parts::of(path.file_name());
    if parts.any(PROGRAMS) || is_host_program(path.as_str()) {
        return Some("is a program that some hosts execute");
    }
    if parts.any(PAGES) && (parts.last(PAGES) || parts.last(COMPRESSED) || std::str::from_utf8(bytes).is_ok()) {
        return Some("is an HTML page, which can run scripts");
    }
    if parts.last(&["svgz"]) || (parts.any(MARKUP) && parts.last(COMPRESSED)) {
        return Some("is compressed, and cannot be checked for scripts");
    }
    if parts.last(MARKUP) || begins_with_markup(bytes) { risk_of_markup(bytes) } else { None }
}

/// The parts of a file's name behind its dots, in lower case.
struct Parts(Vec<String>);

impl Parts {
    fn of(name: &str) -> Self {
        Self(name.split(['.', ';']).skip(1).map(|part| part.trim().to_ascii_lowercase()).collect())
    }

    fn any(&self, known: &[&str]) -> bool {
        self.0.iter().any(|part| known.contains(&part.as_str()))
    }

    /// Whether the name ends in one of these; some systems drop dots and spaces at the end of a name.
    fn last(&self, known: &[&str]) -> bool {
        self.0.iter().rev().find(|part| !part.is_empty()).is_some_and(|part| known.contains(&part.as_str()))
    }
}

/// Whether the first character that shows is `<`, in UTF-8 or UTF-16.
fn begins_with_markup(bytes: &[u8]) -> bool {
    let marks = [0xef, 0xbb, 0xbf, 0xfe, 0xff, 0];
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || marks.contains(byte) || *byte == 0x0b;
    bytes.iter().find(|byte| !is_blank(byte)) == Some(&b'<')
}

/// Markup that runs or loads something, as it begins in lower-case text without white space, and its risk.
const PATTERNS: &[(&str, &str)] = &[
    ("<script", "contains a script"),
    (":script", "contains a script"),
    ("<handler", "contains a script"),
    ("<listener", "contains a script"),
    ("javascript:", "contains a link that runs a script"),
    ("vbscript:", "contains a link that runs a script"),
    ("data:text/html", "embeds another page"),
    ("foreignobject", "contains HTML, which can run scripts"),
    ("<!doctypehtml", "is an HTML page, which can run scripts"),
    ("<html", "is an HTML page, which can run scripts"),
    ("<iframe", "embeds another page"),
    ("<frame", "embeds another page"),
    ("<embed", "embeds another page"),
    ("<object", "embeds another page"),
    ("<!entity", "defines entities, which can expand to a script"),
    ("xml-stylesheet", "loads a style sheet, which can run scripts"),
    ("w3.org/1999/xhtml", "contains HTML, which can run scripts"),
];

fn risk_of_markup(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("is not UTF-8, and cannot be checked for scripts");
    };
    let text = decode_references(text).to_lowercase();
    if has_handler(&text) {
        return Some("contains an attribute that runs a script");
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    PATTERNS.iter().find(|(pattern, _)| dense.contains(pattern)).map(|(_, why)| *why)
}

/// Whether the text has an event handler: `on…=` after white space, a quote or a slash.
fn has_handler(text: &str) -> bool {
    text.match_indices("on").any(|(at, _)| {
        let begins = text[..at].chars().next_back().is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '/'));
        let rest = text[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        begins && rest.len() < text.len() - at - 2 && rest.trim_start().starts_with('=')
    })
}

/// The text with numeric character references such as `&#106;` decoded.
fn decode_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        out.push_str(before);
        let (digits, radix) = after.strip_prefix(['x', 'X']).map_or((after, 10), |digits| (digits, 16));
        let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let decoded = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32);
        out.extend(decoded);
        rest = digits[length..].strip_prefix(';').unwrap_or(&digits[length..]);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_content_is_detected() {
        let risk = |name: &str, text: &str| describe_risk(&ContentPath::resolve("", name).unwrap(), text.as_bytes());
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            "<svg xmlns:s='http://www.w3.org/2000/svg'><s:script/></svg>",
            "<svg onload=\"alert(1)\"/>",
            "<svg\nONLOAD = 'alert(1)'/>",
            "<svg x=\"y\"onload='z'/>",
            "<svg/onload=alert(1)>",
            "<svg><a href=\"java&#115;cript:alert(1)\"/></svg>",
            "<svg><a href=\"java&#x0a;script:alert(1)\"/></svg>",
            "<svg><set attributeName='href' to=' java\tscript:alert(1)'/></svg>",
            "<svg><foreignObject><p/></foreignObject></svg>",
            "<!DOCTYPE svg [<!ENTITY x '<script/>'>]><svg>&x;</svg>",
            "<![CDATA[ > <!-- ]]><script/><![CDATA[ --> ]]>",
            "<?xml-stylesheet href='x.xsl'?><svg/>",
            "<x:y xmlns:x=\"http://www.w3.org/1999/xhtml\"/>",
        ] {
            assert!(risk("a.svg", svg).is_some(), "{svg}");
            assert!(risk("a.SVG", svg).is_some() && risk("a.xml", svg).is_some());
            assert!(risk("a.rdf", svg).is_some() && risk("a.mathml", svg).is_some());
            // Whatever it is called.
            for name in ["a.png", "a.vue", "a", "a.txt", "a.svg.en", "a.unknown"] {
                assert!(
                    risk(name, svg).is_some() && risk(name, &format!("\u{feff} \n{svg}")).is_some(),
                    "{name}: {svg}"
                );
            }
            assert_eq!(risk("a.txt", &format!("x {svg}")), None);
        }
        for svg in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Turn on = good</title><style>.a{}</style><path d=\"M0\"/></svg>",
            "<svg><text>&#106; &amp; on</text><image href=\"data:image/png;base64,AA\"/></svg>",
        ] {
            assert_eq!(risk("a.svg", svg), None, "{svg}");
        }
        assert!(risk("demo.HTML", "").is_some() && risk("a.svgz", "").is_some());
        for name in
            ["CNAME", "_redirects", "_worker.js", "_worker.js/index.js", "a/Web.config", "vercel.json", "a/b.PHP"]
        {
            assert!(risk(name, "").is_some(), "{name}");
        }
        assert!(risk("a/CNAME", "").is_none() && risk("a.js", "").is_none());
        for name in
            ["AUTH", "ROUTER", "a/b/staticwebapp.config.json", "netlify/functions/x.js", "api/x.ts", "wrangler.jsonc"]
        {
            assert!(risk(name, "").is_some(), "{name}");
        }
        for name in ["a/AUTH", "a/vercel.json", "a/api/x.ts", "api/x.png", "functions.js", "authors"] {
            assert_eq!(risk(name, ""), None, "{name}");
        }
    }

    #[test]
    fn every_part_of_a_name_counts() {
        let risk = |name: &str, bytes: &[u8]| describe_risk(&ContentPath::resolve("", name).unwrap(), bytes);
        for name in
            ["a.php.png", "a.PHP5.x", "a.html.de", "index.html.gz", "a.xhtml.br", "a.svg.gz", "a.shtml.txt", "a.html."]
        {
            assert!(risk(name, b"text").is_some(), "{name}");
        }
        let png = b"\x89PNG\r\n\x1a\n\0";
        for name in ["a.svg.png", "index.html.png", "a.png", "html", "php", "a.b.c"] {
            assert_eq!(risk(name, png), None, "{name}");
        }
        for text in [&b"\xff\xfe<\0s\0"[..], b"\xfe\xff\0<\0s", b"\0<script>", b"\x0b<SCRIPT >"] {
            assert!(risk("a.bin", text).is_some(), "{text:?}");
        }
        assert!(describe_risk(&ContentPath::resolve("", "a.svg").unwrap(), b"\xfe\xff\x00<").is_some());
    }
}
