//! [`Digest`]: the BLAKE3 digest of bytes. It identifies contents: equal digests mean equal bytes.

use std::fmt;
use std::io;

/// The BLAKE3 digest of some bytes, 32 bytes long.
///
/// ```
/// use chapbook::digest::Digest;
///
/// assert_eq!(Digest::of(b"").hex(8), "af1349b9");
/// assert_ne!(Digest::of_parts([&b"ab"[..], b"c"]), Digest::of_parts([&b"a"[..], b"bc"]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of a list of parts. Each part is hashed with its length: where one part ends makes a difference.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The digest of a value as JSON.
    #[must_use]
    pub fn of_json(value: &impl serde::Serialize) -> Self {
        let mut hasher = blake3::Hasher::new();
        // Writing to a hasher cannot fail, and the values that are hashed hold nothing that JSON cannot express.
        let _ = serde_json::to_writer(io::BufWriter::new(&mut hasher), value);
        Self(*hasher.finalize().as_bytes())
    }

    /// The first `length` hexadecimal digits, at most 64.
    #[must_use]
    pub fn hex(&self, length: usize) -> String {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        String::from_utf8_lossy(&digits[..length.min(64)]).into_owned()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex(12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_parts_make_a_difference() {
        assert_ne!(Digest::of_parts([&b"ab"[..], b"c"]), Digest::of_parts([&b"a"[..], b"bc"]));
        assert_eq!(Digest::of_parts([&b"ab"[..], b"c"]), Digest::of_parts([&b"ab"[..], b"c"]));
    }
}
