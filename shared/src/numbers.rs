//! The numbers of the layout of declarations: sizes, and offsets in bytes. The library computes them, and the tool reads them by name.
//!
//! `docs/catalogue-schema.md` describes the format. Change `LAYOUT_VERSION` when a number is added, removed or moved, when the fields of an enum change, or when the order of an enum of
//! `names` changes.

/// The version of this list.
pub const LAYOUT_VERSION: u16 = 5;

/// Calls a macro with the name of every number and the expression that computes it in the library.
#[macro_export]
macro_rules! layout_numbers {
    ($callback:ident) => {
        $callback! {
            version = LAYOUT_VERSION as usize,
            pointer = size_of::<usize>(),
            families = Families::LAYOUT[0],
            families_source = Families::LAYOUT[1],
            site = size_of::<Site>(),
            site_location = offset_of!(Site, location),
            counter = MetricFamily::<metrics::Counter>::LAYOUT[0],
            counter_meta = MetricFamily::<metrics::Counter>::LAYOUT[1],
            gauge = MetricFamily::<metrics::Gauge>::LAYOUT[0],
            gauge_meta = MetricFamily::<metrics::Gauge>::LAYOUT[1],
            histogram = MetricFamily::<metrics::Histogram>::LAYOUT[0],
            histogram_meta = MetricFamily::<metrics::Histogram>::LAYOUT[1],
            info = Info::LAYOUT[0],
            info_meta = Info::LAYOUT[1],
            operation_const_labels = offset_of!(OperationMeta, const_labels),
            operation_labels = offset_of!(OperationMeta, labels),
            operation_families = offset_of!(OperationMeta, families),
            operation_errors = offset_of!(OperationMeta, errors),
            operation_outcome = offset_of!(OperationMeta, outcome),
            operation_buckets = offset_of!(OperationMeta, buckets),
            operation_native = offset_of!(OperationMeta, native),
            operation_max_series = offset_of!(OperationMeta, max_series),
            operation_sample = offset_of!(OperationMeta, sample),
            operation_objective = offset_of!(OperationMeta, objective),
            role_family = size_of::<(Role, Family)>(),
            role_family_role = offset_of!((Role, Family), 0),
            role_family_family = offset_of!((Role, Family), 1),
            family_name = offset_of!(Family, name),
            family_help = offset_of!(Family, help),
            family_labels = offset_of!(Family, labels),
            errors_label = offset_of!(ErrorKinds, label),
            errors_kinds = offset_of!(ErrorKinds, kinds),
            outcome_label = offset_of!(OutcomeMeta, label),
            outcome_finished = offset_of!(OutcomeMeta, finished),
            outcome_classes = offset_of!(OutcomeMeta, classes),
            outcome_panic = offset_of!(OutcomeMeta, panic),
            outcome_cancelled = offset_of!(OutcomeMeta, cancelled),
            outcome_cancelled_class = offset_of!(OutcomeMeta, cancelled_class),
            outcome_started = offset_of!(OutcomeMeta, started),
            outcome_on_duration = offset_of!(OutcomeMeta, on_duration),
            objective_success = offset_of!(Objective, success),
            objective_latency = offset_of!(Objective, latency),
            objective_percent = offset_of!(Objective, percent),
            label = size_of::<LabelMeta>(),
            label_name = offset_of!(LabelMeta, name),
            label_values = offset_of!(LabelMeta, values),
            label_classes = offset_of!(LabelMeta, classes),
            // `Help`, `Source` and `ValueSet` are `repr(u8)`: the tag comes first, and the payload is at the next multiple of this.
            payload = align_of::<usize>(),
            metric_location = offset_of!(MetricMeta, location),
            metric_family = offset_of!(MetricMeta, family),
            metric_const_labels = offset_of!(MetricMeta, const_labels),
            metric_labels = offset_of!(MetricMeta, labels),
            metric_buckets = offset_of!(MetricMeta, buckets),
            metric_native = offset_of!(MetricMeta, native),
            native_schema = offset_of!(Native, schema),
            native_classic = offset_of!(Native, classic),
            metric_max_series = offset_of!(MetricMeta, max_series),
            pair_first = offset_of!((&str, &str), 0),
            pair_second = offset_of!((&str, &str), 1),
        }
    };
}

macro_rules! count {
    ($($number:ident = $value:expr,)*) => {
        [$(stringify!($number)),*].len()
    };
}

/// The number of numbers, rounded up to a multiple of four, so that the pointer after them is aligned without padding.
pub const NUMBERS: usize = layout_numbers!(count).next_multiple_of(4);
