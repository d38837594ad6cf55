//! Names in generated code: the path of the runtime, and reserved local names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::defaults::defaults;
use crate::private::Private;

/// The path of the runtime crate: `crate = path` in the attribute or in the crate's defaults, otherwise `::metrics_instrumented`.
pub(crate) struct Runtime(TokenStream);

impl Runtime {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(match path {
            Some(path) => path.to_token_stream(),
            None => default_path().unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ::metrics_instrumented)),
        })
    }

    /// The crate itself, for its public traits.
    pub(crate) fn root(&self) -> &TokenStream {
        &self.0
    }

    /// The module that generated code calls.
    pub(crate) fn private(&self) -> Private {
        let root = &self.0;
        Private::new(quote_spanned!(Span::mixed_site()=> #root::__private))
    }
}

/// The path in the crate's defaults.
pub(crate) fn default_path() -> Option<TokenStream> {
    defaults().runtime.as_ref().and_then(|path| path.parse().ok())
}

/// A reserved local name. Hygiene alone is not enough: a user's `const` of the same name would turn a binding into a pattern.
pub(crate) fn reserved(word: &str) -> Ident {
    Ident::new(&format!("__metrics_instrumented_{word}"), Span::mixed_site())
}
