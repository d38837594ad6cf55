//! The sizes of futures: four nested `async fn`s, each with an argument of 256 bytes.

use std::mem::size_of_val;

use metrics_instrumented_benches::{Outcome, work};

/// Four functions, each with an attribute. Each passes a changed argument on and reads the result.
macro_rules! nested {
    ($module:ident, $(#[$attribute:meta])?) => {
        mod $module {
            use super::{Outcome, work};

            $(#[$attribute])?
            pub async fn one(x: [u8; 256]) -> Outcome {
                super::wait().await;
                work(u64::from(x[0]), 1)
            }
            $(#[$attribute])?
            pub async fn two(x: [u8; 256]) -> Outcome {
                one(x).await
            }
            $(#[$attribute])?
            pub async fn three(x: [u8; 256]) -> Outcome {
                two(x).await
            }
            $(#[$attribute])?
            pub async fn four(x: [u8; 256]) -> Outcome {
                three(x).await
            }

            pub fn sizes() -> [usize; 4] {
                let x = [0; 256];
                [
                    super::size_of_val(&one(x)),
                    super::size_of_val(&two(x)),
                    super::size_of_val(&three(x)),
                    super::size_of_val(&four(x)),
                ]
            }
        }
    };
}

async fn wait() {
    std::future::ready(()).await;
}

nested!(bare,);
nested!(ours, #[metrics_instrumented::instrumented(name = "nested", buckets = crate::BOUNDS)]);
nested!(autometrics, #[autometrics::autometrics(track_concurrency)]);
nested!(function_timer, #[function_timer::time("nested")]);
nested!(tracing, #[tracing::instrument]);
nested!(fastrace, #[fastrace::trace]);

/// Prints the sizes for one to four nested functions.
pub fn run() {
    for (name, sizes) in [
        ("bare", bare::sizes()),
        ("ours", ours::sizes()),
        ("function-timer", function_timer::sizes()),
        ("tracing", tracing::sizes()),
        ("autometrics", autometrics::sizes()),
        ("fastrace", fastrace::sizes()),
    ] {
        println!("{name}\t{}\t{}\t{}\t{}", sizes[0], sizes[1], sizes[2], sizes[3]);
    }
}
