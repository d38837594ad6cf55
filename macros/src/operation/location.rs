//! How the static of an operation names the declared item.

use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::code::Private;
use crate::names::Never;

/// The lengths of names for which the runtime has an entry.
const LENGTHS: [usize; 8] = [4, 12, 20, 28, 36, 44, 52, 60];

/// How many bytes of a name are in the first number.
const IN_FIRST: usize = 12;

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

/// The parts of the entry of a function without a `name`, as single tokens, which are added to others faster than a `TokenStream`.
pub(crate) struct Text {
    /// The length of the bytes.
    pub(crate) length: usize,
    /// The number of the outcomes that no call has and the function's name, as the runtime's numbers.
    pub(crate) numbers: Vec<TokenTree>,
    /// The location for platforms without sections: its literals, or `at` and an expression.
    pub(crate) place: Vec<TokenTree>,
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
        let name = self.item.as_bytes();
        let length = LENGTHS.into_iter().find(|length| name.len() <= *length)?;
        let (start, rest) = name.split_at(name.len().min(IN_FIRST));
        let first = |never: Never| number(&[&[never.number()], start].concat());
        let item = Literal::string(&self.item);
        let (mut numbers, place) = match &self.more {
            More::Nothing => (vec![first(Never::default())], vec![item.into()]),
            More::Never(never) => (vec![first(*never)], vec![item.into(), Literal::string(never.as_str()).into()]),
            More::Asked { fallible, infallible, question } => {
                let place = self.expression(private);
                let (fallible, infallible) = (first(*fallible).into(), first(*infallible).into());
                let numbers = question.choose(&fallible, &infallible, private);
                let place = quote_spanned!(Span::mixed_site()=> at #place);
                (numbers.into_iter().collect(), place.into_iter().collect())
            }
        };
        // The last number may be zero.
        let further = (length - IN_FIRST.min(length)).div_ceil(size_of::<u128>());
        let mut bytes = rest.chunks(size_of::<u128>());
        for _ in 0..further {
            let comma = Punct::new(',', Spacing::Alone);
            numbers.extend([TokenTree::from(comma), number(bytes.next().unwrap_or_default())]);
        }
        Some(Text { length, numbers, place })
    }
}

/// Bytes as a number whose lowest byte is the first one.
fn number(bytes: &[u8]) -> TokenTree {
    let mut all = [0; size_of::<u128>()];
    all[..bytes.len()].copy_from_slice(bytes);
    Literal::u128_unsuffixed(u128::from_le_bytes(all)).into()
}

impl Question {
    fn choose(&self, fallible: &TokenStream, infallible: &TokenStream, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        match self {
            Self::Type(ty) => quote_spanned!(span=> #private::by_type!(#fallible, #infallible, #ty)),
            Self::Named(ident) => {
                let mut alias = ident.clone();
                alias.set_span(span);
                quote_spanned!(span=> #private::by_name!(#fallible, #infallible, #alias = #ident))
            }
        }
    }
}
