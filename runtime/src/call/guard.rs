//! The guards of generated code. A guard is one running call: it begins with the guard and ends when the guard is dropped.

use std::mem::ManuallyDrop;

use super::begin::{Begun, with_combination};
use super::ends::Ends;
use super::local;
use super::outcome::Ended;
use super::running::Running;
#[cfg(all(unoptimised, feature = "exporter"))]
use crate::clock::NOT_TIMED;
use crate::label::{Labels, Value};
use crate::recorder::{Current, current};
use crate::series::families::{Families, Series, UNCOUNTED};
use crate::series::lazy::LazySeries;
#[cfg(all(unoptimised, feature = "exporter"))]
use crate::shards::calls;
use crate::shards::place::Started;
#[cfg(all(unoptimised, feature = "exporter"))]
use crate::ticks::ticks;

// `inline(never)`: instrumented functions stay small and quick to compile. `ManuallyDrop`, because an ended call has nothing to drop; without it, drop
// glue would add a second call. The ends of calls are in place, so that without a recorder nothing is called; but not in debug builds, where a copy in the user's
// crate is not optimised, and this crate may be.

/// The running call of a guard.
pub trait Begins: Sized {
    /// Begins a call.
    fn of(series: &'static Series) -> Self;

    /// A call that is not counted.
    fn uncounted() -> Self;

    /// Begins a call with this value of the only label, which is closed.
    #[inline]
    fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
        let current = asked();
        if current.is_nothing() {
            return Self::uncounted();
        }
        Self::valued(families, &[Value::Closed { values, index }], current)
    }

    /// Begins a call with this value of the only label, which is open.
    #[inline]
    fn open(families: &'static Families, text: &str) -> Self {
        let current = asked();
        if current.is_nothing() {
            return Self::uncounted();
        }
        Self::valued(families, &[Value::Open(text)], current)
    }

    /// Begins a call with the values of closed labels that have this index among all combinations.
    #[inline]
    fn dense(families: &'static Families, sets: &[&'static [&'static str]], index: usize, current: Current) -> Self {
        with_combination(sets, index, |values| Self::valued(families, values, current))
    }

    /// Begins a call with these values.
    fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self;

    /// Begins a call with these label values.
    #[inline]
    fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        if L::COUNTS.len() == 1 {
            return labels.with(|values| match *values {
                [Value::Open(text)] => Self::open(families, text),
                [Value::Closed { values, index }] => Self::closed(families, values, index),
                _ => Self::uncounted(),
            });
        }
        // Several values are passed in memory, so the recorder is asked for before they are written there.
        let current = asked();
        if current.is_nothing() {
            return Self::uncounted();
        }
        if let Some(begun) = labels.dense(|sets, index| Some(Self::dense(families, sets, index, current))) {
            return begun;
        }
        labels.with(|values| Self::valued(families, values, current))
    }
}

/// A call that ends on its thread; `None` if no recorder was installed when it began. Two words, which are returned in registers.
type Local = Option<Begun>;

/// Returns the recorder, like [`current`], which is inlined: generic code in users' crates calls this function instead, so that a program has it once.
fn asked() -> Current {
    current()
}

/// A call of a function whose value is not read, or only at the end of the body. It ends when the scope is left, normally or by a panic.
#[derive(Debug)]
#[must_use]
pub struct Scope(Local);

impl Drop for Scope {
    #[cfg_attr(not(debug_assertions), inline)]
    fn drop(&mut self) {
        local::leave(self.0, Ended::Ok as usize);
    }
}

/// A call of a function whose value is read. It ends with [`Ends::end_with`]; only unwinding skips that.
#[derive(Debug)]
#[must_use]
pub struct Call(Local);

impl Call {
    /// Ends the call with this outcome and, if it is an error, the error kind.
    #[cfg_attr(not(debug_assertions), inline)]
    pub fn finish_by_kind(self, outcome: usize, error: Option<usize>) {
        let call = ManuallyDrop::new(self).0;
        // For most operations, the compiler knows here that there are no kinds.
        match error {
            None => local::finish(call, outcome),
            Some(_) => local::finish_by_kind(call, outcome, error),
        }
    }
}

impl Drop for Call {
    #[cfg_attr(not(debug_assertions), inline)]
    fn drop(&mut self) {
        local::interrupt(self.0);
    }
}

/// The call of an [`Attempt`](super::attempt::Attempt), without its type.
#[derive(Debug)]
pub(super) struct Attempted(Local);

impl Attempted {
    /// Ends the call with this outcome, or as a panic.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(super) fn leave(&self, outcome: usize) {
        local::leave(self.0, outcome);
    }
}

// Most functions have only these calls. They are not methods, because to resolve a path through a type takes the compiler longer.

