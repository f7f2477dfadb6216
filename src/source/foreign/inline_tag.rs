//! Template tags that name a link, a picture or an address, and the Markdown that they become.

use super::argument::{self, named, positional};
use super::files::Files;
use super::tag::{Braces, Tag};
use crate::path::{Anchor, encode_fragment, encode_path};

/// What a tag is replaced by; `None` if it is not understood.
pub(super) fn markdown(tag: &Tag<'_>, text: &str, folder: &str, files: &Files) -> Option<String> {
    if tag.closing {
        // The caption of an embedded page or file stays.
        return matches!(tag.name, "embed" | "file").then(String::new);
    }
    match (tag.braces, tag.name) {
        (Braces::Expression, expression) => address(expression, tag, text),
        (Braces::Component, _) => None,
        (_, "link") => Some(path_to(files.below(tag.arguments.trim_matches(QUOTES)), tag.arguments)),
        (_, "post_url") => Some(path_to(files.named("_posts", tag.arguments), tag.arguments)),
        (Braces::Shortcode, "ref" | "relref") => reference(tag.arguments, folder, files),
        (_, "figure" | "img" | "image") => picture(tag.arguments),
        (Braces::Liquid, "embed") => named(&argument::read(tag.arguments), &["url"]).and_then(autolink),
        (Braces::Liquid, "file") => attachment(tag.arguments),
        (Braces::Shortcode | Braces::Liquid, "youtube" | "vimeo") => video(tag.name, tag.arguments),
        _ => None,
    }
}

const QUOTES: [char; 2] = ['"', '\''];

/// The address of a file from the root of the folder, or as it was written.
fn path_to(found: Option<&crate::path::ContentPath>, written: &str) -> String {
    let written = written.trim_matches(QUOTES);
    found.map_or_else(|| encode_path(written), |path| format!("/{}", encode_path(path.as_str())))
}

/// `ref "page#heading"`: a page relative to this one, from the root, or by its name.
fn reference(arguments: &str, folder: &str, files: &Files) -> Option<String> {
    let arguments = argument::read(arguments);
    let written = named(&arguments, &["path"]).or_else(|| positional(&arguments).next().map(|it| it.value))?;
    let (page, heading) = written.split_once('#').map_or((written, None), |(page, heading)| (page, Some(heading)));
    let path = if page.is_empty() { String::new() } else { path_to(files.named(folder, page), page) };
    let fragment = heading.map(|heading| format!("#{}", encode_fragment(heading))).unwrap_or_default();
    Some(path + &fragment)
}

/// An image with its caption.
pub(super) fn picture(arguments: &str) -> Option<String> {
    let arguments = argument::read(arguments);
    let source = named(&arguments, &["src", "link"]).or_else(|| positional(&arguments).next().map(|it| it.value))?;
    let caption = named(&arguments, &["caption", "title"]).unwrap_or_default();
    let alt = named(&arguments, &["alt"]).unwrap_or(caption);
    let title = if caption.is_empty() { String::new() } else { format!(" \"{}\"", caption.replace('"', "&quot;")) };
    Some(format!("![{}]({}{title})", label(alt), destination(source)))
}

fn attachment(arguments: &str) -> Option<String> {
    let arguments = argument::read(arguments);
    let source = named(&arguments, &["src"])?;
    let name = source.rsplit('/').next().unwrap_or(source);
    Some(format!("[{}]({})", label(name), destination(source)))
}

fn autolink(address: &str) -> Option<String> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    (is_web && !address.contains(['<', '>', ' '])).then(|| format!("<{address}>"))
}

fn video(host: &str, arguments: &str) -> Option<String> {
    let arguments = argument::read(arguments);
    let id = named(&arguments, &["id"]).or_else(|| positional(&arguments).next().map(|it| it.value))?;
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let base = if host == "youtube" { "https://www.youtube.com/watch?v=" } else { "https://vimeo.com/" };
    is_id.then(|| format!("<{base}{id}>"))
}

