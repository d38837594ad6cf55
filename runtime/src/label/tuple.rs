//! The labels of one call, as a tuple of references.

use super::value::{Label, Value};

/// The labels of one call: a tuple of up to [`MAX_LABELS`](crate::names::MAX_LABELS) references to [`Label`]s.
pub trait Labels {
    /// How many values each of them has.
    const COUNTS: &'static [usize];

    /// Hands the values to `f`, types erased.
    fn with<R>(self, f: impl FnOnce(&[Value<'_>]) -> R) -> R;
}

macro_rules! labels {
    ($($name:ident)*) => {
        impl<$($name: Label),*> Labels for ($(&$name,)*) {
            const COUNTS: &'static [usize] = &[$($name::COUNT),*];

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
