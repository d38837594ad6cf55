//! One metric family, as declared at one location.

use crate::names::Role;

/// A metric family.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The complete name.
    pub name: &'static str,
    /// Its HELP.
    pub help: Help,
    /// Which of the declared labels it carries: one bit for each label, the lowest bit for the first.
    pub labels: u8,
}

impl Family {
    /// The family with this role of functions without a `name`.
    pub(super) const fn unnamed(role: Role) -> (Role, Self) {
        (role, Self { name: role.unnamed(), help: Help::Derived(role.help()), labels: u8::MAX })
    }

    /// Whether it carries the declared label at this index.
    pub(crate) const fn carries(&self, label: usize) -> bool {
        self.labels & (1 << label) != 0
    }
}

/// A family's HELP and where it comes from.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Help {
    /// Set with `help = ".."`: two different texts for one family are a conflict.
    Explicit(&'static str),
    /// The first paragraph of a doc comment, or a default: the first declaration of a family decides.
    Derived(&'static str),
}

impl Help {
    /// The text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Explicit(text) | Self::Derived(text) => text,
        }
    }
}
