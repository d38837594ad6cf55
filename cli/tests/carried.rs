//! A program carries its catalogue: read out of its file, it is what the library says when it runs. This test is such a program.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use metrics_instrumented::{Counter, Gauge, Histogram, LabelValue, Open, Operation, instrumented};
use object::{Object, ObjectSection};

metrics_instrumented::build_info!("carried_build_info", version, flavour = "plain");

/// A colour.
#[derive(LabelValue, Clone, Copy)]
enum Colour {
    Red,
    Green,
}

/// Everything that an operation can have.
#[derive(Operation)]
#[operation(
    namespace = "carried",
    calls = "paintings_total",
    duration(name = "painting_duration_seconds", help = "How long it takes.", labels(colour)),
    in_flight(name = "paintings_in_flight", labels()),
    started,
    outcome(label = "end", ok = "fine", error = "ruined", panic = "spilt", cancelled = "left"),
    buckets = [0.5, 1.0, 1e6],
    max_series = 2_000,
    objective(success = 99.9, latency = 1 @ 95)
)]
struct Painting<'a> {
    colour: Colour,
    place: Open<'a>,
}

/// How painting fails.
#[derive(LabelValue)]
enum Mishap {
    /// It is still wet.
    Wet,
}

#[instrumented(Painting { colour, place: Open::new("here") })]
#[allow(clippy::unnecessary_wraps, reason = "its outcome is read")]
fn paint(colour: Colour) -> Result<Colour, Mishap> {
    Ok(colour)
}

/// Inline, with labels of each kind.
#[instrumented(name = "carried_mixes", labels(colour: Colour = colour, dry = dry, shop = open(shop, max = 3)), errors = "carried_mishaps_total")]
fn mix(colour: Colour, dry: bool, shop: &str) -> Result<usize, Mishap> {
    if dry { Ok(shop.len() + colour as usize) } else { Err(Mishap::Wet) }
}

/// How a look for a brush ends.
#[allow(dead_code, reason = "the catalogue shows all of them")]
#[derive(LabelValue)]
enum Look {
    #[label(ok)]
    Found,
    #[label(ignored, rename = "none_there")]
    NoneThere,
    #[label(transparent)]
    Failed(Mishap),
    #[label(transparent, error)]
    Coloured(Colour),
}

impl From<&bool> for Look {
    fn from(found: &bool) -> Self {
        if *found { Self::Found } else { Self::NoneThere }
    }
}

#[instrumented(name = "carried_looks", outcome(type = Look, cancelled_class = error))]
fn look() -> bool {
    true
}

/// What each value of an outcome means for a call is in the catalogue.
#[test]
fn outcomes_have_their_classes() {
    let catalogue: serde_json::Value = serde_json::from_str(&catalogue(&this_program()).unwrap()).expect("JSON");
    let operations = catalogue["operations"].as_array().expect("operations");
    let outcome = |name: &str| {
        let operation = operations.iter().find(|operation| operation["name"] == name).expect("an operation");
        let values = |key: &str| operation["outcome"][key].as_array().cloned().unwrap_or_default();
        ["ok", "error", "ignored", "unknown"].map(|class| {
            values(class)
                .iter()
                .map(|value| value.as_str().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        })
    };
    assert_eq!(outcome("carried_looks"), ["Found", "Red Green panic", "none_there", "Wet"]);
    assert_eq!(outcome("carried_mixes"), ["ok", "error panic", "", ""]);
    assert_eq!(outcome("carried_stirs"), ["ok", "panic", "cancelled", ""]);
}

#[instrumented]
fn rinse() {}

#[instrumented(name = "carried_stirs")]
#[allow(clippy::unused_async, reason = "an `async fn` is declared")]
async fn stir() -> Stirred {
    Stirred
}

struct Stirred;

#[instrumented(
    name = "carried_starts",
    objective(success = 97.5),
    calls(ok = "carried_began_total", error = "carried_failed_total")
)]
#[allow(clippy::unnecessary_wraps, reason = "its outcome is read")]
fn start() -> Result<(), Mishap> {
    Ok(())
}

/// Brushes at hand.
#[derive(Gauge)]
#[gauge(name = "carried_brushes")]
struct Brushes;

/// Drops, by colour.
#[derive(Counter)]
#[counter(name = "carried_drops_total")]
struct Drops {
    colour: Colour,
}

/// Sizes of brushes.
#[derive(Histogram)]
#[histogram(name = "carried_brush_size_bytes", buckets = [1.0, 2.0])]
struct BrushSize;

/// Calls everything, so that the linker keeps it.
fn everything() {
    _ = paint(Colour::Red);
    _ = mix(Colour::Green, true, "x");
    rinse();
    drop(stir());
    look();
    _ = start();
    Brushes.set(1);
    Drops { colour: Colour::Red }.increment(1);
    BrushSize.record(1.0);
}

