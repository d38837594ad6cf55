//! Faults on demand: what a caller can ask to go wrong.

use super::Error;

/// What is to go wrong in a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The storage backend says no.
    Fail,
    /// A bug in the driver: it panics.
    Panic,
}

impl Fault {
    /// Injects the fault, if there is one.
    ///
    /// # Panics
    /// If that is what was asked for.
    pub(super) fn raise(self, during: &'static str) -> Result<(), Error> {
        match self {
            Self::None => Ok(()),
            Self::Fail => Err(Error::Injected(during)),
            Self::Panic => panic!("{during} panicked, as was asked for"),
        }
    }
}
