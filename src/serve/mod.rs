//! The author's preview: builds to memory, watches, rebuilds, reloads the pages that changed.

mod answer;
mod http;
mod rounds;
mod shown;
mod watch;

<<<<<<< HEAD
use crate::error::Error;
use crate::pipeline::{Built, Request};

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

/// Serves a book until Ctrl-C.
///
/// # Errors
/// If no port is free or the disk cannot be watched.
pub fn run(request: &Request, options: &Options, on_event: &mut dyn FnMut(Event<'_>)) -> Result<(), Error> {
    let _ = (request, options, on_event);
    todo!()
}
=======
pub use rounds::{Event, Options, run};
>>>>>>> publish
