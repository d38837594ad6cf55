//! What is written down about metrics at compile time: `const` data that the macros fill in and that everything else reads.
//!
//! Fields are public because generated code in users' crates builds these; none of it is public API.

use crate::names::{DEFAULT_BUCKETS, DEFAULT_CAP, DEFAULT_MAX_SERIES, Kind, Role, buckets_error};

/// Where in the source something is declared.
///
/// In the program it is one text, as [`place!`](crate::__private::place) writes it: five words less for each site than its four parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// `module_path!()`.
    pub module: &'static str,
    /// The function's or the type's name.
    pub item: &'static str,
    /// `file!()`.
    pub file: &'static str,
    /// `line!()`.
    pub line: u32,
}

impl Place {
    /// Takes apart what `place!` wrote: the parts in their order, a zero character between them.
    pub(crate) fn parse(text: &'static str) -> Self {
        let mut parts = text.split('\0');
        let mut part = || parts.next().unwrap_or_default();
        let (module, item, file, line) = (part(), part(), part(), part());
        Self { module, item, file, line: line.parse().unwrap_or_default() }
    }
}

/// The labels with one value for all calls of a site that tell it from the other sites of its families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fixed {
    /// None: the site has the families for itself.
    Nothing,
    /// `function`: one of a block of functions.
    Function,
    /// `module` and `function`: one of all functions that nobody named.
    ModuleAndFunction,
}

impl Fixed {
    /// The labels of a site at this place.
    pub(crate) fn labels(self, place: Place) -> Vec<(&'static str, &'static str)> {
        let function = ("function", place.item);
        match self {
            Self::Nothing => vec![],
            Self::Function => vec![function],
            Self::ModuleAndFunction => vec![("module", place.module), function],
        }
    }
}

/// One metric family as one place declares it.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its whole name.
    pub name: &'static str,
    /// Its HELP.
    pub help: Help,
    /// Which of the declared labels it carries, a bit for each in their order.
    pub labels: u8,
}

impl Family {
    /// A family with all labels and a default HELP.
    const fn unnamed(role: Role) -> Self {
        Self { name: role.unnamed(), help: Help::Derived(role.help()), labels: u8::MAX }
    }
}

/// A family's HELP and where it comes from.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Help {
    /// Written as `help = ".."`: two places that disagree are told apart.
    Explicit(&'static str),
    /// The first paragraph of a doc comment, or a default: the first place that says something is taken.
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

/// A label as declared.
#[derive(Clone, Copy, Debug)]
pub struct LabelMeta {
    /// Its name.
    pub name: &'static str,
    /// What is known of its values.
    pub values: Values,
}

/// What is known of a label's values before the first call.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Values {
    /// All of them.
    Closed(&'static [&'static str]),
    /// A closed set whose type was left to inference.
    Untyped,
    /// Any text, this many of them at most.
    Open {
        /// How many values get series of their own.
        max: usize,
    },
}

impl LabelMeta {
    /// A label with a type, whose values these are: closed, or open with a cap.
    ///
    /// # Panics
    /// At compile time, if a closed set is given a cap.
    #[must_use]
    #[track_caller]
    pub const fn typed(name: &'static str, values: Option<&'static [&'static str]>, max: Option<usize>) -> Self {
        let values = match (values, max) {
            (Some(values), None) => Values::Closed(values),
            (Some(_), Some(_)) => {
                panic!("`max` is the cap of an open label, and this one is a closed set; leave it out")
            }
            (None, Some(max)) => Values::Open { max },
            (None, None) => Values::Open { max: DEFAULT_CAP },
        };
        Self { name, values }
    }

    /// A label whose type is left to inference.
    #[must_use]
    pub const fn untyped(name: &'static str) -> Self {
        Self { name, values: Values::Untyped }
    }

    /// An open label.
    #[must_use]
    pub const fn open(name: &'static str, max: usize) -> Self {
        Self { name, values: Values::Open { max } }
    }

    const fn series(&self) -> usize {
        match self.values {
            Values::Closed(values) => values.len(),
            Values::Untyped | Values::Open { .. } => 1,
        }
    }
}

/// How the ways out of a call are called in the exposition.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeMeta {
    /// The label's name; `None`, if calls are counted without telling how they ended.
    pub label: Option<&'static str>,
    /// The values of finished calls: `ok` and `error`, or those of the type that classifies.
    pub finished: &'static [&'static str],
    /// The value of a call that panicked.
    pub panic: &'static str,
    /// The value of a call that was dropped before its end.
    pub cancelled: &'static str,
    /// The value counted at entry, if it is.
    pub started: Option<&'static str>,
}

impl OutcomeMeta {
    /// What it is where nothing is said.
    pub const DEFAULT: Self = Self {
        label: Some("outcome"),
        finished: &["ok", "error"],
        panic: "panic",
        cancelled: "cancelled",
        started: None,
    };

    /// How many outcomes there are: the finished ones, `panic` and `cancelled`.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.finished.len() + 2
    }

    /// All values, those of [`value`](Self::value) and the one that is counted at entry.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'static str> {
        (0..self.count()).map(|index| self.value(index)).chain(self.started)
    }

    /// The value for an outcome's index: those of finished calls first, then panic, then cancelled.
    #[must_use]
    pub fn value(&self, index: usize) -> &'static str {
        match index.checked_sub(self.finished.len()) {
            None => self.finished[index],
            Some(0) => self.panic,
            Some(_) => self.cancelled,
        }
    }
}

/// A counter of errors by their kind.
#[derive(Clone, Copy, Debug)]
pub struct ErrorsMeta {
    /// The family.
    pub family: Family,
    /// The label that holds the kind.
    pub label: &'static str,
    /// Every kind.
    pub kinds: &'static [&'static str],
}

