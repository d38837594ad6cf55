//! An objective as written: `objective(success = 99.9, latency = 0.25 @ 99)`.

use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Token};

use super::syntax::{each, inner, inner_key, misused, parentheses};
use crate::errors::Errors;

/// An objective as written.
#[derive(Clone, Default)]
pub(crate) struct ObjectiveArgs {
    pub(crate) key: Option<Ident>,
    /// The percentage of calls that succeed.
    pub(super) success: Option<Expr>,
    /// Seconds, and the percentage of calls that take at most this time.
    pub(super) latency: Option<(Expr, Expr)>,
}

/// Parses what follows the key.
pub(super) fn objective(input: ParseStream<'_>, key: Ident, errors: &mut Errors) -> syn::Result<ObjectiveArgs> {
    let mut args = ObjectiveArgs::default();
    let content = parentheses(input, &key)?;
    if content.is_empty() {
        return Err(syn::Error::new(key.span(), misused(&key)));
    }
    let mut seen = Vec::new();
    each(&content, errors, |input, errors| {
        let word = inner_key(input, &key, &["success", "latency"], &mut seen, errors)?;
        if word == "success" {
            let percent = inner(input, &word, <Expr as Parse>::parse, "a percentage of the calls: `success = 99.9`")?;
            args.success = Some(percent);
        } else {
            let pair = |input: ParseStream<'_>| {
                let seconds = input.parse()?;
                input.parse::<Token![@]>()?;
                Ok((seconds, input.parse()?))
            };
            let what = "seconds, `@` and a percentage of the calls: `latency = 0.25 @ 99`";
            args.latency = Some(inner(input, &word, pair, what)?);
        }
        Ok(())
    });
    args.key = Some(key);
    Ok(args)
}
