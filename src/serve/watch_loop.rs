//! The loop of the preview: watch, wait, build, show.
//!
//! In: a project. Out: [`Event`]s for the command line, and what the server shows. Building happens on a thread of its
//! own, so that Ctrl-C ends the preview at once and changes during a build are not lost.

use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Instant;

use super::http::{Server, bind};
use super::watch::{Coverage, Debounce, Places, Watcher};
use crate::diagnostic::{Colour, Format, emit};
use crate::error::Error;
use crate::path::SitePath;
use crate::pipeline::{self, Built, Preview, Request};
use crate::site::SiteFile;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; `None` takes 4000 or the next free one.
    pub port: Option<u16>,
}

/// What happened, for the command line to print.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server listens.
    Listening(SocketAddr),
    /// A build ended, well or with errors.
    Built(&'a Built),
    /// A build could not be carried out.
    Failed(&'a Error),
}

/// Serves a book until Ctrl-C. Each build opens the book anew, so that changes of `chapbook.toml` count.
///
/// # Errors
/// If the book cannot be opened, no port is free or the disk cannot be watched.
pub fn run(request: &Request, options: &Options, on_event: &mut dyn FnMut(Event<'_>)) -> Result<(), Error> {
    let (sender, wakes) = mpsc::channel();
    // Each build reports what is wrong in the configuration.
    let opened = pipeline::open(request)?;
    preview(Places::of(opened.project(), &[]), builder(request.clone()), options, (sender, wakes), on_event)
}

/// What the loop wakes up for.
enum Wake {
    /// Something on disk may have changed.
    Touched,
    /// The one page that a build will change for sure is there before all that follows from it.
    Early(SitePath, SiteFile),
    /// The build that was ordered has ended.
    Built(Box<Round>),
    /// Ctrl-C.
    Interrupted,
    /// The building thread has panicked.
    Crashed,
}

/// What the building thread is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Show the page of the one chapter whose words have changed, if that is all.
    Glance,
    /// Build the book.
    Build,
}

/// Takes a page that is ready before its build has ended.
type Early<'a> = &'a dyn Fn(SitePath, SiteFile);

/// One build and what to watch after it.
struct Round {
    places: Places,
    result: Result<Built, Error>,
}

fn preview(
    places: Places,
    build: impl FnMut(Order, Early<'_>) -> Option<Round> + Send + 'static,
    options: &Options,
    (sender, wakes): (Sender<Wake>, Receiver<Wake>),
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<(), Error> {
    let listener = bind(options.host, options.port)?;
    let address = listener.local_addr().map_err(Error::disk("listen on", "the port"))?;
    let mut watcher = Watcher::new(waker(&sender, || Wake::Touched))?;
    // Before the first build: what changes while it reads must not go unseen.
    watcher.watch(places)?;
    let server = Server::start(listener, waker(&sender, || Wake::Interrupted))?;
    let orders = start_building(build, sender);
    on_event(Event::Listening(address));
    let on_early = |path, file| server.show(|shown| shown.with_page(path, file));
    rounds(&orders, &wakes, &on_early, &mut |round| {
        show(round.result, &server, on_event);
        watcher.watch(round.places)
    })
}

fn waker(sender: &Sender<Wake>, wake: fn() -> Wake) -> impl Fn() + Send + 'static {
    let sender = sender.clone();
    // Nobody listens any more once the loop has ended.
    move || sender.send(wake()).unwrap_or_default()
}

/// Builds the book again and again; a build that fails leaves the places of the one before.
fn builder(request: Request) -> impl FnMut(Order, Early<'_>) -> Option<Round> + Send {
    let mut preview = Preview::new(request);
    let mut last = Places::default();
    move |order, early| {
        if let Some((path, file)) = preview.early_page() {
            early(path, file);
        }
        if order == Order::Glance {
            return None;
        }
        let result = preview.build();
        if let Ok(built) = &result {
            last = Places::of(&built.project, &built.read);
        }
        Some(Round { places: last.clone(), result })
    }
}

/// Starts the thread that carries out the orders.
fn start_building(
    mut build: impl FnMut(Order, Early<'_>) -> Option<Round> + Send + 'static,
    sender: Sender<Wake>,
) -> Sender<Order> {
    let (orders, ordered) = mpsc::channel();
    std::thread::spawn(move || {
        let alarm = Alarm(sender);
        for order in ordered {
            let early = |path, file| alarm.0.send(Wake::Early(path, file)).unwrap_or_default();
            let Some(round) = build(order, &early) else { continue };
            if alarm.0.send(Wake::Built(Box::new(round))).is_err() {
                return;
            }
        }
    });
    orders
}

/// Tells the loop when the building thread ends for whatever reason, so that it does not wait for ever.
struct Alarm(Sender<Wake>);

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.send(Wake::Crashed).unwrap_or_default();
    }
}

/// Orders a build at first and after each change, one at a time, until Ctrl-C; before it a glance, which needs no pause.
fn rounds(
    orders: &Sender<Order>,
    wakes: &Receiver<Wake>,
    on_early: Early<'_>,
    on_round: &mut dyn FnMut(Round) -> Result<Coverage, Error>,
) -> Result<(), Error> {
    let crashed = || Error::refused("the build has ended unexpectedly", "please report what it printed above");
    let mut debounce = Debounce::default();
    orders.send(Order::Build).map_err(|_| crashed())?;
    let mut building = true;
    loop {
        let next = debounce.glance().map(|due| (due, Order::Glance));
        let next = next.or(debounce.due().map(|due| (due, Order::Build))).filter(|_| !building);
        match wait(wakes, next.map(|(due, _)| due)) {
            Some(Wake::Touched) => debounce.touch(Instant::now()),
            Some(Wake::Early(path, file)) => on_early(path, file),
            Some(Wake::Interrupted) => return Ok(()),
            Some(Wake::Crashed) => return Err(crashed()),
            Some(Wake::Built(round)) => {
                building = false;
                // What happened in a folder before it was watched is seen by building once more.
                if on_round(*round)? == Coverage::Grown {
                    debounce.touch(Instant::now());
                }
            }
            None => {
                let order = next.map_or(Order::Build, |(_, order)| order);
                match order {
                    Order::Glance => debounce.glanced(),
                    Order::Build => debounce.clear(),
                }
                building = order == Order::Build;
                orders.send(order).map_err(|_| crashed())?;
            }
        }
    }
}

/// The next wake; `None` when it is time to work.
fn wait(wakes: &Receiver<Wake>, due: Option<Instant>) -> Option<Wake> {
    let Some(due) = due else { return Some(wakes.recv().unwrap_or(Wake::Crashed)) };
    match wakes.recv_timeout(due.saturating_duration_since(Instant::now())) {
        Ok(wake) => Some(wake),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Wake::Crashed),
    }
}

