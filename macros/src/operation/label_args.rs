//! One label as written in `labels(..)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Token, Type};

/// How a label is written, for errors.
const USAGE: &str = "`name = value`, `name: Type = value` or, for an argument of that name, `name`";

/// `a`, `a = expr`, `a: Type = expr`.
#[derive(Clone)]
pub(crate) struct LabelArg {
    pub(crate) name: Ident,
    pub(crate) ty: Option<Type>,
    pub(crate) value: Option<Expr>,
}

/// Reads one.
pub(super) fn label(input: ParseStream<'_>) -> syn::Result<LabelArg> {
    let start = input.span();
    let usage = || syn::Error::new(start, format_args!("expected a label: {USAGE}"));
    let name = input.call(Ident::parse_any).ok().filter(|name| name != "_").ok_or_else(usage)?;
    let ty = if input.peek(Token![:]) && !input.peek(Token![::]) {
        input.parse::<Token![:]>()?;
        Some(input.parse().map_err(|_| usage())?)
    } else {
        None
    };
    let value = if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(usage());
        }
        Some(input.parse()?)
    } else {
        None
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(LabelArg { name, ty, value });
    }
    let message = match (&ty, &value) {
        (_, Some(_)) => format!("expected a comma; a label is written {USAGE}"),
        (Some(_), None) => "expected a value after the type: `name: Type = value`".to_owned(),
        (None, None) => format!("expected `=` or a comma; a label is written {USAGE}"),
    };
    Err(syn::Error::new(input.span(), message))
}
