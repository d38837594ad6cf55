//! Where HELP comes from, and that it arrives as it was written.

use metrics_instrumented::{Counter, Operation, instrumented};
use metrics_instrumented_tests::Local;

/// HELP of the three families of an operation: calls, duration, in flight.
fn help(base: &str) -> [Option<String>; 3] {
    let exposition = Local::new().read();
    ["total", "duration_seconds", "in_flight"].map(|ending| exposition.family(&format!("{base}_{ending}")).help.clone())
}

#[track_caller]
fn assert_help(base: &str, expected: [&str; 3]) {
    assert_eq!(help(base), expected.map(|text| Some(text.to_owned())));
}

#[test]
fn families_have_a_default_help() {
    #[instrumented(name = "help_default")]
    fn default() {}

    Local::new().run(default);
    assert_help("help_default", ["Calls, by outcome.", "Duration of calls in seconds.", "Calls in flight."]);
}

#[test]
fn the_first_paragraph_of_the_doc_comment_is_the_help() {
    /// Orders placed
    /// by customers.
    ///
    /// # Errors
    /// Not in HELP.
    #[instrumented(name = "help_doc")]
    fn above() -> Result<(), ()> {
        Err(())
    }

    #[instrumented(name = "help_doc_below")]
    ///
    /** Orders placed by hand. */
    #[must_use]
    fn below() -> u8 {
        1
    }

    #[doc = "Orders placed otherwise."]
    #[instrumented(name = "help_doc_attribute")]
    fn attribute() {}

    Local::new().run(|| (above().unwrap_err(), below(), attribute()));
    assert_help("help_doc", ["Orders placed by customers."; 3]);
    assert_help("help_doc_below", ["Orders placed by hand."; 3]);
    assert_help("help_doc_attribute", ["Orders placed otherwise."; 3]);
}

#[test]
fn help_overrides_the_doc_comment_and_the_help_of_a_family_overrides_both() {
    /// Not this.
    #[instrumented(name = "help_explicit", help = "Orders.", duration(help = "How long an order takes."))]
    fn explicit() {}

    /// This.
    #[instrumented(name = "help_mixed", calls(help = "Orders, by outcome."))]
    fn mixed() {}

    Local::new().run(|| (explicit(), mixed()));
    assert_help("help_explicit", ["Orders.", "How long an order takes.", "Orders."]);
    assert_help("help_mixed", ["Orders, by outcome.", "This.", "This."]);
}

/// Volumes made.
///
/// More of it.
#[derive(Operation)]
#[operation(name = "help_derived")]
struct Volume {}

/// Events with a \ and "quotes".
#[derive(Counter)]
#[counter(name = "help_events_total")]
struct Events {}

/// Not this.
#[derive(Counter)]
#[counter(name = "help_explicit_events_total", help = "Two\nlines, \\n, \"quotes\" and a \\ at the end \\")]
struct ExplicitEvents {}

#[test]
fn derives_take_it_from_their_doc_comment_or_their_key() {
    let local = Local::new();
    local.run(|| {
        Volume {}.measure(|| ());
        Events {}.increment(1);
        ExplicitEvents {}.increment(1);
    });
    assert_help("help_derived", ["Volumes made."; 3]);
    assert_eq!(local.read().family("help_events_total").help.as_deref(), Some("Events with a \\ and \"quotes\"."));
    assert_eq!(
        local.read().family("help_explicit_events_total").help.as_deref(),
        Some("Two\nlines, \\n, \"quotes\" and a \\ at the end \\")
    );
}

#[test]
fn one_site_of_a_family_may_set_the_option_for_all() {
    #[instrumented(calls = "help_shared_total", labels(site: bool = false))]
    fn silent() {}

    #[instrumented(calls = "help_shared_total", labels(site: bool = true), help = "Said once.")]
    fn speaking() {}

    /// Not this, though it is the last.
    #[instrumented(calls = "help_shared_total", labels(site: bool = false))]
    fn last() {}

    let local = Local::new();
    local.run(|| (silent(), speaking(), last(), silent()));
    assert_eq!(local.read().family("help_shared_total").help.as_deref(), Some("Said once."));
}
