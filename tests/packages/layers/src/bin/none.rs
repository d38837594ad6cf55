fn main() {
    println!("{:?}", metrics_instrumented::http::Scheme::Https);
}
