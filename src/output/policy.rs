//! Content-Security-Policies of the pages of a site, and of documents with embedded scripts and styles.

use sha2::{Digest as _, Sha256};

use crate::config::{Config, RawHtml};

/// A script or style by its digest, as a policy names it (CSP 3, section 2.3.1); the text is that between the tags.
pub(super) fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// The Content-Security-Policy of every page: it runs, shows and fetches only what the site itself serves, unless the
/// book's configuration allows more. `inline` are the sources of the scripts in the page itself.
pub(super) fn page_policy(config: &Config, inline: &[String]) -> String {
    let scripts = inline.concat();
    // Scripts of other tools set inline styles, and trusted HTML contains some.
    let own = !config.theme.scripts.is_empty() || config.markdown.raw_html == RawHtml::All;
    let styles = if own { " 'unsafe-inline'" } else { "" };
    let images = if config.markdown.external_images { " https: http:" } else { "" };
    // The service worker of an offline site fetches its files; a preview has no service worker.
    let workers = if config.output.offline { "'self' blob:; manifest-src 'self'" } else { "blob:" };
    format!(
        "default-src 'none'; script-src 'self'{scripts}; worker-src {workers}; style-src 'self'{styles}; img-src 'self' data:{images}; \
         media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )
}

/// Bytes as base64, padded (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().enumerate().fold(0_u32, |sum, (at, byte)| sum | u32::from(*byte) << (16 - 8 * at));
        for place in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_digest_as_browsers_reckon_it() {
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
