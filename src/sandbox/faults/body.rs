//! A body that comes one byte at a time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use tokio::time::{Interval, interval};

/// The contents of `body`, a byte at a time, with `pause` between. Its length is not known
/// beforehand, so that a stated one is believed.
pub(super) fn dripping(body: Body, pause: Duration) -> Body {
    Body::new(Dripping { body, rest: Bytes::new(), clock: interval(pause) })
}

struct Dripping {
    body: Body,
    rest: Bytes,
    clock: Interval,
}

impl HttpBody for Dripping {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                end => return Poll::Ready(end),
            }
        }
        ready!(self.clock.poll_tick(context));
        let drop = self.rest.split_to(1);
        Poll::Ready(Some(Ok(Frame::data(drop))))
    }
}