/// What the tool says of a file, or its error.
fn catalogue(path: &Path) -> Result<String, String> {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    let output = tool.args(["catalog", "--program", "carried"]).arg(path).output().expect("the tool starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("a program has a file")
}

/// A folder with this program in it, changed.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("changed");
    let mut bytes = fs::read(this_program()).expect("this program's file");
    change(&mut bytes);
    fs::write(&path, bytes).expect("a copy");
    (folder, path)
}

/// Where in this program's file the layout of its declarations begins.
fn layout(bytes: &[u8]) -> usize {
    let file = object::File::parse(bytes).expect("an object file");
    let ours = |name: &str| name.starts_with("metrics_instrumented_");
    let section = file.sections().find(|section| section.name().is_ok_and(ours)).expect("declarations");
    let (start, size) = section.file_range().expect("it is in the file");
    let [mut at, end] = [start, start + size].map(|offset| usize::try_from(offset).expect("an offset"));
    while at < end {
        let size = usize::from(u16::from_ne_bytes([bytes[at + 4], bytes[at + 5]]));
        if bytes[at + 6] == 1 {
            return at + 8;
        }
        at += size.max(8);
    }
    panic!("no layout among the declarations");
}

#[test]
fn the_file_has_the_catalogue_that_the_program_prints() {
    everything();
    let folder = tempfile::tempdir().expect("a temporary directory");
    let printed = folder.path().join("carried.jsonl");
    fs::write(&printed, metrics_instrumented::catalog()).expect("a file");
    let said = catalogue(&printed).unwrap();
    assert_eq!(catalogue(&this_program()).unwrap(), said);
    for name in [
        "carried_build_info",
        "carried_paintings_total",
        "carried_painting_duration_seconds",
        "carried_mishaps_total",
        "carried_began_total",
        "carried_brushes",
        "carried_drops_total",
        "carried_brush_size_bytes",
        "function_calls_total",
    ] {
        assert!(said.contains(&format!("\"name\": \"{name}\"")), "no {name} in {said}");
    }
    assert!(said.contains("99.9") && said.contains("97.5"), "{said}");
}

#[test]
fn a_stripped_file_has_the_same_catalogue() {
    let (_folder, path) = changed(|_| {});
    let whole = fs::metadata(&path).expect("a file").len();
    let status = Command::new("strip").arg(&path).status().expect("`strip` comes with the linker");
    assert!(status.success() && fs::metadata(&path).expect("a file").len() < whole);
    assert_eq!(catalogue(&path).unwrap(), catalogue(&this_program()).unwrap());
}

#[test]
fn a_newer_layout_is_rejected() {
    let (_folder, path) = changed(|bytes| {
        let at = layout(bytes);
        bytes[at] = 9;
    });
    let error = catalogue(&path).unwrap_err();
    assert!(error.contains("have layout 9, and this tool reads layout 5"), "{error}");
}

/// With any numbers in the list, it is an error or a catalogue, and never a panic or a wait.
#[test]
fn a_damaged_layout_is_an_error() {
    let mut refused = 0;
    for number in 2..58 {
        let (_folder, path) = changed(|bytes| {
            let at = layout(bytes) + 2 * number;
            bytes[at..at + 2].copy_from_slice(&[0xf5, 0xff]);
        });
        if let Err(error) = catalogue(&path) {
            assert!(error.starts_with("error: ") && error.contains("cannot read a catalogue from"), "{error}");
            refused += 1;
        }
    }
    // Not all: what a wrong offset leads to may be readable, too.
    assert!(refused > 30, "{refused} of 56");
}

#[test]
fn a_truncated_file_is_reported_as_truncated() {
    let whole = fs::metadata(this_program()).expect("a file").len();
    for part in [4, 100, 5_000, whole / 4, whole / 2, whole - 1] {
        let (_folder, path) = changed(|bytes| bytes.truncate(usize::try_from(part).expect("a length")));
        let error = catalogue(&path).unwrap_err();
        assert!(error.contains("truncated"), "{part} of {whole} bytes: {error}");
    }
}

#[test]
fn unreadable_formats_are_rejected_with_the_alternative() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (bytes, expected) in [
        (&b"\0asm\x01\0\0\0"[..], "WebAssembly modules carry no catalogue; let the program print it"),
        (b"!<arch>\n/               0           ", "it is a static library"),
        (b"\xff\xfe\0\0", "unrecognised file"),
    ] {
        let path = folder.path().join("other");
        fs::write(&path, bytes).expect("a file");
        let error = catalogue(&path).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let error = catalogue(Path::new("/bin/true")).unwrap_err();
    assert!(error.contains("it contains no declarations") && error.contains("catalog()"), "{error}");
}
