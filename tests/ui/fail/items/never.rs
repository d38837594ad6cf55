//! An `async fn` of the type `!` that ends: the error is at the last expression.

use metrics_instrumented::instrumented;

async fn run() {}

#[instrumented]
async fn awaits() -> ! {
    run().await
}

#[instrumented]
async fn leaves_its_loop(stop: bool) -> ! {
    loop {
        run().await;
        if stop {
            break;
        }
    }
}

fn main() {
    drop(awaits());
    drop(leaves_its_loop(true));
}
