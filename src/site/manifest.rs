//! [`Manifest`]: the list of files that chapbook wrote into an output folder, and so may replace and delete.
//!
//! It is stored as text, so that people can read it: a line with the format's version, then one line `DIGEST PATH` for each
//! file, sorted by path. The journal of a publication is a manifest too, that of the new site. If the bytes of a file are not
//! known for certain, the first line says `unfinished` and the file may have several lines.

use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::model::Site;
use crate::digest::Digest;
use crate::error::Error;
use crate::path::SitePath;
use crate::path::generated::{PUBLISH_JOURNAL, PUBLISH_MANIFEST};

const HEAD: &str = "chapbook-manifest 1";
const UNFINISHED: &str = " unfinished";

/// The files that chapbook wrote, with the digests of their bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Whether the folder is known to have exactly these files.
    pub(super) progress: Progress,
    /// Pairs of path and digest, sorted. In an unfinished manifest a file may have several.
    files: Vec<(SitePath, Digest)>,
}

/// Whether the publication that the manifest describes has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Progress {
    /// The folder has exactly these files.
    #[default]
    Finished,
    /// Each file has one of the listed digests, or is missing.
    Unfinished,
}

impl Manifest {
    /// The manifest of a site that is completely written.
    pub(super) fn of(site: &Site) -> Self {
        let files = site.iter().map(|(path, file)| (path.clone(), file.digest)).collect();
        Self { progress: Progress::Finished, files }
    }

    /// The manifest of a folder in which each file is from this site or from `next`.
    pub(super) fn merged_with(&self, next: &Self) -> Self {
        let mut files = [self.files.as_slice(), next.files.as_slice()].concat();
        // Fast, because the sort detects the two sorted runs.
        files.sort();
        files.dedup();
        Self { progress: Progress::Unfinished, files }
    }

    /// Each file with its possible digests, sorted by path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&SitePath, &[(SitePath, Digest)])> {
        self.files.chunk_by(|one, next| one.0 == next.0).filter_map(|digests| Some((&digests.first()?.0, digests)))
    }

    /// The possible digests of a file; none if chapbook did not write it.
    pub(super) fn digests(&self, path: &SitePath) -> &[(SitePath, Digest)] {
        let from = self.files.partition_point(|(other, _)| other < path);
        let of_path = self.files.get(from..).unwrap_or_default();
        let count = of_path.iter().take_while(|(other, _)| other == path).count();
        of_path.get(..count).unwrap_or_default()
    }

    /// Whether a file may have this digest.
    pub(super) fn has(&self, path: &SitePath, digest: Digest) -> bool {
        self.digests(path).iter().any(|(_, other)| *other == digest)
    }

    /// Reads the manifest of a folder; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Refused`] if it cannot be parsed: then it is unknown which files chapbook may delete.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        Self::read_file(folder, PUBLISH_MANIFEST)
    }

    /// Reads the journal of a folder; `None` if no publication was stopped there.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn read_journal(folder: &Path) -> Result<Option<Self>, Error> {
        Self::read_file(folder, PUBLISH_JOURNAL)
    }

    fn read_file(folder: &Path, name: &str) -> Result<Option<Self>, Error> {
        let Some(bytes) = read_bytes(folder, name)? else { return Ok(None) };
        let text = str::from_utf8(&bytes).map_err(|_| unusable(folder, name, "it is not UTF-8"))?;
        let wrong = |line| unusable(folder, name, &format!("line {line} is not `DIGEST PATH`"));
        Self::parse(text).map(Some).map_err(wrong)
    }

    /// The lines of a damaged manifest or journal that can be read, and the number of those that cannot.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is not a regular file; [`Error::Disk`] if it cannot be read.
    pub(super) fn salvage(folder: &Path, name: &str) -> Result<(Self, usize), Error> {
        let bytes = read_bytes(folder, name)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines = || text.lines().filter(|line| !line.starts_with(HEAD));
        let mut files: Vec<_> = lines().filter_map(parse_line).collect();
        let lost = lines().count() - files.len();
        files.sort();
        files.dedup();
        Ok((Self { progress: Progress::Unfinished, files }, lost))
    }

    /// The manifest as text.
    pub(super) fn render(&self) -> String {
        let mut text = HEAD.to_owned();
        if self.progress == Progress::Unfinished {
            text.push_str(UNFINISHED);
        }
        text.push('\n');
        for (path, digest) in &self.files {
            text.extend([&digest.hex(64), " ", path.as_str(), "\n"]);
        }
        text
    }

    /// Parses what [`Self::render`] wrote. The error is the number of the first line that is wrong, from 1.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines();
        let progress = match lines.next().and_then(|line| line.strip_prefix(HEAD)) {
            Some("") => Progress::Finished,
            Some(UNFINISHED) => Progress::Unfinished,
            _ => return Err(1),
        };
        let lines: Vec<&str> = lines.collect();
        let parsed: Vec<Option<_>> = lines.into_par_iter().map(parse_line).collect();
        if let Some(wrong) = parsed.iter().position(Option::is_none) {
            return Err(wrong + 2);
        }
        let mut files: Vec<_> = parsed.into_iter().flatten().collect();
        files.sort();
        files.dedup();
        Ok(Self { progress, files })
    }
}

