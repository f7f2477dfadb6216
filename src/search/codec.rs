//! The number format of the index: variable-length integers in printable ASCII, so that they fit into a JavaScript string.
//!
//! A number below [`LAST`] is one character; most numbers of an index are that small. `theme/search/codec.js` is the decoder;
//! both are tested with `tests/vectors/codec.json`.

/// The digits: printable ASCII except the space, which separates lists, and `"`, `<` and `\`, which scripts escape.
const DIGITS: &[u8; 91] =
    b"!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
/// The number of digits that end a number. After any other digit, more digits follow.
const LAST: usize = 60;

/// Appends one number to a text.
pub(super) fn push(mut number: usize, text: &mut String) {
    let more = DIGITS.len() - LAST;
    while number >= LAST {
        number -= LAST;
        text.push(char::from(DIGITS[LAST + number % more]));
        number /= more;
    }
    text.push(char::from(DIGITS[number]));
}

/// Encodes numbers one after another, without separators.
pub(super) fn encode(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut text = String::new();
    numbers.into_iter().for_each(|number| push(number, &mut text));
    text
}

/// Encodes strictly increasing numbers as gaps: each number minus its predecessor minus one, the first as it is.
pub(super) fn encode_rising(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut next = 0;
    encode(numbers.into_iter().map(|number| {
        let distance = number.saturating_sub(next);
        next = number + 1;
        distance
    }))
}

/// Decodes a text of [`encode`]; `None` if it is not valid.
pub(super) fn decode(text: &str) -> Option<Vec<usize>> {
    let mut numbers = Vec::with_capacity(text.len());
    let (mut number, mut place) = (0_usize, 1_usize);
    for byte in text.bytes() {
        let digit = DIGITS.binary_search(&byte).ok()?;
        number = number.checked_add(digit.checked_mul(place)?)?;
        if digit < LAST {
            numbers.push(number);
            (number, place) = (0, 1);
        } else {
            place = place.checked_mul(DIGITS.len() - LAST)?;
        }
    }
    (place == 1).then_some(numbers)
}

/// Decodes a text of [`encode_rising`]; `None` if it is not valid.
pub(super) fn decode_rising(text: &str) -> Option<Vec<usize>> {
    let mut numbers = decode(text)?;
    let mut next = 0_usize;
    for number in &mut numbers {
        *number = next.checked_add(*number)?;
        next = number.checked_add(1)?;
    }
    Some(numbers)
}

/// The number of the shard, below `count`, that contains a term: its hash (FNV-1a over UTF-16 code units, which JavaScript
/// strings consist of) modulo `count`.
pub(super) fn shard_of(term: &str, count: usize) -> usize {
    let hash =
        term.encode_utf16().fold(0x811c_9dc5_u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
    hash as usize % count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        numbers: Vec<(Vec<usize>, String)>,
        rising: Vec<(Vec<usize>, String)>,
        shards: Vec<(String, usize, usize)>,
    }

    #[test]
    fn vectors_shared_with_the_engine() {
        let vectors: Vectors = serde_json::from_str(include_str!("../../tests/vectors/codec.json")).unwrap();
        for (numbers, text) in vectors.numbers {
            assert_eq!(encode(numbers.iter().copied()), text, "{numbers:?}");
            assert_eq!(decode(&text), Some(numbers), "{text}");
        }
        for (numbers, text) in vectors.rising {
            assert_eq!(encode_rising(numbers.iter().copied()), text, "{numbers:?}");
            assert_eq!(decode_rising(&text), Some(numbers), "{text}");
        }
        for (term, count, shard) in vectors.shards {
            assert_eq!(shard_of(&term, count), shard, "{term}");
        }
    }

    #[test]
    fn invalid_texts_are_not_decoded() {
        for text in ["`", "a b", "\"", "~~~~~~~~~~~~~~~~~~~~!"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn digits_need_no_escape() {
        assert!(DIGITS.is_sorted() && !DIGITS.iter().any(|digit| b" \"<\\".contains(digit)));
    }
}
