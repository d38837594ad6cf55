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
//! fn f(a: A) -> Pin<Box<dyn Future>>     the same with `instrument_boxed`, of `x` itself if that is the body
//!     { Box::pin(x) }
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Type;

use super::desugared;
use super::item::Function;
use super::returns::{Returns, inferable};
use super::source::Source;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::paths::Runtime;
use crate::types::located_at;

/// The function, instrumented; `None` if there are errors.
pub(super) fn function(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    let runtime = Runtime::new(args.runtime.as_ref());
    let private = runtime.private();
    let source = Source::of(function, args, &private, errors).filter(|_| errors.is_empty())?;
    let mut whole = function.inner_attributes.clone();
    let desugared =
        desugared::head(function, args, &private).filter(|_| !desugared::needs_async(&source.before, &source.series));
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

fn body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let Source { before, series, .. } = source;
    let body = &function.body;
    if function.signature.asyncness.is_some() {
        let (future, output) = async_block(function, &TokenStream::new(), private);
        let read = source.reader(output.as_ref(), private);
        return quote_spanned!(span=> #before #private::instrument(#series, #future, #read).await);
    }
    match &function.returns {
        Returns::Plain | Returns::Never if !source.always_read || matches!(function.returns, Returns::Never) => {
            let guard = reserved("guard");
            let mut inner = Group::new(Delimiter::Brace, body.stream());
            // Not the body's own: these braces are not the user's to leave out.
            inner.set_span(body.span().resolved_at(span));
            let begin = source.begin("Scope", private);
            quote_spanned!(span=> #before let #guard = #begin; #inner)
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
            let (begin, finish) = (source.begin("Call", private), source.finish(&guard, &value, private));
            quote_spanned! {span=>
                #before
                let #guard = #begin;
                let #value = #private::call(move || #returns #body);
                #finish
                #value
            }
        }
        Returns::Future(output) => {
            let kept = reserved("kept");
            let future = call(function, &quote_spanned!(span=> move || #body), private);
            let future = anchored(function, output.as_deref(), &future, private);
            let read = source.reader(output.as_deref(), private);
            let instrumented = instrumented(function, "instrument", &kept, &future, &read, private);
            quote_spanned!(span=> #before let #kept = #series; #instrumented)
        }
        Returns::BoxedFuture { whole, output } => {
            let kept = reserved("kept");
            let read = source.reader(output.as_deref(), private);
            let future = if let Some(argument) = boxed_argument(body) {
                argument
            } else {
                let whole = inferable(whole);
                call(function, &quote_spanned!(span=> move || -> #whole #body), private)
            };
            let future = anchored(function, output.as_deref(), &future, private);
            let instrumented = instrumented(function, "instrument_boxed", &kept, &future, &read, private);
            quote_spanned!(span=> #before let #kept = #series; #instrumented)
        }
    }
}

/// The body of an `async fn` that is written as a function that returns its future.
fn desugared_body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let Source { before, series, .. } = source;
    let kept = reserved("kept");
    let bindings = desugared::bindings(function, &quote_spanned!(Span::mixed_site()=> #before #series));
    let (future, output) = async_block(function, &bindings, private);
    let read = source.reader(output.as_ref(), private);
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

/// A future whose output is known to be of this type; that it is not is said where the type is written.
fn anchored(function: &Function, output: Option<&Type>, future: &TokenStream, private: &TokenStream) -> TokenStream {
    let output = output.map_or_else(|| quote_spanned!(Span::mixed_site()=> _), inferable);
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    quote_spanned!(span=> #private::output::<#output, _>(#future))
}

/// The future as a call, in the place of the return type.
fn instrumented(
    function: &Function,
    how: &str,
    series: &Ident,
    future: &TokenStream,
    read: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    let how = Ident::new(how, span);
    quote_spanned!(span=> #private::#how(#series, #future, #read))
}

/// A call of a closure, in the place of the return type: if the value is another one, that is said there.
fn call(function: &Function, closure: &TokenStream, private: &TokenStream) -> TokenStream {
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    quote_spanned!(span=> #private::call(#closure))
}

/// `x`, if the body is `Box::pin(x)` and nothing else: what `async_trait` makes of a method. It needs no second box.
fn boxed_argument(body: &Group) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(argument)) = tokens.pop() else { return None };
    let path: String = tokens.iter().map(ToString::to_string).collect();
    let is_pin = argument.delimiter() == Delimiter::Parenthesis
        && matches!(
            path.as_str(),
            "Box::pin" | "::std::boxed::Box::pin" | "std::boxed::Box::pin" | "::alloc::boxed::Box::pin"
        );
    (is_pin && !argument.stream().is_empty()).then(|| argument.stream())
}

/// A name that no user has: hygiene alone does not keep a `const` of the same name from making a pattern of a binding.
pub(super) fn reserved(word: &str) -> Ident {
    Ident::new(&format!("__metrics_instrumented_{word}"), Span::mixed_site())
}
