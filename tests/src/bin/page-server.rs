//! A program whose metrics the browser tests look at. It makes the calls that its standard input asks for:
//!
//! ```text
//! orders ok 100 tenant    100 calls that succeed, for this tenant
//! orders error 25 tenant
//! function ok 3           calls of a function without a name
//! ```
//!
//! Each line is answered with `done`. The first line that it prints is the address; the arguments are the address to listen on, and, if the page asks for them, a user and a
//! password. `PAGE_VIEWS` is a file of views.

use std::env;
use std::io::{self, BufRead};

use metrics_instrumented::{Open, Operation, exporter, instrumented};

/// Orders placed <b>today</b>.
#[derive(Operation)]
#[operation(name = "orders")]
struct Order<'a> {
    tenant: Open<'a>,
}

#[instrumented(Order { tenant: Open::new(tenant) })]
fn order(is_ok: bool, tenant: &str) -> Result<(), ()> {
    if is_ok { Ok(()) } else { Err(()) }
}

#[instrumented]
fn function(is_ok: bool) -> Result<(), ()> {
    if is_ok { Ok(()) } else { Err(()) }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, credentials @ ..] = arguments.as_slice() else { return Err("an address is missing".into()) };
    let exporter = match credentials {
        [user, password] => exporter().basic_auth(user, password),
        _ => exporter(),
    };
    let exporter = match env::var("PAGE_VIEWS") {
        Ok(views) => exporter.views(views),
        Err(_) => exporter,
    };
    let metrics = exporter.listen(address.as_str()).install()?;
    let _database = metrics.component("database")?;
    println!("{}", metrics.local_addr().ok_or("it listens nowhere")?);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [what, outcome, count, rest @ ..] = words.as_slice() else { return Err(format!("`{line}`").into()) };
        for _ in 0..count.parse()? {
            let _ = match *what {
                "orders" => order(*outcome == "ok", rest.first().copied().unwrap_or_default()),
                _ => function(*outcome == "ok"),
            };
        }
        println!("done");
    }
    Ok(())
}
