//! Where the runtime is found by generated code.

use proc_macro2::{Span, TokenStream};
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
