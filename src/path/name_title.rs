//! Titles made of the names of files and folders.

/// Splits a number of one to three digits off a name: `01-setup` becomes 1 and `setup`. Years have too many digits.
///
/// ```
/// use chapbook::path::number_prefix;
///
/// assert_eq!(number_prefix("01-setup"), Some((1, "setup")));
/// assert_eq!(number_prefix("2024-news"), None);
/// ```
#[must_use]
pub fn number_prefix(name: &str) -> Option<(i64, &str)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].strip_prefix(['-', '_'])?;
    let number = (1..=3).contains(&digits).then(|| name[..digits].parse().ok())??;
    (!rest.is_empty()).then_some((number, rest))
}

/// A title made of a name: without its number or date, with spaces for `-` and `_`, and with a capital letter first.
///
/// ```
/// use chapbook::path::title_of_name;
///
/// assert_eq!(title_of_name("01-getting_started"), "Getting started");
/// assert_eq!(title_of_name("2024-05-01-disk-full"), "Disk full");
/// ```
#[must_use]
pub fn title_of_name(name: &str) -> String {
    let name = after_date(name).unwrap_or_else(|| number_prefix(name).map_or(name, |(_, rest)| rest));
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

/// The rest of a name that begins with a date, as in `2024-05-01-disk-full`.
fn after_date(name: &str) -> Option<&str> {
    let (date, rest) = (name.get(..10)?, name.get(10..)?);
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let rest = rest.trim_start_matches(['-', '_', ' ']);
    (is_date && rest.starts_with(|c: char| !c.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_prefixes() {
        for (name, split) in [
            ("01-setup", Some((1, "setup"))),
            ("10_认清逾期", Some((10, "认清逾期"))),
            ("2024-news", None),
            ("3d", None),
            ("01-", None),
            ("setup", None),
            ("-x", None),
        ] {
            assert_eq!(number_prefix(name), split, "{name:?}");
        }
    }

    #[test]
    fn names_become_titles() {
        for (name, title) in [
            ("getting-started", "Getting started"),
            ("01-getting_started", "Getting started"),
            ("02-认清逾期", "认清逾期"),
            ("über-uns", "Über uns"),
            ("a b", "A b"),
            ("---", "---"),
            ("API", "API"),
            ("2024-05-01-disk-full", "Disk full"),
            ("2024-05-01 Standup", "Standup"),
            ("2024-05-01", "2024 05 01"),
        ] {
            assert_eq!(title_of_name(name), title, "{name:?}");
        }
    }
}
