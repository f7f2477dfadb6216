//! [`zip`]: packs a [`Site`] as a zip archive. The same files always give the same bytes.
//!
//! The format is PKWARE's APPNOTE 6.3.3 without Zip64. Nothing depends on clock or user: every file is dated
//! 1 January 1980, the format's earliest date.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use rayon::prelude::*;

use super::model::{Site, SiteFile};
use crate::error::Error;

/// The file that comes first and is not compressed, as EPUB requires (EPUB 3.3, section 4.2.2).
const FIRST: &str = "mimetype";
/// 1 January 1980; the time of day is 0, midnight.
const DAY: u16 = 0x0021;
/// The flag for names in UTF-8 (APPNOTE, section 4.4.4, bit 11).
const UTF_8: u16 = 1 << 11;
/// The version needed to unpack: 2.0, for folders and deflate.
const VERSION: u16 = 20;
/// Made by: Unix, version 2.0. Unix means that the attributes are file permissions.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// File attributes: a regular file, readable by all.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// A file in the archive.
struct Entry<'a> {
    name: &'a str,
    /// 0 for stored, 8 for deflated.
    method: u16,
    crc: u32,
    length: u32,
    packed: Vec<u8>,
}

/// Packs a site as a zip archive, with the files sorted by path. A file called `mimetype` comes first, as EPUB requires.
///
/// ```
/// use chapbook::path::SitePath;
/// use chapbook::site::{Role, Site, zip};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut site = Site::default();
/// let path = SitePath::new("index.html").ok_or("not a path of a site")?;
/// site.insert(path, Role::Page, *b"<h1>Hello</h1>").map_err(|taken| taken.to_string())?;
/// assert!(zip(&site)?.starts_with(b"PK\x03\x04"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Refused`] if the site has more than 65,535 files or 4 GiB; [`Error::Disk`] if the bytes of a file cannot be
/// read back from disk.
pub fn zip(site: &Site) -> Result<Vec<u8>, Error> {
    let mut files: Vec<(&str, &SiteFile)> = site.iter().map(|(path, file)| (path.as_str(), file)).collect();
    files.sort_by_key(|(name, _)| *name != FIRST);
    let entries: Vec<Entry<'_>> =
        files.par_iter().map(|(name, file)| entry(name, &file.bytes()?)).collect::<Result<_, _>>()?;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for entry in &entries {
        let offset = u32::try_from(archive.len()).map_err(|_| too_large())?;
        write_local(entry, &mut archive)?;
        write_central(entry, offset, &mut directory)?;
    }
    let start = u32::try_from(archive.len()).map_err(|_| too_large())?;
    let length = u32::try_from(directory.len()).map_err(|_| too_large())?;
    let count = u16::try_from(entries.len()).map_err(|_| too_large())?;
    archive.append(&mut directory);
    write_end(count, length, start, &mut archive);
    Ok(archive)
}

fn entry<'a>(name: &'a str, bytes: &[u8]) -> Result<Entry<'a>, Error> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let length = u32::try_from(bytes.len()).map_err(|_| too_large())?;
    let deflated = if name == FIRST { None } else { deflate(bytes) };
    let (method, packed) = match deflated.filter(|packed| packed.len() < bytes.len()) {
        Some(packed) => (8, packed),
        // Deflate does not make it smaller; most images are compressed already.
        None => (0, bytes.to_vec()),
    };
    Ok(Entry { name, method, crc: crc.sum(), length, packed })
}

fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Writes the local header of a file, and its bytes.
fn write_local(entry: &Entry<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    out.extend(0x0403_4b50_u32.to_le_bytes());
    write_common(entry, out)?;
    out.extend(0_u16.to_le_bytes());
    out.extend(entry.name.as_bytes());
    out.extend(&entry.packed);
    Ok(())
}

/// Writes the record of a file in the central directory.
fn write_central(entry: &Entry<'_>, offset: u32, out: &mut Vec<u8>) -> Result<(), Error> {
    out.extend(0x0201_4b50_u32.to_le_bytes());
    out.extend(MADE_BY.to_le_bytes());
    write_common(entry, out)?;
    // No extra field, no comment, disk 0, no internal attributes.
    out.extend([0; 8]);
    out.extend(PERMISSIONS.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(entry.name.as_bytes());
    Ok(())
}

/// Writes the fields that both headers have, from the version to the length of the name.
fn write_common(entry: &Entry<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    let packed = u32::try_from(entry.packed.len()).map_err(|_| too_large())?;
    let name = u16::try_from(entry.name.len()).map_err(|_| too_large())?;
    for word in [VERSION, UTF_8, entry.method, 0, DAY] {
        out.extend(word.to_le_bytes());
    }
    for number in [entry.crc, packed, entry.length] {
        out.extend(number.to_le_bytes());
    }
    out.extend(name.to_le_bytes());
    Ok(())
}

/// Writes the end of the central directory.
fn write_end(count: u16, length: u32, start: u32, out: &mut Vec<u8>) {
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
}

fn too_large() -> Error {
    Error::refused(
        "the book is too large for a zip archive of 4 GiB and 65,535 files",
        "run `chapbook build`, and pack the output folder with another program",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::DeflateDecoder;

    use super::*;
    use crate::path::SitePath;
    use crate::site::Role;

    fn site(files: &[(&str, &[u8])]) -> Site {
        let mut site = Site::default();
        for (path, bytes) in files {
            site.insert(SitePath::new(path).unwrap(), Role::Page, *bytes).unwrap();
        }
        site
    }

    /// Name, method and bytes of each file, read from the front.
    fn unzip(archive: &[u8]) -> Vec<(String, u16, Vec<u8>)> {
        let word = |at: usize| u16::from_le_bytes([archive[at], archive[at + 1]]);
        let number = |at: usize| (usize::from(word(at + 2)) << 16) | usize::from(word(at));
        let (mut at, mut files) = (0, Vec::new());
        while archive[at..].starts_with(b"PK\x03\x04") {
            let (method, packed, length) = (word(at + 8), number(at + 18), number(at + 22));
            let from = at + 30 + usize::from(word(at + 26));
            let name = String::from_utf8(archive[at + 30..from].to_vec()).unwrap();
            let mut bytes = Vec::new();
            let inside = &archive[from..from + packed];
            if method == 0 {
                bytes.extend(inside);
            } else {
                DeflateDecoder::new(inside).read_to_end(&mut bytes).unwrap();
            }
            assert_eq!(bytes.len(), length);
            files.push((name, method, bytes));
            at = from + packed;
        }
        files
    }

    #[test]
    fn what_goes_in_comes_out() {
        let text = "逾期".repeat(100);
        let files: [(&str, &[u8]); 3] = [("a/页.html", text.as_bytes()), ("b.png", b"\x89x"), ("mimetype", b"m/m")];
        let archive = zip(&site(&files)).unwrap();
        let found = unzip(&archive);
        let listed: Vec<(&str, u16, &[u8])> =
            found.iter().map(|(name, method, bytes)| (&**name, *method, &**bytes)).collect();
        assert_eq!(listed, [("mimetype", 0, &b"m/m"[..]), ("a/页.html", 8, text.as_bytes()), ("b.png", 0, b"\x89x")]);
        assert_eq!(archive, zip(&site(&files)).unwrap(), "the same bytes");
        assert_eq!(&archive[30..38], b"mimetype", "an EPUB says what it is at byte 30");
    }
}
