//! A statement that fixes the type of an `async` block's output, because the block has no return type.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::returns::inferable;
use crate::code::Private;
use crate::paths::reserved;

/// A `return` of this type, which is never reached.
pub(super) fn of_block(ty: &Type, private: &Private) -> TokenStream {
    let (span, value) = (Span::mixed_site(), reserved("returned"));
    let (is_name, ty) = (is_name(ty), inferable(ty));
    if is_name {
        // In the signature an unknown name is not an argument of another type, and the error about it is reported once only if it is none here.
        return quote_spanned!(span=>
            if let #private::Option::Some(#value) = #private::Option::None { let #value: #ty = #value; return #value; }
        );
    }
    quote_spanned!(span=> if let #private::Option::Some(#value) = #private::Option::None::<#ty> { return #value; })
}

/// Whether a type is a single name without arguments.
fn is_name(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.get_ident().is_some())
}