/// What is promised of an operation; 0 is no promise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// Percent of the calls that end well.
    pub success: f64,
    /// In how many seconds calls end, one of the histogram's bounds.
    pub latency: f64,
    /// Percent of the calls that end in so many seconds.
    pub percent: f64,
}

/// An operation: its families and their labels.
#[derive(Clone, Copy, Debug)]
pub struct OperationMeta {
    /// Labels with one value for all calls of a site.
    pub fixed: Fixed,
    /// Labels with a value for each call.
    pub labels: &'static [LabelMeta],
    /// The counter of calls.
    pub calls: Option<Family>,
    /// The histogram of durations.
    pub duration: Option<Family>,
    /// The gauge of calls in flight.
    pub in_flight: Option<Family>,
    /// A counter of the calls that ended well, without the outcome's label.
    pub ok: Option<Family>,
    /// A counter of all others, without it.
    pub error: Option<Family>,
    /// The counter of errors by kind.
    pub errors: Option<ErrorsMeta>,
    /// The outcomes of `calls`.
    pub outcome: OutcomeMeta,
    /// The bounds of `duration`, in seconds.
    pub buckets: &'static [f64],
    /// The most series a family of it may have.
    pub max_series: usize,
    /// One call in so many is timed.
    pub sample: u64,
    /// What is promised.
    pub objective: Option<&'static Objective>,
}

impl OperationMeta {
    /// What every operation with a name starts from.
    pub const DEFAULT: Self = Self {
        fixed: Fixed::Nothing,
        labels: &[],
        calls: None,
        duration: None,
        in_flight: None,
        ok: None,
        error: None,
        errors: None,
        outcome: OutcomeMeta::DEFAULT,
        buckets: DEFAULT_BUCKETS,
        max_series: DEFAULT_MAX_SERIES,
        sample: 1,
        objective: None,
    };

    /// What a function without a name is counted under.
    pub const UNNAMED: Self = Self {
        fixed: Fixed::ModuleAndFunction,
        calls: Some(Family::unnamed(Role::Calls)),
        duration: Some(Family::unnamed(Role::Duration)),
        in_flight: Some(Family::unnamed(Role::InFlight)),
        ..Self::DEFAULT
    };

    /// Checks what only the compiler can: the values behind the labels' types, and bounds that are a constant's path.
    ///
    /// # Panics
    /// At compile time, with what is wrong.
    #[must_use]
    #[track_caller]
    pub const fn checked(self) -> Self {
        let outcomes = match self.outcome.label {
            Some(_) => self.outcome.count() + if self.outcome.started.is_some() { 1 } else { 0 },
            None => 1,
        };
        if let Some(family) = &self.calls {
            check_series(self.labels, family.labels, outcomes, self.max_series);
        }
        let single = [&self.duration, &self.in_flight, &self.ok, &self.error];
        let mut at = 0;
        while at < single.len() {
            if let Some(family) = single[at] {
                check_series(self.labels, family.labels, 1, self.max_series);
            }
            at += 1;
        }
        if let Some(errors) = &self.errors {
            check_series(self.labels, errors.family.labels, errors.kinds.len(), self.max_series);
        }
        if let Some(objective) = self.objective {
            check_latency(objective.latency, self.buckets);
        }
        self
    }
}

/// A counter, gauge or histogram that is no operation.
#[derive(Clone, Copy, Debug)]
pub struct MetricMeta {
    /// Where it is declared, as `Place::parse` reads it.
    pub place: &'static str,
    /// What it is.
    pub kind: Kind,
    /// The family.
    pub family: Family,
    /// Labels with one value for all (`version` of `build_info`).
    pub fixed: &'static [(&'static str, &'static str)],
    /// Its labels.
    pub labels: &'static [LabelMeta],
    /// The bounds, if it is a histogram.
    pub buckets: &'static [f64],
    /// The most series it may have.
    pub max_series: usize,
}

impl MetricMeta {
    /// Checks what only the compiler can, as [`OperationMeta::checked`] does.
    ///
    /// # Panics
    /// At compile time, with what is wrong.
    #[must_use]
    #[track_caller]
    pub const fn checked(self) -> Self {
        check_series(self.labels, self.family.labels, 1, self.max_series);
        self
    }
}

/// Bounds that are a constant, checked.
///
/// # Panics
/// At compile time, with what is wrong.
#[must_use]
#[track_caller]
pub const fn bounds(bounds: &'static [f64]) -> &'static [f64] {
    if let Some((_, error)) = buckets_error(bounds) {
        panic!("{}", error);
    }
    bounds
}

/// A promise that a constant's bounds cannot tell the keeping of.
#[track_caller]
const fn check_latency(seconds: f64, bounds: &[f64]) {
    let mut at = 0;
    while at < bounds.len() {
        if bounds[at].to_bits() == seconds.to_bits() {
            return;
        }
        at += 1;
    }
    assert!(
        seconds == 0.0,
        "the latency of `objective` is no bound of the histogram, so that nobody can tell; take one of `buckets`, or add it there"
    );
}

#[track_caller]
const fn check_series(labels: &[LabelMeta], carried: u8, more: usize, max: usize) {
    let mut series = more;
    let mut at = 0;
    while at < labels.len() {
        if carried & (1 << at) != 0 {
            series = series.saturating_mul(labels[at].series());
        }
        at += 1;
    }
    assert!(
        series <= max,
        "this family has more series than it may: the product of its labels' values is above `max_series` (1000 where nothing is said); \
         drop a label, or say `max_series = n`"
    );
}
