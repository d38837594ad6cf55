//! Names in generated code: the path of the runtime, and local names that no user has.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The runtime crate, `::metrics_instrumented` unless `crate = path` says otherwise.
pub(crate) struct Runtime(TokenStream);

impl Runtime {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(match path {
            Some(path) => path.to_token_stream(),
            None => quote_spanned!(Span::mixed_site()=> ::metrics_instrumented),
        })
    }

    /// The crate itself, for its public traits.
    pub(crate) fn root(&self) -> &TokenStream {
        &self.0
    }

    /// What generated code calls.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.0;
        quote_spanned!(Span::mixed_site()=> #root::__private)
    }
}

/// A local name that no user has. Hygiene alone is not enough: a user's `const` of the same name would turn a binding into a pattern.
pub(crate) fn reserved(word: &str) -> Ident {
    Ident::new(&format!("__metrics_instrumented_{word}"), Span::mixed_site())
}
