//! Names in generated code: the path of the runtime, and reserved local names.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::Path;

use crate::code::{Code, Private};
use crate::defaults::defaults;

/// The path of the runtime crate: `crate = path` in the attribute or in the crate's defaults, otherwise `::metrics_instrumented`.
pub(crate) struct Runtime(Code);

impl Runtime {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let code = Code::new(Span::mixed_site());
        let written = path.map_or_else(default_path, |path| Some(path.to_token_stream()));
        Self(match written {
            Some(path) => code.add(path),
            None => code.puncts("::").word("metrics_instrumented"),
        })
    }

    /// The crate itself, for its public traits.
    pub(crate) fn root(&self) -> &Code {
        &self.0
    }

    /// The module that generated code calls.
    pub(crate) fn private(&self) -> Private {
        Private::in_root(&self.0)
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
