//! The source of a function's series, and how its values are read: an inline operation, or a declared one.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::begin::{self, Begin};
use super::fallible::location;
use super::hover;
use super::item::Function;
use super::kinds::kinds_from_return_type;
use super::labels::{check_declared, labels};
use super::polls::{Polls, polls};
use crate::errors::Errors;
use crate::names::Role;
use crate::operation::args::Args;
use crate::operation::emit::{families, readers};
use crate::operation::model::{Declarer, Model};
use crate::paths::reserved;
use crate::types::located_at;

/// The generated expressions that the function's body needs.
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(super) struct SeriesSource {
    /// An item, or nothing.
    site: TokenStream,
    /// A statement that binds variables for the other expressions if no guard is made, or nothing.
    bindings: TokenStream,
    /// `&'static Series`.
    pub(super) series: TokenStream,
    /// How the guard of a call is made.
    begin: Begin,
    /// What makes a `Returned` of the reference that follows in parentheses, to read the outcome.
    outcome_of: TokenStream,
    /// The constructor of a `Returned`, for reading the error kind.
    error_of: TokenStream,
    /// Whether the value is read even if its type has no outcome.
    pub(super) always_read: bool,
    /// Whether the returned value is read.
    pub(super) is_read: bool,
    /// The user's expressions that are evaluated before the body.
    pub(super) read_before: TokenStream,
    /// Whether the attribute contains expressions or types of the user's that must be type-checked.
    pub(super) has_expressions: bool,
    /// Whether error kinds are read.
    reads_errors: bool,
    /// The span of the error for a value without an outcome.
    outcome_at: Span,
    /// The span of the error for a value without an error kind.
    error_at: Span,
    /// Whether and how the polls of its future are counted.
    pub(super) polls: Polls,
    /// The text that editors show after the function's documentation.
    pub(super) hover: Option<String>,
}

impl SeriesSource {
    pub(super) fn of(function: &Function, args: &Args, private: &TokenStream, errors: &mut Errors) -> Option<Self> {
        if args.declared.is_some() {
            Self::declared(function, args, private, errors)
        } else {
            Some(Self::inline(function, args, private, errors))
        }
    }

