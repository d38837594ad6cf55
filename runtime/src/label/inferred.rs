//! The inferred type of a call's labels, for constants that depend on it.

use std::marker::PhantomData;
use std::ops::Deref;

use super::tuple::Labels;
use super::value::Value;

/// The type of labels, about to be asked for: method look-up finds [`get`](Self::get) here if they are labels, and otherwise that of `NoLabels`. What is
/// wrong with them is an error where they are used, and no second one here.
#[derive(Debug)]
pub struct TypeOf<L>(NoLabels, PhantomData<L>);

/// Stands for the type of what is not a label.
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
    /// The type itself.
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
    /// Nothing to ask for.
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

    fn only_closed(&self) -> Option<(&'static [&'static str], usize)> {
        None
    }

    fn dense<R>(&self, _: impl FnOnce(&[&'static [&'static str]], usize) -> Option<R>) -> Option<R> {
        None
    }
}
