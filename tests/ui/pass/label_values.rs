//! `#[derive(LabelValue)]` on enums of every shape, with every option.

use std::fmt::Debug;

use metrics_instrumented::LabelValue;

#[derive(LabelValue)]
enum Written {
    NotFound,
    HTTPError,
    r#Match,
}

macro_rules! cases {
    ($($name:ident = $case:literal: $first:literal, $second:literal;)*) => {
        $(
            #[derive(LabelValue)]
            #[label(rename_all = $case)]
            enum $name {
                NotFound,
                Io,
            }
        )*

        fn cases() {
            $(
                assert_eq!($name::VALUES, [$first, $second]);
                assert_eq!(($name::NotFound.value(), $name::Io.value()), ($first, $second));
            )*
        }
    };
}

cases! {
    Lower = "lowercase": "notfound", "io";
    Upper = "UPPERCASE": "NOTFOUND", "IO";
    Pascal = "PascalCase": "NotFound", "Io";
    Camel = "camelCase": "notFound", "io";
    Snake = "snake_case": "not_found", "io";
    ScreamingSnake = "SCREAMING_SNAKE_CASE": "NOT_FOUND", "IO";
    Kebab = "kebab-case": "not-found", "io";
    ScreamingKebab = "SCREAMING-KEBAB-CASE": "NOT-FOUND", "IO";
}

/// An error as it is, with fields of every kind.
#[derive(Debug, LabelValue)]
#[label(rename_all = "snake_case")]
#[repr(u8)]
enum Problem<'a, T: Debug = u8>
where
    T: Clone,
{
    NotFound,
    Parse(std::num::ParseIntError),
    Denied { path: &'a str, user: Option<T> } = 7,
    #[label(rename = "timed out, \"really\"")]
    TimedOut(u32, u32),
    #[label(rename = "not_found")]
    Gone(),
    #[label(skip)]
    Odd {},
    #[label(skip)]
    Strange(T),
    #[cfg(any())]
    Absent(Nothing),
    #[doc(hidden)]
    #[label(transparent)]
    Inner(Inner),
    #[label(transparent)]
    Named { reason: Outer },
}

#[derive(Clone, Copy, Debug, LabelValue)]
enum Inner {
    A,
    B,
}

#[derive(Debug, LabelValue)]
enum Outer {
    #[label(transparent)]
    Inner(Inner),
    #[label(transparent)]
    Boxed(Box<bool>),
    #[label(transparent)]
    Optional(Option<Inner>),
    Own,
}

/// Only what is in it.
#[derive(LabelValue)]
enum Wrapper<'a, T> {
    #[label(transparent)]
    Only(&'a Borrowed<'a>),
    #[label(skip)]
    Never(std::marker::PhantomData<T>),
}

#[derive(LabelValue)]
enum Borrowed<'a> {
    Text(&'a str),
}

#[derive(LabelValue)]
enum Single {
    Only,
}

#[derive(LabelValue)]
enum Never {}

#[derive(Clone, Copy, LabelValue)]
#[label()]
#[label(rename_all = "lowercase",)]
#[non_exhaustive]
pub enum Discriminants {
    A = -1,
    B = 5,
    #[deprecated]
    C = 6,
}

fn of<T: LabelValue + ?Sized>(value: &T) -> &'static str {
    assert_eq!(T::VALUES[value.index()], value.value());
    value.value()
}

fn main() {
    assert_eq!(Written::VALUES, ["NotFound", "HTTPError", "Match"]);
    assert_eq!((of(&Written::NotFound), of(&Written::HTTPError), of(&Written::r#Match)), ("NotFound", "HTTPError", "Match"));
    cases();

    // Own values first, each once, then those of transparent variants in their order.
    let own = ["not_found", "parse", "denied", "timed out, \"really\"", "other"];
    let outer = ["Own", "A", "B", "false", "true", "A", "B", "none"];
    assert_eq!(Outer::VALUES, outer);
    assert_eq!(Problem::<u8>::VALUES, [&own[..], &["A", "B"], &outer].concat());
    for (value, expected) in [
        (Problem::<u8>::NotFound, "not_found"),
        (Problem::Gone(), "not_found"),
        (Problem::Parse("x".parse::<u32>().unwrap_err()), "parse"),
        (Problem::Denied { path: "/", user: Some(1) }, "denied"),
        (Problem::TimedOut(1, 2), "timed out, \"really\""),
        (Problem::Odd {}, "other"),
        (Problem::Strange(1), "other"),
        (Problem::Inner(Inner::B), "B"),
        (Problem::Named { reason: Outer::Own }, "Own"),
        (Problem::Named { reason: Outer::Inner(Inner::A) }, "A"),
        (Problem::Named { reason: Outer::Boxed(Box::new(true)) }, "true"),
        (Problem::Named { reason: Outer::Optional(None) }, "none"),
        (Problem::Named { reason: Outer::Optional(Some(Inner::B)) }, "B"),
    ] {
        assert_eq!(of(&value), expected, "{value:?}");
    }

    assert_eq!(Wrapper::<Inner>::VALUES, ["other", "Text"]);
    assert_eq!(of(&Wrapper::<u8>::Only(&Borrowed::Text("text"))), "Text");
    assert_eq!(of(&Wrapper::<u8>::Never(std::marker::PhantomData)), "other");
    assert_eq!((of(&Single::Only), Single::VALUES.len(), Never::VALUES.len()), ("Only", 1, 0));
    assert_eq!((of(&Discriminants::A), of(&Discriminants::B)), ("a", "b"));
    assert_eq!(Discriminants::VALUES, ["a", "b", "c"]);

    // Given.
    assert_eq!((bool::VALUES, of(&true)), (&["false", "true"][..], "true"));
    assert_eq!(Option::<Inner>::VALUES, ["A", "B", "none"]);
    assert_eq!((of(&Some(Inner::B)), of(&None::<Inner>)), ("B", "none"));
    assert_eq!((of(&&Inner::A), of(&Box::new(Inner::A)), of(&Some(&Some(true)))), ("A", "A", "true"));
    let _: fn(Never) = |never| match never {};
}
