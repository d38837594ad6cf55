//! The measured values, by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Numbers and strings.
#[derive(Debug, Default)]
pub struct Results {
    numbers: BTreeMap<String, f64>,
    texts: BTreeMap<String, String>,
}

impl Results {
    /// Those of an earlier run, if there was one.
    pub fn read(file: &Path) -> Self {
        let mut results = Self::default();
        for line in fs::read_to_string(file).unwrap_or_default().lines() {
            if let Some((name, text)) = line.split_once('\t') {
                match text.parse() {
                    Ok(number) => results.set(name, number),
                    Err(_) => results.say(name, text),
                }
            }
        }
        results
    }

    /// Saves them for a later run.
    pub fn write(&self, file: &Path) {
        let numbers = self.numbers.iter().map(|(name, number)| format!("{name}\t{number}\n"));
        let texts = self.texts.iter().map(|(name, text)| format!("{name}\t{}\n", text.replace('\n', " ")));
        fs::write(file, numbers.chain(texts).collect::<String>()).expect("the target folder can be written to");
    }

    /// Sets a number.
    pub fn set(&mut self, name: impl Into<String>, number: f64) {
        self.numbers.insert(name.into(), number);
    }

    /// Sets a string.
    pub fn say(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(name.into(), text.into());
    }

    /// A number, if it was measured.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.numbers.get(name).copied()
    }

    /// A string; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The median of a case in nanoseconds a call, under `ours` or `stock`, on this number of threads.
    pub fn call(&self, recorder: &str, threads: usize, case: &str) -> Option<f64> {
        self.get(&format!("wall/{recorder}/{threads}/{case}/median"))
    }

    /// The same, minus the cost of the bare function, which the name of the case determines.
    pub fn net(&self, recorder: &str, threads: usize, case: &str) -> Option<f64> {
        Some(self.call(recorder, threads, case)? - self.call(recorder, threads, bare_of(case))?)
    }

    /// The same, in two clock readings.
    pub fn in_readings(&self, recorder: &str, threads: usize, case: &str) -> Option<f64> {
        Some(self.net(recorder, threads, case)? / self.net(recorder, 1, "clock")?)
    }

    /// The same with minima instead of medians.
    pub fn in_readings_at_best(&self, recorder: &str, threads: usize, case: &str) -> Option<f64> {
        let best = |threads: usize, case: &str| self.get(&format!("wall/{recorder}/{threads}/{case}/minimum"));
        let floor = best(1, "clock")? - best(1, "bare")?;
        Some((best(threads, case)? - best(threads, bare_of(case))?) / floor)
    }
}

/// The bare function of a case.
pub fn bare_of(case: &str) -> &'static str {
    if case.contains("1000 in turn") {
        "bare, 1000 in turn"
    } else if case.contains("async") {
        "bare async"
    } else if case.contains("boxed") {
        "bare boxed"
    } else if case.contains("error") {
        "bare error"
    } else if case.contains("plain") {
        "bare plain"
    } else {
        "bare"
    }
}
