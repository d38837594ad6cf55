// The guides, for the documentation of `runtime/` and for the tests: the name of the module, and that of the file.
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
    processes "processes"
    tenants "tenants"
    testing "testing"
    troubleshooting "troubleshooting"
    web "web"
}
