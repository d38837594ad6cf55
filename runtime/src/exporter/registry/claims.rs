//! Which names belong to which family. A family has samples under several names (`x`, `x_bucket`, `x_created`), and each name may belong to one family
//! only: a server rejects the whole exposition if two families have samples with the same name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::fault::Fault;
use crate::exporter::exposition::escaping::Escaping;
use crate::names::{Kind, sample_names};

/// The claimed names. Locked when a metric is seen for the first time, never by a scrape.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashMap<String, Owner>>);

/// A family, identified by its recorded name and kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner {
    name: String,
    kind: Kind,
}

impl Claims {
    /// Claims a family's names, unless one of them belongs to another family.
    pub(super) fn claim(&self, name: &str, kind: Kind) -> Result<(), Fault> {
        let owner = Owner { name: name.to_owned(), kind };
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let names = names(&Escaping::Underscores.metric(name), kind);
        if let Some(other) = names.iter().find_map(|name| taken.get(name).filter(|other| **other != owner)) {
            return Err(if other.name == owner.name { Fault::Kind } else { Fault::NameConflict });
        }
        taken.extend(names.into_iter().map(|name| (name, owner.clone())));
        Ok(())
    }
}

/// All names of a family's samples, in any format.
fn names(name: &str, kind: Kind) -> Vec<String> {
    let (base, endings) = sample_names(name, kind);
    endings.iter().map(|ending| format!("{base}{ending}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Counter, Gauge, Histogram};

    #[test]
    fn a_name_belongs_to_the_family_that_claimed_it_first() {
        let claims = Claims::default();
        for (name, kind, expected) in [
            ("orders_total", Counter, Ok(())),
            ("orders_total", Counter, Ok(())),
            ("orders", Gauge, Err(Fault::NameConflict)),
            ("orders", Counter, Err(Fault::NameConflict)),
            ("orders_created", Gauge, Err(Fault::NameConflict)),
            ("orders_total", Gauge, Err(Fault::Kind)),
            ("wait_seconds", Histogram, Ok(())),
            ("wait_seconds_bucket", Counter, Err(Fault::NameConflict)),
            ("wait_seconds_count", Gauge, Err(Fault::NameConflict)),
            ("wait_seconds_sum", Gauge, Err(Fault::NameConflict)),
            ("jobs_sum", Gauge, Ok(())),
            ("jobs", Histogram, Err(Fault::NameConflict)),
            ("jobs", Gauge, Ok(())),
            ("jobs_total", Counter, Err(Fault::NameConflict)),
            ("a.b", Gauge, Ok(())),
            ("a_b", Gauge, Err(Fault::NameConflict)),
        ] {
            assert_eq!(claims.claim(name, kind), expected, "{name}");
        }
    }
}
