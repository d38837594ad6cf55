//! Removes values of open labels that no longer exist, for instance deleted tenants.

use super::error::Error;
use crate::catalog::declarations;
use crate::idle::groups;

/// Removes these values at once; returns whether all of them were removed.
pub(super) fn retire(family: &str, labels: &[(&str, &str)]) -> Result<bool, Error> {
    let declared = declarations();
    let declared: Vec<_> = declared.iter().filter(|declaration| declaration.family.name == family).collect();
    let check = |label: &str| {
        let reason = if declared.is_empty() {
            "no operation and no metric declares this family; use a declared name, such as `uploads_total`"
        } else if declared.iter().any(|one| one.idle.iter().any(|(name, _)| *name == label)) {
            return Ok(());
        } else if declared.iter().any(|one| one.labels.contains(&label)) {
            "only values of open labels with `idle` can be removed; declare it as `open(.., idle = 600)` or `#[label(idle = 600)]`"
        } else {
            "the family has no such label; use the name of one that has `idle`"
        };
        Err(Error::Retire { family: family.to_owned(), label: label.to_owned(), reason })
    };
    labels.iter().try_for_each(|(label, _)| check(label))?;
    // Without a group, the family has had no call, and there is nothing to retire.
    let retired = labels.iter().map(|(label, value)| groups::retire(family, label, value).unwrap_or(true));
    Ok(retired.fold(true, |all, one| all & one))
}
