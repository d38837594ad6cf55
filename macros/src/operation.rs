//! `#[derive(Operation)]`, and the syntax that it shares with `#[instrumented]`.

pub(crate) mod args;
pub(crate) mod effects;
pub(crate) mod emit;
pub(crate) mod families;
pub(crate) mod keys;
pub(crate) mod label_args;
pub(crate) mod labels;
pub(crate) mod location;
pub(crate) mod model;
mod objective;
mod objective_args;
mod outcome;
mod outcome_args;
pub(crate) mod schema;
pub(crate) mod syntax;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::errors::Errors;
use crate::names::Role;
use crate::paths::Runtime;
use args::Args;
use keys::Language;
use location::Location;
use model::{Declarer, Model};
use schema::Schema;

/// Expands `#[derive(Operation)]`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(schema) = Schema::parse(item, "Operation", &mut errors) else {
        return errors.into_tokens(None);
    };
    let mut args = Args::default();
    for tokens in schema.attribute("operation", &mut errors) {
        args.extend(tokens, Language::Operation, &mut errors);
    }
    let runtime = Runtime::new(args.runtime.as_ref());
    let (root, private) = (runtime.root(), runtime.private());
    let labels = schema.labels(&mut errors);
    let declarer = Declarer { doc: schema.doc(), ident: &schema.ident, may_be_unnamed: false };
    let model = Model::new(&args, labels, &declarer, &mut errors);
    if let Some(errs) = &model.errors
        && errs.of.is_none()
    {
        errors.at(&errs.key, "the error type is required here; add it: `errors(name = \"..\", type = OrderError)`");
    }
    let span = Span::mixed_site();
    let begin = if errors.is_empty() {
        let location = Location::of(schema.ident.to_string());
        let families = emit::site(&model, &location, &private).families(&private);
        let values = emit::values(&model.labels, &private);
        quote_spanned!(span=> __Begins::labelled(#families, #values))
    } else {
        // The implementation is generated in spite of errors, so that code that uses the type has no errors.
        quote_spanned!(span=> loop {})
    };
    let (reads, kinds) = emit::readers(&model, &private);
    let outcome = match &model.outcome.classifier {
        Some(ty) => quote_spanned!(span=> #ty),
        None => quote_spanned!(span=> #root::Ended),
    };
    let polls = Ident::new(if model.family(Role::Polls).is_some() { "WithPolls" } else { "WithoutPolls" }, span);
    let (ident, generics) = (&schema.ident, schema.generics());
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    let errors = errors.into_tokens(args.runtime.as_ref());
    quote_spanned! {span=>
        #errors

        #[automatically_derived]
        impl #impl_generics #root::Operation for #ident #type_generics #clause {
            type Outcome = #outcome;
            type Reads = #reads;
            type Errors = #kinds;
            type Polls = #private::#polls;

            #[inline]
            fn begin<__Begins: #private::Begins>(&self) -> __Begins {
                #begin
            }
        }
    }
}
