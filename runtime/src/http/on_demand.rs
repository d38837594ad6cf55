//! What the derives of this crate's own histograms name in place of the crate: the same, but that a histogram which nothing in the program records is
//! not declared.

pub(super) use crate::metric::Histogram;

pub(super) mod __private {
    pub(in crate::http) use crate::__private::*;
    pub(in crate::http) use crate::catalog::linked::metric_on_demand as metric;
}
