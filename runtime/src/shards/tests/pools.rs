//! Threads of large pools, which get slots only if they call often.

use std::sync::{Barrier, OnceLock};
use std::thread;

use super::threads::{begin, end, threads_of};
use super::{CallTarget, META, block, target};

/// Of many threads, only those have slots that came first or call often, and every call is counted.
#[test]
fn threads_of_a_large_pool_that_call_rarely_have_no_slots() {
    const THREADS: usize = 30;
    const OFTEN: u64 = 400;
    let target = target!(META);
    let (called, looked) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let (at_first, at_last) = thread::scope(|scope| {
        let spawn = |thread| {
            let (called, looked) = (&called, &looked);
            scope.spawn(move || {
                let call = || {
                    begin(target);
                    end(target, Some(5), 0);
                };
                call();
                called.wait();
                looked.wait();
                if thread == 0 || thread == THREADS - 1 {
                    (0..OFTEN).for_each(|_| call());
                }
                called.wait();
                looked.wait();
            })
        };
        let threads: Vec<_> = (0..THREADS).map(spawn).collect();
        called.wait();
        let at_first = threads_of(block(target));
        looked.wait();
        called.wait();
        let at_last = threads_of(block(target));
        looked.wait();
        // The scope itself does not wait for the destructors of thread-locals, which add up the counts.
        for thread in threads {
            thread.join().unwrap();
        }
        (at_first, at_last)
    });
    assert_eq!(at_first, 8);
    assert!((8..=10).contains(&at_last), "{at_last}");
    let calls = THREADS as u64 + 2 * OFTEN;
    let block = block(target);
    assert_eq!((block.begun(), block.outcome(0), block.in_flight()), (calls, calls, 0));
    let mut buckets = [0; 3];
    assert_eq!((block.histogram(0, &mut buckets, &mut |_, _| {}), buckets), (5 * calls, [calls, 0, 0]));
    assert_eq!(threads_of(block), 0);
}

#[test]
fn a_thread_that_calls_often_gets_slots() {
    let target = target!(META);
    let (others, over) = (Barrier::new(9), Barrier::new(9));
    let mut got_slots = None;
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                begin(target);
                end(target, Some(5), 0);
                others.wait();
                over.wait();
            });
        }
        others.wait();
        for call in 0..200 {
            if threads_of(block(target)) == 9 {
                got_slots.get_or_insert(call);
            }
            begin(target);
            end(target, Some(5), 0);
        }
        over.wait();
    });
    // A call is two uses, and there are 16 for each of the 8 threads.
    assert_eq!(got_slots, Some(65));
    assert_eq!((block(target).begun(), block(target).outcome(0)), (208, 208));
}
