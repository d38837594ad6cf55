//! The expansion under clippy, whose lints are about the user's code, and under rustdoc, which shows it. Neither builds anything that runs.
//!
//! ```text
//! #[instrumented(labels(tier))]      fn f(tier: Tier) -> R {
//! fn f(tier: Tier) -> R { body }         if false { let _ = FAMILIES.series(labels); let __value: R = unread_value(); read(&__value) }
//!                                        { body }
//!                                    }
//! ```
//!
//! The expressions of the attribute are still type-checked, so that an editor that runs clippy shows their errors. Without such expressions, the function
//! stays exactly as it is. It also does if it expects a lint that would not see the body as written. `cfg(clippy)` in the expansion would have the same
//! effect, but duplicate every body.

use std::env;
use std::path::Path;
use std::sync::OnceLock;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Attribute;

use super::block::block;
use super::item::Function;
use super::reading::Value;
use super::returns::{Returns, has_impl_trait, lifetimes_inferred};
use super::source::SeriesSource;
use super::tokens::{any, is_one_of, is_punct};
use crate::code::Private;
use crate::paths::reserved;

/// Whether the macro runs in a tool that only analyses the code.
pub(super) fn is_examined() -> bool {
    static EXAMINED: OnceLock<bool> = OnceLock::new();
    *EXAMINED.get_or_init(|| {
        let program = env::current_exe().ok();
        let name = program.as_deref().and_then(Path::file_stem).and_then(|name| name.to_str());
        match name {
            Some("rustdoc") => true,
            Some("clippy-driver") => !links(env::args()),
            _ => false,
        }
    })
}

/// Whether the compiler creates an executable, such as a build script. Its calls are counted, also under clippy.
fn links(mut arguments: impl Iterator<Item = String>) -> bool {
    let is_link = |kinds: &str| kinds.split(',').any(|kind| kind.split('=').next() == Some("link"));
    let mut said = false;
    while let Some(argument) = arguments.next() {
        let kinds = match argument.strip_prefix("--emit") {
            Some("") => arguments.next(),
            Some(kinds) => Some(kinds.trim_start_matches('=').to_owned()),
            None => None,
        };
        if let Some(kinds) = kinds {
            said = true;
            if is_link(&kinds) {
                return true;
            }
        }
    }
    !said
}

/// The function as written, with a block that type-checks the attribute; `None` if there is nothing to check.
pub(super) fn function(function: &Function, source: &SeriesSource, private: &Private) -> Option<TokenStream> {
    if !source.has_expressions || may_stay_unchecked(function, source) {
        return None;
    }
    let span = Span::mixed_site();
    let (before, series) = (source.before(), source.series(private));
    let returned = match &function.returns {
        Returns::Value(ty) => Some(&**ty),
        Returns::Lazy(_, output) | Returns::Boxed { output, .. } => output.as_deref(),
        Returns::Plain | Returns::Never => None,
    };
    let read = returned.filter(|ty| source.is_read && !has_impl_trait(ty)).map(|ty| {
        let value = reserved("value");
        let read = source.reading.both(Value::Owned(&value), private);
        let ty = lifetimes_inferred(ty);
        quote_spanned!(span=> let #value: #ty = #private::unread_value(); #private::check(#read);)
    });
    let body = function.body.stream();
    // Clippy reports items after statements.
    let inner = if begins_with_item(&body) { block(&function.body).into_token_stream() } else { body };
    let inner_attributes = &function.inner_attributes;
    let mut body = Group::new(
        Delimiter::Brace,
        quote_spanned!(span=> #inner_attributes if false { #before let _ = #series; #read } #inner),
    );
    body.set_span(function.body.span());
    let mut tokens = function.head.clone();
    tokens.extend([TokenTree::Group(body)]);
    Some(tokens)
}

/// Whether the function expects a lint that only the function as written has, and no argument is used by the attribute alone.
fn may_stay_unchecked(function: &Function, source: &SeriesSource) -> bool {
    let body = function.body.stream();
    let is_in = |name: &Ident, tokens: &TokenStream| {
        any(tokens, &|token| matches!(token, TokenTree::Ident(word) if word == name))
    };
    function.attributes.iter().any(expects_lint_of_whole)
        && function.arguments().all(|(name, _)| !is_in(name, &source.read_before) || is_in(name, &body))
}

/// Whether an attribute expects a lint about doc comments, which the macro can only return as `#[doc]`, or about a body of one expression.
fn expects_lint_of_whole(attribute: &Attribute) -> bool {
    const LINTS: [&str; 4] =
        ["doc_lazy_continuation", "doc_overindented_list_items", "manual_async_fn", "missing_const_for_fn"];
    let is_lint = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if is_one_of(word, &LINTS));
    attribute.path().is_ident("expect") && any(&attribute.meta.to_token_stream(), &is_lint)
}

fn begins_with_item(body: &TokenStream) -> bool {
    const ITEMS: [&str; 13] = [
        "use",
        "fn",
        "struct",
        "enum",
        "union",
        "const",
        "static",
        "type",
        "trait",
        "impl",
        "mod",
        "extern",
        "macro_rules",
    ];
    match body.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) => ITEMS.iter().any(|item| word == item),
        Some(first) => is_punct(&first, '#'),
        None => false,
    }
}
