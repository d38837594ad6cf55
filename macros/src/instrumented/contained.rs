//! Returned values that contain a future: `Result<BoxFuture<..>, E>`. The call would end before the future completes, which is an error. A future that is
//! written in the return type is found here, one behind an alias by the runtime.
//!
//! The value of an `async fn` is different: the function has completed, and what it returns is its result.

use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypePath};

use super::item::Function;
use super::known::{is_always_ok, is_closure_or_iterator, is_in_prelude, is_primitive};
use super::returns::{Lazy, Returns};
use super::tokens::is_one_of;
use crate::errors::Errors;
use crate::operation::args::Args;

/// How the runtime looks at a returned value.
#[derive(Clone, Copy)]
pub(super) enum Level {
    /// A future is an error.
    Value,
    /// A future in it is an error, too.
    Container,
    /// Nothing is an error: the call ends when the function returns.
    AtReturn,
}

impl Level {
    pub(super) fn of(function: &Function, args: &Args) -> Self {
        if args.at_return.is_some() {
            return Self::AtReturn;
        }
        match &function.returns {
            Returns::Value(ty) if function.signature.asyncness.is_none() && may_contain_future(ty) => Self::Container,
            _ => Self::Value,
        }
    }

    /// The runtime's function or constructor that wraps a value.
    pub(super) fn function(self) -> &'static str {
        match self {
            Self::Value => "AsOutcome",
            Self::Container => "returned_container",
            Self::AtReturn => "AtReturn",
        }
    }

    /// The same for a declared operation.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Value => "__returned",
            Self::Container => "__returned_container",
            Self::AtReturn => "__at_return",
        }
    }
}

/// Reports a future in the return type, and an `at_return` without effect.
pub(super) fn check(function: &Function, args: &Args, errors: &mut Errors) {
    if let Some(span) = args.at_return.filter(|_| args.has_own("at_return")) {
        match function.returns {
            Returns::Lazy(..) | Returns::Boxed { .. } => errors.at_span(
                span,
                "`at_return` has no effect here, because the call ends when the returned future or stream ends; remove it",
            ),
            Returns::Plain | Returns::Never => {
                errors.at_span(span, "`at_return` has no effect here, because the returned type is not a future; remove it");
            }
            Returns::Value(_) => {}
        }
    }
    let is_unread = args.declared.is_some() || args.outcome.classifier.is_some() || !args.reads_a_value();
    if is_unread || args.at_return.is_some() || function.signature.asyncness.is_some() {
        return;
    }
    if let ReturnType::Type(_, ty) = &function.signature.output
        && let Some(future) = written_in(ty)
    {
        errors.at_span(
            future.span(),
            "the call would end before this future completes; return only the future, make the function `async`, or add `at_return` to end the call when \
             the function returns",
        );
    }
}

/// A future that is written in a type.
fn written_in(ty: &Type) -> Option<&Type> {
    parts(ty).into_iter().find_map(|part| match Returns::of_type(part) {
        Returns::Lazy(Lazy::Future, _) | Returns::Boxed { kind: Lazy::Future, .. } => Some(part),
        Returns::Lazy(..) | Returns::Boxed { .. } => None,
        _ => written_in(part),
    })
}

/// The types of the values that a value contains.
fn parts(ty: &Type) -> Vec<&Type> {
    const CONTAINERS: [&str; 5] = ["Box", "Option", "Poll", "Result", "Vec"];
    match ty {
        Type::Group(group) => parts(&group.elem),
        Type::Paren(paren) => parts(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Array(array) => vec![&array.elem],
        Type::Slice(slice) => vec![&slice.elem],
        Type::Path(path) => match path.path.segments.last() {
            Some(last) if is_one_of(&last.ident, &CONTAINERS) => arguments(path).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether the runtime has to look for a future in values of this type: it has an argument that may be one.
fn may_contain_future(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    arguments(path).next().is_some_and(|first| match first {
        Type::Path(first) => first.path.segments.last().is_some_and(|last| {
            !(is_primitive(&first.path) || is_in_prelude(&last.ident) || is_always_ok(&last.ident))
        }),
        Type::Slice(_) | Type::Group(_) | Type::Paren(_) | Type::Macro(_) => true,
        Type::ImplTrait(imp) => !is_closure_or_iterator(imp),
        _ => false,
    })
}

fn arguments(path: &TypePath) -> impl Iterator<Item = &Type> {
    let arguments = path.path.segments.last().map(|last| &last.arguments);
    let arguments = match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
