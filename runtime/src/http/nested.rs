//! Layers of one kind inside of each other. The outermost counts a request, and the inner ones do not count it again.
//!
//! An inner service runs on the thread of the layer around it: in its `call`, and when its future is polled. Meanwhile, this thread knows which request
//! is counted. A mark in the request's extensions would also pass through other threads, but allocates memory for every request.

use std::cell::Cell;

use rapidhash::v3::rapidhash_v3;

/// The kinds of layers. Layers of different kinds count the same request under different names.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    Server,
    Client,
    GrpcServer,
    GrpcClient,
}

/// A request that a layer counts.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    kind: Kind,
    /// Its target as a number other than 0. A client may send other requests for the one that it was asked for, such as one for a token; these count.
    target: u64,
    /// Whether the layer does not know the route.
    wants_route: bool,
}

impl Request {
    /// That of a free place.
    pub(super) const NONE: Self = Self::to_server(Kind::Server);

    /// A request to a server: whatever its handler asks other services of the process is part of it.
    pub(super) const fn to_server(kind: Kind) -> Self {
        Self { kind, target: 1, wants_route: false }
    }

    /// A request of a client, to this path.
    pub(super) fn to_path(kind: Kind, path: &str) -> Self {
        Self { kind, target: rapidhash_v3(path.as_bytes()) | 1, wants_route: false }
    }

    #[inline]
    pub(super) fn wants_route(self, wants_route: bool) -> Self {
        Self { wants_route, ..self }
    }

    /// Returns whether a layer around the current one counts it already.
    #[inline]
    pub(super) fn is_counted(self) -> bool {
        RUNNING.with(|running| running[self.kind as usize].get() == self.target)
    }
}

thread_local! {
    /// The targets of the requests whose services this thread runs, by kind; 0 if there is none.
    static RUNNING: [Cell<u64>; 4] = const { [const { Cell::new(0) }; 4] };

    /// The route that an inner layer knows.
    static ROUTE: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Tells the layer around the current one which route the request matched.
pub(super) fn tell_route(route: &'static str) {
    ROUTE.set(Some(route));
}

/// Returns the route that an inner layer told, for a request that wants it.
pub(super) fn told_route() -> Option<&'static str> {
    ROUTE.get()
}

/// While this exists, the thread runs the service of a request.
pub(super) struct Scope {
    kind: Kind,
    /// What the thread ran before.
    around: u64,
}

impl Scope {
    #[inline]
    pub(super) fn enter(request: Request) -> Self {
        if request.wants_route {
            ROUTE.set(None);
        }
        let around = RUNNING.with(|running| running[request.kind as usize].replace(request.target));
        Self { kind: request.kind, around }
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        RUNNING.with(|running| running[self.kind as usize].set(self.around));
    }
}
