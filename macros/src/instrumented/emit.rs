//! Last stage: the function with its guard. The user's head and body stay as they are.
//!
//! ```text
//! fn f(a: A) { body }                    { let __guard = FAMILIES.scope(labels); { body } }
//! fn f(a: A) -> R { body }               { let __call = FAMILIES.call(labels);
//!                                          let __value = call(move || -> R { body });
//!                                          __call.finish(Returned::<..>::new(&__value).outcome(), ..); __value }
//! async fn f(a: A) -> R { body }         see `desugared`; where `async` has to stay
//!                                        { instrument(FAMILIES.series(labels), async move { anchor body }, read).await }
//! fn f(a: A) -> impl Future { body }     { let __series = FAMILIES.series(labels);
//!                                          instrument(__series, output::<O, _>(call(move || { body })), read) }
//! fn f(a: A) -> Pin<Box<dyn Future>>     the same in a `Box::pin`; that of the body itself, if it is one
//!     { Box::pin(x) }
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::desugared;
use super::item::Function;
use super::labels::{check_declared, labels};
use super::limit::limited;
use super::returns::{Returns, inferable};
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::emit::{operation_meta, place, readers};
use crate::operation::model::{Declarer, Model};
use crate::paths::Runtime;

/// The function, instrumented; `None` if there are errors.
pub(super) fn function(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    let runtime = Runtime::new(args.runtime.as_ref());
    let private = runtime.private();
    let source = if args.declared.is_some() {
        declared_source(function, args, &private, errors)
    } else {
        inline_source(function, args, &private, errors)
    };
    if !errors.is_empty() {
        return None;
    }
    let source = source?;
    let mut whole = function.inner_attributes.clone();
    let desugared = desugared::head(function, args, &private);
    if desugared.is_some() {
        whole.extend(desugared_body(function, &source, &private));
    } else {
        whole.extend(body(function, &source, &private));
    }
    let mut braced = Group::new(Delimiter::Brace, whole);
    // The body's own span: what reads line maps takes what stands in it for the function's.
    braced.set_span(function.body.span());
    let mut tokens = desugared.unwrap_or_else(|| function.head.clone());
    tokens.extend([TokenTree::Group(braced)]);
    Some(tokens)
}

/// Where a function's series come from, and how its value is read.
struct Source {
    /// A statement that binds what the others name, or nothing.
    before: TokenStream,
    /// `&'static Series`.
    series: TokenStream,
    /// A `Returned` of the reference that follows in parentheses.
    returned: TokenStream,
    /// Whether the value always has to be read.
    always_read: bool,
    /// Whether there are kinds of error to read.
    reads_errors: bool,
}

