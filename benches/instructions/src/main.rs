//! Counts the instructions of a call with `valgrind --tool=callgrind`, as the difference between two lengths of a loop: both contain what is done once, so the
//! difference is the calls. Other programs on the machine do not change the counts.

mod cases;
#[path = "../../inputs.rs"]
mod inputs;
mod scrapes;

use std::collections::BTreeMap;
use std::env;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// The lengths of the two loops.
const CALLS: [u64; 2] = [1_000, 3_000];

/// The numbers of scrapes in two runs.
const SCRAPES: [u64; 2] = [1, 4];

/// The limit of a scrape in protobuf, divided by one in text.
const PROTOBUF_LIMIT: f64 = 1.0;

/// The number of series of a scrape that runs meanwhile.
const SCRAPED_SERIES: u32 = 100_000;

/// Limits of the instructions above another case: the recorder, the case, the case that is subtracted, and the limit.
const LIMITS: [(&str, &str, &str, f64); 25] = [
    ("ours", "full", "bare", 110.0),
    ("ours", "error", "bare", 110.0),
    ("ours", "early", "bare early", 110.0),
    ("ours", "early error", "bare early error", 110.0),
    ("ours", "unread", "bare unread", 110.0),
    ("ours", "untimed", "bare", 55.0),
    ("ours", "native", "full", 10.0),
    ("ours", "closed", "full", 15.0),
    ("ours", "two closed", "full", 64.0),
    ("ours", "declared", "full", 15.0),
    ("ours", "open", "full", 80.0),
    ("ours", "declared open", "full", 80.0),
    ("none", "full", "bare", 15.0),
    ("none", "early", "bare early", 15.0),
    ("none", "unread", "bare unread", 15.0),
    ("none", "async", "bare async", 15.0),
    ("none", "awaiting", "bare awaiting", 15.0),
    ("none", "untimed", "bare", 15.0),
    ("none", "native", "bare", 15.0),
    ("none", "sampled", "bare", 15.0),
    ("none", "closed", "bare tier", 15.0),
    ("none", "two closed", "bare tier", 15.0),
    ("none", "declared", "bare tier", 15.0),
    ("none", "open", "bare host", 15.0),
    ("none", "declared open", "bare host", 15.0),
];

/// The limit of a call under the stock recorder, divided by one with handles of that recorder that are kept by hand.
const OTHER_RECORDER_LIMIT: f64 = 1.1;

/// Hand-written metrics, and the limit of their instructions under this recorder, divided by those under the stock recorder.
const HAND_WRITTEN: [&str; 3] = ["counter!", "gauge!", "histogram!"];
const HAND_WRITTEN_LIMIT: f64 = 1.05;

/// The limit of a call with an open label past its cap, divided by a call below the cap.
const PAST_CAP_LIMIT: f64 = 1.5;

/// Differences without a limit.
const SHOWN: [(&str, &str, &str); 7] = [
    ("ours", "async", "bare async"),
    ("ours", "awaiting", "bare awaiting"),
    ("ours", "sampled", "untimed"),
    ("ours", "peak", "full"),
    ("ours", "oldest", "full"),
    ("ours", "polls", "async"),
    ("ours", "open with idle", "open"),
];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [time, recorder, case] = words.as_slice()
        && time == "time"
    {
        println!("{}", nanoseconds(recorder, case));
        return ExitCode::SUCCESS;
    }
    if let [scrape, format, scrapes] = words.as_slice()
        && scrape == "scrape"
    {
        scrapes::run(format, scrapes.parse().expect("a number of scrapes"));
        return ExitCode::SUCCESS;
    }
    if let [recorder, case, calls] = words.as_slice() {
        run(recorder, case, calls.parse().expect("a number of calls"));
        return ExitCode::SUCCESS;
    }
    let mut report = Report::default();
    for (recorder, case, from, limit) in LIMITS {
        report.limited(above(recorder, case, from), limit, 1, &described(recorder, case, from));
    }
    let past_cap = above("ours", "open past the cap", "bare host") / above("ours", "open", "bare host");
    report.limited(past_cap, PAST_CAP_LIMIT, 2, "open label past its cap, divided by one below its cap");
    let by_hand = above("stock", "full", "bare") / above("stock", "by hand", "bare");
    report.limited(by_hand, OTHER_RECORDER_LIMIT, 2, "under the stock recorder, divided by its handles kept by hand");
    for (ours, stock, when) in
        [("ours", "stock", ""), ("ours scraped", "stock scraped", ", during scrapes of 100,000 series")]
    {
        for case in HAND_WRITTEN {
            let ratio = instructions(ours, case) / instructions(stock, case);
            let what = format!("hand-written `{case}`, divided by the same under the stock recorder{when}");
            report.limited(ratio, HAND_WRITTEN_LIMIT, 2, &what);
        }
    }
    let [text, scrapes @ ..] = scrapes::FORMATS.map(|(format, _)| (format, scrape(format)));
    for (format, count) in scrapes {
        let (ratio, what) = (count / text.1, format!("scrape of 10,000 series: {format}, divided by text"));
        match format {
            "protobuf" => report.limited(ratio, PROTOBUF_LIMIT, 2, &what),
            _ => println!("       {ratio:>6.2}               {what}"),
        }
    }
    for (recorder, case, from) in SHOWN {
        println!("       {:>6.1}               {}", above(recorder, case, from), described(recorder, case, from));
    }
    report.end()
}

