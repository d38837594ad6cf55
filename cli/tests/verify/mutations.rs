//! Mutations of scrapes in text.

/// A change of a scrape: what is replaced, by what, the rule that finds it, words of its message.
pub(crate) type Mutation = (&'static str, &'static str, &'static str, &'static str);

/// Mutations of the text format.
pub(crate) const TEXT: &[Mutation] = &[
    (
        "# TYPE shop_orders_total counter",
        "# TYPE shop_orders_total gauge",
        "wrong-kind",
        "declared as a counter and served as gauge",
    ),
    ("# TYPE shop_shelf_parcels gauge\n", "", "wrong-kind", "served as untyped"),
    ("HELP shop_shelf_parcels Parcels on the shelf.", "HELP shop_shelf_parcels Boxes.", "wrong-help", "is `Boxes.`"),
    (r#"{region="north",town="Ulm"}"#, r#"{city="x",region="north",town="Ulm"}"#, "undeclared-label", "label `city`"),
    (
        r#"{region="north",town="Ulm"}"#,
        r#"{region="north",twon="Ulm",town="Ulm"}"#,
        "undeclared-label",
        "did you mean `town`?",
    ),
    ("shop_greetings_total", "shop_greeting_total", "undeclared-family", "`shop_greetings_total` is missing"),
    (r#"outcome="error""#, r#"outcome="eror""#, "undeclared-value", "did you mean `error`?"),
    (r#"payment="Invoice""#, r#"payment="cash""#, "undeclared-value", "of `shop_orders_total` to `cash`"),
    (r#"payment="Card","#, "", "missing-label", "has no label `payment`"),
    (
        r#"weight_grams_bucket{region="north",le="100"}"#,
        r#"weight_grams_bucket{region="north",le="200"}"#,
        "wrong-buckets",
        "`200`, which are not declared",
    ),
    (
        "shop_parcel_weight_grams_bucket{region=\"north\",le=\"1000\"} 1\n",
        "",
        "wrong-buckets",
        "lacks the buckets `1000`",
    ),
    (
        r#"weight_grams_count{region="north"} 1"#,
        r#"weight_grams_count{region="north"} 2"#,
        "inconsistent-histogram",
        "the bucket `+Inf` is 1",
    ),
    (
        r#"weight_grams_bucket{region="north",le="100"} 0"#,
        r#"weight_grams_bucket{region="north",le="100"} 7"#,
        "inconsistent-histogram",
        "`100` is above `1000`",
    ),
    (
        "shop_parcel_weight_grams_sum{region=\"north\"} 250\n",
        "",
        "inconsistent-histogram",
        "has no `shop_parcel_weight_grams_sum`",
    ),
    (r#"town="Ulm"} 1"#, r#"town="Ulm"} -1"#, "impossible-value", "is -1"),
    (r#"town="Ulm"} 1"#, r#"town="Ulm"} NaN"#, "impossible-value", "is NaN"),
    (r#"town="Ulm"} 1"#, r#"town="Ulm"} 1.5"#, "impossible-value", "a count must be a whole number"),
    (
        r#"weight_grams_count{region="north"} 1"#,
        r#"weight_grams_count{region="north"} 0.5"#,
        "impossible-value",
        "a count must be a whole number",
    ),
    (
        r#"orders_duration_seconds_sum{payment="Invoice",region="north"} 0"#,
        r#"orders_duration_seconds_sum{payment="Invoice",region="north"} -1"#,
        "impossible-value",
        "a sum of durations must be finite and at least 0",
    ),
    (
        r#"in_flight{payment="Card",region="north"} 0"#,
        r#"in_flight{payment="Card",region="north"} +Inf"#,
        "impossible-value",
        "calls in flight must be finite",
    ),
    ("# HELP shop_shelf_parcels Parcels on the shelf.\n", "", "wrong-help", "`shop_shelf_parcels` has no HELP"),
    (
        "weight_grams_bucket{region=\"north\",le=\"1000\"} 1\n",
        "weight_grams_bucket{region=\"north\",le=\"1000\"} 1\nshop_parcel_weight_grams_bucket{region=\"north\",le=\"1e3\"} 1\n",
        "syntax",
        "served twice",
    ),
    (
        "shop_shelf_parcels{region=\"north\"} 3\n",
        "shop_shelf_parcels{region=\"north\"} 3\nshop_shelf_parcels{region=\"north\",at=\"\"} 3\n",
        "syntax",
        "served twice",
    ),
    (r#"{region="north",town="Ulm"}"#, r#"{re:gion="north",town="Ulm"}"#, "syntax", "expected a label name"),
    (r#"town="Ulm"} 1"#, r#"town="Ulm"} one"#, "syntax", "found `one`"),
    (r#"town="Ulm"} 1"#, r#"town="Ulm} 1"#, "syntax", "no closing quote"),
    (
        "shop_shelf_parcels{region=\"north\"} 3\n",
        "shop_shelf_parcels{region=\"north\"} 3\nshop_shelf_parcels{region=\"north\"} 3\n",
        "syntax",
        "served twice",
    ),
    ("shop_shelf_parcels{region=\"north\"} 3\n", "", "missing-family", "the gauge `shop_shelf_parcels`"),
    (
        r#"in_flight{payment="Card",region="north"} 0"#,
        r#"in_flight{payment="Card",region="north"} -1"#,
        "impossible-value",
        "calls in flight",
    ),
    (
        r#"shop_greetings_total{region="north",town="Ulm"}"#,
        "shop_greetings_total{region=\"north\",town=\"A\"} 1\nshop_greetings_total{region=\"north\",town=\"B\"} 1\nshop_greetings_total{region=\"north\",town=\"Ulm\"}",
        "too-many-values",
        "4 values, above its cap of 3",
    ),
];

/// Mutations of `OpenMetrics`.
pub(crate) const OPEN_METRICS: &[Mutation] = &[
    ("# EOF\n", "", "syntax", "the response is truncated"),
    ("# EOF\n", "# EOF\n# EOF\n", "syntax", "unexpected text after `# EOF`"),
    ("# HELP shop_shelf_parcels ", "# EOF\n# HELP shop_shelf_parcels ", "syntax", "unexpected text after `# EOF`"),
    ("# UNIT shop_orders_duration_seconds seconds\n", "", "wrong-unit", "has no unit; the declared one is `seconds`"),
    ("\nshop_greetings_total{", "\nshop_greetings{", "syntax", "has no `_total` in its name"),
    (
        r#"weight_grams_bucket{region="north",le="100.0"} 0"#,
        r#"weight_grams_bucket{region="north",le="100.0"} 0 # {trace_id="01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"} 1"#,
        "syntax",
        "the labels of the exemplar have 148 characters, more than 128",
    ),
    ("# TYPE shop_orders counter", "# TYPE shop_orders gauge", "wrong-kind", "served as "),
    (
        "# UNIT shop_orders_duration_seconds seconds",
        "# UNIT shop_orders_duration_seconds minutes",
        "wrong-unit",
        "is `minutes`; the declared one is `seconds`",
    ),
    (r#"outcome="error""#, r#"outcome="eror""#, "undeclared-value", "did you mean `error`?"),
    (r#"le="0.5""#, r#"le="0.6""#, "wrong-buckets", "`0.6`"),
];
