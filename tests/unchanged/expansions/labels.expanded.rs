enum Tier {
    Gold,
    Silver,
}
#[automatically_derived]
#[doc(hidden)]
unsafe impl ::core::clone::TrivialClone for Tier {}
#[automatically_derived]
impl ::core::clone::Clone for Tier {
    #[inline]
    fn clone(&self) -> Tier {
        *self
    }
}
#[automatically_derived]
impl ::core::marker::Copy for Tier {}
#[automatically_derived]
impl ::metrics_instrumented::LabelValue for Tier {
    const VALUES: &'static [&'static ::core::primitive::str] = {
        static __VALUES: [&::core::primitive::str; 2usize] = ["Gold", "Silver"];
        &__VALUES
    };
    fn index(&self) -> ::core::primitive::usize {
        match self {
            Self::Gold { .. } => 0usize,
            Self::Silver { .. } => 1usize,
        }
    }
}
/// Orders.
/**

---

Calls a second, by `outcome`
```promql
sum by (outcome) (rate(orders_total[5m]))
```

Share of calls that failed
```promql
sum(rate(orders_total{outcome!="ok"}[5m])) / sum(rate(orders_total[5m]))
```

99th percentile of the duration, in seconds
```promql
histogram_quantile(0.99, sum by (le) (rate(orders_duration_seconds_bucket[5m])))
```

In flight
```promql
sum(orders_in_flight)
```

Errors a second, by `kind`
```promql
sum by (kind) (rate(orders_errors_total[5m]))
```
*/
fn labels(tier: Tier, n: u32, host: &str) -> Result<u32, Tier> {
    let __metrics_instrumented_call = match (
        ::metrics_instrumented::__private::typed::<Tier>(&(tier)),
        &(n > 10),
        &<_ as ::metrics_instrumented::__private::Text>::open(&(host)),
    ) {
        __metrics_instrumented_labels => {
            {
                struct __Limit<L>(::metrics_instrumented::__private::PhantomData<L>);
                impl<L: ::metrics_instrumented::__private::Labels> __Limit<L> {
                    const CHECKED: ::metrics_instrumented::__private::PhantomData<L> = {
                        ::metrics_instrumented::__private::check_inferred::<
                            L,
                        >(
                            "orders_total",
                            &[
                                ("tier", ::metrics_instrumented::__private::Option::None),
                                ("big", ::metrics_instrumented::__private::Option::None),
                                (
                                    "host",
                                    ::metrics_instrumented::__private::Option::Some(
                                        100usize + 1,
                                    ),
                                ),
                            ],
                            ("outcome", 4usize),
                            ::metrics_instrumented::__private::DEFAULT_MAX_SERIES,
                        );
                        ::metrics_instrumented::__private::PhantomData
                    };
                }
                let __Limit::<_>::CHECKED = ::metrics_instrumented::__private::TypeOf::new(
                        &(
                            __metrics_instrumented_labels.0,
                            __metrics_instrumented_labels.1,
                            __metrics_instrumented_labels.2,
                        ),
                    )
                    .get();
            }
            {
                struct __Limit<L>(::metrics_instrumented::__private::PhantomData<L>);
                impl<L: ::metrics_instrumented::__private::Labels> __Limit<L> {
                    const CHECKED: ::metrics_instrumented::__private::PhantomData<L> = {
                        ::metrics_instrumented::__private::check_inferred::<
                            L,
                        >(
                            "orders_errors_total",
                            &[
                                ("tier", ::metrics_instrumented::__private::Option::None),
                                ("big", ::metrics_instrumented::__private::Option::None),
                                (
                                    "host",
                                    ::metrics_instrumented::__private::Option::Some(
                                        100usize + 1,
                                    ),
                                ),
                            ],
                            (
                                "kind",
                                <Tier as ::metrics_instrumented::__private::LabelValue>::VALUES
                                    .len(),
                            ),
                            ::metrics_instrumented::__private::DEFAULT_MAX_SERIES,
                        );
                        ::metrics_instrumented::__private::PhantomData
                    };
                }
                let __Limit::<_>::CHECKED = ::metrics_instrumented::__private::TypeOf::new(
                        &(
                            __metrics_instrumented_labels.0,
                            __metrics_instrumented_labels.1,
                            __metrics_instrumented_labels.2,
                        ),
                    )
                    .get();
            }
            ::metrics_instrumented::__private::Call::labelled(
                {
                    static __META: ::metrics_instrumented::__private::Description = ::metrics_instrumented::__private::Description::new(
                        ::metrics_instrumented::__private::OperationMeta {
                            labels: &[
                                ::metrics_instrumented::__private::LabelMeta::typed(
                                    "tier",
                                    <Tier as ::metrics_instrumented::__private::Label>::VALUES,
                                    ::metrics_instrumented::__private::Option::None,
                                ),
                                ::metrics_instrumented::__private::LabelMeta::untyped(
                                    "big",
                                ),
                                ::metrics_instrumented::__private::LabelMeta::open(
                                    "host",
                                    100usize,
                                ),
                            ],
                            families: &[
                                (
                                    ::metrics_instrumented::__private::Role::Calls,
                                    ::metrics_instrumented::__private::Family {
                                        name: "orders_total",
                                        help: ::metrics_instrumented::__private::Help::Derived(
                                            "Orders.",
                                        ),
                                        labels: 255u8,
                                    },
                                ),
                                (
                                    ::metrics_instrumented::__private::Role::Duration,
                                    ::metrics_instrumented::__private::Family {
                                        name: "orders_duration_seconds",
                                        help: ::metrics_instrumented::__private::Help::Derived(
                                            "Orders.",
                                        ),
                                        labels: 255u8,
                                    },
                                ),
                                (
                                    ::metrics_instrumented::__private::Role::InFlight,
                                    ::metrics_instrumented::__private::Family {
                                        name: "orders_in_flight",
                                        help: ::metrics_instrumented::__private::Help::Derived(
                                            "Orders.",
                                        ),
                                        labels: 255u8,
                                    },
                                ),
                                (
                                    ::metrics_instrumented::__private::Role::Errors,
                                    ::metrics_instrumented::__private::Family {
                                        name: "orders_errors_total",
                                        help: ::metrics_instrumented::__private::Help::Derived(
                                            "Orders.",
                                        ),
                                        labels: 255u8,
                                    },
                                ),
                            ],
                            errors: ::metrics_instrumented::__private::Option::Some(::metrics_instrumented::__private::ErrorKinds {
                                label: "kind",
                                kinds: <Tier as ::metrics_instrumented::__private::LabelValue>::VALUES,
                            }),
                            buckets: &[0.1f64, 1f64],
                            ..::metrics_instrumented::__private::OperationMeta::DEFAULT
                        }
                            .checked(),
                    );
                    static __SOURCE: ::metrics_instrumented::__private::Source = ::metrics_instrumented::__private::Source::new(
                        ::metrics_instrumented::__private::Option::Some(&__META),
                        "labels\u{0}labels\u{0}annotated/src/bin/labels.rs\u{0}8\u{0}c",
                    );
                    #[unsafe(link_section = "metrics_instrumented_BUILD")]
                    static __SITE: ::metrics_instrumented::__private::OperationEntry = ::metrics_instrumented::__private::operation_entry(
                        &__SOURCE,
                    );
                    &__SITE.value
                },
                (
                    &<Tier as ::metrics_instrumented::__private::Label>::label(
                        __metrics_instrumented_labels.0,
                    ),
                    &<_ as ::metrics_instrumented::__private::Label>::label(
                        __metrics_instrumented_labels.1,
                    ),
                    __metrics_instrumented_labels.2,
                ),
            )
        }
    };
    let __metrics_instrumented_value: Result<u32, Tier> = {
        let tier = tier;
        let _ = &tier;
        { if n == 0 { Err(tier) } else { Ok(n) } }
    };
    #[allow(unreachable_code)]
    ::metrics_instrumented::__private::Call::finish_by_kind(
        __metrics_instrumented_call,
        ::metrics_instrumented::__private::AsOutcome(&__metrics_instrumented_value)
            .__end_call(::metrics_instrumented::__private::Read),
        ::metrics_instrumented::__private::Returned::<
            ::metrics_instrumented::__private::ByOutcome,
            ::metrics_instrumented::__private::ByKind<Tier>,
            _,
        >::new(&__metrics_instrumented_value)
            .__error_of_call(),
    );
    __metrics_instrumented_value
}
