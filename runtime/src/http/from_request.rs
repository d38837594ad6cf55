//! Requests under a user's own operation.

use std::fmt;
use std::marker::PhantomData;

use http::Response;

use super::head::RequestHead;
use super::observe::{End, Observe, ObservedCall};
use crate::call::operation::{Classifies, Operation};
use crate::call::outcome::Ended;
use crate::call::running::Running;
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

    fn begin(&self, request: RequestHead<'_>) -> Option<OperationCall<O>> {
        Some(OperationCall {
            running: Running::start((self.0)(request).series()),
            outcome: None,
            operation: PhantomData,
        })
    }
}

/// One request under a user's operation.
pub struct OperationCall<O> {
    running: Running,
    /// The indices of the outcome and the error, from the response's head. Half as long as `usize`, because the call's state is moved several times.
    outcome: Option<(u32, Option<u32>)>,
    operation: PhantomData<fn() -> O>,
}

impl<O, B> ObservedCall<B> for OperationCall<O>
where
    O: Operation + Classifies<Response<B>>,
{
    #[inline]
    fn response(&mut self, response: &Response<B>) {
        let index = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let error = O::error_index(response).map(index);
        self.outcome = Some((index(O::outcome_index(response)), error));
    }

    fn end(&mut self, end: End) {
        match (end, self.outcome) {
            (End::Complete, Some((outcome, error))) => {
                self.running.end(outcome as usize, error.map(|error| error as usize));
            }
            (End::Panicked, _) => self.running.panic(),
            (End::Cancelled, _) | (End::Complete, None) => self.running.cancel(),
            // There is no response, so a user's own outcome type cannot classify the failure.
            (End::Failed, _) => match O::Outcome::VALUES {
                values if values == Ended::VALUES => self.running.end(Ended::Error.index(), None),
                _ => self.running.cancel(),
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
        f.debug_struct("OperationCall").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
