//! `#[instrumented(..)]`: attribute and item in, item with its guard out.

mod bindings;
mod desugared;
mod emit;
mod hover;
mod item;
mod labels;
mod limit;
mod returns;
mod scope;
mod source;

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
        Ok(function) => function_tokens(&function, &args, &mut errors),
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

/// The instrumented function, or `None` if something is wrong or it is to be left alone.
fn function_tokens(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    if let Some(span) = args.skip {
        if args.seen.len() > 1 || args.declared.is_some() {
            errors.at_span(span, "`skip` leaves the function alone; nothing else goes with it");
        }
        return None;
    }
    function.check(args, errors);
    emit::function(function, args, errors)
}
