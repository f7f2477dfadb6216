//! The main loop of the preview: wait for a change, build, and give the new site to the server.
//!
//! In: a [`Request`] and [`Options`]. Out: [`Event`]s for the command line. Builds run on a separate thread, so that Ctrl-C
//! ends the preview at once and changes during a build are noticed.

use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Instant;

use super::debounce::Debounce;
use super::http::{Server, bind};
use super::watch::{Coverage, WatchedPaths, Watcher};
use crate::diagnostic::{Colour, Format, emit};
use crate::error::Error;
use crate::path::SitePath;
use crate::pipeline::{self, Built, Preview, Request};
use crate::site::SiteFile;

/// Where the preview server listens.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; `None` means the first free one from 4000 to 4020.
    pub port: Option<u16>,
    /// Further host names that requests may have, for a proxy or a forwarded port.
    pub allow_hosts: Vec<String>,
}

/// What happened in the preview. [`run`] passes each event to its caller, which prints it.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server listens.
    Listening(SocketAddr),
    /// A build has finished; its report may have errors.
    Built(&'a Built),
    /// A build failed before it could produce a report.
    Failed(&'a Error),
}

/// Serves a preview of a book until Ctrl-C is pressed. The book is built at once and after each change of its files; each
/// build reads `chapbook.toml` again.
///
/// # Errors
/// [`Error::Refused`] if the book cannot be opened, no port is free, or a folder cannot be watched.
pub fn run(request: &Request, options: &Options, on_event: &mut dyn FnMut(Event<'_>)) -> Result<(), Error> {
    let (sender, messages) = mpsc::channel();
    // Each build reports what is wrong in the configuration.
    let opened = pipeline::open(request)?;
    preview(WatchedPaths::of(opened.project(), &[]), builder(request.clone()), options, (sender, messages), on_event)
}

/// What the main loop waits for.
enum Message {
    /// Something on disk may have changed.
    FilesChanged,
    /// The page of the changed chapter, rendered before the rest of the site is built.
    EarlyPage(SitePath, SiteFile),
    /// The build has ended.
    BuildEnded(Box<BuildResult>),
    /// Ctrl-C was pressed.
    Interrupted,
    /// The build thread has ended although it should not, most likely by a panic.
    BuilderPanicked,
}

/// What the build thread is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Render the page of the changed chapter, if only the text of one chapter has changed.
    EarlyPage,
    /// Build the book.
    Build,
}

/// Receives a page that is ready before its build has ended.
type OnEarlyPage<'a> = &'a dyn Fn(SitePath, SiteFile);

/// The result of a build, and the paths to watch after it.
struct BuildResult {
    paths: WatchedPaths,
    result: Result<Built, Error>,
}

fn preview(
    paths: WatchedPaths,
    build: impl FnMut(Order, OnEarlyPage<'_>) -> Option<BuildResult> + Send + 'static,
    options: &Options,
    (sender, messages): (Sender<Message>, Receiver<Message>),
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<(), Error> {
    let listener = bind(options.host, options.port)?;
    let address = listener.local_addr().map_err(Error::disk("listen on", "the port"))?;
    let mut watcher = Watcher::new(notifier(&sender, || Message::FilesChanged))?;
    // Before the first build, so that changes while it reads are noticed.
    watcher.watch(paths)?;
    let names = options.allow_hosts.as_slice().into();
    let server = Server::start(listener, names, notifier(&sender, || Message::Interrupted))?;
    let orders = start_building(build, sender);
    on_event(Event::Listening(address));
    let on_early = |path, file| server.show(|view| view.with_page(path, file));
    run_loop(&orders, &messages, &on_early, &mut |build_result| {
        show(build_result.result, &server, on_event);
        watcher.watch(build_result.paths)
    })
}

fn notifier(sender: &Sender<Message>, message: fn() -> Message) -> impl Fn() + Send + 'static {
    let sender = sender.clone();
    // Sending fails only when the loop has ended, and then nothing needs to be done.
    move || sender.send(message()).unwrap_or_default()
}

/// A function that builds the book whenever it is called. After a build that fails, the paths of the previous one are
/// still watched.
fn builder(request: Request) -> impl FnMut(Order, OnEarlyPage<'_>) -> Option<BuildResult> + Send {
    let mut preview = Preview::new(request);
    let mut last = WatchedPaths::default();
    move |order, on_early| {
        if let Some((path, file)) = preview.early_page() {
            on_early(path, file);
        }
        if order == Order::EarlyPage {
            return None;
        }
        let result = preview.build();
        if let Ok(built) = &result {
            last = WatchedPaths::of(&built.project, &built.read);
        }
        Some(BuildResult { paths: last.clone(), result })
    }
}

/// Starts the build thread, which executes one order after the other.
fn start_building(
    mut build: impl FnMut(Order, OnEarlyPage<'_>) -> Option<BuildResult> + Send + 'static,
    sender: Sender<Message>,
) -> Sender<Order> {
    let (orders, ordered) = mpsc::channel();
    std::thread::spawn(move || {
        let notice = PanicNotice(sender);
        for order in ordered {
            let on_early = |path, file| notice.0.send(Message::EarlyPage(path, file)).unwrap_or_default();
            let Some(build_result) = build(order, &on_early) else { continue };
            if notice.0.send(Message::BuildEnded(Box::new(build_result))).is_err() {
                return;
            }
        }
    });
    orders
}

/// Sends [`Message::BuilderPanicked`] when the build thread ends, so that the main loop does not wait forever.
struct PanicNotice(Sender<Message>);

impl Drop for PanicNotice {
    fn drop(&mut self) {
        self.0.send(Message::BuilderPanicked).unwrap_or_default();
    }
}

/// Orders a build at the start and after each change, one at a time, until Ctrl-C. Before a build that waits for a pause
/// in the changes it orders the early page.
fn run_loop(
    orders: &Sender<Order>,
    messages: &Receiver<Message>,
    on_early: OnEarlyPage<'_>,
    on_build: &mut dyn FnMut(BuildResult) -> Result<Coverage, Error>,
) -> Result<(), Error> {
    let panicked =
        || Error::refused("the build ended unexpectedly", "please report this as a bug, with the messages above");
    let mut debounce = Debounce::default();
    orders.send(Order::Build).map_err(|_| panicked())?;
    let mut building = true;
    loop {
        let next = debounce.early_due().map(|due| (due, Order::EarlyPage));
        let next = next.or(debounce.due().map(|due| (due, Order::Build))).filter(|_| !building);
        match wait(messages, next.map(|(due, _)| due)) {
            Some(Message::FilesChanged) => debounce.changed(Instant::now()),
            Some(Message::EarlyPage(path, file)) => on_early(path, file),
            Some(Message::Interrupted) => return Ok(()),
            Some(Message::BuilderPanicked) => return Err(panicked()),
            Some(Message::BuildEnded(build_result)) => {
                building = false;
                // A new folder may have changed before it was watched, so build again.
                if on_build(*build_result)? == Coverage::Extended {
                    debounce.changed(Instant::now());
                }
            }
            None => {
                let order = next.map_or(Order::Build, |(_, order)| order);
                match order {
                    Order::EarlyPage => debounce.early_done(),
                    Order::Build => debounce.clear(),
                }
                building = order == Order::Build;
                orders.send(order).map_err(|_| panicked())?;
            }
        }
    }
}

/// Waits for the next message; `None` once `due` has passed.
fn wait(messages: &Receiver<Message>, due: Option<Instant>) -> Option<Message> {
    let Some(due) = due else { return Some(messages.recv().unwrap_or(Message::BuilderPanicked)) };
    match messages.recv_timeout(due.saturating_duration_since(Instant::now())) {
        Ok(message) => Some(message),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Message::BuilderPanicked),
    }
}

/// Reports the result of a build and gives it to the server. After errors the last good site stays visible.
fn show(result: Result<Built, Error>, server: &Server, on_event: &mut dyn FnMut(Event<'_>)) {
    match result {
        Ok(built) => {
            on_event(Event::Built(&built));
            if built.report.errors() > 0 {
                let errors = emit(&built.report, &built.texts, "", Format::Human, Colour::Off);
                server.show(|view| view.with_errors(&errors));
            } else {
                server.show(|view| view.with_site(built.site));
            }
        }
        Err(error) => {
            on_event(Event::Failed(&error));
            server.show(|view| view.with_errors(&error.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpStream};
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::config::Config;
    use crate::config::Project;
    use crate::diagnostic::Report;
    use crate::path::SitePath;
    use crate::pipeline::{Counts, Rest};
    use crate::site::{Role, Site};

    const LOCAL: Options = Options { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: Some(0), allow_hosts: Vec::new() };

    #[expect(clippy::disallowed_methods, reason = "an author saves")]
    fn save(path: &Path, text: &str) {
        std::fs::write(path, text).unwrap();
    }

    fn book() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("content")).unwrap();
        save(&folder.path().join("content/a.md"), "one");
        let project = Project { root: folder.path().to_owned(), config: Config::default(), folder: None, file: None };
        (folder, project)
    }

    fn empty_build(project: &Project) -> Built {
        Built {
            id: String::new(),
            project: project.clone(),
            site: Site::default(),
            report: Report::default(),
            texts: std::collections::BTreeMap::new(),
            read: Vec::new(),
            missing: crate::source::MissingPaths::default(),
            programs: Vec::new(),
            counts: Counts::default(),
            times: Vec::new(),
            rest: Rest::default(),
        }
    }

    /// A build whose site is one page with the text of one chapter; "bad" cannot be built.
    fn copying(
        project: &Project,
        builds: &Arc<AtomicUsize>,
    ) -> impl FnMut(Order, OnEarlyPage<'_>) -> Option<BuildResult> + Send + 'static {
        let (project, builds) = (project.clone(), Arc::clone(builds));
        move |order, _| {
            if order == Order::EarlyPage {
                return None;
            }
            builds.fetch_add(1, Ordering::Relaxed);
            let chapter = project.root.join("content/a.md");
            let text = std::fs::read_to_string(chapter).unwrap_or_default();
            let mut site = Site::default();
            site.insert(SitePath::new("index.html").unwrap(), Role::Page, text.as_bytes()).unwrap();
            let bad = text == "bad";
            let result =
                if bad { Err(Error::refused("broken", "fix it")) } else { Ok(Built { site, ..empty_build(&project) }) };
            Some(BuildResult { paths: WatchedPaths::of(&project, &[]), result })
        }
    }

    fn get(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn an_edit_is_shown_and_an_error_keeps_the_last_good_page() {
        let (folder, project) = book();
        let chapter = folder.path().join("content/a.md");
        let builds = Arc::new(AtomicUsize::new(0));
        let (sender, messages) = mpsc::channel();
        let stop = sender.clone();
        let mut seen = Vec::new();
        let mut address = None;
        let mut on_event = |event: Event<'_>| match event {
            Event::Listening(at) => address = Some(at),
            // The server still shows the previous build here, because a result is printed before it is shown.
            Event::Built(_) => {
                seen.push(format!("built {}", builds.load(Ordering::Relaxed)));
                match seen.len() {
                    1 => save(&chapter, "two"),
                    2 => save(&chapter, "bad"),
                    _ => stop.send(Message::Interrupted).unwrap(),
                }
            }
            Event::Failed(error) => {
                seen.push(error.to_string());
                assert!(get(address.unwrap()).contains("two"));
                save(&chapter, "three");
            }
        };
        let paths = WatchedPaths::of(&project, &[]);
        preview(paths, copying(&project, &builds), &LOCAL, (sender, messages), &mut on_event).unwrap();
        assert_eq!(seen, ["built 1", "built 2", "broken\n  help: fix it", "built 4"]);
    }

    #[test]
    fn changes_during_a_build_lead_to_one_more() {
        let (orders, ordered) = mpsc::channel();
        let (sender, messages) = mpsc::channel();
        let (_folder, project) = book();
        let build_result = || {
            Message::BuildEnded(Box::new(BuildResult {
                paths: WatchedPaths::default(),
                result: Ok(empty_build(&project)),
            }))
        };
        for message in [Message::FilesChanged, Message::FilesChanged, build_result()] {
            sender.send(message).unwrap();
        }
        let mut ended = 0;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for expected in [Order::Build, Order::EarlyPage, Order::Build] {
                    assert_eq!(ordered.recv_timeout(Duration::from_secs(5)), Ok(expected));
                }
                sender.send(build_result()).unwrap();
                assert!(ordered.recv_timeout(Duration::from_millis(100)).is_err(), "no third build");
                sender.send(Message::Interrupted).unwrap();
            });
            let mut on_build = |_| {
                ended += 1;
                Ok(Coverage::Unchanged)
            };
            run_loop(&orders, &messages, &|_, _| (), &mut on_build).unwrap();
        });
        assert_eq!(ended, 2);
    }

    #[test]
    fn a_build_that_panics_ends_the_preview() {
        let (_folder, project) = book();
        let result =
            preview(WatchedPaths::of(&project, &[]), |_, _| panic!("a bug"), &LOCAL, mpsc::channel(), &mut |_| ());
        assert!(matches!(result, Err(Error::Refused { .. })), "{result:?}");
    }

    #[test]
    fn ctrl_c_ends_even_a_build_that_hangs() {
        let (_folder, project) = book();
        let (sender, messages) = mpsc::channel();
        sender.send(Message::Interrupted).unwrap();
        let hang = |_: Order, _: OnEarlyPage<'_>| loop {
            std::thread::park();
        };
        preview(WatchedPaths::of(&project, &[]), hang, &LOCAL, (sender, messages), &mut |_| ()).unwrap();
    }
}
