fn main() {
    layers::request(metrics_instrumented::http::grpc_server());
}
