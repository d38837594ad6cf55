//! The catalogue: all declarations of a program, available before `main` and without running it. The exporter, the tests and the tool read it. It
//! depends on neither recorder nor exporter.
//!
//! # How a declaration gets into the catalogue
//!
//! Each declaration is a static that the program needs for counting anyway. [`__declare!`](crate::__declare) puts it into a section of the executable, and
//! the linker places all statics of one section next to each other:
//!
//! ```text
//! section  metrics_instrumented_<build>          (PE: .mi$<build>b, Mach-O: __DATA,__mi<build>)
//!          ┌──────┬────────┬──────┬───────────┬─────┬──────┬──────┬──────┬──────────┐
//! first -> │ head │ Layout │ head │ Families  │ gap │ head │ Site │ head │ Families │ <- last
//!          └──────┴────────┴──────┴───────────┴─────┴──────┴──────┴──────┴──────────┘
//! head     stamp: u32 | size: u16 | kind: u8 | reserved: u8          gap: zeros
//! ```
//!
//! [`linked`] iterates from the first to the last and returns a [`Registration`] for each entry. A site costs the eight bytes of its head, and nothing
//! at run time. If the linker does not merge such sections, `inventory` runs a constructor for each declaration before `main`.
//!
//! # Why it is sound
//!
//! A program may contain several builds of this crate with different types. Therefore the section's name contains a number of the build (`build.rs`),
//! and every entry is verified before a reference to it is created: its stamp is a hash of the build and of the layout of its types, its size is that of
//! the kind's type, and it ends before the section does. The first entry that fails ends the iteration; [`doctor`](crate::doctor) reports it.
//!
//! # Limits
//!
//! Declarations that the linker removes, because no code references them, are not found. A shared library has its own section: if this crate is linked as
//! a Rust `dylib`, it does not see the declarations of the executable.

// First, because the other modules use its macro.
#[macro_use]
mod section;

mod announcement;
mod conflict;
mod declaration;
mod entry;
#[cfg(catalog_sections)]
mod function;
#[cfg(feature = "catalog")]
mod json;
mod layout;
pub(crate) mod linked;
#[cfg(feature = "http")]
pub(crate) mod on_demand;
mod registration;
mod statics;

pub use announcement::announce;
#[cfg(feature = "exporter")]
pub(crate) use announcement::announce_apart;
pub use conflict::{Conflict, Conflicts, Difference, check_catalog};
pub use declaration::buckets;
#[cfg(feature = "exporter")]
pub(crate) use declaration::{declarations, operations};
pub use entry::{Entry, OperationEntry, operation_entry};
#[cfg(catalog_sections)]
pub use function::{
    Named4, Named12, Named20, Named28, Named36, Named44, Named52, Named60, named_4, named_12, named_20, named_28,
    named_36, named_44, named_52, named_60,
};
#[cfg(feature = "catalog")]
pub use json::catalog;
pub use linked::declare;
#[cfg(feature = "exporter")]
pub(crate) use linked::is_intact;
pub use registration::{Registration, Site};
pub use section::section;
pub use statics::{families, metric, unnamed};
