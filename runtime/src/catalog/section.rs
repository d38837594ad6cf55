//! The section that this build of the crate declares metrics in. `build.rs` writes its name, once.

include!(concat!(env!("OUT_DIR"), "/section.rs"));

// By its name in scope: what a macro expands to cannot be found by a path from the crate's root.
pub use __section as section;
