//! The attributes of images that authors set: width, height and alignment.

use serde::{Deserialize, Serialize};

/// A width or height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageLength {
    /// In CSS pixels.
    Pixels(u32),
    /// A part of the text's width, in percent, from 1 to 100.
    Percent(u32),
}

impl ImageLength {
    /// Reads `300`, `300px`, `50%`, or a length in `em`, `rem`, `cm`, `mm`, `in` or `pt`.
    ///
    /// ```
    /// use chapbook::chapter::ImageLength;
    ///
    /// assert_eq!(ImageLength::read("300px"), Some(ImageLength::Pixels(300)));
    /// assert_eq!(ImageLength::read("50%"), Some(ImageLength::Percent(50)));
    /// assert_eq!(ImageLength::read("1in"), Some(ImageLength::Pixels(96)));
    /// assert_eq!(ImageLength::read("wide"), None);
    /// ```
    #[must_use]
    pub fn read(written: &str) -> Option<Self> {
        let written = written.trim();
        let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
        let (number, unit) = written.split_at(digits);
        let number: f64 = number.parse().ok()?;
        if unit == "%" {
            return Some(Self::Percent(whole(number, 100.0)?));
        }
        let pixels = match unit {
            "" | "px" => 1.0,
            "em" | "rem" => 16.0,
            "in" => 96.0,
            "cm" => 96.0 / 2.54,
            "mm" => 96.0 / 25.4,
            "pt" => 96.0 / 72.0,
            _ => return None,
        };
        whole(number * pixels, 20_000.0).map(Self::Pixels)
    }
}

fn whole(number: f64, most: f64) -> Option<u32> {
    let rounded = number.round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked on this line")]
    (rounded >= 1.0 && rounded <= most).then_some(rounded as u32)
}

/// Where an image is in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageAlign {
    /// At the left, with text around it.
    Left,
    /// At the right, with text around it.
    Right,
    /// In the middle, on a line of its own.
    Center,
}

impl ImageAlign {
    /// Reads `left`, `right`, `center` or `middle`.
    #[must_use]
    pub fn read(written: &str) -> Option<Self> {
        match written.to_ascii_lowercase().as_str() {
            "left" => Some(Self::Left),
            "right" => Some(Self::Right),
            "center" | "middle" => Some(Self::Center),
            _ => None,
        }
    }
}
