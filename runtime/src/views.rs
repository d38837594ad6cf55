//! Views: the syntax of their file, and its check against the declared families. `exporter/views` applies them.

pub(crate) use metrics_instrumented_shared::views::*;
