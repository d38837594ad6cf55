//! Keys of `#[label(..)]` on an enum and on its variants.

#![allow(unused)]

use metrics_instrumented::{LabelValue, Operation};

#[derive(LabelValue)]
#[label(rename_all = "snake-case")]
enum NearCase {
    A,
}

#[derive(LabelValue)]
#[label(rename_all = "Title Case")]
enum NoCase {
    A,
}

#[derive(LabelValue)]
#[label(rename_all = snake_case)]
enum NotAText {
    A,
}

#[derive(LabelValue)]
#[label(rename_al = "snake_case", skip, max = 5)]
enum UnknownKeys {
    #[label(rename_all = "snake_case")]
    A,
    #[label(transparant)]
    B(bool),
    #[label(other)]
    C,
}

#[derive(LabelValue)]
#[label]
enum Words {
    #[label]
    A,
    #[label = "b"]
    B,
    #[label(rename)]
    C,
    #[label(rename = 5)]
    D,
    #[label("e")]
    E,
}

#[derive(LabelValue)]
enum Contradictions {
    #[label(rename = "a", skip)]
    A,
    #[label(transparent)]
    #[label(skip)]
    B(bool),
    #[label(rename = "c", rename = "d")]
    C,
}

#[derive(LabelValue)]
enum Classes {
    #[label(ok)]
    A,
    B,
    #[label(ok, error)]
    C,
    #[label(error = true)]
    D,
    #[label(good)]
    E,
    #[label(transparent)]
    F(bool),
    #[label(error, rename = "A")]
    G,
}

#[derive(LabelValue)]
enum Transparent {
    #[label(transparent)]
    Unit,
    #[label(transparent)]
    Two(bool, bool),
    #[label(transparent)]
    None {},
}

#[derive(Operation)]
#[operation(name = "orders")]
struct Orders {
    near_case: NearCase,
    unknown_keys: UnknownKeys,
    words: Words,
}

fn main() {
    Orders { near_case: NearCase::A, unknown_keys: UnknownKeys::A, words: Words::A }.measure(|| 1);
    let _ = [NoCase::A.value(), NotAText::A.value(), Contradictions::A.value(), Transparent::Unit.value()];
}
