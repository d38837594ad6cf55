//! The state of a connection, and since when: tracked by its bytes, requests and responses, so that one check enforces all time limits, of reading and of
//! writing.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};

use super::limits::Limits;

/// The state of a connection. Clones share it.
#[derive(Clone)]
pub(super) struct Activity(Arc<Mutex<(Phase, Instant)>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The TLS handshake, or reading the head of a request.
    Head,
    /// A request is being answered, or the response is being written.
    Request,
    /// The response is complete, but not written.
    Response,
    /// Between two requests.
    Idle,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new((Phase::Head, Instant::now()))))
    }

    /// The time at which the connection must be closed.
    pub(super) fn deadline(&self, limits: &Limits) -> Instant {
        let (phase, since) = *self.state();
        let limit = match phase {
            Phase::Head => limits.head_time,
            Phase::Request | Phase::Response => limits.request_time,
            Phase::Idle => limits.idle_time,
        };
        since.checked_add(limit).unwrap_or_else(|| since + Duration::from_secs(u64::from(u32::MAX)))
    }

    /// Since when the connection has had no request, if it has none.
    pub(super) fn unused_since(&self) -> Option<Instant> {
        let (phase, since) = *self.state();
        matches!(phase, Phase::Head | Phase::Idle).then_some(since)
    }

    /// A request has arrived.
    pub(super) fn requested(&self) {
        *self.state() = (Phase::Request, Instant::now());
    }

    fn read(&self) {
        let mut state = self.state();
        if state.0 == Phase::Idle {
            *state = (Phase::Head, Instant::now());
        }
    }

    fn answered(&self) {
        self.state().0 = Phase::Response;
    }

    fn written(&self) {
        let mut state = self.state();
        if state.0 == Phase::Response {
            *state = (Phase::Idle, Instant::now());
        }
    }

    fn state(&self) -> MutexGuard<'_, (Phase, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream whose reads and writes are tracked.
pub(super) struct TrackedIo<S> {
    pub(super) stream: S,
    pub(super) activity: Activity,
}

impl<S: Read + Unpin> Read for TrackedIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if result.is_ready() {
            self.activity.read();
        }
        result
    }
}

impl<S: Write + Unpin> Write for TrackedIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    // `hyper` flushes after it has written all pending data.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        if result.is_ready() {
            self.activity.written();
        }
        result
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }
}

/// A body whose end is tracked.
pub(super) struct TrackedBody {
    pub(super) body: Full<Bytes>,
    pub(super) activity: Activity,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.activity.answered();
    }
}
