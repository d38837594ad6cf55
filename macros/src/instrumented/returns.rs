//! What a function returns, as far as its tokens tell: whether there is a value to read, and whether it is a future to be timed to its
//! end. Whether a value is a `Result` is never decided here; types are, in the runtime.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound};

use super::tokens::{any, is_punct};
use crate::types::elided_lifetimes;

/// What a function returns.
pub(super) enum Returns {
    /// Nothing, or what cannot tell an outcome: a primitive, a tuple, a raw pointer, a closure.
    Plain,
    /// It does not.
    Never,
    /// A value whose type tells the outcome.
    Value(Box<Type>),
    /// `impl Future<Output = ..>`.
    Future(Output),
    /// A boxed future, whose type stays the same around another one.
    Boxed { whole: Box<Type>, output: Output, kind: Boxed },
}

/// How a future is boxed.
#[derive(Clone, Copy)]
pub(super) enum Boxed {
    /// `Pin<Box<dyn Future<Output = ..>>>`, also as `BoxFuture`.
    Pinned,
    /// `Box<dyn Future<Output = ..> + Unpin>`.
    Unpinned,
}

/// The output of a returned future, if it is written down.
pub(super) type Output = Option<Box<Type>>;

impl Returns {
    pub(super) fn of(output: &ReturnType, body: &TokenStream) -> Self {
        match output {
            ReturnType::Default => Self::Plain,
            // Its parameters are inferred from the bounds of the return type, which no other place in the function has.
            ReturnType::Type(_, ty) if matches!(&**ty, Type::ImplTrait(_)) && ends_in_closure(body) => Self::Plain,
            ReturnType::Type(_, ty) => Self::of_type(ty),
        }
    }

    fn of_type(ty: &Type) -> Self {
        match ty {
            Type::Group(group) => Self::of_type(&group.elem),
            Type::Paren(paren) => Self::of_type(&paren.elem),
            Type::Never(_) => Self::Never,
            Type::Tuple(_) | Type::Array(_) | Type::Ptr(_) | Type::FnPtr(_) => Self::Plain,
            // No closure tells an outcome, and one that is inferred without its trait would be of too few lifetimes.
            Type::ImplTrait(imp) if imp.bounds.iter().any(is_closure) => Self::Plain,
            Type::ImplTrait(imp) => {
                future_bound(imp.bounds.iter()).map_or_else(|| Self::Value(Box::new(ty.clone())), Self::Future)
            }
            Type::Path(path) if path.qself.is_none() => {
                if let Some((output, kind)) = boxed_future(&path.path) {
                    Self::Boxed { whole: Box::new(ty.clone()), output, kind }
                } else if is_primitive(&path.path) {
                    Self::Plain
                } else {
                    Self::Value(Box::new(ty.clone()))
                }
            }
            _ => Self::Value(Box::new(ty.clone())),
        }
    }
}

/// Whether the last expression of a body is a closure.
fn ends_in_closure(body: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let last = tokens.iter().rposition(|token| is_punct(token, ';')).map_or(0, |semicolon| semicolon + 1);
    match &tokens[last..] {
        [TokenTree::Ident(word), next, ..] => word == "move" && is_punct(next, '|'),
        [first, ..] => is_punct(first, '|'),
        [] => false,
    }
}

fn is_closure(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
}

/// The output of the future among these bounds: `Future`, `FusedFuture`, or `TryFuture` with what it may come to.
fn future_bound<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<Output> {
    let mut found = None;
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let Some(last) = bound.path.segments.last() else { continue };
        let associated = |name: &str| associated_type(&last.arguments, name);
        let output = match last.ident.to_string().as_str() {
            "Future" | "FusedFuture" => associated("Output").map(Box::new),
            "TryFuture" => associated("Ok").zip(associated("Error")).map(|(ok, error)| {
                let span = Span::mixed_site();
                Box::new(Type::Verbatim(quote_spanned!(span=> ::core::result::Result<#ok, #error>)))
            }),
            _ => continue,
        };
        // `impl FusedFuture + Future<Output = ..>`: the one that says more.
        found = Some(found.flatten().or(output));
    }
    found
}

fn associated_type(arguments: &PathArguments, name: &str) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(assoc.ty.clone()),
        _ => None,
    })
}

fn boxed_future(path: &Path) -> Option<(Output, Boxed)> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    if last.ident == "BoxFuture" || last.ident == "LocalBoxFuture" {
        return Some((last_type(arguments).map(|ty| Box::new(ty.clone())), Boxed::Pinned));
    }
    if last.ident == "Box" {
        return Some((future_object(last_type(arguments)?)?, Boxed::Unpinned));
    }
    if last.ident != "Pin" {
        return None;
    }
    let Type::Path(inner) = last_type(arguments)? else { return None };
    let inner = inner.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &inner.arguments else { return None };
    if inner.ident != "Box" {
        return None;
    }
    Some((future_object(last_type(arguments)?)?, Boxed::Pinned))
}

/// The output of `dyn Future<Output = ..>`.
fn future_object(ty: &Type) -> Option<Output> {
    let Type::TraitObject(object) = ty else { return None };
    future_bound(object.bounds.iter())
}

fn last_type(arguments: &AngleBracketedGenericArguments) -> Option<&Type> {
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

pub(super) fn is_primitive(path: &Path) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ];
    path.get_ident().is_some_and(|ident| PRIMITIVES.iter().any(|primitive| ident == primitive))
}

/// The type as it may annotate a closure or anchor an inference: `impl Trait` in it becomes `_`.
pub(super) fn inferable(ty: &Type) -> TokenStream {
    let mut ty = ty.clone();
    infer_impl_traits(&mut ty);
    ty.into_token_stream()
}

/// The same with its lifetimes inferred: that a value does not live long enough is then said where it is returned. Those of functions are
/// bound in the type itself.
pub(super) fn lifetimes_inferred(ty: &Type) -> TokenStream {
    const BINDERS: [&str; 6] = ["fn", "for", "Fn", "FnMut", "FnOnce", "dyn"];
    let binds =
        |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if BINDERS.iter().any(|word| ident == word));
    let ty = inferable(ty);
    if any(&ty, &binds) { ty } else { elided_lifetimes(&ty) }
}

/// Whether a part of the type is `impl Trait`, which has no name.
pub(super) fn has_impl_trait(ty: &Type) -> bool {
    any(&ty.to_token_stream(), &|token| matches!(token, TokenTree::Ident(ident) if ident == "impl"))
}

fn infer_impl_traits(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = Type::Verbatim(quote_spanned!(Span::mixed_site()=> _)),
        Type::Array(inner) => infer_impl_traits(&mut inner.elem),
        Type::Group(inner) => infer_impl_traits(&mut inner.elem),
        Type::Paren(inner) => infer_impl_traits(&mut inner.elem),
        Type::Ptr(inner) => infer_impl_traits(&mut inner.elem),
        Type::Reference(inner) => infer_impl_traits(&mut inner.elem),
        Type::Slice(inner) => infer_impl_traits(&mut inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer_impl_traits),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    for argument in &mut arguments.args {
                        if let GenericArgument::Type(ty) = argument {
                            infer_impl_traits(ty);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}
