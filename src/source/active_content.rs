//! Which files of the content could run something in a reader's browser if they are opened by themselves, or steer the host.
//!
//! In: a file's name and bytes. Out: what in it could run. Pages show such a file as an image at most, where nothing of it
//! runs; but it is published under the site's own address, where it could read what readers keep there.
//!
//! What is looked for is searched as text, not parsed: what one reader of XML skips, another might not.

use crate::path::ContentPath;

/// Files at the root of a site that hosts obey: domains, redirects, headers, code that answers in the site's place.
const FOR_HOSTS: &[&str] = &[
    "CNAME",
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "netlify.toml",
    "now.json",
    "serve.json",
    "staticwebapp.config.json",
    "vercel.json",
    "web.config",
];

/// Pages that hosts which know their language run on their own machine.
const PROGRAMS: &[&str] = &[
    "asp", "aspx", "ashx", "asmx", "cfm", "jsp", "jspx", "phar", "php", "php3", "php4", "php5", "php7", "php8", "phtml",
];

/// What hosts serve as XML, in which browsers run the scripts of SVG and HTML whatever the file is for.
const MARKUP: &[&str] = &[
    "atom", "dae", "dtbook", "gml", "gpx", "jnlp", "kml", "mathml", "metalink", "mml", "mpd", "ncx", "opf", "opml",
    "owl", "plist", "rdf", "rng", "rss", "sbml", "smi", "smil", "svg", "tei", "ttml", "vxml", "wsdl", "xaml", "xbl",
    "xdp", "xlf", "xliff", "xml", "xop", "xsd", "xsl", "xslt", "xspf", "xul",
];

/// What could run in a file, as the end of a sentence; `None` if nothing was found.
pub(super) fn what_runs(path: &ContentPath, bytes: &[u8]) -> Option<&'static str> {
    let first = path.as_str().split('/').next().unwrap_or_default();
    if FOR_HOSTS.contains(&first) || path.file_name().eq_ignore_ascii_case("web.config") {
        return Some("is obeyed by hosts, and holds for the whole site");
    }
    match path.extension().to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" | "xht" | "shtml" | "mht" | "mhtml" => {
            Some("is a page of its own, which may run scripts")
        }
        "svgz" => Some("is compressed, so that nobody sees whether it holds a script"),
        program if PROGRAMS.contains(&program) => Some("is a program to hosts that know its language"),
        markup if MARKUP.contains(&markup) => in_markup(bytes),
        _ => None,
    }
}

/// Elements and instructions that run, load or stand for something else, as they begin in text without white space.
const SIGNS: &[(&str, &str)] = &[
    ("<script", "holds a script"),
    (":script", "holds a script"),
    ("<handler", "holds a script"),
    ("<listener", "holds a script"),
    ("javascript:", "holds a link that runs a script"),
    ("vbscript:", "holds a link that runs a script"),
    ("data:text/html", "holds a page of its own"),
    ("foreignobject", "holds HTML, which may run scripts"),
    ("<iframe", "holds a page of its own"),
    ("<embed", "holds a page of its own"),
    ("<object", "holds a page of its own"),
    ("<!entity", "defines words of its own, which may stand for a script"),
    ("xml-stylesheet", "asks for a style sheet, which may run scripts"),
    ("w3.org/1999/xhtml", "holds HTML, which may run scripts"),
];

fn in_markup(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("is not UTF-8, so that nobody sees whether it holds a script");
    };
    let text = without_references(text).to_lowercase();
    if has_handler(&text) {
        return Some("holds an attribute that runs a script");
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    SIGNS.iter().find(|(sign, _)| dense.contains(sign)).map(|(_, why)| *why)
}

/// Whether something that looks like `onload=` stands behind white space, a quote or a slash.
fn has_handler(text: &str) -> bool {
    text.match_indices("on").any(|(at, _)| {
        let begins = text[..at].chars().next_back().is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '/'));
        let rest = text[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        begins && rest.len() < text.len() - at - 2 && rest.trim_start().starts_with('=')
    })
}

/// The text with `&#106;` and its kin undone.
fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        out.push_str(before);
        let (digits, radix) = after.strip_prefix(['x', 'X']).map_or((after, 10), |digits| (digits, 16));
        let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let stands_for = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32);
        out.extend(stands_for);
        rest = digits[length..].strip_prefix(';').unwrap_or(&digits[length..]);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_run_is_seen() {
        let what = |name: &str, text: &str| what_runs(&ContentPath::resolve("", name).unwrap(), text.as_bytes());
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
            assert!(what("a.svg", svg).is_some(), "{svg}");
            assert!(what("a.SVG", svg).is_some() && what("a.xml", svg).is_some() && what("a.png", svg).is_none());
            assert!(what("a.rdf", svg).is_some() && what("a.mathml", svg).is_some() && what("a.vue", svg).is_none());
        }
        for svg in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Turn on = good</title><style>.a{}</style><path d=\"M0\"/></svg>",
            "<svg><text>&#106; &amp; on</text><image href=\"data:image/png;base64,AA\"/></svg>",
        ] {
            assert_eq!(what("a.svg", svg), None, "{svg}");
        }
        assert!(what("demo.HTML", "").is_some() && what("a.svgz", "").is_some());
        for name in
            ["CNAME", "_redirects", "_worker.js", "_worker.js/index.js", "a/Web.config", "vercel.json", "a/b.PHP"]
        {
            assert!(what(name, "").is_some(), "{name}");
        }
        assert!(what("a/CNAME", "").is_none() && what("a.js", "").is_none());
        assert!(what_runs(&ContentPath::resolve("", "a.svg").unwrap(), b"\xfe\xff\x00<").is_some());
    }
}