/// The bytes of a manifest or journal; `None` if there is none.
fn read_bytes(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = folder.join(name);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() => fs::read(&path).map(Some).map_err(Error::disk("read", path)),
        Ok(_) => Err(unusable(folder, name, "it is not a regular file")),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::disk("read", path)(source)),
    }
}

fn unusable(folder: &Path, name: &str, why: &str) -> Error {
    Error::refused(
        format!("cannot read the list of published files `{}`: {why}", folder.join(name).display()),
        format!("run `chapbook recover {}`, or choose another folder with `--out`", folder.display()),
    )
}

fn parse_line(line: &str) -> Option<(SitePath, Digest)> {
    let (digest, written) = line.split_once(' ')?;
    let path = SitePath::new(written)?;
    // A forged `../x` or `a//b` must not become a path that would then be deleted.
    (path.as_str() == written).then_some((path, parse_digest(digest)?))
}

fn parse_digest(hex: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(Digest(bytes))
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Role;
    use super::*;

    fn manifest(files: &[(&str, &str)]) -> Manifest {
        let mut site = Site::default();
        for (path, text) in files {
            site.insert(SitePath::new(path).unwrap(), Role::Page, text.as_bytes()).unwrap();
        }
        Manifest::of(&site)
    }

    #[test]
    fn a_manifest_reads_back() {
        let old = manifest(&[("a b.html", "1"), ("安装/x.html", "2")]);
        let new = manifest(&[("a b.html", "3"), ("c.css", "4")]);
        let both = old.merged_with(&new);
        assert_eq!(both.files().map(|(_, digests)| digests.len()).collect::<Vec<_>>(), [2, 1, 1]);
        for manifest in [Manifest::default(), old, new, both] {
            assert_eq!(Manifest::parse(&manifest.render()), Ok(manifest));
        }
    }

    #[test]
    fn forged_lines_are_rejected() {
        let digest = Digest::of(b"x").hex(64);
        for (line, number) in [
            (format!("{digest} ../x"), Err(2)),
            (format!("{digest} /etc/passwd"), Err(2)),
            (format!("{digest} a//b"), Err(2)),
            (format!("{digest} a/./b"), Err(2)),
            (format!("{digest} a\\b"), Err(2)),
            (format!("{digest} "), Err(2)),
            (format!("{} a", digest.to_uppercase()), Err(2)),
            (format!("+{} a", &digest[1..]), Err(2)),
            ("abc a".to_owned(), Err(2)),
            (digest.clone(), Err(2)),
            (format!("{digest} a"), Ok(1)),
        ] {
            let parsed = Manifest::parse(&format!("{HEAD}\n{line}\n"));
            assert_eq!(parsed.map(|manifest| manifest.files.len()), number, "{line}");
        }
        for head in ["", "chapbook-manifest 2\n", "chapbook-manifest 1 done\n", "<html>"] {
            assert_eq!(Manifest::parse(head), Err(1), "{head:?}");
        }
    }
}
