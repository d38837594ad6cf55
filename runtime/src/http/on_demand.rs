//! What the derives of this module's own families name in place of the crate: the same, but that a family which nothing in the program counts in is not
//! declared.

pub(super) use crate::call::operation::Operation;
pub(super) use crate::call::outcome::Ended;
pub(super) use crate::metric::Histogram;

pub(super) mod __private {
    pub(in crate::http) use crate::__private::*;
    pub(in crate::http) use crate::catalog::on_demand::{families_on_demand as families, metric_on_demand as metric};
}
