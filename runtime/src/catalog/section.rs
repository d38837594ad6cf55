//! The section of this build's declarations. `build.rs` writes its name in one place.

include!(concat!(env!("OUT_DIR"), "/section.rs"));

// By its name in scope, because macro-expanded `macro_export` macros cannot be named by a path from the crate root.
pub use __section as section;
