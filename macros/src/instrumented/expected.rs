//! `#[expect(unconditional_recursion)]` on a function whose body becomes a closure. The compiler does not see that the closure's calls are recursive, so
//! the expectation would be reported as unfulfilled.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Meta;

use super::item::Function;
use super::shape::Shape;
use super::tokens::any;

/// A function that fulfils the expectation, if there is one. It is never called.
pub(super) fn recursion(function: &Function, shape: Shape) -> TokenStream {
    let is_lint = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "unconditional_recursion");
    let is_expected = || {
        function.attributes.iter().any(|attribute| {
        matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("expect") && any(&list.tokens, &is_lint))
    })
    };
    // With a span of the user's: the lint ignores generated code.
    let span = function.signature.ident.span();
    if matches!(shape, Shape::Closure) && is_expected() {
        quote_spanned!(span=> #[allow(dead_code)] fn __recursion() { __recursion() })
    } else {
        TokenStream::new()
    }
}
