//! The commands, each a function that returns its exit code.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode};
use std::time::{Duration, Instant};

use clap::CommandFactory;

use super::arguments::{Arguments, Common};
use super::console::{Console, contents, count_problems, counted, prefix, time};
use crate::child;
use crate::config::CONFIG_FILE;
use crate::diagnostic::{CODES, Code, Severities, Severity, explain, nearest, typed};
use crate::digest::Digest;
use crate::error::Error;
use crate::mdbook::Plugins;
use crate::memo::user_cache_dir;
use crate::new::{self, Kind};
use crate::pipeline::{
    Cache, Dating, Purpose, Request, Stamping, build, build_opened, open, stamp, store_published, unchanged_site,
};
use crate::serve::{self, Event};
use crate::site::{Recovery, publish_after, recover, recover_output};
use crate::source::real_path;

/// Exit code if the book has errors; nothing was published.
pub(super) const EXIT_BOOK: u8 = 1;
pub(super) fn request(book: &Path, out: Option<&Path>, purpose: Purpose, common: &Common) -> Request {
    let severities = Severities { changed: common.code.iter().cloned().collect(), strict: common.strict };
    Request {
        book: book.to_path_buf(),
        out: out.map(Path::to_path_buf),
        purpose,
        url: None,
        severities,
        follow: common.follow.clone(),
        plugins: plugins(common),
        epoch: common.epoch,
        dating: Dating::Commits,
    }
}

fn plugins(common: &Common) -> Plugins {
    Plugins { run: !common.no_plugins, external: common.external.clone() }
}

pub(super) fn cache(book: &Path, common: &Common) -> Cache {
    // In a folder without `chapbook.toml` nothing is written, so its cache is in the user's cache folder.
    let is_ours = book.join(CONFIG_FILE).is_file();
    let folder = if is_ours { Some(book.join(".chapbook/cache")) } else { users_cache(book) };
    match folder.filter(|_| !common.no_cache) {
        Some(folder) => Cache::in_folder(&folder),
        None => Cache::in_memory(),
    }
}

/// The folder for a book in the user's cache folder, named by a digest of the book's path.
fn users_cache(book: &Path) -> Option<PathBuf> {
    let place = real_path(book).ok()?;
    Some(user_cache_dir()?.join(Digest::of(place.to_string_lossy().as_bytes()).hex(16)))
}

pub(super) fn build_book(
    book: &Path,
    out: Option<&Path>,
    url: Option<&str>,
    common: &Common,
    console: &Console,
) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let request = Request { url: url.map(str::to_owned), ..request(book, out, Purpose::Publish, common) };
    let mut cache = cache(book, common);
    let opened = open(&request)?;
    let out = opened.project().site_dir(out);
    console.recovery(recover_output(&out, opened.project())?, &out);
    if let Some(unchanged) = unchanged_site(&request, opened.project(), &out, &mut cache) {
        console.report(&unchanged.report, &unchanged.texts, book);
        console.unchanged(&unchanged, &out, start.elapsed());
        return Ok(ExitCode::SUCCESS);
    }
    let built = console.while_waiting(|| build_opened(opened, &mut cache))?;
    console.programs(&built);
    console.diagnostics(&built, book);
    if built.report.errors() > 0 {
        console.status(&format!("nothing published: {}", count_problems(&built.report)));
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    let published = publish_after(&built.site, &out, &built.project, cache.stat_cache())?;
    store_published(&request, &built, &cache);
    console.steps(&built, start.elapsed());
    console.published(&built, &published, &out, start.elapsed());
    // The program ends here, and the system frees memory faster than dropping each value.
    std::mem::forget(built);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check_book(book: &Path, common: &Common, console: &Console) -> Result<ExitCode, Error> {
    let start = Instant::now();
    let request = request(book, None, Purpose::Publish, common);
    let built = console.while_waiting(|| build(&request, &mut Cache::in_memory()))?;
    console.programs(&built);
    console.diagnostics(&built, book);
    console.steps(&built, start.elapsed());
    console.status(&format!("{}; {}", contents(&built.counts), count_problems(&built.report)));
    let errors = built.report.errors();
    std::mem::forget(built);
    Ok(if errors > 0 { ExitCode::from(EXIT_BOOK) } else { ExitCode::SUCCESS })
}

pub(super) fn stamp_ids(
    book: &Path,
    stamping: Stamping,
    common: &Common,
    console: &Console,
) -> Result<ExitCode, Error> {
    // Warnings do not prevent writing ids, even with `--strict`.
    let severities = Severities { strict: false, changed: common.code.iter().cloned().collect() };
    let stamped = stamp(&Request { severities, ..request(book, None, Purpose::Publish, common) }, stamping)?;
    if stamped.report.errors() > 0 {
        console.report(&stamped.report, &stamped.texts, book);
        console.status("no ids written: fix the errors of the book first");
        return Ok(ExitCode::from(EXIT_BOOK));
    }
    for file in &stamped.files {
        let (lists, items) = (counted(file.checklists as u64, "checklist"), counted(file.items as u64, "item"));
        console.status(&format!("{}{}: {lists}, {items}", prefix(book), file.name));
    }
    stamped.left.iter().for_each(|why| console.warn(why));
    let missing = stamping == Stamping::Check && !stamped.files.is_empty();
    match (missing, stamped.files.is_empty() && stamped.left.is_empty()) {
        (true, _) => console.status("ids are missing: run `chapbook ids` to write them"),
        (_, true) => console.status("all checklists and items have an id"),
        _ => {}
    }
    Ok(if missing || !stamped.left.is_empty() { ExitCode::from(EXIT_BOOK) } else { ExitCode::SUCCESS })
}

/// What to open when the server is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    Browser,
    Nothing,
}

