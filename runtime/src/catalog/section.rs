//! The section that this build of the crate declares metrics in. `build.rs` writes its name, once.

include!(concat!(env!("OUT_DIR"), "/section.rs"));
