//! `#[derive(LabelValue)]` and the sets that are given.

use metrics_instrumented::LabelValue;

#[derive(LabelValue)]
enum Plain {
    NotFound,
    HTTPError,
    r#Yield,
}

#[test]
fn a_variant_counts_under_its_name_as_written() {
    assert_eq!(Plain::VALUES, ["NotFound", "HTTPError", "Yield"]);
    assert_eq!([Plain::NotFound, Plain::HTTPError, Plain::r#Yield].map(|value| value.index()), [0, 1, 2]);
    assert_eq!(Plain::HTTPError.value(), "HTTPError");
}

macro_rules! cases {
    ($($name:ident $case:literal: $first:literal $second:literal;)*) => {
        #[test]
        fn every_case_is_written_as_serde_writes_it() {
            $({
                #[derive(LabelValue)]
                #[label(rename_all = $case)]
                enum $name {
                    NotFound,
                    Ok,
                }
                assert_eq!($name::VALUES, [$first, $second], $case);
                assert_eq!(($name::NotFound.value(), $name::Ok.value()), ($first, $second), $case);
            })*
        }
    };
}

cases! {
    Lower "lowercase": "notfound" "ok";
    Upper "UPPERCASE": "NOTFOUND" "OK";
    Pascal "PascalCase": "NotFound" "Ok";
    Camel "camelCase": "notFound" "ok";
    Snake "snake_case": "not_found" "ok";
    Screaming "SCREAMING_SNAKE_CASE": "NOT_FOUND" "OK";
    Kebab "kebab-case": "not-found" "ok";
    ScreamingKebab "SCREAMING-KEBAB-CASE": "NOT-FOUND" "OK";
}

#[derive(LabelValue)]
#[label(rename_all = "snake_case")]
enum Fields<'a, T> {
    Unit,
    Tuple(#[allow(dead_code, reason = "fields do not matter")] &'a str, #[allow(dead_code, reason = "nor types")] T),
    #[label(rename = "Struct of/two \"é\"")]
    Struct {
        #[allow(dead_code, reason = "fields do not matter")]
        a: T,
    },
}

#[test]
fn fields_and_generics_do_not_matter_and_a_name_may_be_any_text() {
    assert_eq!(Fields::<u8>::VALUES, ["unit", "tuple", "Struct of/two \"é\""]);
    let all = [Fields::Unit, Fields::Tuple("x", 1), Fields::Struct { a: 2 }];
    assert_eq!(all.map(|value| value.index()), [0, 1, 2]);
}

#[derive(LabelValue)]
enum Merged {
    #[label(rename = "io")]
    Read,
    Parse,
    #[label(rename = "io")]
    Write,
    #[label(skip)]
    Odd,
    #[label(skip)]
    Even,
}

#[test]
fn variants_of_one_value_are_one_and_skipped_ones_are_other() {
    assert_eq!(Merged::VALUES, ["io", "Parse", "other"]);
    let all = [Merged::Read, Merged::Parse, Merged::Write, Merged::Odd, Merged::Even];
    assert_eq!(all.map(|value| value.value()), ["io", "Parse", "io", "other", "other"]);
}

#[derive(LabelValue)]
enum Rpc {
    Unavailable,
    #[label(rename = "deadline")]
    Deadline,
}

#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Outer {
    First,
    #[label(transparent)]
    Rpc(Rpc),
    #[label(transparent)]
    Flag {
        set: bool,
    },
    Last,
    #[label(transparent)]
    Optional(Option<Box<Rpc>>),
    #[label(skip)]
    Odd,
}

#[test]
fn a_transparent_variant_counts_under_the_values_of_its_field() {
    assert_eq!(Outer::VALUES.len(), 3 + 2 + 2 + 3);
    for (value, expected) in [
        (Outer::First, "first"),
        (Outer::Rpc(Rpc::Unavailable), "Unavailable"),
        (Outer::Rpc(Rpc::Deadline), "deadline"),
        (Outer::Flag { set: false }, "false"),
        (Outer::Flag { set: true }, "true"),
        (Outer::Last, "last"),
        (Outer::Optional(Some(Box::new(Rpc::Deadline))), "deadline"),
        (Outer::Optional(None), "none"),
        (Outer::Odd, "other"),
    ] {
        assert_eq!(value.value(), expected);
        assert!(value.index() < Outer::VALUES.len());
    }
}

#[test]
fn booleans_options_references_and_boxes_are_given() {
    assert_eq!(<bool as LabelValue>::VALUES, ["false", "true"]);
    assert_eq!((false.value(), true.value()), ("false", "true"));
    assert_eq!(<Option<Rpc>>::VALUES, ["Unavailable", "deadline", "none"]);
    assert_eq!((Some(Rpc::Deadline).value(), None::<Rpc>.value()), ("deadline", "none"));
    assert_eq!(<Option<Option<bool>>>::VALUES, ["false", "true", "none", "none"]);
    assert_eq!(<&&Rpc>::VALUES, Rpc::VALUES);
    assert_eq!((&&Rpc::Deadline).value(), "deadline");
    assert_eq!(Box::new(Rpc::Deadline).value(), "deadline");
}

#[test]
fn an_enum_without_variants_is_an_empty_set() {
    #[derive(LabelValue)]
    enum Never {}

    assert_eq!(Never::VALUES, [""; 0]);
    assert_eq!(<Option<Never>>::VALUES, ["none"]);
    assert_eq!(None::<Never>.index(), 0);
}
