//! Models of the hand-over of a place.

use loom::sync::Arc;
use loom::thread;

use super::*;

/// Counts like a thread's slots: with a plain load and store. Keeps the counts of each life when it ends.
struct Counted {
    slots: [AtomicU64; 2],
    lives: Mutex<Vec<u64>>,
}

impl Counted {
    fn sum(&self) -> u64 {
        self.slots.iter().map(|slot| slot.load(Ordering::Relaxed)).sum()
    }

    fn count(&self, thread: usize) {
        let slot = &self.slots[thread];
        slot.store(slot.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

impl Resident for Counted {
    fn reset(&'static self) {
        let life = self.sum();
        self.lives.lock().unwrap().push(life);
        for slot in &self.slots {
            slot.store(0, Ordering::Relaxed);
        }
    }
}

fn new() -> (Arc<IdleValues>, &'static Counted) {
    let counted: &'static Counted =
        Box::leak(Box::new(Counted { slots: [AtomicU64::new(0), AtomicU64::new(0)], lives: Mutex::default() }));
    let values = IdleValues::new(1, 10);
    values.place(0).unwrap().add(counted);
    (Arc::new(values), counted)
}

/// Calls with a value, if there is a place for it; returns whether there was.
fn call(values: &IdleValues, counted: &Counted, text: &str, thread: usize) -> bool {
    let (index, beyond) = values.pin(text, || 0);
    if !beyond {
        counted.count(thread);
        values.place(index).unwrap().release(0);
    }
    !beyond
}

/// One thread calls with a value; the other one retires it and uses the place for another value. Each life has exactly its own calls.
#[test]
fn each_life_of_a_place_has_its_own_calls() {
    ::loom::model(|| {
        let (values, counted) = new();
        assert!(call(&values, counted, "a", 0));
        let caller = thread::spawn({
            let values = Arc::clone(&values);
            move || call(&values, counted, "a", 1)
        });
        let retired = values.retire("a");
        let has_other = call(&values, counted, "b", 0);
        let has_called = caller.join().unwrap();
        let lives = counted.lives.lock().unwrap().clone();
        let now = counted.sum();
        let (a, b) = (1 + u64::from(has_called), u64::from(has_other));
        assert_eq!(lives.iter().sum::<u64>() + now, a + b, "{lives:?} and {now}");
        if has_other {
            // The current life is that of `b`.
            assert!(retired);
            assert_eq!((lives.last().copied().is_some(), now), (true, 1), "{lives:?} and {now}");
        }
    });
}

/// The cell of a metric: a read-modify-write that does not release, and a reset that does.
struct Cell(AtomicU64);

impl Resident for Cell {
    fn reset(&'static self) {
        self.0.store(0, Ordering::Release);
    }
}

/// A scrape reads a cell without a lock. If it sees an update of the next value, it also sees that the first one was removed.
#[test]
fn a_scrape_of_a_cell_does_not_mix_two_values() {
    ::loom::model(|| {
        let cell: &'static Cell = Box::leak(Box::new(Cell(AtomicU64::new(0))));
        let values = Arc::new(IdleValues::new(1, 10));
        values.place(0).unwrap().add(cell);
        let update = |values: &IdleValues, text: &str| {
            assert_eq!(values.pin(text, || 0), (0, false));
            cell.0.fetch_add(1, Ordering::Relaxed);
            values.place(0).unwrap().release(0);
        };
        update(&values, "a");
        update(&values, "a");
        let scrape = values.place(0).unwrap().generation();
        let updater = thread::spawn({
            let values = Arc::clone(&values);
            move || {
                assert!(values.retire("a"));
                update(&values, "b");
            }
        });
        let seen = cell.0.load(Ordering::Acquire);
        let is_current = values.place(0).unwrap().generation() == scrape;
        assert!(!is_current || seen == 2, "{seen} updates of the current value");
        updater.join().unwrap();
        assert_eq!(cell.0.load(Ordering::Acquire), 1);
    });
}

/// A scrape that sees a count of the next value also sees that the first one was removed.
#[test]
fn a_scrape_does_not_mix_the_counts_of_two_values() {
    ::loom::model(|| {
        let (values, counted) = new();
        for _ in 0..2 {
            assert!(call(&values, counted, "a", 0));
        }
        let scrape = values.place(0).unwrap().generation();
        let caller = thread::spawn({
            let values = Arc::clone(&values);
            move || {
                assert!(values.retire("a"));
                assert!(call(&values, counted, "b", 1));
            }
        });
        // A scrape reads under the lock of `Block`, which a reset takes, too. Here the lock of the values takes its role.
        let seen = {
            let _lock = values.taken.read().unwrap();
            counted.sum()
        };
        let is_current = values.place(0).unwrap().generation() == scrape;
        assert!(!is_current || seen == 2, "{seen} calls of the current value");
        caller.join().unwrap();
    });
}
