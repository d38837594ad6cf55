//! Imports that only the attributes in a block use, which the block removes before the compiler sees them.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use super::items::Item;

/// Uses of those removed attributes that the module imports, so that the imports are not reported as unused. An attribute that is not imported is not
/// resolved: the block removes it before the compiler looks for it.
pub(super) fn uses(removed: &[Path], imports: &[String]) -> TokenStream {
    let span = Span::mixed_site();
    let mut paths: Vec<String> = Vec::new();
    let mut uses = TokenStream::new();
    for path in removed {
        let text = path.to_token_stream().to_string();
        let is_imported = path.leading_colon.is_none() && imports.contains(&path.segments[0].ident.to_string());
        if is_imported && !paths.contains(&text) {
            // The edition of this crate, in which paths of a `use` are resolved like those of an attribute.
            let path = resolved_at(path.to_token_stream(), span);
            uses.extend(quote_spanned!(span=> use #path as _;));
            paths.push(text);
        }
    }
    if uses.is_empty() { uses } else { quote_spanned!(span=> #[allow(unused_imports)] const _: () = { #uses };) }
}

/// The words of the `use` items among these: all names that they import.
pub(super) fn imports(items: &[Item]) -> Vec<String> {
    let mut words = Vec::new();
    for item in items {
        let mut tokens = item.rest.clone().into_iter();
        if tokens.any(|token| matches!(token, TokenTree::Ident(word) if word == "use")) {
            add_words(tokens.collect(), &mut words);
        }
    }
    words
}

fn add_words(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Group(group) => add_words(group.stream(), words),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn resolved_at(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().resolved_at(span));
            token
        })
        .collect()
}
