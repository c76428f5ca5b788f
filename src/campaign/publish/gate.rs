//! The pace in front of every write to the forge, and the question whether it is still ours to make.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::config::Pace;
use crate::error::Error;
use crate::forge::{Call, Gate, Trouble};
use crate::store::Bucket;
use crate::store::lease::Held;
use crate::time::Clock;

pub struct StoreGate {
    bucket: Mutex<Box<dyn Bucket>>,
    /// Who writes where: one pace for each.
    identity: String,
    pace: Pace,
    clock: Arc<dyn Clock + Send>,
    held: Arc<Held>,
}

impl StoreGate {
    pub fn new(
        bucket: Box<dyn Bucket>,
        identity: String,
        pace: Pace,
        clock: Arc<dyn Clock + Send>,
        held: Arc<Held>,
    ) -> StoreGate {
        StoreGate { bucket: Mutex::new(bucket), identity, pace, clock, held }
    }
}

impl Gate for StoreGate {
    fn before_write(&self) -> Call<()> {
        let mut waited = 0.0;
        loop {
            let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = bucket.take(&self.identity, &self.pace).map_err(trouble)?;
            drop(bucket);
            if wait <= 0.0 {
                // Last: much may have happened while we waited, or were stopped.
                return self.held.renew().map_err(trouble);
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
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        // A pace that cannot be stored is kept by the forge's own answers.
        let _ = bucket.pause(&self.identity, seconds);
    }
}

/// What a store says, as something that ends the work.
pub(super) fn trouble(error: Error) -> Trouble {
    match error {
        Error::Lost(why) => Trouble::Lost(why),
        // No word of the store: no write.
        Error::TryAgain(why) => Trouble::Limited { seconds: 0, why },
        Error::Config(why) | Error::Failed(why) => Trouble::Refused(why),
    }
}
