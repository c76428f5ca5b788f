//! The lease under which a publisher works at the moment: known to everything that writes to the forge, and kept alive while
//! somebody waits for the pace.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Lease, Store};
use crate::error::{Error, Result};

/// What this process holds.
pub struct Held {
    state: Mutex<State>,
    /// Seconds that a lease lasts.
    seconds: f64,
}

struct State {
    /// A connection of its own: the publisher's is busy while it waits.
    store: Box<dyn Store>,
    lease: Option<Lease>,
}

impl Held {
    pub fn new(store: Box<dyn Store>, seconds: f64) -> Held {
        Held { state: Mutex::new(State { store, lease: None }), seconds }
    }

    pub fn seconds(&self) -> f64 {
        self.seconds
    }

    pub fn set(&self, lease: Option<Lease>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).lease = lease;
    }

    /// Makes the lease last. An error: somebody else has the repository now, or nobody has.
    pub fn renew(&self) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lease) = state.lease.clone() else {
            return Err(Error::Lost("no repository is held".into()));
        };
        if state.store.renew(&lease, self.seconds)? { Ok(()) } else { Err(Error::lost(&lease.repository)) }
    }

    fn is_set(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).lease.is_some()
    }
}

/// Renews the lease every third of its length, until it is dropped. A process that is stopped stops this, too.
pub struct Heartbeat {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    pub fn start(held: Arc<Held>) -> Heartbeat {
        let (end, ended) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let pause = Duration::from_secs_f64(held.seconds / 3.0);
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                if held.is_set() {
                    // What is lost is told to whoever writes next; a store that does not answer may do so the next time.
                    let _ = held.renew();
                }
            }
        });
        Heartbeat { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}
