//! Classifies the return type by its tokens: whether there is a value to read, and whether it is a future or a stream. Whether a value is a `Result` is decided
//! in the runtime, by its type.

use std::borrow::Cow;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound};

use super::known::{consists_of_names, is_closure, is_primitive, status_of};
use super::tokens::{any, is_one_of, is_punct};
use crate::types::elided_lifetimes;

/// What a function returns.
pub(super) enum Returns {
    /// Nothing, or a type without an outcome: a primitive, a tuple, a raw pointer, a closure.
    Plain,
    /// It does not return (`!`).
    Never,
    /// A value whose type determines the outcome.
    Value(Box<Type>),
    /// `impl Future<Output = ..>` or `impl Stream<Item = ..>`.
    Lazy(Lazy, Output),
    /// A boxed future or stream, whose type stays the same when it is instrumented.
    Boxed { kind: Lazy, boxed: Boxed, whole: Box<Type>, output: Output },
}

/// The box of a future or a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Boxed {
    /// `Pin<Box<dyn Future<Output = ..>>>`, also with `impl` or as `BoxFuture`, and the same of a stream.
    Pinned,
    /// `Box<dyn Future<Output = ..> + Unpin>`, and the same of a stream.
    Unpinned,
}

/// A value that does the work of a call after the function has returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lazy {
    Future,
    Stream,
}

/// The output of a returned future or the items of a stream, if the type names them.
pub(super) type Output = Option<Box<Type>>;

impl Lazy {
    /// The trait's name, and that of its associated type.
    const TRAITS: [(Self, &str, &str); 4] = [
        (Self::Future, "Future", "Output"),
        (Self::Future, "FusedFuture", "Output"),
        (Self::Stream, "Stream", "Item"),
        (Self::Stream, "FusedStream", "Item"),
    ];

    /// The traits of those whose output or items are results; their associated types are `Ok` and `Error`.
    const FALLIBLE: [(Self, &str); 2] = [(Self::Future, "TryFuture"), (Self::Stream, "TryStream")];

    /// The aliases of boxed futures and streams.
    const ALIASES: [(Self, &str); 4] = [
        (Self::Future, "BoxFuture"),
        (Self::Future, "LocalBoxFuture"),
        (Self::Stream, "BoxStream"),
        (Self::Stream, "LocalBoxStream"),
    ];

    /// The runtime's function that instruments it.
    pub(super) fn instrument(self) -> &'static str {
        match self {
            Self::Future => "instrument",
            Self::Stream => "instrument_stream",
        }
    }

    /// The runtime's function that instruments a boxed one.
    pub(super) fn instrument_boxed(self, boxed: Boxed) -> &'static str {
        match (self, boxed) {
            (Self::Future, Boxed::Pinned) => "instrument_boxed",
            (Self::Future, Boxed::Unpinned) => "instrument_unpinned",
            (Self::Stream, Boxed::Pinned) => "instrument_stream_boxed",
            (Self::Stream, Boxed::Unpinned) => "instrument_stream_unpinned",
        }
    }

    /// The runtime's function that fixes the type of its output or items.
    pub(super) fn anchor(self) -> &'static str {
        match self {
            Self::Future => "output",
            Self::Stream => "item",
        }
    }
}

impl Returns {
    pub(super) fn of(output: &ReturnType, body: &Group) -> Self {
        match output {
            ReturnType::Default => Self::Plain,
            // The parameters of a closure are inferred from the bounds of the return type, which exist nowhere else in the function.
            ReturnType::Type(_, ty) if matches!(&**ty, Type::ImplTrait(_)) && ends_in_closure(&body.stream()) => {
                Self::Plain
            }
            ReturnType::Type(_, ty) => Self::of_type(ty),
        }
    }