/// The address of the site, which is the root of the book, or a path that a filter makes an address.
fn address(expression: &str, tag: &Tag<'_>, text: &str) -> Option<String> {
    let (value, filters) = expression.split_once('|').unwrap_or((expression, ""));
    let value = value.trim();
    let quoted = QUOTES.iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(path) = quoted {
        let is_address =
            ["relative_url", "absolute_url", "relURL", "absURL", "prepend"].iter().any(|it| filters.contains(it));
        let path = path.trim_start_matches('/');
        return is_address
            .then(|| if path.contains("://") { path.to_owned() } else { format!("/{}", encode_path(path)) });
    }
    let before = text[..tag.range.start].chars().next_back();
    let after = text[tag.range.end..].chars().next();
    let in_link = before.is_some_and(|c| matches!(c, '(' | '"' | '\'' | '=' | '<' | '}' | ':'));
    if !BASES.contains(&value) || !in_link {
        return None;
    }
    Some(if matches!(after, Some('/' | '{')) { String::new() } else { "/".to_owned() })
}

/// Names of the address of the site.
const BASES: [&str; 8] = [
    "site.baseurl",
    "site.url",
    "site.github.url",
    "site.base_url",
    ".Site.BaseURL",
    "$site.base",
    "base_url",
    "BASE_URL",
];

/// The text of a link or an image, without brackets that would end it.
pub(super) fn label(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '[' | ']' | '\\' | '\n') { ' ' } else { c }).collect()
}

/// A destination in Markdown.
pub(super) fn destination(address: &str) -> String {
    let is_plain =
        !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\'));
    if is_plain && !address.is_empty() {
        return address.to_owned();
    }
    let inside: String = address.chars().filter(|c| !c.is_control()).collect();
    format!("<{}>", inside.replace('\\', "%5C").replace('<', "%3C").replace('>', "%3E"))
}

/// The fragment of a heading.
pub(super) fn fragment(heading: &str) -> String {
    format!("#{}", encode_fragment(Anchor::from_heading(heading).as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::ContentPath;
    use crate::source::foreign::tag;

    #[test]
    fn tags_that_name_links_and_pictures() {
        let names = ["other.md", "guide/a b.md", "_posts/2024-05-01-disk.md"];
        let files = Files::new(names.iter().filter_map(|name| ContentPath::resolve("", name)));
        for (text, expected) in [
            ("({% link other.md %})", Some("/other.md")),
            ("({% post_url 2024-05-01-disk %})", Some("/_posts/2024-05-01-disk.md")),
            ("({{< ref \"other.md\" >}})", Some("/other.md")),
            ("({{% relref \"a b#Top\" %}})", Some("/guide/a%20b.md#Top")),
            ("({{< ref \"#top\" >}})", Some("#top")),
            ("({{< ref \"nowhere\" >}})", Some("nowhere")),
            ("({{ site.baseurl }}/x)", Some("")),
            ("({{ site.url }})", Some("/")),
            ("the {{ site.url }} of", None),
            ("({{ '/x y' | relative_url }})", Some("/x%20y")),
            ("{{< figure src=\"a.png\" caption=\"A \\\"b\" >}}", Some("![A  ](a.png \"A \\\")")),
            ("{{< figure src=\"a b.png\" alt=\"[x]\" >}}", Some("![ x ](<a b.png>)")),
            ("{% embed url=\"https://a.example/b\" %}", Some("<https://a.example/b>")),
            ("{% embed url=\"javascript:x\" %}", None),
            ("{{< youtube abc_1 >}}", Some("<https://www.youtube.com/watch?v=abc_1>")),
            ("{% include x.html %}", None),
        ] {
            let whole = 0..text.len();
            let tags = tag::find(text, std::slice::from_ref(&whole));
            assert_eq!(markdown(&tags[0], text, "", &files).as_deref(), expected, "{text}");
        }
    }
}
