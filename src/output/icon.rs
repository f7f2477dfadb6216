//! The icons of an installed site: a mark in the book's own colour, drawn when the site is built.
//!
//! In: the book's title, whose digest gives the hue, and a size. Out: a PNG (ISO/IEC 15948). A glyph of the title cannot
//! be drawn without a font, so the icon shows a page with ticked lines.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use crate::digest::Digest;

/// Samples of a pixel along each side, for smooth edges.
const SAMPLES: u32 = 4;

/// How much of the square the mark may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IconShape {
    /// The whole square, with round corners.
    Whole,
    /// The middle: the system cuts the rest to its own shape (a circle of 80 %).
    Masked,
}

type Colour = [u8; 3];

/// The icon of a book as PNG, `size` pixels wide and high.
pub(super) fn icon(title: &str, size: u32, room: IconShape) -> Vec<u8> {
    let ground = colour(title);
    let mut pixels = Vec::with_capacity((size * (size * 4 + 1)) as usize);
    for y in 0..size {
        // The row is not filtered.
        pixels.push(0);
        for x in 0..size {
            pixels.extend(pixel(x, y, size, room, ground));
        }
    }
    png(size, &pixels)
}

/// The colour of a title, as CSS writes it.
pub(super) fn css_colour(title: &str) -> String {
    let [red, green, blue] = colour(title);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The first letter or glyph of a title, as SVG.
pub(super) fn letter(title: &str) -> String {
    let first: String = title.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 512 512\"><rect width=\"512\" height=\"512\" rx=\"102\" \
         fill=\"{}\"/><text x=\"256\" y=\"256\" fill=\"#fdfcf9\" font-family=\"sans-serif\" font-size=\"290\" \
         font-weight=\"700\" text-anchor=\"middle\" dominant-baseline=\"central\">{first}</text></svg>\n",
        css_colour(title)
    )
}

/// A deep colour whose hue comes from the title.
fn colour(title: &str) -> Colour {
    let hue = f32::from(Digest::of(title.as_bytes()).0[0]) / 256.0 * 6.0;
    let (light, dark) = (118.0, 42.0);
    // Red, yellow, green, cyan, blue, magenta: one component changes at a time.
    let part = |shift: f32| {
        let place = (hue + shift) % 6.0;
        let share = if place < 1.0 {
            place
        } else if place < 3.0 {
            1.0
        } else if place < 4.0 {
            4.0 - place
        } else {
            0.0
        };
        byte(dark + (light - dark) * share)
    };
    [part(2.0), part(0.0), part(4.0)]
}

fn byte(value: f32) -> u8 {
    // Clamped, so nothing is lost.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
    let byte = value.clamp(0.0, 255.0).round() as u8;
    byte
}

#[expect(clippy::cast_precision_loss, reason = "pixels are few")]
fn pixel(x: u32, y: u32, size: u32, room: IconShape, ground: Colour) -> [u8; 4] {
    let mut sum = [0.0_f32; 4];
    for sample in 0..SAMPLES * SAMPLES {
        let at = |pixel: u32, step: u32| (pixel as f32 + (step as f32 + 0.5) / SAMPLES as f32) / size as f32;
        let (u, v) = (at(x, sample % SAMPLES), at(y, sample / SAMPLES));
        let Some(colour) = at_place(u, v, room, ground) else { continue };
        for (total, part) in sum.iter_mut().zip(colour) {
            *total += f32::from(part);
        }
        sum[3] += 1.0;
    }
    let [red, green, blue, seen] = sum;
    if seen == 0.0 {
        return [0; 4];
    }
    let alpha = byte(255.0 * seen / (SAMPLES * SAMPLES) as f32);
    [byte(red / seen), byte(green / seen), byte(blue / seen), alpha]
}

/// The colour at a place of the unit square; none outside of the round corners.
fn at_place(u: f32, v: f32, room: IconShape, ground: Colour) -> Option<Colour> {
    const PAPER: Colour = [253, 252, 249];
    let scale = if room == IconShape::Masked { 0.78 } else { 1.0 };
    if room == IconShape::Whole && !in_box((u, v), (0.0, 0.0), (1.0, 1.0), 0.2) {
        return None;
    }
    let place = ((u - 0.5) / scale + 0.5, (v - 0.5) / scale + 0.5);
    let mark = in_box(place, (0.25, 0.18), (0.75, 0.82), 0.05) && !in_lines(place);
    Some(if mark { PAPER } else { ground })
}

/// Three lines of a list, each after a checkbox; the first two are ticked.
fn in_lines(place: (f32, f32)) -> bool {
    [0.33, 0.5, 0.67].iter().enumerate().any(|(line, middle)| {
        let tick = near(place, (0.315, *middle), (0.345, middle + 0.032), 0.014)
            || near(place, (0.345, middle + 0.032), (0.395, middle - 0.035), 0.014);
        let open = in_box(place, (0.320, middle - 0.036), (0.39, middle + 0.036), 0.01)
            && !in_box(place, (0.336, middle - 0.018), (0.372, middle + 0.018), 0.004);
        let words = near(place, (0.455, *middle), (0.665, *middle), 0.018);
        words || if line < 2 { tick } else { open }
    })
}

/// Whether a point is in a rectangle with round corners.
fn in_box((u, v): (f32, f32), (left, top): (f32, f32), (right, bottom): (f32, f32), radius: f32) -> bool {
    let (x, y) = (u.clamp(left + radius, right - radius), v.clamp(top + radius, bottom - radius));
    (u - x).hypot(v - y) <= radius
}

/// Whether a point is on a line that is twice the radius wide.
fn near((u, v): (f32, f32), (x1, y1): (f32, f32), (x2, y2): (f32, f32), radius: f32) -> bool {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let along = (((u - x1) * dx + (v - y1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (u - x1 - along * dx).hypot(v - y1 - along * dy) <= radius
}

fn png(size: u32, pixels: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a `Vec` cannot fail.
    let packed = encoder.write_all(pixels).and_then(|()| encoder.finish()).unwrap_or_default();
    let mut head = [size.to_be_bytes(), size.to_be_bytes()].concat();
    // 8 bits of red, green, blue and alpha; nothing interlaced.
    head.extend([8, 6, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, inside) in [(b"IHDR", &head), (b"IDAT", &packed), (b"IEND", &Vec::new())] {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(inside);
        // An icon is far smaller than 4 GiB.
        file.extend(u32::try_from(inside.len()).unwrap_or_default().to_be_bytes());
        file.extend(name);
        file.extend(inside);
        file.extend(crc.sum().to_be_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_pictures_of_their_size() {
        for (size, room) in [(180, IconShape::Masked), (192, IconShape::Whole)] {
            let picture = icon("书", size, room);
            let found = imagesize::blob_size(&picture).unwrap();
            assert_eq!((found.width, found.height), (size as usize, size as usize));
            assert_eq!(picture, icon("书", size, room), "the same bytes");
            assert!(picture.len() < 20_000, "{}", picture.len());
        }
        assert_ne!(css_colour("a"), css_colour("b"));
        assert!(letter("《逾期》").contains(">逾<") && letter("<&").contains("></text>"));
    }

    #[test]
    fn corners_are_clear_where_no_system_cuts_them() {
        let ground = colour("书");
        assert_eq!(at_place(0.01, 0.01, IconShape::Whole, ground), None);
        assert_eq!(at_place(0.01, 0.01, IconShape::Masked, ground), Some(ground));
        assert_ne!(at_place(0.5, 0.25, IconShape::Whole, ground), Some(ground));
    }
}
