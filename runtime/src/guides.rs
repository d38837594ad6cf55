//! Guides: how to migrate from other crates, and how to instrument web services, libraries and batch jobs. Each begins with the shortest example that
//! works.
//!
//! They are the files in [`docs/guides`](https://github.com/metrics-instrumented/metrics-instrumented/tree/main/docs/guides).

macro_rules! guides {
    ($($guide:ident $file:literal)*) => {
        $(
            // A relative path would start at `list.rs`, not here.
            #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/", $file, ".md"))]
            pub mod $guide {}
        )*
    };
}

include!("../docs/guides/list.rs");
