//! One function and its attribute.

use proc_macro2::TokenStream;

use super::contained;
use super::emit;
use super::item::Function;
use super::refusals;
use crate::errors::Errors;
use crate::operation::args::Args;

/// The instrumented function, or `None` if there is an error or the attribute says `skip`.
pub(super) fn expand(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    if let Some(span) = args.skip {
        if args.seen.iter().any(|key| key != "skip") || args.declared.is_some() {
            errors.at_span(
                span,
                "`skip` excludes the function, so other keys have no effect; remove them, or remove `skip`",
            );
        }
        return None;
    }
    refusals::check(function, args, errors);
    contained::check(function, args, errors);
    emit::function(function, args, errors)
}
