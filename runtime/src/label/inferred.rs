//! The inferred type of a call's labels, for constants that depend on it.

use std::marker::PhantomData;
use std::ops::Deref;

use super::tuple::Labels;
use super::value::Value;

/// Returns the type of a call's labels: method look-up finds [`get`](Self::get) here if they are valid labels, and otherwise that of `NoLabels`. Invalid
/// labels are an error where they are used; this avoids a second one.
#[derive(Debug)]
pub struct TypeOf<L>(NoLabels, PhantomData<L>);

/// Stands for the type of invalid labels.
#[derive(Debug)]
pub struct NoLabels;

impl<L> TypeOf<L> {
    /// The type of these labels.
    #[inline]
    #[must_use]
    pub fn new(_: &L) -> Self {
        Self(NoLabels, PhantomData)
    }
}

impl<L: Labels> TypeOf<L> {
    /// Returns the type.
    #[inline]
    #[must_use]
    pub fn get(self) -> PhantomData<L> {
        self.1
    }
}

impl<L> Deref for TypeOf<L> {
    type Target = NoLabels;

    fn deref(&self) -> &NoLabels {
        &self.0
    }
}

impl NoLabels {
    /// Returns a placeholder.
    #[inline]
    #[must_use]
    #[allow(clippy::unused_self, reason = "the method that is found here is one of several")]
    pub fn get(&self) -> PhantomData<Self> {
        PhantomData
    }
}

impl Labels for NoLabels {
    const COUNTS: &'static [usize] = &[1; crate::names::MAX_LABELS];

    fn with<R>(self, f: impl FnOnce(&[Value<'_>]) -> R) -> R {
        f(&[])
    }

    fn dense<R>(&self, _: impl FnOnce(&[&'static [&'static str]], usize) -> Option<R>) -> Option<R> {
        None
    }
}