fn show(result: Result<Built, Error>, server: &Server, on_event: &mut dyn FnMut(Event<'_>)) {
    match result {
        Ok(built) => {
            on_event(Event::Built(&built));
            if built.report.errors() > 0 {
                let errors = emit(&built.report, &built.texts, "", Format::Human, Colour::Off);
                server.show(|shown| shown.bad(&errors));
            } else {
                server.show(|shown| shown.good(built.site));
            }
        }
        Err(error) => {
            on_event(Event::Failed(&error));
            server.show(|shown| shown.bad(&error.to_string()));
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

    const LOCAL: Options = Options { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: Some(0) };

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

    fn unbuilt(project: &Project) -> Built {
        Built {
            id: String::new(),
            project: project.clone(),
            site: Site::default(),
            report: Report::default(),
            texts: std::collections::BTreeMap::new(),
            read: Vec::new(),
            ways: crate::source::MissingPaths::default(),
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
    ) -> impl FnMut(Order, Early<'_>) -> Option<Round> + Send + 'static {
        let (project, builds) = (project.clone(), Arc::clone(builds));
        move |order, _| {
            if order == Order::Glance {
                return None;
            }
            builds.fetch_add(1, Ordering::Relaxed);
            let chapter = project.root.join("content/a.md");
            let text = std::fs::read_to_string(chapter).unwrap_or_default();
            let mut site = Site::default();
            site.insert(SitePath::new("index.html").unwrap(), Role::Page, text.as_bytes()).unwrap();
            let bad = text == "bad";
            let result =
                if bad { Err(Error::refused("broken", "mend it")) } else { Ok(Built { site, ..unbuilt(&project) }) };
            Some(Round { places: Places::of(&project, &[]), result })
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
    fn an_edit_is_shown_and_a_mistake_keeps_the_last_good_page() {
        let (folder, project) = book();
        let chapter = folder.path().join("content/a.md");
        let builds = Arc::new(AtomicUsize::new(0));
        let (sender, wakes) = mpsc::channel();
        let stop = sender.clone();
        let mut seen = Vec::new();
        let mut address = None;
        let mut on_event = |event: Event<'_>| match event {
            Event::Listening(at) => address = Some(at),
            // What is shown is what the round before has built: a round is printed first.
            Event::Built(_) => {
                seen.push(format!("built {}", builds.load(Ordering::Relaxed)));
                match seen.len() {
                    1 => save(&chapter, "two"),
                    2 => save(&chapter, "bad"),
                    _ => stop.send(Wake::Interrupted).unwrap(),
                }
            }
            Event::Failed(error) => {
                seen.push(error.to_string());
                assert!(get(address.unwrap()).contains("two"));
                save(&chapter, "three");
            }
        };
        let places = Places::of(&project, &[]);
        preview(places, copying(&project, &builds), &LOCAL, (sender, wakes), &mut on_event).unwrap();
        assert_eq!(seen, ["built 1", "built 2", "broken\n  help: mend it", "built 4"]);
    }

    #[test]
    fn changes_during_a_build_lead_to_one_more() {
        let (orders, ordered) = mpsc::channel();
        let (sender, wakes) = mpsc::channel();
        let (_folder, project) = book();
        let round = || Wake::Built(Box::new(Round { places: Places::default(), result: Ok(unbuilt(&project)) }));
        for wake in [Wake::Touched, Wake::Touched, round()] {
            sender.send(wake).unwrap();
        }
        let mut ended = 0;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for expected in [Order::Build, Order::Glance, Order::Build] {
                    assert_eq!(ordered.recv_timeout(Duration::from_secs(5)), Ok(expected));
                }
                sender.send(round()).unwrap();
                assert!(ordered.recv_timeout(Duration::from_millis(100)).is_err(), "no third build");
                sender.send(Wake::Interrupted).unwrap();
            });
            let mut on_round = |_| {
                ended += 1;
                Ok(Coverage::Same)
            };
            rounds(&orders, &wakes, &|_, _| (), &mut on_round).unwrap();
        });
        assert_eq!(ended, 2);
    }

    #[test]
    fn a_build_that_panics_ends_the_preview() {
        let (_folder, project) = book();
        let result = preview(Places::of(&project, &[]), |_, _| panic!("a bug"), &LOCAL, mpsc::channel(), &mut |_| ());
        assert!(matches!(result, Err(Error::Refused { .. })), "{result:?}");
    }

    #[test]
    fn ctrl_c_ends_even_a_build_that_hangs() {
        let (_folder, project) = book();
        let (sender, wakes) = mpsc::channel();
        sender.send(Wake::Interrupted).unwrap();
        let hang = |_: Order, _: Early<'_>| loop {
            std::thread::park();
        };
        preview(Places::of(&project, &[]), hang, &LOCAL, (sender, wakes), &mut |_| ()).unwrap();
    }
}
