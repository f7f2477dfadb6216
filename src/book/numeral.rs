//! Numbers in Han characters and Roman numerals in names, so that chapters sort by their value.

use std::borrow::Cow;

/// What follows a number in Han characters that counts chapters.
const COUNTED: [char; 16] =
    ['章', '节', '節', '回', '部', '篇', '卷', '课', '課', '讲', '講', '集', '期', '天', '、', '.'];
/// Words before a Roman numeral, in lower case.
const BEFORE_ROMAN: [&str; 9] = ["part", "chapter", "book", "volume", "vol", "section", "appendix", "act", "unit"];
/// The longest numeral that is read.
const LONGEST: usize = 12;

/// The name with its number in digits, if it begins with one in Han characters (`第十一章`, `三、`) or has a Roman one (`Part IV`,
/// `IV. Rome`).
pub(super) fn with_digits(name: &str) -> Cow<'_, str> {
    match han(name).or_else(|| roman_at_start(name)).or_else(|| roman_after_word(name)) {
        Some((start, value, end)) => Cow::Owned(format!("{}{value}{}", &name[..start], &name[end..])),
        None => Cow::Borrowed(name),
    }
}

/// A number in Han characters: its start, its value, its end.
fn han(name: &str) -> Option<(usize, u32, usize)> {
    let start = if name.starts_with('第') { '第'.len_utf8() } else { 0 };
    let digits: String = name[start..].chars().take_while(|c| han_value(*c).is_some()).take(LONGEST).collect();
    let end = start + digits.len();
    let is_counted = start > 0 || name[end..].starts_with(COUNTED);
    if digits.is_empty() || !is_counted {
        return None;
    }
    let (mut sum, mut digit) = (0_u32, None);
    for value in digits.chars().filter_map(han_value) {
        match value {
            10 | 100 | 1000 => sum = sum.saturating_add(digit.take().unwrap_or(1) * value),
            // 二〇 without a unit is read digit by digit.
            _ => digit = Some(digit.unwrap_or(0).saturating_mul(10).saturating_add(value)),
        }
    }
    Some((start, sum.saturating_add(digit.unwrap_or(0)), end))
}

fn han_value(c: char) -> Option<u32> {
    let digit = "〇一二三四五六七八九".chars().position(|digit| digit == c).and_then(|at| u32::try_from(at).ok());
    digit.or(match c {
        '零' => Some(0),
        '两' | '兩' => Some(2),
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    })
}

/// A Roman numeral in capitals before punctuation or a space: `IV. Rome`.
fn roman_at_start(name: &str) -> Option<(usize, u32, usize)> {
    let end = name.bytes().take_while(|byte| b"IVX".contains(byte)).take(LONGEST).count();
    let ends = name[end..].starts_with(['.', '-', '_', ')', ' ']);
    Some((0, roman(&name[..end])?, end)).filter(|_| ends)
}

/// A Roman numeral after a word such as `Part`.
fn roman_after_word(name: &str) -> Option<(usize, u32, usize)> {
    let before = name.find([' ', '-', '_'])?;
    if !BEFORE_ROMAN.contains(&name[..before].to_lowercase().as_str()) {
        return None;
    }
    let rest = &name[before + 1..];
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).take(LONGEST).count();
    let is_whole = !rest[length..].starts_with(char::is_alphanumeric);
    Some((before + 1, roman(&rest[..length])?, before + 1 + length)).filter(|_| is_whole)
}

/// The value of a Roman numeral in its usual form.
fn roman(text: &str) -> Option<u32> {
    const SIGNS: [(&str, u32); 9] =
        [("C", 100), ("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)];
    let upper = text.to_ascii_uppercase();
    let (mut rest, mut value) = (upper.as_str(), 0);
    for (sign, worth) in SIGNS {
        while let Some(after) = rest.strip_prefix(sign) {
            (rest, value) = (after, value + worth);
        }
    }
    let mut usual = String::new();
    let mut left = value;
    for (sign, worth) in SIGNS {
        while left >= worth {
            usual.push_str(sign);
            left -= worth;
        }
    }
    (value > 0 && rest.is_empty() && usual == upper).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_become_digits() {
        for (name, expected) in [
            ("第十一章 结束", "第11章 结束"),
            ("第二百零三回", "第203回"),
            ("第二〇课", "第20课"),
            ("三、安装", "3、安装"),
            ("一般问题", "一般问题"),
            ("十分重要", "十分重要"),
            ("IV. Rome", "4. Rome"),
            ("Part-ix-end", "Part-9-end"),
            ("chapter xii", "chapter 12"),
            ("vi.md", "vi.md"),
            ("IIII. x", "IIII. x"),
            ("Part one", "Part one"),
            ("C-sharp", "C-sharp"),
            ("", ""),
        ] {
            assert_eq!(with_digits(name), expected, "{name:?}");
        }
    }
}
