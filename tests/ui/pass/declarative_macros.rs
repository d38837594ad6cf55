//! Functions and types that a `macro_rules!` macro makes, with fragments of every kind in the attribute and around it.

#[path = "../support.rs"]
mod support;

use metrics_instrumented::{Counter, LabelValue, Operation, instrumented};
use support::{assert_ended, recorded};

#[derive(Clone, Copy, LabelValue)]
enum Tier {
    Gold,
    Basic,
}

macro_rules! with_literals {
    ($function:ident, $name:literal, $help:literal, $bound:literal, $max:literal) => {
        #[instrumented(name = $name, help = $help, buckets = [$bound, 2.0], max_series = $max)]
        fn $function() -> Result<(), ()> {
            Err(())
        }
    };
}
with_literals!(literals, "literals", "From a literal.", 0.5, 100);

macro_rules! with_tokens {
    ($function:ident, $name:tt, $label:ident, $key:ident) => {
        #[instrumented($key = $name, labels($label))]
        fn $function($label: Tier) -> Tier {
            $label
        }
    };
}
with_tokens!(tokens, "tokens", tier, name);

macro_rules! with_fragments {
    ($(#[$meta:meta])* $vis:vis fn $function:ident($($argument:ident: $ty:ty),*) -> $returns:ty $body:block, $label_type:ty, $value:expr, $buckets:expr) => {
        $(#[$meta])*
        #[instrumented(name = "fragments", labels(tier: $label_type = $value, flag = $value == Tier::Gold), buckets = $buckets)]
        $vis fn $function($($argument: $ty),*) -> $returns $body
    };
}
impl PartialEq for Tier {
    fn eq(&self, other: &Self) -> bool {
        *self as u8 == *other as u8
    }
}
with_fragments! {
    /// Documented here.
    #[must_use]
    pub(crate) fn fragments(n: u32, text: &str) -> Result<u32, String> {
        if n > 1 {
            return Err(text.to_owned());
        }
        Ok(n)
    },
    Tier, Tier::Basic, [1.0, 2.0]
}

macro_rules! with_items {
    ($($item:item)*) => { $(#[instrumented(name = "items")] $item)* };
}
with_items! {
    #[inline]
    fn item() -> Option<u32> {
        Some(1)
    }
}

macro_rules! with_paths {
    ($operation:path, $error:path, $runtime:path) => {
        #[instrumented(name = "paths", errors(name = "paths_errors_total", of = $error), crate = $runtime)]
        fn path() -> Result<(), $error> {
            Err(<$error>::Gold)
        }

        #[instrumented($operation { tier: Tier::Gold })]
        fn declared_path() -> u32 {
            1
        }
    };
}
with_paths!(Orders, Tier, metrics_instrumented);

macro_rules! with_a_whole_operation {
    ($operation:expr) => {
        #[instrumented($operation)]
        fn whole() -> u32 {
            1
        }
    };
}
with_a_whole_operation!(Orders { tier: Tier::Gold });

macro_rules! with_a_visibility {
    ($vis:vis, $name:ident) => {
        #[instrumented(name = "visibilities")]
        $vis fn $name() -> u32 {
            1
        }
    };
}
mod visibilities {
    use super::instrumented;

    with_a_visibility!(, private);
    with_a_visibility!(pub(super), public);

    pub(super) fn both() -> u32 {
        private() + public()
    }
}

macro_rules! operations {
    ($($operation:ident = $name:literal { $($label:ident: $ty:ty),* }),*) => {
        $(
            #[doc = concat!("Made for ", $name)]
            #[derive(Operation)]
            #[operation(name = $name)]
            struct $operation { $($label: $ty),* }
        )*
    };
}
operations!(Orders = "orders" { tier: Tier }, Returns = "returns" {});

macro_rules! values {
    ($name:ident, $case:literal, $($variant:ident = $value:literal),*) => {
        #[derive(LabelValue)]
        #[label(rename_all = $case)]
        enum $name { $(#[label(rename = $value)] $variant,)* LastOne }
    };
}
values!(Made, "snake_case", A = "a_a", B = "b_b");

macro_rules! counters {
    ($name:ident, $field:ident: $ty:ty, $max:literal) => {
        #[derive(Counter)]
        #[counter(name = concat_is_not_needed_here, help = "Counted.")]
        struct Unused;
    };
    ($name:ident, $metric:literal, $field:ident: $ty:ty, $max:literal) => {
        #[derive(Counter)]
        #[counter(name = $metric, max_series = $max)]
        struct $name {
            $field: $ty,
        }
    };
}
counters!(Made2, "made_total", made: Made, 3);

/// The attribute as part of what a macro hands on, and of what it repeats.
macro_rules! instrument_all {
    ($($name:literal => fn $function:ident() $body:block)*) => {
        $(#[instrumented(name = $name)] fn $function() -> u32 $body)*
    };
}
instrument_all! {
    "repeated_first" => fn repeated_first() { 1 }
    "repeated_second" => fn repeated_second() { 2 }
}

macro_rules! with_open_labels {
    ($name:literal, $max:literal, $series:literal, $whole:expr) => {
        #[instrumented(name = $name, labels(capped = open("a", max = $max), whole = $whole), max_series = $series)]
        fn open_labels() {}
    };
}
with_open_labels!("open_labels", 7, 128, open("b", max = 3));

/// Hygiene: the macro's `n` is not the caller's.
macro_rules! hygienic {
    ($n:ident, $value:expr) => {
        #[instrumented(name = "hygienic", labels(odd = n % 2 == 1, same = $n == 1))]
        fn hygienic(n: u32, $n: u32) -> Option<u32> {
            Some(n * 10 + $value)
        }
    };
}
hygienic!(n, n + 1);

fn main() {
    let exposition = recorded(|| {
        assert_eq!(literals(), Err(()));
        assert!(tokens(Tier::Gold) == Tier::Gold);
        assert_eq!(fragments(1, "a"), Ok(1));
        assert_eq!(fragments(2, "a"), Err("a".to_owned()));
        assert_eq!(item(), Some(1));
        assert!(path().is_err());
        assert_eq!(declared_path() + whole(), 2);
        assert_eq!(visibilities::both(), 2);
        assert_eq!(repeated_first() + repeated_second(), 3);
        assert_eq!(hygienic(1, 2), Some(13));
        open_labels();
        assert_eq!(Returns {}.measure(|| 1), 1);
        Made2 { made: Made::A }.increment(1);
        let _ = (Made::B, Made::LastOne);
    });
    for (name, expected) in [
        ("literals", [0.0, 1.0, 0.0, 0.0]),
        ("items", [1.0, 0.0, 0.0, 0.0]),
        ("visibilities", [2.0, 0.0, 0.0, 0.0]),
        ("repeated_first", [1.0, 0.0, 0.0, 0.0]),
        ("repeated_second", [1.0, 0.0, 0.0, 0.0]),
        ("returns", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
    for (name, labels, expected) in [
        ("tokens_total", &[("tier", "Gold"), ("outcome", "ok")][..], 1.0),
        ("fragments_total", &[("tier", "Basic"), ("flag", "false"), ("outcome", "error")], 1.0),
        ("paths_errors_total", &[("kind", "Gold")], 1.0),
        ("orders_total", &[("tier", "Gold"), ("outcome", "ok")], 2.0),
        ("open_labels_total", &[("capped", "a"), ("whole", "b"), ("outcome", "ok")], 1.0),
        ("made_total", &[("made", "a_a")], 1.0),
        ("made_total", &[("made", "last_one")], 0.0),
        ("hygienic_total", &[("odd", "true"), ("same", "false"), ("outcome", "ok")], 1.0),
    ] {
        assert_eq!(exposition.value(name, labels), Some(expected), "{name} {labels:?}");
    }
    assert_eq!(exposition.family("literals_total").help.as_deref(), Some("From a literal."));
    assert_eq!(exposition.histogram("literals_duration_seconds", &[]).buckets.len(), 3);
}
