//! The catalogue: everything that a program declares, known before `main` and without running it. The exporter, the tests and the tool read
//! it here; it depends on neither recorder nor exporter.
//!
//! # How a declaration gets here
//!
//! Each declaration is a static that the program counts with anyway. [`__declare!`](crate::__declare) puts it into a section of the program's file, and
//! the linker places all statics of one section one after the other:
//!
//! ```text
//! section  metrics_instrumented_<build>          (PE: .mi$<build>b, Mach-O: __DATA,__mi<build>)
//!          ┌──────┬────────┬──────┬───────────┬─────┬──────┬──────┬──────┬──────────┐
//! first -> │ head │ Layout │ head │ Families  │ gap │ head │ Site │ head │ Families │ <- last
//!          └──────┴────────┴──────┴───────────┴─────┴──────┴──────┴──────┴──────────┘
//! head     stamp: u32 | size: u16 | kind: u8 | reserved: u8          gap: zeros
//! ```
//!
//! [`linked`] walks from the first to the last and yields a [`Registration`] for each entry. A site costs the eight bytes of its head, and nothing
//! at run time. Where linkers do not gather sections, `inventory` runs a constructor for each declaration before `main`.
//!
//! # Why it is sound
//!
//! A program may contain several builds of this crate, whose types differ. So the section's name contains a number of the build (`build.rs`),
//! and every entry is verified before a reference to it exists: the stamp is a hash of the build and of the layout of its types, the size is that of the
//! kind's type, and all of it is before the section's end. The first entry that fails ends the walk; [`doctor`](crate::doctor) reports it.
//!
//! # Limits
//!
//! What the linker removes because nothing calls it is not found. A shared library has a section of its own: a program that is linked with this crate as
//! a Rust `dylib` does not see the declarations of the executable.

// First, for its macro.
#[macro_use]
mod section;

mod announcement;
mod conflict;
mod declaration;
mod entry;
#[cfg(feature = "catalog")]
mod json;
mod layout;
pub(crate) mod linked;
mod registration;
mod statics;

pub use announcement::announce;
#[cfg(feature = "exporter")]
pub(crate) use announcement::announce_apart;
pub use conflict::{Conflict, Conflicts, Difference, check_catalog};
pub use declaration::buckets;
#[cfg(feature = "exporter")]
pub(crate) use declaration::{declarations, operations};
pub use entry::Entry;
#[cfg(feature = "catalog")]
pub use json::catalog;
pub use linked::declare;
#[cfg(feature = "exporter")]
pub(crate) use linked::is_intact;
pub use registration::{Registration, Site};
pub use section::section;
pub use statics::{families, metric, unnamed};
