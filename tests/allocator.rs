//! A global allocator that is instrumented: its calls come from within everything that the library itself makes. A binary of its own, for its allocator.

#![allow(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::thread;

use metrics_instrumented::testing::Capture;
use metrics_instrumented::{Counter, Operation, exporter, instrumented};

struct Instrumented;

/// Every allocation of the program.
#[instrumented(name = "allocations")]
fn allocate(layout: Layout) -> *mut u8 {
    Sizes { large: layout.size() > 4_096 }.increment(1);
    // SAFETY: the caller of `alloc` keeps the same promises.
    unsafe { System.alloc(layout) }
}

/// Allocations with labels, closed and open.
#[instrumented(name = "labelled_allocations", labels(large = layout.size() > 4_096, size = open(size_class(layout), max = 10)))]
fn note(layout: Layout) {
    let _ = layout;
}

/// Allocations by size.
#[derive(Counter)]
#[counter(name = "allocation_sizes_total")]
struct Sizes {
    large: bool,
}

fn size_class(layout: Layout) -> &'static str {
    match layout.size() {
        0..64 => "small",
        64..4_096 => "medium",
        _ => "large",
    }
}

/// Memory that is freed, as a declared operation of which more is kept.
#[derive(Operation)]
#[operation(name = "frees", in_flight(peak, oldest))]
struct Free {
    large: bool,
}

// SAFETY: all that is done with memory, `System` does.
unsafe impl GlobalAlloc for Instrumented {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout);
        allocate(layout)
    }

    #[instrumented(Free { large: layout.size() > 4_096 })]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the same promises to us.
        unsafe { System.dealloc(pointer, layout) }
    }

    #[instrumented(name = "reallocations", labels(size = open(size_class(layout), max = 10)), duration(sample = 10))]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the same promises to us.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Allocates and frees while its thread ends.
struct AtTheEnd(Vec<u8>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.0.resize(10_000, 0);
    }
}

thread_local! {
    static AT_THE_END: RefCell<AtTheEnd> = const { RefCell::new(AtTheEnd(Vec::new())) };
}

fn grows() -> usize {
    AT_THE_END.with_borrow_mut(|end| end.0.push(1));
    (0..1_000).map(|n| vec![0_u8; n % 100 + 1]).fold(Vec::new(), |all, each| [all, each].concat()).len()
}

#[global_allocator]
static ALLOCATOR: Instrumented = Instrumented;

/// The value of the only sample that begins like this.
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find(|line| line.starts_with(sample)).unwrap_or_else(|| panic!("no `{sample}` in\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

// The program has allocated before this begins, with nothing installed: that it gets here is the first half of the test.
#[test]
fn an_instrumented_allocator_is_counted_and_does_not_deadlock() {
    thread::spawn(grows).join().expect("it ends");
    let capture = Capture::new();
    // A recorder of this thread: each call registers handles and frees them, which are calls themselves.
    assert!(capture.run(grows) > 0);
    let freed = capture.counter("frees_total", &[("large", "false"), ("outcome", "ok")]);
    assert!(freed >= 1_000, "{freed} frees");
    exporter().install_recorder().expect("a recorder");
    let handle = metrics_instrumented::handle().expect("it is installed");
    let before = handle.render();
    let threads: Vec<_> = (0..4)
        .map(|_| thread::spawn(|| grows() + (0..1_000).map(|n| vec![0_u8; n % 100 + 1].len()).sum::<usize>()))
        .collect();
    let total: usize = threads.into_iter().map(|thread| thread.join().expect("it ends")).sum();
    assert!(total > 4_000);
    let after = handle.render();
    let calls = "allocations_total{outcome=\"ok\"}";
    let counted = value(&after, calls) - value(&before, calls);
    assert!(counted >= 4_000.0, "{counted} allocations");
    let in_flight = value(&after, "allocations_in_flight");
    assert!(in_flight <= 1.0, "{in_flight}");
    assert!(
        value(&after, "labelled_allocations_total{large=\"false\",outcome=\"ok\",size=\"small\"}") > 0.0,
        "{after}"
    );
    assert!(value(&after, "frees_total{large=\"false\",outcome=\"ok\"}") >= 4_000.0, "{after}");
    assert!(value(&after, "reallocations_total{outcome=\"ok\",size=\"small\"}") > 0.0, "{after}");
    allocations_while_unwinding_have_not_panicked(&after);
}

/// Begins calls of new series when it is dropped: their set-up allocates.
struct SetsUp(usize);

impl Drop for SetsUp {
    #[instrumented(name = "set_ups", labels(thread = open(&self.0.to_string(), max = 100)))]
    fn drop(&mut self) {
        Sizes { large: true }.increment(1);
        Free { large: true }.start().ok();
    }
}

#[track_caller]
fn allocations_while_unwinding_have_not_panicked(before: &str) {
    for at in 0..20 {
        let unwound = thread::spawn(move || {
            let _sets_up = SetsUp(at);
            panic!("on purpose");
        });
        unwound.join().expect_err("it panics");
    }
    let after = metrics_instrumented::handle().expect("it is installed").render();
    let panicked = |text: &str| -> Vec<String> {
        let is_panic = |line: &&str| line.contains("outcome=\"panic\"") && line.contains("_total{");
        text.lines().filter(is_panic).map(str::to_owned).filter(|line| !line.ends_with(" 0")).collect()
    };
    assert_eq!(panicked(&after), panicked(before));
    assert_eq!(panicked(&after), [""; 0]);
    assert!(value(&after, "set_ups_total{outcome=\"ok\",thread=\"19\"}") > 0.0, "{after}");
}
