//! Random functions, bare and annotated: what they return, log, drop and panic with, and how their calls begin and end.
//!
//! `GENERATED_SEEDS=100` compares a hundred more programs, from the seed `GENERATED_FROM` on.

mod arguments;
mod functions;
mod placement;
mod returns;
mod scope;
mod statements;

use std::env;
use std::fmt::Write;
use std::str::FromStr;

use fastrand::Rng;

use crate::twice::{PACKAGES, Twice};
use functions::{Function, Kind};

/// How many functions a program has.
const FUNCTIONS: usize = 60;

/// The seeds of the programs that every run compares, with the editions that they are compiled in, on which the drop order of temporaries depends.
const EDITIONS: [(u32, u64); 2] = [(2024, 1), (2021, 6)];

/// What the functions of a program have in common.
struct Generator {
    edition: u32,
    rng: Rng,
    /// The last number that was given to a value.
    id: u32,
    /// The last number that was given to a variable.
    name: u32,
    /// How many calls are inside each other in the function that is written.
    depth: u32,
    functions: Vec<Function>,
}

impl Generator {
    fn of(seed: u64, edition: u32) -> Self {
        Self { edition, rng: Rng::with_seed(seed), id: 0, name: 0, depth: 0, functions: Vec::new() }
    }

    /// A value that logs its drop.
    fn noisy(&mut self) -> String {
        format!("Noisy({})", self.new_id())
    }

    fn new_id(&mut self) -> u32 {
        self.id += 1;
        self.id
    }

    fn new_name(&mut self, prefix: &str) -> String {
        self.name += 1;
        format!("{prefix}{}", self.name)
    }

    /// True once in so many cases.
    fn once_in(&mut self, cases: u32) -> bool {
        self.rng.u32(0..cases) == 0
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(0..of.len())].clone()
    }

    /// An input that a function may be called with.
    fn input(&mut self) -> u32 {
        self.rng.u32(0..7)
    }
}

/// A program: functions, in blocks and alone, and calls of them.
fn program(seed: u64, edition: u32) -> String {
    let mut generator = Generator::of(seed, edition);
    let mut text = include_str!("programs/watched.rs").to_owned();
    let mut main = String::new();
    while generator.functions.len() < FUNCTIONS {
        let begin = generator.functions.len();
        text.push_str(&generator.item());
        for at in begin..generator.functions.len() {
            main.push_str(&generator.run(at));
        }
    }
    write!(text, "\nfn main() {{\n    start();\n{main}}}\n").expect("writing to a string succeeds");
    text
}

impl Generator {
    /// Runs of a function with all inputs.
    fn run(&mut self, at: usize) -> String {
        let function = self.functions[at].clone();
        let mut before = String::new();
        let call = self.call(&function, "n", &mut before);
        let name = &function.name;
        let mut bombs: Vec<&str> = [&function.text, &before, &call].into_iter().flat_map(|text| noisy(text)).collect();
        self.rng.shuffle(&mut bombs);
        // Before edition 2024, the compiler leaks the value of a last expression of which a temporary panics when it is dropped.
        bombs.truncate(if self.edition < 2024 { 0 } else { 12 });
        let bombs = bombs.join(", ");
        if function.kind == Kind::Sync {
            let used = function.returned.use_of();
            format!("run_sync(\"{name}\", &[{bombs}], |n| {{\n{before}note(&{call}{used});\n}});\n")
        } else {
            format!("run_async(\"{name}\", &[{bombs}], |n| async move {{\n{before}note(&{call}.await);\n}});\n")
        }
    }
}

/// The numbers of the values in a text that log their drops.
fn noisy(text: &str) -> impl Iterator<Item = &str> {
    text.split("Noisy(")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(number, _)| number)
        .filter(|number| number.parse::<u32>().is_ok())
}

fn number<T: FromStr>(variable: &str, default: T) -> T {
    env::var(variable).ok().map_or(default, |value| value.parse().ok().unwrap_or_else(|| panic!("{variable}={value}")))
}

/// Compares programs of an edition.
#[track_caller]
fn compare(edition: u32, seeds: impl IntoIterator<Item = u64>) {
    let programs: Vec<_> = seeds.into_iter().map(|seed| (format!("seed_{seed}"), program(seed, edition))).collect();
    let names: Vec<_> = programs.iter().map(|(name, _)| name.clone()).collect();
    let twice = Twice::write_edition(&format!("generated_{edition}"), edition, programs);
    let [bare, annotated] = twice.diagnostics("build");
    assert!(!bare.iter().chain(&annotated).any(|said| said.level == "error"), "{bare:#?}\n{annotated:#?}");
    assert_eq!(annotated, bare, "warnings");
    for name in names {
        let [bare, annotated] = PACKAGES.map(|package| output(&twice, package, &name));
        differ(&name, &bare, &annotated);
    }
}

fn output(twice: &Twice, package: &str, program: &str) -> String {
    let package = twice.package(package);
    let output = twice.cargo(&["run", "--quiet", "--package", &package, "--bin", program]);
    assert!(output.status.success(), "{package} {program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Shows the first function whose logs differ.
#[track_caller]
fn differ(name: &str, bare: &str, annotated: &str) {
    let runs = |text: &str| -> Vec<String> {
        let mut runs: Vec<String> = Vec::new();
        for line in text.lines() {
            match runs.last_mut().filter(|_| line.starts_with(' ')) {
                Some(run) => write!(run, "\n{line}").expect("writing to a string succeeds"),
                None => runs.push(line.to_owned()),
            }
        }
        runs
    };
    let (bare, annotated) = (runs(bare), runs(annotated));
    assert!(bare.len() > FUNCTIONS * 7, "{name}: {}", bare.len());
    for (bare, annotated) in bare.iter().zip(&annotated) {
        assert!(bare == annotated, "{name} differs; bare:\n{bare}\nannotated:\n{annotated}");
    }
    assert_eq!(annotated.len(), bare.len(), "{name}");
}

#[test]
fn random_functions_behave_as_the_bare_ones_and_every_call_is_counted() {
    for (edition, seed) in EDITIONS {
        compare(edition, [seed]);
    }
    let (from, count) = (number("GENERATED_FROM", 3), number("GENERATED_SEEDS", 0));
    for seed in (from..from + count).step_by(8) {
        let seeds = seed..(seed + 8).min(from + count);
        compare(if seed % 16 < 8 { 2024 } else { 2021 }, seeds);
    }
}
