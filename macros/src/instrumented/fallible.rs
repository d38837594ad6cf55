//! Whether calls of a function may end as `error`: decided by the return type, before the program runs, so that an infallible function shows no such series.
//!
//! Only the compiler knows whether a name stands for a `Result`, or for a type that implements `Outcome`. So the function's static asks it, if the static
//! may name the type:
//!
//! | return type | may fail |
//! | --- | --- |
//! | nothing, a primitive, a reference, a closure, `Option`, `String`, `Vec` | no |
//! | a name of the standard library, such as `Mutex`, with arguments that the static may not name | no |
//! | a tuple | that of its first element, if it can be a response of axum; otherwise no |
//! | a type that names no parameter of the function or of the block around it | if it implements `Outcome`: the static asks |
//! | a single name that may be a parameter of a block that cannot be seen | the same, and yes if it is one |
//! | `Result`, any other type | yes |

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, Type};

use super::item::Function;
use super::known::{is_always_ok, is_closure_or_iterator, is_in_prelude, is_primitive, status_of};
use super::returns::Returns;
use super::tokens::{any, is_punct};
use crate::names::Never;
use crate::operation::args::Args;
use crate::operation::location::{Location, More, Question};
use crate::owner::Header;
use crate::types::{elided_lifetimes, is_generic};

/// Whether calls may end as `error`.
enum Fails {
    No,
    Yes,
    /// The static asks a type.
    If(Question),
}

/// The location of a function with its own operation, and the outcomes that its calls cannot have.
pub(super) fn location(function: &Function, args: &Args) -> Location {
    let item = function.name(args);
    if args.outcome.none {
        return Location::of(item);
    }
    let is_lazy = matches!(function.returns, Returns::Lazy(..) | Returns::Boxed { .. });
    let cancelled = function.signature.asyncness.is_none() && !is_lazy;
    let fallible = Never { error: false, cancelled };
    let infallible = Never { error: true, cancelled };
    // With `outcome = Type`, the outcomes are that type's values, not `ok` and `error`.
    let fails = if args.outcome.classifier.is_some() { Fails::Yes } else { fails(function, args.header.as_ref()) };
    let more = match fails {
        Fails::No => More::Never(infallible),
        Fails::Yes if fallible == Never::default() => More::Nothing,
        Fails::Yes => More::Never(fallible),
        Fails::If(question) => More::Asked { fallible, infallible, question },
    };
    Location { item, more }
}

fn fails(function: &Function, header: Option<&Header>) -> Fails {
    let returned = match &function.returns {
        Returns::Plain | Returns::Never => return Fails::No,
        Returns::Value(ty) => Some(ty),
        Returns::Lazy(_, output) | Returns::Boxed { output, .. } => output.as_ref(),
    };
    returned.map_or(Fails::Yes, |ty| of_type(ty, function, header))
}

fn of_type(ty: &Type, function: &Function, header: Option<&Header>) -> Fails {
    match ty {
        Type::Group(group) => of_type(&group.elem, function, header),
        Type::Paren(paren) => of_type(&paren.elem, function, header),
        // A response of axum: the status decides.
        Type::Tuple(tuple) => status_of(tuple).map_or(Fails::No, |status| of_type(status, function, header)),
        Type::Never(_) | Type::Array(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Reference(_) | Type::TraitObject(_) => {
            Fails::No
        }
        Type::ImplTrait(imp) if is_closure_or_iterator(imp) => Fails::No,
        Type::Path(path) if path.qself.is_none() => match (path.path.get_ident(), path.path.segments.last()) {
            _ if is_primitive(&path.path) => Fails::No,
            (_, Some(last)) if last.ident == "Result" => Fails::Yes,
            (_, Some(last)) if last.ident == "Box" => {
                argument(&last.arguments).map_or(Fails::Yes, |inner| of_type(inner, function, header))
            }
            (_, Some(last)) if path.path.segments.len() == 1 && is_in_prelude(&last.ident) => Fails::No,
            (_, Some(last)) if path.path.segments.len() == 1 && is_always_ok(&last.ident) => {
                // It is asked nevertheless: the user may have a type of this name.
                match asked(ty, &path.path, function, header) {
                    Fails::Yes => Fails::No,
                    asked => asked,
                }
            }
            _ => asked(ty, &path.path, function, header),
        },
        _ => Fails::Yes,
    }
}

/// A type that the static asks, if it may name it.
fn asked(ty: &Type, path: &Path, function: &Function, header: Option<&Header>) -> Fails {
    let mut tokens = ty.to_token_stream();
    if let Some(this) = header.and_then(|header| header.this.as_ref())
        && path.is_ident("Self")
    {
        tokens = this.to_token_stream();
    }
    let binds = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "for" || word == "fn");
    if is_generic(&tokens, &function.signature.generics) || any(&tokens, &binds) {
        return Fails::Yes;
    }
    let may_be_parameter = match (header, path.get_ident()) {
        (Some(header), _) => is_generic(&tokens, &header.generics),
        (None, Some(name)) if name.to_string().len() > 1 => return Fails::If(Question::Named(name.clone())),
        (None, _) => may_name_a_parameter(&tokens),
    };
    if may_be_parameter { Fails::Yes } else { Fails::If(Question::Type(elided_lifetimes(&tokens))) }
}

/// Whether a name in a type may be a parameter: it is not a primitive, does not follow `::`, and has no arguments.
fn may_name_a_parameter(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => may_name_a_parameter(&group.stream()),
        TokenTree::Ident(ident) => {
            let before = at.checked_sub(1).map(|before| &tokens[before]);
            let is_at = |at: usize, character| tokens.get(at).is_some_and(|token| is_punct(token, character));
            let is_behind_path = before.is_some_and(|token| is_punct(token, ':') || is_punct(token, '\''));
            let is_module = is_at(at + 1, ':') && ident.to_string().starts_with(char::is_lowercase);
            !is_behind_path && !is_module && !is_at(at + 1, '<') && !is_primitive(&ident.clone().into())
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
