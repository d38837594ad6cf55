//! Labels whose values are closed sets.

use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local};

#[derive(LabelValue, Clone, Copy)]
enum Tier {
    Gold,
    Silver,
}

struct Order {
    tier: Tier,
    gifts: Vec<bool>,
}

impl Order {
    fn tier(&self) -> Tier {
        self.tier
    }
}

#[test]
fn a_label_is_an_expression_an_argument_or_a_typed_expression() {
    #[instrumented(name = "labels_forms", labels(tier: Tier = order.tier(), gift = order.gifts[0], express))]
    fn place(order: &Order, express: bool) -> Result<(), ()> {
        if express { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    let order = Order { tier: Tier::Silver, gifts: vec![true] };
    local.run(|| {
        place(&order, false).unwrap();
        place(&order, true).unwrap_err();
        place(&order, true).unwrap_err();
    });
    let labels = |express| [("tier", "Silver"), ("gift", "true"), ("express", express)];
    assert_eq!(local.calls_with("labels_forms", &labels("false")), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("labels_forms", &labels("true")), Calls { error: 2, ..Calls::NONE });
    assert_eq!(local.read().label_values("labels_forms_total", "tier"), ["Silver"]);
}

#[test]
fn a_label_alone_may_stand_for_a_name_in_a_pattern() {
    #[instrumented(name = "labels_patterns", labels(tier, gift: bool = *gift))]
    fn place(Order { tier, gifts: _ }: Order, (gift, _): &(bool, [u8; 16])) -> Result<Tier, ()> {
        if *gift { Err(()) } else { Ok(tier) }
    }

    #[instrumented(name = "labels_patterns_async", labels(tier: Tier, gift))]
    async fn place_later(Order { tier, .. }: Order, [gift, ..]: [bool; 2]) -> Option<Tier> {
        tokio::task::yield_now().await;
        gift.then_some(tier)
    }

    let local = Local::new();
    let order = || Order { tier: Tier::Silver, gifts: vec![] };
    local.run(|| place(order(), &(true, [0; 16])).err());
    local.block_on(place_later(order(), [true, false]));
    let labels = [("tier", "Silver"), ("gift", "true")];
    assert_eq!(local.calls_with("labels_patterns", &labels), Calls { error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("labels_patterns_async", &labels), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn labels_are_taken_before_the_body_and_need_not_be_copied() {
    #[derive(LabelValue)]
    enum State {
        Full(#[allow(dead_code, reason = "its fields do not matter to a label")] String),
        Empty,
    }

    #[instrumented(name = "labels_before", labels(state))]
    fn take(state: State) -> State {
        drop(state);
        State::Empty
    }

    #[instrumented(name = "labels_before_async", labels(tier: Tier = order.tier))]
    async fn swap(mut order: Order) -> Order {
        order.tier = Tier::Gold;
        tokio::task::yield_now().await;
        order
    }

    let local = Local::new();
    let order = || Order { tier: Tier::Silver, gifts: Vec::new() };
    local.run(|| {
        assert_eq!(take(State::Full("x".to_owned())).value(), "Empty");
        take(State::Empty);
    });
    assert_eq!(local.block_on(swap(order())).tier.value(), "Gold");
    for state in ["Full", "Empty"] {
        assert_eq!(local.calls_with("labels_before", &[("state", state)]), Calls { ok: 1, ..Calls::NONE });
    }
    assert_eq!(local.calls_with("labels_before_async", &[("tier", "Silver")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("labels_before_async", &[("tier", "Gold")]), Calls::NONE);
}

#[test]
fn references_boxes_and_options_of_values_are_values() {
    #[instrumented(name = "labels_wrapped", labels(tier, boxed, flag))]
    #[allow(
        clippy::ref_option,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        reason = "all forms"
    )]
    fn wrapped(tier: Option<&Tier>, boxed: Box<Tier>, flag: &Option<bool>) -> u8 {
        usize::from(flag.is_some()).try_into().unwrap_or(boxed.index().try_into().unwrap_or(0))
    }

    let local = Local::new();
    local.run(|| {
        wrapped(None, Box::new(Tier::Gold), &None);
        wrapped(Some(&Tier::Gold), Box::new(Tier::Silver), &Some(true));
    });
    let labels = |tier, boxed, flag| [("tier", tier), ("boxed", boxed), ("flag", flag)];
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("labels_wrapped", &labels("none", "Gold", "none")), once);
    assert_eq!(local.calls_with("labels_wrapped", &labels("Gold", "Silver", "true")), once);
}

#[test]
fn one_generic_site_keeps_the_values_of_different_label_types_apart() {
    #[derive(LabelValue)]
    enum Other {
        Bronze,
        Gold,
    }

    #[instrumented(name = "labels_generic", labels(value))]
    fn generic<T: LabelValue>(value: T) -> usize {
        value.index()
    }

    #[instrumented(name = "labels_generic_two", labels(a, b))]
    fn two<A: LabelValue, B: LabelValue>(a: &A, b: &B) -> usize {
        a.index() + b.index()
    }

    let local = Local::new();
    local.run(|| {
        generic(Tier::Gold);
        generic(Tier::Silver);
        generic(Other::Bronze);
        generic(Other::Gold);
        generic(true);
        two(&true, &Other::Gold);
        two(&Other::Gold, &true);
        two(&Other::Bronze, &Some(Tier::Silver));
    });
    let exposition = local.read();
    let value = |value| exposition.value("labels_generic_total", &[("value", value), ("outcome", "ok")]);
    assert_eq!(
        ["Gold", "Silver", "Bronze", "true", "false"].map(value),
        [Some(2.0), Some(1.0), Some(1.0), Some(1.0), None]
    );
    let pair = |a, b| exposition.value("labels_generic_two_total", &[("a", a), ("b", b), ("outcome", "ok")]);
    assert_eq!(
        [pair("true", "Gold"), pair("Gold", "true"), pair("Bronze", "Silver"), pair("true", "true")],
        [Some(1.0), Some(1.0), Some(1.0), None]
    );
}

#[test]
fn a_value_that_a_hand_written_set_does_not_list_is_other() {
    struct Code(usize);

    impl LabelValue for Code {
        const VALUES: &'static [&'static str] = &["200", "500"];

        fn index(&self) -> usize {
            self.0
        }
    }

    #[instrumented(name = "labels_by_hand", labels(code: Code = code))]
    fn answer(code: &Code) {
        std::hint::black_box(code.0);
    }

    let local = Local::new();
    local.run(|| [0, 1, 2, usize::MAX].map(|code| answer(&Code(code))));
    let once = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("labels_by_hand", &[("code", "200")]), once);
    assert_eq!(local.calls_with("labels_by_hand", &[("code", "500")]), once);
    assert_eq!(local.calls_with("labels_by_hand", &[("code", "other")]), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn a_family_may_have_eight_labels() {
    #[instrumented(calls = "labels_eight_total", max_series = 1024, labels(a, b, c, d, e, f, g, h))]
    #[allow(
        clippy::too_many_arguments,
        clippy::fn_params_excessive_bools,
        clippy::many_single_char_names,
        reason = "so many labels"
    )]
    fn eight(a: bool, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool, h: bool) {}

    let local = Local::new();
    local.run(|| eight(true, false, true, false, true, false, true, true));
    let labels = [
        ("a", "true"),
        ("b", "false"),
        ("c", "true"),
        ("d", "false"),
        ("e", "true"),
        ("f", "false"),
        ("g", "true"),
        ("h", "true"),
    ];
    let labels: Vec<_> = labels.into_iter().chain([("outcome", "ok")]).collect();
    assert_eq!(local.read().value("labels_eight_total", &labels), Some(1.0));
}

/// Only `labels(tier)` had these series, and neither `labels(class = tier)` nor `labels(tier = tier)`.
#[test]
fn the_type_of_an_argument_is_known_under_every_label() {
    #[instrumented(name = "labels_renamed", labels(class = tier, late = late))]
    fn renamed(tier: Tier, late: bool) {
        std::hint::black_box((tier.index(), late));
    }

    #[instrumented(name = "labels_generic_renamed", labels(class = tier))]
    fn generic<T: LabelValue>(tier: T) {
        std::hint::black_box(tier.index());
    }

    let local = Local::new();
    for tier in ["Gold", "Silver"] {
        for flag in ["false", "true"] {
            assert_eq!(local.calls_with("labels_renamed", &[("class", tier), ("late", flag)]), Calls::NONE);
        }
    }
    local.run(|| {
        renamed(Tier::Gold, true);
        generic(Tier::Gold);
        generic(false);
    });
    let exposition = local.read();
    assert_eq!(exposition.family("labels_renamed_in_flight").samples.len(), 2 * 2);
    assert_eq!(exposition.label_values("labels_generic_renamed_total", "class"), ["Gold", "false"]);
}

/// Deliveries by tier.
#[derive(Operation)]
#[operation(name = "labels_delivery")]
struct Delivery {
    #[label(rename = "class")]
    tier: Tier,
    r#async: bool,
}

#[test]
fn series_of_labels_with_known_types_are_zero_initialised() {
    #[instrumented(name = "labels_zero", labels(tier: Tier = tier, late))]
    fn late(tier: Tier, late: bool) {
        std::hint::black_box((tier.index(), late));
    }

    let local = Local::new();
    for tier in ["Gold", "Silver"] {
        for flag in ["false", "true"] {
            assert_eq!(local.calls_with("labels_zero", &[("tier", tier), ("late", flag)]), Calls::NONE);
            assert_eq!(local.calls_with("labels_delivery", &[("class", tier), ("async", flag)]), Calls::NONE);
        }
    }
    local.run(|| {
        late(Tier::Gold, true);
        Delivery { tier: Tier::Silver, r#async: true }.measure(|| ());
    });
    let exposition = local.read();
    assert_eq!(exposition.family("labels_zero_total").samples.len(), 2 * 2 * 2);
    assert_eq!(exposition.family("labels_delivery_in_flight").samples.len(), 2 * 2);
    let delivered = Calls { ok: 1, ..Calls::NONE };
    assert_eq!(local.calls_with("labels_delivery", &[("class", "Silver"), ("async", "true")]), delivered);
}

#[test]
fn series_of_a_family_without_the_open_label_are_zero_initialised() {
    #[instrumented(
        name = "labels_zero_part",
        labels(host = open(host), tier: Tier = tier),
        calls(labels(tier)),
    )]
    fn part(host: &str, tier: Tier) {
        std::hint::black_box((host, tier.index()));
    }

    let local = Local::new();
    let exposition = local.read();
    assert_eq!(exposition.value("labels_zero_part_total", &[("tier", "Gold"), ("outcome", "panic")]), Some(0.0));
    assert!(exposition.find("labels_zero_part_in_flight").is_none());
    local.run(|| part("a", Tier::Gold));
    assert_eq!(local.read().value("labels_zero_part_total", &[("tier", "Gold"), ("outcome", "ok")]), Some(1.0));
}
