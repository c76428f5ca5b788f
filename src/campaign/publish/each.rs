//! Repository by repository, each under a lease: alone, or as one of many publishers.

use super::{Publisher, Summary};
use crate::error::{Error, Result};
use crate::store::{Claim, Lease, Unit, Wanted};
use crate::text::plain;

/// While others have what is left: the longest time until we look whether they still do, in seconds.
const LONGEST: f64 = 5.0;
/// And the shortest.
const SHORTEST: f64 = 0.2;

impl Publisher<'_> {
    /// Does `work` for every repository, the first first, except what other publishers do or have done since this began. What
    /// one of them does not bring to its end is done here.
    pub(super) fn each(
        &mut self,
        repositories: &[String],
        purpose: &str,
        summary: &mut Summary,
        mut work: impl FnMut(&mut Self, &Lease, &mut Summary) -> Result<()>,
    ) -> Result<()> {
        if repositories.is_empty() {
            return Ok(());
        }
        let since = self.store.moment()?;
        loop {
            let holder = self.holder.clone();
            let seconds = self.held.seconds();
            let wanted = Wanted { repositories, purpose, since, holder: &holder, seconds };
            let lease = match self.store.claim(&wanted)? {
                Claim::Yours(lease) => lease,
                Claim::Later(seconds) => {
                    let pause = seconds.clamp(SHORTEST, LONGEST);
                    self.clock.sleep(std::time::Duration::from_secs_f64(pause));
                    continue;
                }
                Claim::Done => return Ok(()),
            };
            self.held.set(Some(lease.clone()));
            let result = work(self, &lease, summary);
            self.held.set(None);
            match result {
                Ok(()) => self.store.release(&lease, Some(purpose))?,
                Err(Error::Lost(why)) => {
                    self.watch.say(&plain(&why));
                    summary.left += 1;
                }
                Err(error) => {
                    // The others need not wait for its end; where this fails, they wait.
                    let _ = self.store.release(&lease, None);
                    return Err(error);
                }
            }
        }
    }

    /// Writes back where a unit stands. An error: it is too late for that.
    pub(super) fn record(&mut self, unit: &Unit, lease: &Lease) -> Result<()> {
        if self.store.record(unit, lease)? { Ok(()) } else { Err(Error::lost(&lease.repository)) }
    }
}

/// The repositories of some units, in order, each once.
pub(super) fn names<'a>(units: impl Iterator<Item = &'a Unit>) -> Vec<String> {
    let mut names: Vec<String> = units.map(|unit| unit.repository.clone()).collect();
    names.sort();
    names.dedup();
    names
}
