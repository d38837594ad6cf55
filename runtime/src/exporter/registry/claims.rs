//! Which family has which names. A family shows samples under several names (`x`, `x_bucket`, `x_created`), and each of them may belong
//! to one family only: a server refuses a whole exposition in which two families meet.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::fault::Fault;
use crate::exporter::exposition::escaping::Escaping;
use crate::names::Kind;

/// The names that are taken. It is locked when a metric is seen for the first time, never by a scrape.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashMap<String, Owner>>);

/// A family, by its name as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner {
    name: String,
    kind: Kind,
}

impl Claims {
    /// Takes a family's names, unless another family has one of them.
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

/// The names under which a family is shown in one format or another.
fn names(name: &str, kind: Kind) -> Vec<String> {
    let suffixed = |base: &str, suffixes: &[&str]| suffixes.iter().map(|suffix| format!("{base}{suffix}")).collect();
    match kind {
        // `OpenMetrics` names the family without `_total` and its samples with it, whatever the name that was recorded.
        Kind::Counter => suffixed(name.strip_suffix("_total").unwrap_or(name), &["", "_total", "_created"]),
        Kind::Gauge => vec![name.to_owned()],
        Kind::Histogram => suffixed(name, &["", "_bucket", "_sum", "_count", "_created"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Counter, Gauge, Histogram};

    #[test]
    fn a_name_belongs_to_the_family_that_had_it_first() {
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
