//! How the static of an operation names the declared item.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

use crate::names::Never;
use crate::private::Private;

/// The lengths of names for which the runtime has an entry.
const LENGTHS: [usize; 8] = [4, 12, 20, 28, 36, 44, 52, 60];

/// The declared item, and what may follow its name.
pub(crate) struct Location {
    /// The item's name.
    pub(crate) item: String,
    pub(crate) more: More,
}

/// What follows the name.
pub(crate) enum More {
    Nothing,
    /// The outcomes that no call has.
    Never(Never),
    /// One of two, which the compiler chooses.
    Asked {
        fallible: Never,
        infallible: Never,
        question: Question,
    },
}

/// The parts of the entry of a function without a `name`.
pub(crate) struct Text {
    /// The length of the bytes.
    pub(crate) length: usize,
    /// The function's name.
    pub(crate) bytes: TokenStream,
    /// The number of the outcomes that no call has.
    pub(crate) never: TokenStream,
    /// The location for platforms without sections: its literals, or `at` and an expression.
    pub(crate) place: TokenStream,
}

/// Chooses one of two values: the first if a type may fail.
pub(crate) enum Question {
    /// This type.
    Type(TokenStream),
    /// This type, which may also be a parameter.
    Named(Ident),
}

impl Location {
    /// An item without anything that follows.
    pub(crate) fn of(item: String) -> Self {
        Self { item, more: More::Nothing }
    }

    /// The whole location.
    pub(crate) fn expression(&self, private: &Private) -> TokenStream {
        let (span, item) = (Span::mixed_site(), &self.item);
        let with = |never: Never| {
            let more = never.as_str();
            quote_spanned!(span=> #private::location!(#item, #more))
        };
        match &self.more {
            More::Nothing => quote_spanned!(span=> #private::location!(#item)),
            More::Never(never) => with(*never),
            More::Asked { fallible, infallible, question } => {
                question.choose(&with(*fallible), &with(*infallible), private)
            }
        }
    }

    /// The parts of an entry; `None` if there is none for a name of this length.
    pub(crate) fn text(&self, private: &Private) -> Option<Text> {
        let mut bytes = self.item.clone().into_bytes();
        let length = LENGTHS.into_iter().find(|length| bytes.len() <= *length)?;
        bytes.resize(length, 0);
        let literal = Literal::byte_string(&bytes);
        let number = |never: Never| Literal::u8_suffixed(never.number()).into_token_stream();
        let item = Literal::string(&self.item);
        let (never, place) = match &self.more {
            More::Nothing => (number(Never::default()), item.into_token_stream()),
            More::Never(never) => {
                let more = Literal::string(never.as_str());
                (number(*never), [TokenTree::from(item), more.into()].into_iter().collect())
            }
            More::Asked { fallible, infallible, question } => {
                let place = self.expression(private);
                (
                    question.choose(&number(*fallible), &number(*infallible), private),
                    quote_spanned!(Span::mixed_site()=> at #place),
                )
            }
        };
        Some(Text { length, bytes: literal.into_token_stream(), never, place })
    }
}

impl Question {
    fn choose(&self, fallible: &TokenStream, infallible: &TokenStream, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        match self {
            Self::Type(ty) => quote_spanned!(span=> #private::by_type!(#fallible, #infallible, #ty)),
            Self::Named(ident) => {
                let alias = Ident::new(&ident.to_string(), span);
                quote_spanned!(span=> #private::by_name!(#fallible, #infallible, #alias = #ident))
            }
        }
    }
}
