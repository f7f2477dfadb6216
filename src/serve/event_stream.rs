//! [`EventStream`]: the response body by which browsers learn of new builds (server-sent events).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Response;
use hyper::body::{Body, Bytes, Frame};
use tokio::sync::{mpsc, watch};

use super::answer::protect;
use super::preview_view::PreviewView;

/// How often an idle stream sends a comment. Sending is also how a closed connection is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A response body that ends when the browser closes the connection.
pub(super) struct EventStream {
    receiver: mpsc::Receiver<Bytes>,
}

impl EventStream {
    /// A response with the events since the state `since`.
    pub(super) fn response(view: watch::Receiver<PreviewView>, since: String) -> Response<Self> {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(send_events(view, since, sender));
        let mut response = Response::new(Self { receiver });
        protect(response.headers_mut(), "text/event-stream; charset=utf-8");
        response
    }
}

impl Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.receiver.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Sends the events of each new state until the browser closes the connection or the server stops.
async fn send_events(mut view: watch::Receiver<PreviewView>, mut since: String, sender: mpsc::Sender<Bytes>) {
    let mut message = String::from("retry: 1000\n\n");
    loop {
        {
            let now = view.borrow_and_update();
            message += &now.events_since(&since);
            since = now.stamp();
        }
        if sender.send(std::mem::take(&mut message).into()).await.is_err() {
            return;
        }
        while let Err(_quiet) = tokio::time::timeout(KEEP_ALIVE, view.changed()).await {
            if sender.send(Bytes::from_static(b":\n\n")).await.is_err() {
                return;
            }
        }
        if view.has_changed().is_err() {
            return;
        }
    }
}
