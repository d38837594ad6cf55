//! The form of the generated body. The body stays in place if that counts correctly, because a closure is a separate function for the compiler, without the
//! `#[track_caller]` location, with other lints, and with its own stack frames.
//!
//! | function | form of the body |
//! | --- | --- |
//! | no value to read | in place: the guard is dropped on every exit path |
//! | a value to read, without `return`, `?` or a macro that may contain one | in place: the value is that of the last expression |
//! | a value to read, and no other early exits than `?`, and `return Err(..)` if the type has a name such as `Result` or `IResult` | in place: a guard that is dropped without a value, and not by a panic, has an outcome by the return type |
//! | an `Option`, `String` or `Vec` | in place: every exit is `ok` |
//! | another value to read, and several exit paths | a closure |
//! | `self` by value, which may have a destructor | a closure that owns `self`, so that it is dropped before the call ends |
//! | the same, and it returns a closure | in place: the types of the closure are inferred from the return type |
//! | `async fn` | an `async` block |
//! | `async fn` without labels, `await`, `return`, `?` or a macro that may contain one | in place: it is never suspended, so it is a function that runs at its first poll |
//! | `async fn` that returns a closure | in place: the types of the closure are inferred from the return type |
//!
//! Of 17,910 functions without `async` that `scripts/real-code` compiled in six published crates (among them hyper-util, nom and pulldown-cmark), 87 % stay in place.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Path, ReturnType, Type};

use super::begin::Guard;
use super::exits::{Early, may_return_early};
use super::item::Function;
use super::known::{is_in_prelude, is_result};
use super::owned::receiver_may_drop;
use super::returns::{Returns, has_impl_trait, split_at_closure};
use crate::names::Role;
use crate::operation::args::Args;

/// The form of a body.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    InPlace,
    /// In place, with this guard: the outcome of every early exit is known, and the value of the last expression is read.
    LeftEarly(Guard),
    Closure,
    /// An `async` block, which is instrumented.
    Async,
    /// The body of an `async fn` that is never suspended, with the call as a local variable.
    AtFirstPoll,
    /// The body of an `async fn`, with the call as a local variable: if an `async` block would not compile.
    InPlaceAsync,
    /// The body of an `async fn` that ends in a closure, whose types are inferred from the return type.
    ClosureAsync,
    /// The body returns the future that is instrumented.
    Future {
        in_place: bool,
    },
}

impl Shape {
    /// The guard of a call whose value is read.
    pub(super) fn guard(self) -> Guard {
        match self {
            Self::InPlaceAsync => Guard::AsyncCall,
            Self::LeftEarly(guard) => guard,
            _ => Guard::Call,
        }
    }

    /// Whether the body stays where it is, behind the beginning of the call.
    pub(super) fn stays_in_place(self) -> bool {
        matches!(self, Self::InPlace | Self::LeftEarly(_) | Self::AtFirstPoll | Self::InPlaceAsync | Self::ClosureAsync)
    }

    /// The form of a function.
    pub(super) fn of(function: &Function, args: &Args) -> Self {
        let (is_read, always_read) = (args.reads_a_value(), args.reads_every_value());
        let has_one_exit = function.has_one_exit();
        if function.signature.asyncness.is_some() {
            return match function.returns {
                _ if has_one_exit && runs_at_first_poll(function, args) => Self::AtFirstPoll,
                _ if has_one_exit && assigns_self(function) => Self::InPlaceAsync,
                // Without an `await`, it cannot be cancelled.
                Returns::Plain if returns_closure(function) && !function.contents.awaits => Self::InPlace,
                Returns::Plain
                    if returns_closure(function) && !always_read && may_only_return_closure(&function.body) =>
                {
                    Self::ClosureAsync
                }
                _ => Self::Async,
            };
        }
        let reads = match function.returns {
            Returns::Lazy(..) => return Self::Future { in_place: has_one_exit },
            Returns::Boxed { .. } => {
                return Self::Future { in_place: has_one_exit || boxed_argument(&function.body).is_some() };
            }
            Returns::Plain => is_read && always_read,
            Returns::Never => false,
            Returns::Value(_) => is_read,
        };
        let stays = || {
            function.tracks_caller()
                || !receiver_may_drop(function)
                || (matches!(function.returns, Returns::Plain) && returns_closure(function))
        };
        if !stays() {
            Self::Closure
        } else if !reads || has_one_exit {
            Self::InPlace
        } else {
            left_early(function).filter(|_| !always_read).map_or(Self::Closure, Self::LeftEarly)
        }
    }
}

/// The guard for a body whose early exits have an outcome that is known without their value.
fn left_early(function: &Function) -> Option<Guard> {
    let Returns::Value(ty) = &function.returns else { return None };
    let path = named(ty);
    let is_in_prelude = || path.is_some_and(|path| path.segments.len() == 1 && is_in_prelude(&path.segments[0].ident));
    match function.contents.early {
        Early::Never | Early::ByQuestionMark => Some(Guard::Attempt),
        Early::ByErr => (path.is_some_and(is_result) || is_in_prelude()).then_some(Guard::Attempt),
        Early::ByValue => is_in_prelude().then_some(Guard::Scope),
    }
}

/// The path of a type that is one.
fn named(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Group(group) => named(&group.elem),
        Type::Paren(paren) => named(&paren.elem),
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// Whether an `async fn` is never suspended, and a call may begin at its first poll: labels are evaluated when it is called, and polls need a wrapper.
fn runs_at_first_poll(function: &Function, args: &Args) -> bool {
    let is_plain = args.declared.is_none() && args.labels.is_empty() && args.family(Role::Polls).key.is_none();
    let has_named_type = !matches!(function.returns, Returns::Never) && !returns_closure(function);
    is_plain && has_named_type && !function.contents.awaits && !receiver_may_drop(function)
}

/// Whether an `async` block would assign to `self`, which it does not own.
fn assigns_self(function: &Function) -> bool {
    function.owns_mutable_receiver() && !receiver_may_drop(function)
}

/// Whether types in the body are inferred from the bounds of the return type, which an `async` block does not have.
fn returns_closure(function: &Function) -> bool {
    matches!(&function.signature.output, ReturnType::Type(_, ty) if has_impl_trait(ty))
}

/// Whether a body ends in a closure and returns nothing before.
fn may_only_return_closure(body: &Group) -> bool {
    split_at_closure(&body.stream()).is_some_and(|(statements, _)| !may_return_early(&statements))
}

/// Returns `x` if the body is only `Box::pin(x)`, as `async_trait` generates it, so that no second box is needed.
pub(super) fn boxed_argument(body: &Group) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(argument)) = tokens.pop() else { return None };
    let path: String = tokens.iter().map(ToString::to_string).collect();
    let is_pin = argument.delimiter() == Delimiter::Parenthesis
        && matches!(
            path.as_str(),
            "Box::pin" | "::std::boxed::Box::pin" | "std::boxed::Box::pin" | "::alloc::boxed::Box::pin"
        );
    (is_pin && !argument.stream().is_empty()).then(|| argument.stream())
}
