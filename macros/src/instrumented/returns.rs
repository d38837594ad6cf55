//! What a function returns, as far as its tokens tell: whether there is a value to read, and whether it is a future to be timed to its
//! end. Whether a value is a `Result` is never decided here; types are, in the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{AngleBracketedGenericArguments, GenericArgument, Path, PathArguments, ReturnType, Type, TypeParamBound};

/// What a function returns.
pub(super) enum Returns {
    /// Nothing, or what cannot tell an outcome: a primitive, a tuple, a raw pointer, a closure.
    Plain,
    /// It does not.
    Never,
    /// A value whose type tells the outcome.
    Value(Box<Type>),
    /// `impl Future<Output = ..>` or `impl Stream<Item = ..>`.
    Lazy(Lazy, Output),
    /// `Pin<Box<dyn Future<Output = ..>>>`, also as `BoxFuture`, and the same of a stream.
    Boxed { kind: Lazy, whole: Box<Type>, output: Output },
}

/// What does the work of a call after the function returned it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lazy {
    Future,
    Stream,
}

/// The output of a returned future or the items of a stream, if they are written down.
pub(super) type Output = Option<Box<Type>>;

impl Lazy {
    /// The trait's name, and that of its associated type.
    const TRAITS: [(Self, &str, &str); 3] =
        [(Self::Future, "Future", "Output"), (Self::Stream, "Stream", "Item"), (Self::Stream, "FusedStream", "Item")];

    /// The aliases of boxed ones.
    const ALIASES: [(Self, &str); 4] = [
        (Self::Future, "BoxFuture"),
        (Self::Future, "LocalBoxFuture"),
        (Self::Stream, "BoxStream"),
        (Self::Stream, "LocalBoxStream"),
    ];

    /// The runtime's function that makes a call of it.
    pub(super) fn instrument(self) -> &'static str {
        match self {
            Self::Future => "instrument",
            Self::Stream => "instrument_stream",
        }
    }

    /// The same for one in a box.
    pub(super) fn instrument_boxed(self) -> &'static str {
        match self {
            Self::Future => "instrument_boxed",
            Self::Stream => "instrument_stream_boxed",
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
    pub(super) fn of(output: &ReturnType) -> Self {
        match output {
            ReturnType::Default => Self::Plain,
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
            Type::ImplTrait(imp) => match lazy_bound(imp.bounds.iter()) {
                Some((kind, output)) => Self::Lazy(kind, output),
                None => Self::Value(Box::new(ty.clone())),
            },
            Type::Path(path) if path.qself.is_none() => {
                if let Some((kind, output)) = boxed(&path.path) {
                    Self::Boxed { kind, whole: Box::new(ty.clone()), output }
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

fn is_closure(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
}

/// The future or stream among these bounds, and its output.
fn lazy_bound<'a>(mut bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<(Lazy, Output)> {
    bounds.find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last()?;
        let (kind, _, associated) = Lazy::TRAITS.into_iter().find(|(_, name, _)| last.ident == name)?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Some((kind, None)) };
        let output = arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(assoc) if assoc.ident == associated => Some(Box::new(assoc.ty.clone())),
            _ => None,
        });
        Some((kind, output))
    })
}

fn boxed(path: &Path) -> Option<(Lazy, Output)> {
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    if let Some((kind, _)) = Lazy::ALIASES.into_iter().find(|(_, alias)| last.ident == alias) {
        return Some((kind, last_type(arguments).map(|ty| Box::new(ty.clone()))));
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
    let Type::TraitObject(object) = last_type(arguments)? else { return None };
    lazy_bound(object.bounds.iter())
}

fn last_type(arguments: &AngleBracketedGenericArguments) -> Option<&Type> {
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn is_primitive(path: &Path) -> bool {
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