    pub(super) fn of_type(ty: &Type) -> Self {
        match ty {
            Type::Group(group) => Self::of_type(&group.elem),
            Type::Paren(paren) => Self::of_type(&paren.elem),
            Type::Never(_) => Self::Never,
            Type::Tuple(tuple) if status_of(tuple).is_none() => Self::Plain,
            Type::Array(_) | Type::Ptr(_) | Type::FnPtr(_) => Self::Plain,
            // A closure has no outcome, and would be inferred with too few lifetimes without the trait bound.
            Type::ImplTrait(imp) if imp.bounds.iter().any(is_closure) => Self::Plain,
            Type::ImplTrait(imp) => match lazy_bound(imp.bounds.iter()) {
                Some((kind, output)) => Self::Lazy(kind, output),
                None => Self::Value(Box::new(ty.clone())),
            },
            Type::Path(path) if path.qself.is_none() => {
                if let Some((kind, output, boxed)) = boxed(&path.path) {
                    Self::Boxed { kind, boxed, whole: Box::new(ty.clone()), output }
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
    split_at_closure(body).is_some()
}

/// The statements of a body and the closure that is its last expression.
pub(super) fn split_at_closure(body: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let mut tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let last = tokens.iter().rposition(|token| is_punct(token, ';')).map_or(0, |semicolon| semicolon + 1);
    let is_word = |token: &&TokenTree| matches!(token, TokenTree::Ident(word) if word == "async" || word == "move");
    let begin = tokens[last..].iter().find(|token| !is_word(token));
    let is_closure = begin.is_some_and(|token| is_punct(token, '|'));
    let closure = tokens.split_off(last).into_iter().collect();
    is_closure.then(|| (tokens.into_iter().collect(), closure))
}

/// The future or stream in these bounds, and its output.
fn lazy_bound<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<(Lazy, Output)> {
    let mut found = None;
    for bound in bounds {
        let TypeParamBound::Trait(bound) = bound else { continue };
        let Some(last) = bound.path.segments.last() else { continue };
        let (kind, output) = if let Some((kind, _)) = Lazy::FALLIBLE.into_iter().find(|(_, name)| last.ident == name) {
            (kind, fallible_output(&last.arguments))
        } else if let Some((kind, _, associated)) = Lazy::TRAITS.into_iter().find(|(_, name, _)| last.ident == name) {
            (kind, associated_type(&last.arguments, associated))
        } else {
            continue;
        };
        // `impl FusedFuture + Future<Output = ..>`: prefer the bound with the output.
        let known = found.and_then(|(_, output)| output);
        found = Some((kind, known.or(output.map(Box::new))));
    }
    found
}

/// The output of `TryFuture<Ok = .., Error = ..>`, or the items of `TryStream<Ok = .., Error = ..>`.
fn fallible_output(arguments: &PathArguments) -> Option<Type> {
    let (ok, error) = associated_type(arguments, "Ok").zip(associated_type(arguments, "Error"))?;
    Some(Type::Verbatim(quote_spanned!(Span::mixed_site()=> ::core::result::Result<#ok, #error>)))
}

fn associated_type(arguments: &PathArguments, name: &str) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(assoc.ty.clone()),
        _ => None,
    })
}

fn boxed(path: &Path) -> Option<(Lazy, Output, Boxed)> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let name = last.ident.to_string();
    if name == "Box" {
        let (kind, output) = object(last_type(arguments)?)?;
        return Some((kind, output, Boxed::Unpinned));
    }
    if name != "Pin" {
        let (kind, _) = Lazy::ALIASES.into_iter().find(|(_, alias)| name == *alias)?;
        return Some((kind, last_type(arguments).map(|ty| Box::new(ty.clone())), Boxed::Pinned));
    }
    let Type::Path(inner) = last_type(arguments)? else { return None };
    let inner = inner.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &inner.arguments else { return None };
    if inner.ident != "Box" {
        return None;
    }
    let (kind, output) = match last_type(arguments)? {
        Type::ImplTrait(imp) => lazy_bound(imp.bounds.iter())?,
        ty => object(ty)?,
    };
    Some((kind, output, Boxed::Pinned))
}

/// The future or stream of a `dyn` type, and its output.
fn object(ty: &Type) -> Option<(Lazy, Output)> {
    let Type::TraitObject(object) = ty else { return None };
    lazy_bound(object.bounds.iter())
}

fn last_type(arguments: &AngleBracketedGenericArguments) -> Option<&Type> {
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The type as an annotation of a closure or an inference anchor: `impl Trait` is replaced with `_`.
pub(super) fn inferable(ty: &Type) -> Type {
    let mut ty = ty.clone();
    infer_impl_traits(&mut ty);
    ty
}

/// The same with inferred lifetimes, so that lifetime errors point at the returned value. Lifetimes of function types are bound in the type itself and stay.
pub(super) fn lifetimes_inferred(ty: &Type) -> Cow<'_, Type> {
    const BINDERS: [&str; 6] = ["fn", "for", "Fn", "FnMut", "FnOnce", "dyn"];
    let is_replaced = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == '\'',
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    };
    // Most types have nothing to infer, and to read their tokens takes calls into the compiler.
    if consists_of_names(ty) || !any(&ty.to_token_stream(), &is_replaced) {
        return Cow::Borrowed(ty);
    }
    let binds = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if is_one_of(ident, &BINDERS));
    let ty = inferable(ty);
    let tokens = ty.to_token_stream();
    Cow::Owned(if any(&tokens, &binds) { ty } else { Type::Verbatim(elided_lifetimes(&tokens)) })
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
