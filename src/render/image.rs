//! Width and height of images, so that layout does not shift while they load. The only user of imagesize.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::chapter::{Image, ImageAlign, ImageLength};
use crate::path::ContentPath;
use crate::source::Asset;

/// Width and height, in CSS pixels, of the images that state them.
#[must_use]
pub(super) fn sizes(assets: &[Asset]) -> BTreeMap<ContentPath, (u32, u32)> {
    assets.par_iter().filter_map(|asset| Some((asset.path.clone(), size(asset)?))).collect()
}

fn size(asset: &Asset) -> Option<(u32, u32)> {
    match asset.path.extension().to_lowercase().as_str() {
        "svg" => svg_size(std::str::from_utf8(&asset.bytes).ok()?),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "ico" => {
            let size = imagesize::blob_size(&asset.bytes).ok()?;
            Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
        }
        _ => None,
    }
}

/// The width and height with which an image is shown, in CSS pixels, if they are known: what its author set, in the
/// proportions of its file.
pub(super) fn dimensions(image: &Image, natural: Option<(u32, u32)>) -> Option<(u32, u32)> {
    let scaled =
        |length: u32, to: u32, from: u32| u32::try_from(u64::from(length) * u64::from(to) / u64::from(from.max(1)));
    match (image.width, image.height, natural) {
        (Some(ImageLength::Pixels(width)), Some(ImageLength::Pixels(height)), _) => Some((width, height)),
        (Some(ImageLength::Pixels(width)), _, Some((wide, high))) => {
            Some((width, scaled(width, high, wide).ok()?.max(1)))
        }
        (_, Some(ImageLength::Pixels(height)), Some((wide, high))) => {
            Some((scaled(height, wide, high).ok()?.max(1), height))
        }
        // Without the size of the file, the sheet's `height: auto` would drop a height, and a width alone is square at first.
        (Some(ImageLength::Pixels(length)), None, None) | (None, Some(ImageLength::Pixels(length)), None) => {
            Some((length, length))
        }
        (_, _, natural) => natural,
    }
}

/// The classes for the alignment of an image and for its width as a part of the text's, which is rounded to 5 percent.
pub(super) fn class(image: &Image) -> Option<String> {
    let align = image.align.map(|align| match align {
        ImageAlign::Left => "cb-image-left".to_owned(),
        ImageAlign::Right => "cb-image-right".to_owned(),
        ImageAlign::Center => "cb-image-center".to_owned(),
    });
    let width = match image.width {
        Some(ImageLength::Percent(percent)) => Some(format!("cb-image-{}", percent.div_ceil(5) * 5)),
        _ => None,
    };
    let classes: Vec<String> = align.into_iter().chain(width).collect();
    (!classes.is_empty()).then(|| classes.join(" "))
}

/// `width` and `height` of the root element in pixels, else those of its `viewBox` (SVG 2, section 8.2).
fn svg_size(text: &str) -> Option<(u32, u32)> {
    let tag = text.get(text.find("<svg")?..)?.split('>').next()?;
    let pixels = |value: &str| value.trim().trim_end_matches("px").parse::<f64>().ok();
    let written = attribute(tag, "width").and_then(pixels).zip(attribute(tag, "height").and_then(pixels));
    let (width, height) = written.or_else(|| {
        let mut numbers = attribute(tag, "viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    })?;
    Some((whole(width)?, whole(height)?))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = [' ', '\n', '\t', '\r'].iter().find_map(|space| tag.find(&format!("{space}{name}=")))?;
    let value = tag.get(at + name.len() + 2..)?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

fn whole(number: f64) -> Option<u32> {
    let rounded = number.round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked on this line")]
    (rounded >= 1.0 && rounded <= f64::from(u32::MAX)).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_sizes() {
        for (text, size) in [
            (r#"<svg xmlns="x" width="720" height="410.4px" viewBox="0 0 1 1"/>"#, Some((720, 410))),
            (r#"<?xml version="1.0"?><svg viewBox="0 0 24 12">"#, Some((24, 12))),
            (r#"<svg width="100%" height="100%" viewBox='0,0,30,40'>"#, Some((30, 40))),
            ("<svg>", None),
            ("no picture", None),
        ] {
            assert_eq!(svg_size(text), size, "{text}");
        }
    }
}