fn inline_source(function: &Function, args: &Args, private: &TokenStream, errors: &mut Errors) -> Option<Source> {
    let labels = labels(args, function, private, errors);
    let declarer = Declarer { doc: function.doc(), ident: &function.signature.ident, may_be_unnamed: true };
    let mut model = Model::new(args, labels, &declarer, errors);
    kinds_from_return_type(&mut model, function, private, errors);
    if !errors.is_empty() {
        return None;
    }
    let span = Span::mixed_site();
    let meta = operation_meta(&model, &function.name(), private);
    let (reads, kinds) = readers(&model, private);
    let values = model.labels.iter().map(|label| &label.value);
    let tuple = limited(&model, quote_spanned!(span=> (#(#values,)*)), private);
    Some(Source {
        before: TokenStream::new(),
        series: quote_spanned!(span=> #private::families!(#meta).series(#tuple)),
        returned: quote_spanned!(span=> #private::Returned::<#reads, #kinds, _>::new),
        always_read: args.reads_every_value(),
        reads_errors: model.errors.is_some(),
    })
}

/// Without `of = Type`, the kinds are those of the error type that the function returns.
fn kinds_from_return_type(model: &mut Model, function: &Function, private: &TokenStream, errors: &mut Errors) {
    let Some(errs) = &mut model.errors else { return };
    if errs.of.is_some() {
        return;
    }
    let returned = match &function.returns {
        Returns::Value(ty) => Some(ty),
        Returns::Future(output) | Returns::BoxedFuture { output, .. } => output.as_ref(),
        Returns::Plain | Returns::Never => None,
    };
    match returned {
        Some(ty) if !function.is_generic(ty) => {
            let span = Span::mixed_site();
            errs.of = Some(Type::Verbatim(quote_spanned!(span=> <#ty as #private::Fallible>::Error)));
        }
        Some(_) => errors.at(
            &errs.key,
            "the kinds of error are known before the first call, but this return type names generics; say whose they are: \
             `errors(name = \"..\", of = OrderError)`",
        ),
        None => errors.at(&errs.key, "`errors` counts the errors of a `Result`, and this function returns none; leave it out"),
    }
}

fn declared_source(function: &Function, args: &Args, private: &TokenStream, errors: &mut Errors) -> Option<Source> {
    let declared = args.declared.as_ref()?;
    check_declared(declared, errors);
    for key in &args.seen {
        if key != "crate" {
            errors.at(
                key,
                format_args!("`{key}` belongs to the declaration of the operation; put it into its `#[operation(..)]`"),
            );
        }
    }
    let span = Span::mixed_site();
    let site = place(&function.name(), private);
    let (series, reads) = (reserved("series"), reserved("reads"));
    Some(Source {
        before: quote_spanned!(span=>
            #private::register!(#private::Registration::Site(&#private::Site { #site }));
            let (#series, #reads) = #private::declared(&#declared);
        ),
        series: series.into_token_stream(),
        returned: quote_spanned!(span=> #reads.of),
        always_read: args.reads_every_value(),
        reads_errors: true,
    })
}

fn body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let Source { before, series, .. } = source;
    let body = &function.body;
    if function.signature.asyncness.is_some() {
        let (future, output) = async_block(function, &TokenStream::new(), private);
        let read = reader(source, output.as_ref(), private);
        return quote_spanned!(span=> #before #private::instrument(#series, #future, #read).await);
    }
    match &function.returns {
        Returns::Plain | Returns::Never if !source.always_read || matches!(function.returns, Returns::Never) => {
            let guard = reserved("guard");
            let mut inner = Group::new(Delimiter::Brace, body.stream());
            // Not the body's own: these braces are not the user's to leave out.
            inner.set_span(body.span().resolved_at(span));
            quote_spanned!(span=> #before let #guard = #series.scope(); #inner)
        }
        Returns::Plain | Returns::Never | Returns::Value(_) => {
            let (guard, value) = (reserved("call"), reserved("value"));
            let returns = match &function.signature.output {
                syn::ReturnType::Default => None,
                syn::ReturnType::Type(arrow, ty) => {
                    let ty = inferable(ty);
                    Some(quote_spanned!(span=> #arrow #ty))
                }
            };
            let end = ended(source, &value, private);
            quote_spanned! {span=>
                #before
                let #guard = #series.call();
                let #value = #private::call(move || #returns #body);
                #guard.finish #end;
                #value
            }
        }
        Returns::Future(output) => {
            let kept = reserved("kept");
            let future = anchored(output.as_deref(), &quote_spanned!(span=> #private::call(move || #body)), private);
            let read = reader(source, output.as_deref(), private);
            quote_spanned!(span=> #before let #kept = #series; #private::instrument(#kept, #future, #read))
        }
        Returns::BoxedFuture { whole, output } => {
            let kept = reserved("kept");
            let read = reader(source, output.as_deref(), private);
            let (pin, future) = if let Some((path, argument)) = boxed_argument(body) {
                (path, quote_spanned!(span=> #argument))
            } else {
                let whole = inferable(whole);
                (
                    quote_spanned!(span=> #private::Box::pin),
                    quote_spanned!(span=> #private::call(move || -> #whole #body)),
                )
            };
            let future = anchored(output.as_deref(), &future, private);
            quote_spanned!(span=> #before let #kept = #series; #pin(#private::instrument(#kept, #future, #read)))
        }
    }
}

/// The body of an `async fn` that is written as a function that returns its future.
fn desugared_body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let Source { before, series, .. } = source;
    let kept = reserved("kept");
    let (future, output) = async_block(function, &desugared::bindings(function), private);
    let read = reader(source, output.as_ref(), private);
    quote_spanned!(Span::mixed_site()=> #before let #kept = #series; #private::instrument(#kept, #future, #read))
}

/// The future of an `async fn`'s body, anchored to its return type, and that type.
fn async_block(function: &Function, bindings: &TokenStream, private: &TokenStream) -> (TokenStream, Option<Type>) {
    let span = Span::mixed_site();
    let body = &function.body;
    let output = match &function.signature.output {
        syn::ReturnType::Type(_, ty) if !matches!(function.returns, Returns::Never) => Some((**ty).clone()),
        _ => None,
    };
    let mut inner = bindings.clone();
    if let Some(ty) = &output {
        let (ty, value) = (inferable(ty), reserved("returned"));
        inner.extend(quote_spanned!(span=>
            if let #private::Option::Some(#value) = #private::Option::None::<#ty> { return #value; }
        ));
    }
    inner.extend(body.stream());
    let mut anchored = Group::new(Delimiter::Brace, inner);
    anchored.set_span(body.span());
    (quote_spanned!(span=> async move #anchored), output)
}

/// The closure that reads a future's output.
fn reader(source: &Source, output: Option<&Type>, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    if output.is_none() && !source.always_read {
        return quote_spanned!(span=> #private::unread);
    }
    let value = reserved("value");
    let returned = &source.returned;
    let error = error_of(source, &quote_spanned!(span=> #value), private);
    quote_spanned!(span=> move |#value| (#returned(#value).outcome(), #error))
}

/// What `Call::finish` takes.
fn ended(source: &Source, value: &Ident, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let returned = &source.returned;
    let error = error_of(source, &quote_spanned!(span=> &#value), private);
    quote_spanned!(span=> (#returned(&#value).outcome(), #error))
}

fn error_of(source: &Source, value: &TokenStream, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    if source.reads_errors {
        let returned = &source.returned;
        quote_spanned!(span=> #returned(#value).error())
    } else {
        quote_spanned!(span=> #private::Option::None)
    }
}

/// A future whose output is known to be of this type.
fn anchored(output: Option<&Type>, future: &TokenStream, private: &TokenStream) -> TokenStream {
    let output = output.map_or_else(|| quote_spanned!(Span::mixed_site()=> _), inferable);
    quote_spanned!(Span::mixed_site()=> #private::output::<#output, _>(#future))
}

/// `Box::pin` and `x`, if the body is `Box::pin(x)` and nothing else: what `async_trait` makes of a method. It needs no second box.
fn boxed_argument(body: &Group) -> Option<(TokenStream, TokenStream)> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(argument)) = tokens.pop() else { return None };
    let path: String = tokens.iter().map(ToString::to_string).collect();
    let is_pin = argument.delimiter() == Delimiter::Parenthesis
        && matches!(
            path.as_str(),
            "Box::pin" | "::std::boxed::Box::pin" | "std::boxed::Box::pin" | "::alloc::boxed::Box::pin"
        );
    (is_pin && !argument.stream().is_empty()).then(|| (tokens.into_iter().collect(), argument.stream()))
}

/// A name that no user has: hygiene alone does not keep a `const` of the same name from making a pattern of a binding.
fn reserved(word: &str) -> Ident {
    Ident::new(&format!("__metrics_instrumented_{word}"), Span::mixed_site())
}