pub(super) fn serve_book(
    book: &Path,
    options: &serve::Options,
    opening: Opening,
    common: &Common,
    console: &Console,
) -> Result<ExitCode, Error> {
    let request = request(book, None, Purpose::Preview, common);
    if let Ok(opened) = open(&request) {
        // What is published is not what is previewed: a folder that cannot be finished does not stop the preview.
        let out = opened.project().site_dir(None);
        let recovered = recover_output(&out, opened.project()).unwrap_or(Recovery::Nothing);
        console.recovery(recovered, &out);
    }
    let mut announced = Vec::new();
    serve::run(&request, options, &mut |event| match event {
        Event::Listening(address) => {
            console.status(&format!("serving at http://{address}/ (press Ctrl-C to stop)"));
            if !address.ip().is_loopback() {
                console.warn(
                    "anyone on this network can read the book; leave out `--host` to serve it to this machine only",
                );
            }
            if opening == Opening::Browser {
                open_browser(&format!("http://{address}/"), console);
            }
        }
        Event::Built(built) => {
            if built.programs != announced {
                console.programs(built);
                announced.clone_from(&built.programs);
            }
            console.diagnostics(built, book);
            let took: Duration = built.times.iter().map(|(_, time)| *time).sum();
            console.status(&format!("{}; {}; {}", contents(&built.counts), count_problems(&built.report), time(took)));
        }
        Event::Failed(error) => console.error(error),
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn recover_site(out: &Path, console: &Console) -> Result<ExitCode, Error> {
    let recovery = recover(out)?;
    console.recovery(recovery, out);
    if recovery == Recovery::Nothing {
        console.status(&format!("{}: no publication was stopped there", out.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens an address in the browser, or prints it if there is no program to open it with.
fn open_browser(address: &str, console: &Console) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if child::detach(Process::new(opener).arg(address)).is_err() {
        console.status(&format!("cannot open a browser: go to {address}"));
    }
}

pub(super) fn create_book(dir: &Path, kind: Kind, language: &str, console: &Console) -> Result<ExitCode, Error> {
    let files = new::create(dir, kind, language)?;
    console.status(&format!("created {} files in `{}`", files.len(), dir.display()));
    console.status(&format!("next: chapbook serve {} --open", typed(dir)));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn convert_mdbook(book: &Path, console: &Console) -> Result<ExitCode, Error> {
    let path = new::from_mdbook(book)?;
    console.status(&format!("created `{}`; chapbook no longer reads `book.toml`", path.display()));
    console.status(&format!("next: chapbook check {}", typed(book)));
    Ok(ExitCode::SUCCESS)
}

/// Prints each code with its severity and what it means.
pub(super) fn list_codes(console: &Console) -> ExitCode {
    let width = CODES.iter().map(|code| code.name.len()).max().unwrap_or_default();
    let line = |code: &&Code| {
        let severity = if code.severity == Severity::Error { "error" } else { "warning" };
        format!("{:width$}  {severity:7}  {}", code.name, code.about)
    };
    let lines: Vec<String> = CODES.iter().map(line).collect();
    console.answer(&lines.join("\n"));
    ExitCode::SUCCESS
}

pub(super) fn explain_code(code: &str, console: &Console) -> Result<ExitCode, Error> {
    if let Some(text) = explain(code) {
        console.answer(&text);
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = CODES.iter().map(|code| code.name).collect();
    let help = match nearest(code, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the codes are: {}", names.join(", ")),
    };
    Err(Error::refused(format!("there is no code `{code}`"), help))
}

pub(super) fn manual_page(console: &Console) -> Result<ExitCode, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page).map_err(Error::disk("write", "the manual page"))?;
    console.answer(&String::from_utf8_lossy(&page));
    Ok(ExitCode::SUCCESS)
}
