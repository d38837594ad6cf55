//! The labels of one call, as a tuple of references.

use super::value::{Label, Value};

/// The labels of one call: a tuple of up to [`MAX_LABELS`](crate::names::MAX_LABELS) references to [`Label`]s.
pub trait Labels {
    /// The number of values of each label.
    const COUNTS: &'static [usize];

    /// Hands the labels' sets to `f`, and the index of these values among all combinations of them; `None` if a label is open.
    fn dense<R>(&self, f: impl FnOnce(&[&'static [&'static str]], usize) -> Option<R>) -> Option<R>;

    /// Calls `f` with the values, with their types erased.
    fn with<R>(self, f: impl FnOnce(&[Value<'_>]) -> R) -> R;
}

macro_rules! labels {
    ($($name:ident)*) => {
        impl<$($name: Label),*> Labels for ($(&$name,)*) {
            const COUNTS: &'static [usize] = &[$($name::COUNT),*];

            #[inline]
            #[allow(non_snake_case, unused_mut, reason = "the type parameters' names serve as the variables' names, and there may be none")]
            fn dense<R>(&self, f: impl FnOnce(&[&'static [&'static str]], usize) -> Option<R>) -> Option<R> {
                let ($($name,)*) = self;
                let mut at = 0;
                let sets: &[&'static [&'static str]] = &[$(match $name.label() {
                    Value::Closed { values, index } if index < values.len() => {
                        at = at * values.len() + index;
                        values
                    }
                    _ => return None,
                }),*];
                f(sets, at)
            }

            #[inline]
            #[allow(non_snake_case, reason = "the type parameters' names serve as the variables' names")]
            fn with<R>(self, f: impl FnOnce(&[Value<'_>]) -> R) -> R {
                let ($($name,)*) = self;
                f(&[$($name.label()),*])
            }
        }
    };
}

labels!();
labels!(A);
labels!(A B);
labels!(A B C);
labels!(A B C D);
labels!(A B C D E);
labels!(A B C D E F);
labels!(A B C D E F G);
labels!(A B C D E F G H);
