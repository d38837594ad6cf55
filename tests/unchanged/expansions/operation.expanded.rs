/// Volume operations.
#[operation(name = "volumes")]
struct Volume {
    fast: bool,
}
#[automatically_derived]
impl ::metrics_instrumented::Operation for Volume {
    type Outcome = ::metrics_instrumented::Ended;
    type Reads = ::metrics_instrumented::__private::ByOutcome;
    type Errors = ::metrics_instrumented::__private::NoErrors;
    type Polls = ::metrics_instrumented::__private::WithoutPolls;
    #[inline]
    fn begin<__Begins: ::metrics_instrumented::__private::Begins>(&self) -> __Begins {
        __Begins::labelled(
            {
                static __META: ::metrics_instrumented::__private::Description = ::metrics_instrumented::__private::Description::new(
                    ::metrics_instrumented::__private::OperationMeta {
                        labels: &[
                            ::metrics_instrumented::__private::LabelMeta::typed(
                                "fast",
                                <bool as ::metrics_instrumented::__private::Label>::VALUES,
                                ::metrics_instrumented::__private::Option::None,
                            ),
                        ],
                        families: &[
                            (
                                ::metrics_instrumented::__private::Role::Calls,
                                ::metrics_instrumented::__private::Family {
                                    name: "volumes_total",
                                    help: ::metrics_instrumented::__private::Help::Derived(
                                        "Volume operations.",
                                    ),
                                    labels: 255u8,
                                },
                            ),
                            (
                                ::metrics_instrumented::__private::Role::Duration,
                                ::metrics_instrumented::__private::Family {
                                    name: "volumes_duration_seconds",
                                    help: ::metrics_instrumented::__private::Help::Derived(
                                        "Volume operations.",
                                    ),
                                    labels: 255u8,
                                },
                            ),
                            (
                                ::metrics_instrumented::__private::Role::InFlight,
                                ::metrics_instrumented::__private::Family {
                                    name: "volumes_in_flight",
                                    help: ::metrics_instrumented::__private::Help::Derived(
                                        "Volume operations.",
                                    ),
                                    labels: 255u8,
                                },
                            ),
                        ],
                        ..::metrics_instrumented::__private::OperationMeta::DEFAULT
                    }
                        .checked(),
                );
                static __SOURCE: ::metrics_instrumented::__private::Source = ::metrics_instrumented::__private::Source::new(
                    ::metrics_instrumented::__private::Option::Some(&__META),
                    "operation\u{0}Volume\u{0}annotated/src/bin/operation.rs\u{0}2",
                );
                #[unsafe(link_section = "metrics_instrumented_BUILD")]
                static __SITE: ::metrics_instrumented::__private::OperationEntry = ::metrics_instrumented::__private::operation_entry(
                    &__SOURCE,
                );
                &__SITE.value
            },
            (&<bool as ::metrics_instrumented::__private::Label>::label(&self.fast),),
        )
    }
}
fn operation(n: u32) -> Option<u32> {
    const _: () = {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_BUILD")]
        static __SITE: ::metrics_instrumented::__private::Entry<
            ::metrics_instrumented::__private::Site,
        > = ::metrics_instrumented::__private::Entry::new(::metrics_instrumented::__private::Site {
            location: "operation\u{0}operation\u{0}annotated/src/bin/operation.rs\u{0}8\u{0}Volume",
        });
    };
    let (__metrics_instrumented_call, __metrics_instrumented_reads) = ::metrics_instrumented::__private::declared::<
        ::metrics_instrumented::__private::Call,
        _,
    >(&Volume { fast: n > 10 });
    let __metrics_instrumented_value: Option<u32> = { Some(n) };
    #[allow(unreachable_code)]
    ::metrics_instrumented::__private::Call::finish_by_kind(
        __metrics_instrumented_call,
        __metrics_instrumented_reads
            .__returned(&__metrics_instrumented_value)
            .__end_call(::metrics_instrumented::__private::Read),
        __metrics_instrumented_reads
            .__returned(&__metrics_instrumented_value)
            .__error_of_call(),
    );
    __metrics_instrumented_value
}