    fn inline(function: &Function, args: &Args, private: &TokenStream, errors: &mut Errors) -> Self {
        let labels = labels(args, function, errors);
        let declarer = Declarer { doc: function.doc(), ident: &function.signature.ident, may_be_unnamed: true };
        let mut model = Model::new(args, labels, &declarer, errors);
        for ty in [&args.outcome.classifier, &args.family(Role::Errors).of].into_iter().flatten() {
            if function.is_generic(ty) {
                errors.at(
                    ty,
                    "this type cannot use generics or `Self`, because its series are created at startup; name a concrete type",
                );
            }
        }
        let polls = polls(&mut model, function, args, errors);
        kinds_from_return_type(&mut model, function, private, errors);
        let span = Span::mixed_site();
        let families = families(&model, &location(function, args, private), private);
        let (reads, kinds) = readers(&model, private);
        let at = |of: Option<Span>| of.map_or_else(|| function.returned_at(), |of| of.resolved_at(span));
        let (series, begin) = Begin::inline(&model, function, families, private);
        Self {
            site: TokenStream::new(),
            bindings: TokenStream::new(),
            series,
            begin,
            outcome_of: quote_spanned!(span=> #private::Returned::<#reads, #private::NoErrors, _>::new),
            error_of: quote_spanned!(span=> #private::Returned::<#private::ByOutcome, #kinds, _>::new),
            is_read: args.reads_a_value(),
            always_read: args.reads_every_value(),
            read_before: read_before(args),
            has_expressions: !model.labels.is_empty()
                || model.errors.is_some()
                || model.outcome.classifier.is_some()
                || args.buckets.is_some(),
            reads_errors: model.errors.is_some(),
            outcome_at: at(args.outcome.classifier.as_ref().map(Spanned::span)),
            polls,
            hover: hover::is_wanted(function, args).then(|| hover::of_inline(&model, &function.name(args))),
            error_at: at(model.errors.as_ref().and_then(|errs| errs.of.as_ref()).map(Spanned::span)),
        }
    }

    fn declared(function: &Function, args: &Args, private: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let declared = args.declared.as_ref()?;
        check_declared(declared, errors);
        for key in &args.seen {
            if key != "crate" && key != "docs" && key != "of" {
                errors.at(
                    key,
                    format_args!("`{key}` is not allowed with a declared operation; move it to its `#[operation(..)]`"),
                );
            }
        }
        let span = Span::mixed_site();
        let at = declared.span().resolved_at(span);
        let name = function.name(args);
        let operation = operation_name(declared);
        let (series, reads) = (reserved("series"), reserved("reads"));
        let operation_tokens = declared.to_token_stream();
        let of_declared =
            begin::declared(&quote_spanned!(span=> &'static #private::Series), &operation_tokens, private);
        Some(Self {
            site: quote_spanned!(span=>
                const _: () = { #private::declare!(site __SITE = #private::Site { location: #private::location!(#name, #operation) }); };
            ),
            bindings: quote_spanned!(span=> let (#series, #reads) = #of_declared;),
            series: series.into_token_stream(),
            begin: Begin::Declared(operation_tokens),
            outcome_of: quote_spanned!(span=> #reads.__returned),
            error_of: quote_spanned!(span=> #reads.__returned),
            is_read: true,
            always_read: args.reads_every_value(),
            read_before: declared.to_token_stream(),
            has_expressions: true,
            reads_errors: true,
            outcome_at: at,
            error_at: at,
            polls: Polls::Declared,
            hover: hover::is_wanted(function, args).then(|| hover::of_declared(&operation)),
        })
    }

    /// The closure that reads a future's output.
    pub(super) fn reader(&self, output: Option<&Type>, private: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        if !self.is_read || (output.is_none() && !self.always_read) {
            return quote_spanned!(span=> #private::unread);
        }
        let value = reserved("value").into_token_stream();
        let read = self.read(&value, private);
        quote_spanned!(span=> move |#value| #read)
    }

    /// Reads the indices of the outcome and of the error kind from a reference to a value.
    pub(super) fn read(&self, value: &TokenStream, private: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        let outcome = self.outcome(value);
        let error = self.error(value).unwrap_or_else(|| quote_spanned!(span=> #private::Option::None));
        quote_spanned!(span=> (#outcome, #error))
    }

    /// Statements for the other expressions, if no guard is made.
    pub(super) fn before(&self) -> TokenStream {
        let (site, bindings) = (&self.site, &self.bindings);
        quote_spanned!(Span::mixed_site()=> #site #bindings)
    }

    /// Statements that begin the call as a guard of this type and name.
    pub(super) fn begin(&self, guard: &str, name: &TokenStream, private: &TokenStream) -> TokenStream {
        let (site, begin) = (&self.site, self.begin.statements(guard, name, private));
        quote_spanned!(Span::mixed_site()=> #site #begin)
    }

    /// Ends a guard of this type with the outcome of the call's value.
    pub(super) fn finish(&self, guard: &str, call: &Ident, value: &Ident, private: &TokenStream) -> TokenStream {
        let span = Span::mixed_site();
        let guard = Ident::new(guard, span);
        let value = quote_spanned!(span=> &#value);
        let outcome = self.outcome(&value);
        match self.error(&value) {
            Some(error) => quote_spanned!(span=> #private::#guard::finish_by_kind(#call, #outcome, #error);),
            None => quote_spanned!(span=> #private::#guard::finish(#call, #outcome);),
        }
    }

    fn outcome(&self, value: &TokenStream) -> TokenStream {
        read(&self.outcome_of, self.outcome_at, "__outcome_of_call", value)
    }

    /// The error kind, if kinds are counted.
    fn error(&self, value: &TokenStream) -> Option<TokenStream> {
        self.reads_errors.then(|| read(&self.error_of, self.error_at, "__error_of_call", value))
    }
}

fn read(returned: &TokenStream, at: Span, method: &str, value: &TokenStream) -> TokenStream {
    let (returned, method) = (located_at(returned.clone(), at), Ident::new(method, at));
    let value = located_at(value.clone(), at);
    quote_spanned!(at=> #returned(#value).#method())
}

/// The expressions of the labels, including arguments that are labels without an expression.
fn read_before(args: &Args) -> TokenStream {
    let labels = args.labels.iter();
    labels
        .map(|label| label.value.as_ref().map_or_else(|| label.name.to_token_stream(), ToTokens::to_token_stream))
        .collect()
}

/// The name of a declared operation's type, without its path.
fn operation_name(declared: &Expr) -> String {
    let path = match declared {
        Expr::Struct(operation) => Some(&operation.path),
        Expr::Path(operation) => Some(&operation.path),
        Expr::Group(group) => return operation_name(&group.expr),
        _ => None,
    };
    path.and_then(|path| path.segments.last()).map(|last| last.ident.to_string()).unwrap_or_default()
}
