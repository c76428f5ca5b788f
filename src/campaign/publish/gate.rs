//! The pace of the store in front of every write to the forge.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::config::Pace;
use crate::forge::{Call, Gate, Trouble};
use crate::store::Store;
use crate::time::Clock;

pub struct StoreGate {
    /// A connection of its own.
    store: Mutex<Store>,
    identity: String,
    pace: Pace,
    clock: Arc<dyn Clock + Send>,
}

impl StoreGate {
    /// `identity` is who writes where: one pace for each.
    pub fn new(store: Store, identity: String, pace: Pace, clock: Arc<dyn Clock + Send>) -> StoreGate {
        StoreGate { store: Mutex::new(store), identity, pace, clock }
    }
}

impl Gate for StoreGate {
    fn before_write(&self) -> Call<()> {
        let mut waited = 0.0;
        loop {
            let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = store
                .take_write(&self.identity, &self.pace, self.clock.now())
                .map_err(|error| Trouble::Refused(error.to_string()))?;
            drop(store);
            if wait <= 0.0 {
                return Ok(());
            }
            waited += wait;
            if waited > self.pace.patience as f64 {
                let why = "the campaign's own pace is used up".to_owned();
                return Err(Trouble::Limited { seconds: wait.ceil() as u64, why });
            }
            self.clock.sleep(Duration::from_secs_f64(wait));
        }
    }

    fn objected(&self, seconds: f64) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        // A pace that cannot be stored is kept by the forge's own answers.
        let _ = store.pause_writes(&self.identity, self.clock.now() + seconds);
    }
}
