//! A future as a call: counted in at its first poll, out at its end or when it is dropped.

use std::fmt;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

use super::families::Series;
use super::guard::Running;

/// Makes a future a call under a series; `read` tells the outcome's index and that of the error's kind from its value.
#[inline]
pub fn instrument<F, C>(series: &'static Series, future: F, read: C) -> Instrumented<F, C>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Instrumented { future, call: Stage::new(series), read }
}

/// The same in a box, which is there before the future is moved: so it is built in its place.
#[inline]
pub fn instrument_boxed<F, C>(series: &'static Series, future: F, read: C) -> Pin<Box<Instrumented<F, C>>>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    let place = Box::new_uninit();
    Box::into_pin(Box::write(place, instrument(series, future, read)))
}

/// The same of a future in a box that is not pinned.
#[inline]
pub fn instrument_unpinned<F, C>(series: &'static Series, future: Box<F>, read: C) -> Box<Instrumented<Pin<Box<F>>, C>>
where
    F: Future + ?Sized,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    Box::new(instrument(series, Box::into_pin(future), read))
}

pin_project! {
    /// A future that is counted as a call.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<F, C> {
        // Dropped before the call, which ends after the last of what the future owns.
        #[pin]
        future: F,
        call: Stage,
        read: C,
    }

    impl<F, C> PinnedDrop for Instrumented<F, C> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.is_dropped();
        }
    }
}

/// How far the call is.
struct Stage {
    series: &'static Series,
    state: State,
}

enum State {
    /// Not polled yet: it counts nothing.
    Fresh,
    Running(ManuallyDrop<Running>),
    /// It runs, and its future is being dropped during a panic that is not its own.
    Unwinding(ManuallyDrop<Running>),
}

impl<F, C> Future for Instrumented<F, C>
where
    F: Future,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if matches!(this.call.state, State::Fresh) {
            this.call.begin();
        }
        // From here to `forget` there is only unwinding: that, and not whatever the thread is doing when the future is dropped some day,
        // is a panic of this call.
        let panics = Panics(this.call);
        let polled = this.future.poll(context);
        let ended = match &polled {
            Poll::Ready(value) => Some((this.read)(value)),
            Poll::Pending => None,
        };
        mem::forget(panics);
        if let Some((outcome, error)) = ended {
            this.call.end(outcome, error);
        }
        polled
    }
}

// As with the guards, what is not generic is kept out of the functions.
impl Stage {
    fn new(series: &'static Series) -> Self {
        Self { series, state: State::Fresh }
    }

    #[inline(never)]
    fn begin(&mut self) {
        self.state = State::Running(ManuallyDrop::new(Running::IDLE));
        if let State::Running(running) = &mut self.state {
            running.begin(self.series);
        }
    }

    #[inline(never)]
    fn end(&mut self, outcome: usize, error: Option<usize>) {
        if let State::Running(running) = &mut self.state {
            running.end(outcome, error);
        }
    }

    /// The future is about to be dropped.
    #[inline]
    fn is_dropped(&mut self) {
        if thread::panicking()
            && let State::Running(running) = &mut self.state
        {
            let running = mem::replace(running, ManuallyDrop::new(Running::IDLE));
            self.state = State::Unwinding(running);
        }
    }
}

impl Drop for Stage {
    #[inline]
    fn drop(&mut self) {
        match &mut self.state {
            State::Running(running) if !running.has_ended() => {
                // A panic that began since the future was about to be dropped is one of what it owns.
                if thread::panicking() {
                    running.panic();
                } else {
                    running.cancel();
                }
            }
            State::Unwinding(running) if !running.has_ended() => running.cancel(),
            _ => {}
        }
    }
}

/// A poll that ends in a panic, unless it is forgotten.
struct Panics<'a>(&'a mut Stage);

impl Drop for Panics<'_> {
    #[inline(never)]
    fn drop(&mut self) {
        if let State::Running(running) = &mut self.0.state {
            running.panic();
        }
    }
}

// What the future is without a call, it is with one.

/// Another future, and another call when it is polled.
impl<F: Clone, C: Clone> Clone for Instrumented<F, C> {
    fn clone(&self) -> Self {
        Self { future: self.future.clone(), call: Stage::new(self.call.series), read: self.read.clone() }
    }
}

impl<F: fmt::Debug, C> fmt::Debug for Instrumented<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}

// A call counts in atomics, and a panic between two of them leaves nothing that breaks.
impl<F: UnwindSafe, C> UnwindSafe for Instrumented<F, C> {}
impl<F: RefUnwindSafe, C> RefUnwindSafe for Instrumented<F, C> {}

#[cfg(feature = "futures-core")]
impl<F, C> futures_core::FusedFuture for Instrumented<F, C>
where
    F: futures_core::FusedFuture,
    C: Fn(&F::Output) -> (usize, Option<usize>),
{
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}
