//! The section of this build's declarations, and the static that most functions have in it. `build.rs` writes them.

include!(concat!(env!("OUT_DIR"), "/section.rs"));

// By its name in scope, because macro-expanded `macro_export` macros cannot be named by a path from the crate root.
pub use __section as section;
