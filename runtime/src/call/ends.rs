//! What ends with the outcome of a returned value.

/// A call, or what takes its place.
pub trait Ends {
    /// What the end evaluates to.
    type Ended;

    /// Ends with the outcome that has this index.
    fn end_with(self, outcome: usize) -> Self::Ended;
}

/// Nothing ends: evaluates to the outcome, for the reader of a future's output.
#[derive(Debug)]
pub struct Read;

impl Ends for Read {
    type Ended = usize;

    #[inline]
    fn end_with(self, outcome: usize) -> usize {
        outcome
    }
}
