//! Requests under a user's own operation.

use std::fmt;
use std::marker::PhantomData;

use http::Response;

use super::head::RequestHead;
use super::observe::{CountedCall, End, Observe, ObservedCall};
use super::pool::{Place, Vacant, pooled};
use crate::call::operation::{Classifies, Operation};
use crate::call::outcome::Ended;
use crate::call::running::Running;
use crate::call::stopwatch::early_reading;
use crate::label::LabelValue;

/// Counts requests under the operation that a closure returns for each; created by [`layer`](crate::http::layer).
#[derive(Clone, Copy)]
pub struct FromRequest<F>(pub(super) F);

// Hidden, because its type names internal types.
#[doc(hidden)]
impl<F, O> Observe for FromRequest<F>
where
    F: Fn(RequestHead<'_>) -> O,
    O: Operation,
{
    type Call = OperationCall<O>;

    #[inline]
    fn begin(&self, request: RequestHead<'_>) -> Option<Box<Place<OwnCall>>> {
        // First, see `Server`.
        let early = early_reading();
        let running = Running::start_since((self.0)(request).series(), early);
        Some(Place::take().with(OwnCall { running, outcome: None }))
    }
}

/// What is known of a request under a user's operation.
#[derive(Debug)]
pub struct OwnCall {
    running: Running,
    /// The indices of the outcome and the error, from the response's head.
    outcome: Option<(usize, Option<usize>)>,
}

impl Vacant for OwnCall {
    const VACANT: Self = Self { running: Running::UNCOUNTED, outcome: None };

    #[inline]
    fn vacate(&mut self) {}
}

pooled!(OwnCall);

/// One request under a user's operation.
pub struct OperationCall<O>(PhantomData<fn() -> O>);

impl<O, B> ObservedCall<B> for OperationCall<O>
where
    O: Operation + Classifies<Response<B>>,
{
    #[inline]
    fn response(call: &mut OwnCall, response: &Response<B>) {
        call.outcome = Some((O::outcome_index(response), O::error_index(response)));
    }
}

impl<O: Operation> CountedCall for OperationCall<O> {
    type State = OwnCall;

    fn end(call: &mut OwnCall, end: End) {
        match (end, call.outcome) {
            (End::Complete, Some((outcome, error))) => call.running.end(outcome, error),
            (End::Panicked, _) => call.running.panic(),
            (End::Cancelled, _) | (End::Complete, None) => call.running.cancel(),
            // There is no response, so a user's own outcome type cannot classify the failure.
            (End::Failed, _) => match O::Outcome::VALUES {
                values if values == Ended::VALUES => call.running.end(Ended::Error.index(), None),
                _ => call.running.cancel(),
            },
        }
    }
}

impl<F> fmt::Debug for FromRequest<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromRequest").finish_non_exhaustive()
    }
}

impl<O> fmt::Debug for OperationCall<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationCall").finish()
    }
}
