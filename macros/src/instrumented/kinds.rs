//! The error kinds of `errors = ".."`: by default, those of the error type that the function returns.

use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::item::Function;
use super::returns::Returns;
use crate::code::Private;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::model::Model;
use crate::types::located_at;

/// Without `type = Type`, the error kinds are those of the error type that the function returns.
pub(super) fn kinds_from_return_type(
    model: &mut Model,
    function: &Function,
    args: &Args,
    private: &Private,
    errors: &mut Errors,
) {
    let Some(errs) = model.errors.as_mut().filter(|errs| errs.of.is_none()) else { return };
    let returned = match &function.returns {
        Returns::Value(ty) => Some(&**ty),
        Returns::Lazy(_, output) | Returns::Boxed { output, .. } => output.as_deref(),
        Returns::Plain | Returns::Never => None,
    };
    // Errors about the type point at the key, or at this function if the key is that of a block.
    let at = if args.has_own("errors") { errs.key.span() } else { function.returned_at };
    match returned.map(without_value) {
        Some(ty) if !function.may_be_generic(&ty) => {
            let (ty, private) = (located_at(ty.to_token_stream(), at), private.located_at(at));
            errs.of = Some(Type::Verbatim(quote_spanned!(at=> <#ty as #private::Fallible>::Error)));
        }
        Some(_) => errors.at_span(
            at,
            "the error type may be generic, and error kinds must be known at startup; name a concrete type: \
             `errors(name = \"..\", type = OrderError)`",
        ),
        None if args.has_own("errors") => {
            errors.at(&errs.key, "`errors` needs a function that returns a `Result`; remove it");
        }
        None => errors.at_span(
            function.returned_at,
            "`errors` of the block needs functions that return a `Result`; move it to those that do",
        ),
    }
}

/// A `Result` with `()` as its value, which does not matter, and may be generic or `impl Trait`: a static cannot name these.
fn without_value(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut().filter(|last| last.ident == "Result")
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
        && let Some(GenericArgument::Type(value)) = arguments.args.first_mut()
    {
        *value = Type::Verbatim(quote_spanned!(value.span()=> ()));
    }
    ty
}
