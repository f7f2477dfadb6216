//! `chapbook export`: the book in one piece, to be carried.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use super::arguments::Common;
use super::console::{Console, contents, found, size, time};
use super::run::{EXIT_BOOK, cache, request};
use crate::error::Error;
use crate::output::Export;
use crate::pipeline::{Built, Purpose, build};
use crate::site::{Published, publish, publish_file, zip};

/// Where an export goes.
enum Place {
    File(PathBuf),
    Folder(PathBuf),
}

/// Builds a book in one form and writes it.
pub(super) fn export_book(
    form: Export,
    book: &Path,
    out: Option<&Path>,
    common: &Common,
    console: &Console,
) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let form = if form == Export::Markdown && out.is_some_and(is_folder) { Export::MarkdownFolder } else { form };
    let request = request(book, None, Purpose::Export(form), common);
    let built = console.while_waiting(|| build(&request, &mut cache(book, common)))?;
    console.programs(&built);
    console.findings(&built, book);
    if built.report.errors() > 0 {
        console.say(&format!("nothing exported: {}", found(&built.report)));
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    let place = place(form, out, &built);
    let published = write(&place, &built)?;
    console.steps(&built, start.elapsed());
    match &place {
        Place::Folder(folder) => console.published(&built, &published, folder, start.elapsed()),
        Place::File(file) => console.say(&format!(
            "{}: {}; {}; {} in {}; {}",
            file.display(),
            contents(&built.counts),
            size(published.bytes),
            if published.written == 0 { "unchanged" } else { "written" },
            time(start.elapsed()),
            found(&built.report)
        )),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether what was named is to be a folder: it is one, or it does not end as a file of Markdown does.
fn is_folder(out: &Path) -> bool {
    out.is_dir() || !out.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"))
}

fn place(form: Export, out: Option<&Path>, built: &Built) -> Place {
    let name = format!("{}.{}", built.id, form.extension());
    match out {
        Some(out) if form == Export::MarkdownFolder => Place::Folder(out.to_owned()),
        Some(out) if out.is_dir() => Place::File(out.join(name)),
        Some(out) => Place::File(out.to_owned()),
        None => Place::File(PathBuf::from(name)),
    }
}

/// One file stands for itself; several make an archive.
fn write(place: &Place, built: &Built) -> Result<Published, Error> {
    let file = match place {
        Place::Folder(folder) => return publish(&built.site, folder, &built.project),
        Place::File(file) => file,
    };
    match built.site.iter().next() {
        Some((_, only)) if built.site.len() == 1 => publish_file(&only.bytes()?, file, &built.project),
        _ => publish_file(&zip(&built.site)?, file, &built.project),
    }
}
