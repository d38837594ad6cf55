//! What the types of arguments certainly own: whether they have a destructor, and whether they contain a lifetime, judging by their tokens.

use syn::{GenericArgument, Path, PathArguments, ReceiverKind, Type};

use super::item::Function;
use super::known::{are_types, consists_of, is_in_prelude, is_primitive};

/// Whether the function has a `self` by value that may have a destructor.
pub(super) fn receiver_may_drop(function: &Function) -> bool {
    function.signature.receiver().is_some_and(|receiver| match &receiver.kind {
        ReceiverKind::Reference(..) => false,
        ReceiverKind::Typed(_, ty) => may_drop(ty),
        _ => function.this.as_ref().is_none_or(may_drop),
    })
}

/// Whether a type certainly consists of primitive types, so that it is copied.
pub(super) fn consists_of_primitives(ty: &Type) -> bool {
    consists_of(ty, &|path| is_primitive(path))
}

/// Whether a type certainly contains no lifetime, also none that is left out.
pub(super) fn has_no_lifetime(ty: &Type) -> bool {
    consists_of(ty, &|path| is_primitive(path) || is_owned(path))
}

/// Whether a path is a type of the prelude whose parameters contain no lifetime.
fn is_owned(path: &Path) -> bool {
    let Some(last) = path.segments.first().filter(|_| path.segments.len() == 1) else { return false };
    is_in_prelude(&last.ident) && are_types(&last.arguments, has_no_lifetime)
}

/// Whether a value of this type may have a destructor, judging by its tokens.
pub(super) fn may_drop(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => false,
        Type::Array(array) => may_drop(&array.elem),
        Type::Group(group) => may_drop(&group.elem),
        Type::Paren(paren) => may_drop(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(may_drop),
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else { return true };
            let is_reference = || match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments
                    .args
                    .iter()
                    .all(|argument| matches!(argument, GenericArgument::Type(ty) if matches!(ty, Type::Reference(_)))),
                _ => false,
            };
            !(is_primitive(&path.path) || last.ident == "PhantomData" || (last.ident == "Pin" && is_reference()))
        }
        _ => true,
    }
}
