//! Functions that generated code wraps around a user's body. They fix types and the order of drops, and compile to nothing.

use std::future::Future;
use std::marker::PhantomData;

/// Defines the functions that call a closure with its arguments. If the closure were called in place, `(|a| ..)(a)`, the types of its parameters would be
/// unknown when its body is checked. With these functions they are the types of the arguments, including lifetimes.
macro_rules! calls {
    ($($name:ident($($argument:ident: $type:ident),*);)*) => {
        $(
            /// Calls a closure with these arguments.
            #[inline]
            #[allow(clippy::too_many_arguments, reason = "as many as the user's function has")]
            pub fn $name<$($type,)* R>($($argument: $type,)* body: impl FnOnce($($type),*) -> R) -> R {
                body($($argument),*)
            }
        )*
    };
}

calls! {
    call_0();
    call_1(a: A);
    call_2(a: A, b: B);
    call_3(a: A, b: B, c: C);
    call_4(a: A, b: B, c: C, d: D);
    call_5(a: A, b: B, c: C, d: D, e: E);
    call_6(a: A, b: B, c: C, d: D, e: E, f: F);
    call_7(a: A, b: B, c: C, d: D, e: E, f: F, g: G);
    call_8(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H);
    call_9(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I);
    call_10(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J);
    call_11(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K);
    call_12(a: A, b: B, c: C, d: D, e: E, f: F, g: G, h: H, i: I, j: J, k: K, l: L);
}

/// A value with an explicit type.
#[inline]
pub fn value<T>(value: T) -> T {
    value
}

/// A future with an explicit output type, so that types in its body are inferred as in the plain function.
#[inline]
pub fn output<T, F: Future<Output = T>>(future: F) -> F {
    future
}

/// Reads nothing, where an output does not need to be read.
#[inline]
#[must_use]
pub fn unread<T>(_: &T) -> (usize, Option<usize>) {
    (0, None)
}

/// The type of an argument, with its lifetimes.
#[derive(Debug)]
pub struct TypeOf<T>(PhantomData<fn(T) -> T>);

/// The type of this argument. `&mut` is invariant, so no lifetime in it can be inferred shorter.
#[inline]
#[must_use]
pub fn type_of<T>(_: &mut T) -> TypeOf<T> {
    TypeOf(PhantomData)
}

impl<T> TypeOf<T> {
    /// Requires that a binding has this type, so that values assigned to it later have the same lifetimes.
    #[inline]
    #[allow(clippy::unused_self, reason = "what it takes is held to the type")]
    pub fn is_of(&self, _: &T) {}
}

/// Takes what is read from a value, in code that is type-checked and never runs.
pub fn check(_: (usize, Option<usize>)) {}

/// A value for code that is type-checked and never runs.
#[must_use]
pub fn unread_value<T>() -> T {
    unreachable!("this code is only type-checked")
}

/// Contains a function as it was before a block instrumented it. It expands to nothing; only the attribute reads its tokens.
#[doc(hidden)]
#[macro_export]
macro_rules! __carried_by_block {
    ($($tokens:tt)*) => {};
}

pub use __carried_by_block as carried_by_block;