macro_rules! starts {
    ($($(#[$doc:meta])* $visibility:vis $name:ident: $guard:ident, $is_scope:literal;)*) => {
        $(
            $(#[$doc])*
            $visibility fn $name(families: &'static Families) -> $guard {
                let current = current();
                // Without optimisation, each function in between copies its arguments, which takes longer than to count.
                #[cfg(all(unoptimised, feature = "exporter"))]
                if current.is_sharded() && !($is_scope && std::thread::panicking()) {
                    let place = calls::find(families.number());
                    if place.begin_with_ticks() {
                        return $guard(Some((place, ticks())));
                    }
                    if place.begin_untimed() {
                        return $guard(Some((place, NOT_TIMED)));
                    }
                }
                if current.is_nothing() {
                    return $guard(None);
                }
                $guard(local::start::<$is_scope>(families, current).call())
            }
        )*
    };
}

impl Ends for Scope {
    type Ended = ();

    #[cfg_attr(not(debug_assertions), inline)]
    fn end_with(self, outcome: usize) {
        local::leave(ManuallyDrop::new(self).0, outcome);
    }
}

impl Ends for Call {
    type Ended = ();

    #[cfg_attr(not(debug_assertions), inline)]
    fn end_with(self, outcome: usize) {
        let call = ManuallyDrop::new(self);
        #[cfg(all(unoptimised, feature = "exporter"))]
        {
            let Some((place, since)) = call.0 else { return };
            if place.end_with_ticks(since, outcome, None) {
                return;
            }
        }
        local::finish(call.0, outcome);
    }
}

starts! {
    /// Begins the call of an attempt without labels.
    pub(super) begin_attempt: Attempted, true;
    /// Begins a call of a function without labels whose value is not read, or whose early exits are all `ok`.
    pub start_scope: Scope, true;
    /// Begins a call of a function without labels whose value is read.
    pub start_call: Call, false;
}

// The functions that begin calls are neither generic nor `inline`, so that a program has them once, without link-time optimization. With it, the compiler
// puts them in place, and a call without a recorder calls nothing.
macro_rules! begins {
    ($($visibility:vis $guard:ident: $is_scope:literal),*) => {
        $(
            impl Begins for $guard {
                fn of(series: &'static Series) -> Self {
                    let current = current();
                    if current.is_nothing() {
                        series.release();
                        return Self(None);
                    }
                    Self(local::of::<$is_scope>(series, current).call())
                }

                #[inline]
                fn uncounted() -> Self {
                    Self(None)
                }

                fn closed(families: &'static Families, values: &'static [&'static str], index: usize) -> Self {
                    let current = current();
                    if current.is_nothing() {
                        return Self(None);
                    }
                    Self(local::closed::<$is_scope>(families, values, index, current).call())
                }

                fn open(families: &'static Families, text: &str) -> Self {
                    let current = current();
                    if current.is_nothing() {
                        return Self(None);
                    }
                    Self(local::open::<$is_scope>(families, text, current).call())
                }

                #[inline]
                fn dense(
                    families: &'static Families,
                    sets: &[&'static [&'static str]],
                    index: usize,
                    current: Current,
                ) -> Self {
                    Self(Self::begin_dense(families, sets, index, current).call())
                }

                #[inline]
                fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
                    Self(Self::begin_valued(families, values, current).call())
                }
            }

            impl $guard {
                /// Begins a call with these label values.
                #[inline]
                $visibility fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
                    Begins::labelled(families, labels)
                }

                fn begin_dense(
                    families: &'static Families,
                    sets: &[&'static [&'static str]],
                    index: usize,
                    current: Current,
                ) -> Started {
                    local::dense::<$is_scope>(families, sets, index, current)
                }

                fn begin_valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Started {
                    local::valued::<$is_scope>(families, values, current)
                }
            }
        )*
    };
}

begins!(pub Scope: true, pub Call: false, pub(super) Attempted: true);

/// A call that may end on another thread.
impl Begins for Running {
    #[inline(never)]
    fn of(series: &'static Series) -> Self {
        Self::start(series)
    }

    #[inline]
    fn uncounted() -> Self {
        Self::UNCOUNTED
    }

    #[inline(never)]
    fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
        Self::start_valued(families, values, current)
    }
}

/// The series of a call that has not begun.
impl Begins for &'static Series {
    #[inline]
    fn of(series: &'static Series) -> Self {
        series
    }

    #[inline]
    fn uncounted() -> Self {
        &UNCOUNTED
    }

    #[inline]
    fn valued(families: &'static Families, values: &[Value<'_>], _: Current) -> Self {
        families.valued(values).unwrap_or(&UNCOUNTED)
    }

    #[inline]
    fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        families.series(labels).get().unwrap_or(&UNCOUNTED)
    }
}

/// The same for a call that begins later.
impl Begins for LazySeries {
    #[inline]
    fn of(series: &'static Series) -> Self {
        Self::Found(series)
    }

    #[inline]
    fn uncounted() -> Self {
        Self::Found(&UNCOUNTED)
    }

    #[inline]
    fn valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
        Self::Found(Begins::valued(families, values, current))
    }

    #[inline]
    fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        families.series(labels)
    }
}
