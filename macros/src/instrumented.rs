//! `#[instrumented(..)]`: attribute and item in, item with its guard out.

mod arguments;
mod block;
mod desugared;
mod emit;
mod examined;
mod exits;
mod function;
mod hover;
mod item;
mod labels;
mod limit;
mod refusals;
mod returns;
mod scope;
mod shape;
mod source;
mod tokens;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;
use item::Function;

/// Expands the attribute on an item. Whatever is wrong, the item is still there afterwards.
pub(crate) fn expand(attribute: TokenStream, tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::parse(attribute, Language::Instrumented, &mut errors);
    if scope::is_scope(&tokens) {
        let mut expanded = scope::expand(tokens, &args, &mut errors);
        expanded.extend(errors.into_tokens(args.runtime.as_ref()));
        return expanded;
    }
    let expanded = match Function::parse(&tokens) {
        Ok(function) => function::expand(&function, &args, &mut errors),
        Err(error) => {
            errors.push(error);
            None
        }
    };
    match expanded {
        Some(expanded) if errors.is_empty() => expanded,
        _ => {
            let mut survivor = tokens;
            survivor.extend(errors.into_tokens(args.runtime.as_ref()));
            survivor
        }
    }
}