/// How many limits there are, and how many are exceeded.
#[derive(Default)]
struct Report {
    limits: u32,
    exceeded: u32,
}

impl Report {
    fn limited(&mut self, value: f64, limit: f64, digits: usize, what: &str) {
        let holds = value <= limit;
        self.limits += 1;
        self.exceeded += u32::from(!holds);
        let verdict = if holds { "holds" } else { "FAILS" };
        println!("{verdict}  {value:>6.digits$} (limit {limit:>4})  {what}");
    }

    fn end(self) -> ExitCode {
        println!("{} of {} instruction limits are exceeded", self.exceeded, self.limits);
        if self.exceeded == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn described(recorder: &str, case: &str, from: &str) -> String {
    let installed = if recorder == "none" { ", no recorder installed" } else { "" };
    format!("instructions of a call: {case} above {from}{installed}")
}

/// Makes the calls, in a process of their own.
fn run(recorder: &str, case: &str, calls: u64) {
    let (recorder, is_scraped) = match recorder.strip_suffix(" scraped") {
        Some(recorder) => (recorder, true),
        None => (recorder, false),
    };
    let render = install(recorder);
    let (_, run) = cases::ALL.iter().find(|(name, _)| *name == case).expect("a case of this name");
    // Creates all series and slots.
    run(10_000);
    if is_scraped {
        for number in 0..SCRAPED_SERIES {
            metrics::counter!("scraped_series_total", "number" => number.to_string()).increment(1);
        }
        // It ends with the process.
        thread::spawn(move || {
            loop {
                render();
            }
        });
        // The scrape has begun when this thread runs again.
        thread::yield_now();
    }
    counted_by_callgrind(*run, calls);
}

/// The nanoseconds of a call, the loop around it included: the fastest of a few batches, which was disturbed least. For debug builds, whose cost is not that of
/// the clock.
fn nanoseconds(recorder: &str, case: &str) -> f64 {
    const CALLS: u64 = 100_000;
    let _installed = install(recorder);
    let (_, run) = cases::ALL.iter().find(|(name, _)| *name == case).expect("a case of this name");
    run(CALLS);
    let batch = || {
        let start = Instant::now();
        run(CALLS);
        start.elapsed()
    };
    let fastest = (0..10).map(|_| batch()).min().expect("ten");
    fastest.as_secs_f64() * 1e9 / CALLS as f64
}

/// Installs a recorder; returns what renders its metrics.
fn install(recorder: &str) -> Box<dyn Fn() -> usize + Send> {
    match recorder {
        "ours" => {
            let handle = metrics_instrumented::exporter().install_recorder().expect("no recorder is installed yet");
            Box::new(move || handle.render().len())
        }
        "stock" => {
            let builder = metrics_exporter_prometheus::PrometheusBuilder::new();
            let recorder = builder.set_buckets(inputs::BOUNDS).expect("valid bounds").build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).expect("no recorder is installed yet");
            Box::new(move || handle.render().len())
        }
        _ => Box::new(|| 0),
    }
}

/// The function that `--toggle-collect` counts.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn counted_by_callgrind(run: fn(u64), calls: u64) {
    run(calls);
}

/// The instructions of a call above those of another case.
fn above(recorder: &str, case: &str, from: &str) -> f64 {
    instructions(recorder, case) - instructions(recorder, from)
}

/// The instructions of one call, including the loop around it.
fn instructions(recorder: &str, case: &str) -> f64 {
    static COUNTED: Mutex<BTreeMap<(String, String), f64>> = Mutex::new(BTreeMap::new());
    let mut all = COUNTED.lock().expect("no thread panics");
    *all.entry((recorder.to_owned(), case.to_owned())).or_insert_with(|| {
        let [short, long] = CALLS.map(|calls| counted(recorder, case, calls));
        let calls = CALLS[1] - CALLS[0];
        (long - short) / calls as f64
    })
}

fn counted(recorder: &str, case: &str, calls: u64) -> f64 {
    callgrind(&["--collect-atstart=no", "--toggle-collect=counted_by_callgrind"], [recorder, case, &calls.to_string()])
}

/// The instructions of one scrape, of all threads and including the client's.
fn scrape(format: &str) -> f64 {
    let [few, many] = SCRAPES.map(|scrapes| callgrind(&[], ["scrape", format, &scrapes.to_string()]));
    (many - few) / (SCRAPES[1] - SCRAPES[0]) as f64
}

/// The instructions that this program collects when it runs with these words.
fn callgrind(options: &[&str], words: [&str; 3]) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(options)
        .arg(env::current_exe().expect("this program"))
        .args(words)
        .output()
        .expect("valgrind is installed; scripts/bench installs it");
    // `==123== Collected : 4567`
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"));
    let count = line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).filter(|_| output.status.success());
    count.unwrap_or_else(|| panic!("valgrind counted nothing for {words:?}:\n{text}"))
}
