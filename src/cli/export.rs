//! `chapbook export`: writes the book as a single file, or as a folder of Markdown.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use super::arguments::Common;
use super::commands::{EXIT_BOOK, cache, request};
use super::console::{Console, contents, count_problems, size, time};
use crate::error::Error;
use crate::output::Export;
use crate::pipeline::{Built, Purpose, build};
use crate::site::{Published, is_published, publish_file, publish_folder, zip};

/// Where an export is written.
enum Destination {
    File(PathBuf),
    Folder(PathBuf),
}

/// Builds a book in one format and writes it.
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
    console.diagnostics(&built, book);
    if built.report.errors() > 0 {
        console.status(&format!("nothing exported: {}", count_problems(&built.report)));
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    let destination = destination(form, out, &built);
    let published = write(&destination, &format!("{}.{}", built.id, form.extension()), &built)?;
    console.steps(&built, start.elapsed());
    match &destination {
        Destination::Folder(folder) => console.published(&built, &published, folder, start.elapsed()),
        Destination::File(file) => console.status(&format!(
            "{}: {}; {}; {} in {}; {}",
            file.display(),
            contents(&built.counts),
            size(published.bytes),
            if published.written == 0 { "unchanged" } else { "written" },
            time(start.elapsed()),
            count_problems(&built.report)
        )),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a path given for Markdown means a folder of chapters: an earlier export of that form, or a path that does not
/// exist and does not end in `.md`. In any other folder, the export is one file, as in all forms.
fn is_folder(out: &Path) -> bool {
    if out.is_dir() {
        return is_published(out);
    }
    !out.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"))
}

fn destination(form: Export, out: Option<&Path>, built: &Built) -> Destination {
    let name = format!("{}.{}", built.id, form.extension());
    match out {
        Some(out) if form == Export::MarkdownFolder => Destination::Folder(out.to_owned()),
        Some(out) if out.is_dir() => Destination::File(out.join(name)),
        Some(out) => Destination::File(out.to_owned()),
        None => Destination::File(PathBuf::from(name)),
    }
}

/// Writes a site of one file as that file, and one of several files as a zip archive. `name` is that of the export.
fn write(destination: &Destination, name: &str, built: &Built) -> Result<Published, Error> {
    let file = match destination {
        Destination::Folder(folder) => return publish_folder(&built.site, name, folder, &built.project),
        Destination::File(file) => file,
    };
    match built.site.iter().next() {
        Some((_, only)) if built.site.len() == 1 => publish_file(&only.bytes()?, name, file, &built.project),
        _ => publish_file(&zip(&built.site)?, name, file, &built.project),
    }
}
