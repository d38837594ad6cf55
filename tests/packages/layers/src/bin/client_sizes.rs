fn main() {
    layers::request(metrics_instrumented::http::client().body_sizes());
}
