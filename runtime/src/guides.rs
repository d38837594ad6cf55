//! Guides: how to migrate from other crates, and how to instrument web services, libraries and batch jobs. Each begins with the shortest example that
//! works.
//!
//! They are the files in [`docs/guides`](https://github.com/metrics-instrumented/metrics-instrumented/tree/main/docs/guides).

macro_rules! guides {
    ($($guide:ident $file:literal)*) => {
        $(
            #[doc = include_str!(concat!("../docs/guides/", $file, ".md"))]
            pub mod $guide {}
        )*
    };
}

guides! {
    actix "actix"
    batch_jobs "batch-jobs"
    compatibility "compatibility"
    existing_endpoint "existing-endpoint"
    from_autometrics "from-autometrics"
    from_metered "from-metered"
    from_metrics "from-metrics"
    from_opentelemetry "from-opentelemetry"
    from_prometheus "from-prometheus"
    http_clients "http-clients"
    libraries "libraries"
    other_exporters "other-exporters"
    processes "processes"
    tenants "tenants"
    testing "testing"
    troubleshooting "troubleshooting"
    web "web"
}
