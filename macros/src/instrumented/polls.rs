//! `polls`: whether the polls of a function's future are counted, and how.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::item::Function;
use super::shape::Shape;
use crate::code::Private;
use crate::errors::Errors;
use crate::names::Role;
use crate::operation::args::Args;
use crate::operation::model::Model;
use crate::paths::reserved;

/// How polls are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Polls {
    Not,
    /// The attribute of this function has the key.
    Inline,
    /// The declared operation may have the key, which only the compiler knows.
    Declared,
}

/// A future with its polls counted, or as it is.
pub(super) fn watched(
    polls: Polls,
    series: &Ident,
    future: &TokenStream,
    is_pinned: bool,
    is_future: bool,
    private: &Private,
) -> TokenStream {
    let span = Span::mixed_site();
    match polls {
        Polls::Inline if is_pinned => quote_spanned!(span=> #private::polled(#series, #future)),
        Polls::Inline => quote_spanned!(span=> #private::polled_unpinned(#series, #future)),
        Polls::Declared if is_pinned && is_future => {
            let reads = reserved("reads");
            quote_spanned!(span=> #reads.__watch(#series, #future))
        }
        Polls::Not | Polls::Declared => future.clone(),
    }
}

/// Whether polls are counted. What a block around the function asks for, it asks for functions that have a future.
pub(super) fn polls(model: &mut Model, function: &Function, args: &Args, errors: &mut Errors) -> Polls {
    let Some(key) = args.family(Role::Polls).key.as_ref().filter(|_| model.family(Role::Polls).is_some()) else {
        return Polls::Not;
    };
    match Shape::of(function, args) {
        Shape::Async | Shape::Future { .. } => return Polls::Inline,
        _ if args.seen.contains(key) => errors.at(
            key,
            if function.signature.asyncness.is_some() {
                "the polls of this `async fn` cannot be counted, because its body cannot become an `async` block; remove `polls`"
            } else {
                "`polls` needs an `async fn` or a function that returns a future; remove it"
            },
        ),
        _ => {}
    }
    model.families.retain(|family| !matches!(family.role, Role::Polls | Role::Busy | Role::SlowPolls));
    Polls::Not
}
