//! Work done side by side whose results come in the order in which it was given.

use std::collections::VecDeque;
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use rayon::ThreadPool;

/// How much may be on its way for each thread: enough that none waits, and a bound on the memory.
const AHEAD: usize = 4;

/// How many bytes each of it may hold on average before no more is begun.
const HEAVY: usize = 1 << 20;

/// Does `work` on all that `next` gives with how many bytes that holds, side by side on `pool`, and hands the results to
/// `take` in the order of `next`: as many at once as are there.
///
/// `next` and `take` are called by the calling thread alone. What is on its way, done or not, is bounded; where `take`
/// says that it wants no more, `next` is not asked again and what is still on its way is dropped.
pub(super) fn in_order<T: Send, R: Send>(
    pool: &ThreadPool,
    mut next: impl FnMut() -> Option<(T, usize)>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(Vec<R>) -> bool,
) {
    let bound = pool.current_num_threads() * AHEAD;
    let work = &work;
    pool.in_place_scope(|scope| {
        let (sender, results) = mpsc::channel();
        // The results from the first that was not taken on; those that are missing are on their way.
        let mut waiting: VecDeque<Option<R>> = VecDeque::new();
        let mut sizes: VecDeque<usize> = VecDeque::new();
        let mut held = 0;
        let mut taken = 0;
        let mut more = true;
        loop {
            // What is as heavy as all the others together may be goes alone.
            while more && waiting.len() < bound && held < bound * HEAVY {
                let Some((task, size)) = next() else {
                    more = false;
                    break;
                };
                let number = taken + waiting.len();
                let sender = sender.clone();
                waiting.push_back(None);
                sizes.push_back(size);
                held += size;
                scope.spawn(move |_| {
                    let result = catch_unwind(AssertUnwindSafe(|| work(task)));
                    // Nobody listens any more where `take` wanted no more.
                    let _ = sender.send((number, result));
                });
            }
            if waiting.is_empty() {
                return;
            }
            while waiting[0].is_none() {
                let first = results.recv().expect("this thread holds a sender itself");
                for (number, result) in iter::once(first).chain(results.try_iter()) {
                    waiting[number - taken] = Some(result.unwrap_or_else(|panic| resume_unwind(panic)));
                }
            }
            let ready = waiting.iter().take_while(|result| result.is_some()).count();
            taken += ready;
            held -= sizes.drain(..ready).sum::<usize>();
            if !take(waiting.drain(..ready).flatten().collect()) {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn pool(threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
    }

    #[test]
    fn results_come_in_order_however_long_each_takes() {
        for threads in [1, 2, 7] {
            let mut numbers = 0..500_u64;
            let mut seen = Vec::new();
            let slow = |number: u64| {
                // The first of each ten takes the longest.
                (0..(10 - number % 10) * 1000).fold(number, |sum, step| std::hint::black_box(sum ^ step ^ step))
            };
            in_order(
                &pool(threads),
                || numbers.next().map(|number| (number, 1)),
                slow,
                |results| {
                    seen.extend(results);
                    true
                },
            );
            assert_eq!(seen, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_on_its_way_is_bounded() {
        let given = AtomicUsize::new(0);
        let mut taken = 0;
        let mut most = 0;
        let next = || Some((given.fetch_add(1, Ordering::Relaxed), 0)).filter(|(number, _)| *number < 1000);
        in_order(
            &pool(2),
            next,
            |number| number,
            |results| {
                most = most.max(given.load(Ordering::Relaxed) - taken);
                taken += results.len();
                true
            },
        );
        assert_eq!(taken, 1000);
        assert!(most <= 2 * AHEAD, "{most}");
    }

    #[test]
    fn what_is_heavy_goes_alone() {
        let (on_its_way, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        for (size, together) in [(0, 2 * AHEAD), (HEAVY, 2 * AHEAD), (2 * HEAVY, AHEAD), (usize::MAX / 2, 1)] {
            most.store(0, Ordering::Relaxed);
            let mut numbers = 0..100;
            let next = || {
                let number = numbers.next()?;
                let now = on_its_way.fetch_add(1, Ordering::Relaxed) + 1;
                most.fetch_max(now, Ordering::Relaxed);
                Some((number, size))
            };
            in_order(
                &pool(2),
                next,
                |number| number,
                |results| {
                    on_its_way.fetch_sub(results.len(), Ordering::Relaxed);
                    true
                },
            );
            assert_eq!(most.load(Ordering::Relaxed), together, "{size} bytes each");
        }
    }

    #[test]
    fn who_wants_no_more_gets_no_more() {
        let mut given = 0;
        let mut calls = 0;
        let next = || {
            given += 1;
            Some((given, 0))
        };
        in_order(
            &pool(2),
            next,
            |number| number,
            |_| {
                calls += 1;
                false
            },
        );
        assert_eq!(calls, 1);
        assert!(given <= 2 * AHEAD);
    }
}
