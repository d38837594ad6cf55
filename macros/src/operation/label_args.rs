//! One label as written in `labels(..)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Token, Type};

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
    let usage = || {
        let message = "expected a label: `name = value`, `name: Type = value` or, for an argument of that name, `name`";
        syn::Error::new(start, message)
    };
    let name = input.call(Ident::parse_any).ok().filter(|name| name != "_").ok_or_else(usage)?;
    let ty = if input.peek(Token![:]) && !input.peek(Token![::]) {
        input.parse::<Token![:]>()?;
        Some(input.parse().map_err(|_| usage())?)
    } else {
        None
    };
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(usage());
        }
        Some(input.parse()?)
    } else {
        None
    };
    if ty.is_some() && value.is_none() && !input.is_empty() && !input.peek(Token![,]) {
        return Err(syn::Error::new(input.span(), "expected a value after the type: `name: Type = value`"));
    }
    Ok(LabelArg { name, ty, value })
}
