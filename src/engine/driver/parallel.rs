//! The same work on many items, on several threads with stacks that hold deep trees.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::STACK_SIZE;

/// Calls `work` for each item and gives the results in the order of the items.
///
/// # Panics
/// When `work` panics or a thread cannot be started.
pub fn parallel<'i, T: Sync, R: Send>(
    items: &'i [T],
    threads: usize,
    work: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let result = work(item);
                    results.lock().expect("no thread panics while it holds the lock").push((i, result));
                }
            });
            spawned.expect("a worker thread can be started");
        }
    });
    let mut results = results.into_inner().expect("all threads have ended");
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, r)| r).collect()
}

/// Worker threads to use: as asked, else one per core.
pub fn thread_count(asked: usize) -> usize {
    if asked > 0 { asked } else { thread::available_parallelism().map_or(1, usize::from) }
}
