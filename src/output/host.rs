//! Files for static hosts: robots, headers, redirects, the domain.

use std::collections::BTreeSet;

use super::artifact::{Artifact, Composition, Output};
use super::theme_files::DIGITS;
use crate::book::Redirect;
use crate::path::{SitePath, encode_fragment, generated};
use crate::render::{Edition, LinkStyle};

/// Robots.txt, _headers, _redirects, .nojekyll, CNAME.
pub(super) const HOST: Output = Output { wanted: |_| true, compose };

fn compose<'a>(composition: &Composition<'a>) -> Vec<Artifact<'a>> {
    let edition = composition.edition;
    let config = &edition.project.config.output;
    let files = [
        Artifact::text(generated::ROBOTS, robots(edition)),
        Artifact::text(generated::HEADERS, headers(edition)),
        Artifact::text(generated::NO_JEKYLL, String::new()),
        (!edition.book.redirects.is_empty())
            .then(|| Artifact::text(generated::REDIRECTS, redirects(edition)))
            .flatten(),
        config.cname.as_ref().and_then(|name| Artifact::text(generated::CNAME, format!("{name}\n"))),
    ];
    files.into_iter().flatten().collect()
}

fn robots(edition: &Edition) -> String {
    let mut text = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(url) = &edition.book.meta.url {
        text.extend(["Sitemap: ", url, generated::SITEMAP, "\n"]);
    }
    text
}

/// The policy of an image that is opened as a page: it can only be shown.
const IMAGE_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/// The format of Netlify and Cloudflare. Files with digests in their names never change; browsers revalidate all others.
fn headers(edition: &Edition) -> String {
    let mut text = format!(
        "/*\n  Content-Security-Policy: {}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: no-referrer\n  Cache-Control: no-cache\n\
         ",
        if edition.base_path().is_some() { &edition.theme.csp } else { &edition.theme.find_root_csp }
    );
    for extension in image_extensions(edition) {
        text.extend(["/*.", extension, "\n  Content-Security-Policy: ", IMAGE_POLICY, "\n"]);
    }
    // Not by `/assets/*`: a book may have a folder of that name, whose files change.
    for path in lasting(edition) {
        text.extend(["/", &path, "\n  ! Cache-Control\n  Cache-Control: public, max-age=31536000, immutable\n"]);
    }
    text
}

/// `svg` and other spellings of it in the book: hosts compare letters exactly, but serve all of them as images.
fn image_extensions(edition: &Edition) -> BTreeSet<&str> {
    let all = edition.book.assets.iter().map(|asset| asset.path.extension());
    all.filter(|extension| extension.eq_ignore_ascii_case("svg")).chain(["svg"]).collect()
}

/// The theme's files with a digest in their names.
fn lasting(edition: &Edition) -> BTreeSet<String> {
    let theme = &edition.theme;
    let lists = [
        &theme.styles,
        &theme.scripts,
        &theme.own_scripts,
        &theme.formula_styles,
        &theme.list_styles,
        &theme.list_scripts,
        &theme.offline_scripts,
    ];
    let single = [&theme.finder, &theme.list_tools, &theme.icon];
    let lone = theme.redirect.iter().filter(|_| !edition.book.redirects.is_empty()).map(|script| &script.path);
    let paths = lists.into_iter().flatten().chain(single.into_iter().flatten()).chain(lone).map(SitePath::encoded);
    paths.chain(theme.inline.assets.keys().cloned()).filter(|path| has_digest(path)).collect()
}

fn has_digest(path: &str) -> bool {
    let name = path.strip_prefix("assets/").and_then(|name| name.rsplit_once('.'));
    let digest = name.and_then(|(stem, _)| stem.rsplit_once('-')).map(|(_, digest)| digest);
    digest.is_some_and(|digest| digest.len() == DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn redirects(edition: &Edition) -> String {
    let base = edition.base_path().unwrap_or_else(|| "/".to_owned());
    // Hosts read `*` and `:` as patterns, which would match existing pages. Such an old path has only its redirect page.
    let plain = |redirect: &&Redirect| !redirect.from.file().as_str().contains(['*', ':']);
    let rows = edition.book.redirects.iter().filter(plain).filter_map(|redirect| {
        let file = redirect.from.file();
        let href = edition.href(&redirect.to, LinkStyle::Page(file))?;
        let target = if href.contains("://") { href } else { format!("{base}{}", absolute(&file.encoded(), &href)) };
        Some(format!("{base}{} {target} 301\n", absolute("", &redirect.from.from_root())))
    });
    rows.collect()
}

/// An href seen from a page, as a path from the root of the site.
fn absolute(from: &str, href: &str) -> String {
    let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
    let mut segments: Vec<&str> = from.split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let fragment = if fragment.is_empty() {
        String::new()
    } else {
        format!("#{}", encode_fragment(&crate::path::decode(fragment)))
    };
    format!("{}{fragment}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_start_at_the_root() {
        for (from, href, expected) in [
            ("old.html", "new.html", "new.html"),
            ("a/old.html", "../new.html#x", "new.html#x"),
            ("a/b/old.html", "../c/new.html", "a/c/new.html"),
        ] {
            assert_eq!(absolute(from, href), expected, "{from} -> {href}");
        }
    }
}
