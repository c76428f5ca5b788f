//! What comes behind publishing: looking again, merging what is green, closing everything.

use super::each::names;
use super::unit::Stop;
use super::{Publisher, Step, Summary, refresh};
use crate::error::Result;
use crate::forge::{Checks, PullState, Trouble};
use crate::store::{Decision, Lease, State, Unit};
use crate::text::plain;

impl Publisher<'_> {
    /// Writes down what has become of everything that is open, and closes what is obsolete.
    pub fn sync(&mut self) -> Result<Summary> {
        refresh(self)?;
        let obsolete = |unit: &Unit| unit.state == State::Open && unit.change.is_none();
        self.close_all(&obsolete, "it is no longer needed: a new plan finds nothing to do here.")
    }

    /// Closes every open pull request of the campaign, except those that people have worked on. What was accepted no longer
    /// is, or the next run would open it again.
    pub fn close(&mut self, why: &str) -> Result<Summary> {
        refresh(self)?;
        let summary = self.close_all(&|unit| unit.state == State::Open, why)?;
        for unit in self.store.units(None)? {
            if self.is_named(&unit) && unit.decision == Decision::Accepted && unit.state != State::Merged {
                self.store.decide(&unit, Decision::Rejected, why)?;
            }
        }
        Ok(summary)
    }

    fn close_all(&mut self, which: &dyn Fn(&Unit) -> bool, why: &str) -> Result<Summary> {
        self.all("close", which, |publisher, unit, lease, summary| {
            let info = publisher.forge.repository(&unit.repository)?;
            publisher.close_unit(&info, unit, why, lease, summary)
        })
    }

    /// Merges what is open, ours, as it was accepted, without conflicts, and green. What has no checks at all is not green.
    pub fn merge(&mut self) -> Result<Summary> {
        refresh(self)?;
        self.all("merge", &|unit| unit.state == State::Open, |publisher, unit, lease, summary| {
            publisher.merge_unit(unit, lease, summary)
        })
    }

    /// Does `work` for some units, each repository under its lease.
    fn all(
        &mut self,
        purpose: &str,
        which: &dyn Fn(&Unit) -> bool,
        work: impl Fn(&mut Self, Unit, &Lease, &mut Summary) -> std::result::Result<(), Stop>,
    ) -> Result<Summary> {
        let mut summary = Summary::default();
        let units = self.store.units(None)?;
        let names = names(units.iter().filter(|unit| self.is_named(unit) && which(unit)));
        self.each(&names, purpose, &mut summary, |publisher, lease, summary| {
            for unit in publisher.store.units(Some(&lease.repository))? {
                if which(&unit)
                    && let Err(stop) = work(publisher, unit.clone(), lease, summary)
                {
                    publisher.stopped_behind(unit, stop, lease, summary)?;
                }
            }
            Ok(())
        })?;
        Ok(summary)
    }

    fn merge_unit(
        &mut self,
        mut unit: Unit,
        lease: &Lease,
        summary: &mut Summary,
    ) -> std::result::Result<(), Stop> {
        let (Some(number), Some(head)) =
            (unit.pull.and_then(|number| u64::try_from(number).ok()), unit.head.clone())
        else {
            return Ok(());
        };
        let pull = self.forge.pull(&unit.repository, number)?;
        let is_accepted = unit.decision == Decision::Accepted && unit.published.as_ref() == Some(&unit.diff);
        let checks = self.forge.checks(&pull.repository, &pull.head)?;
        let why = if pull.state != PullState::Open {
            Some("no longer open")
        } else if pull.head != head {
            Some("its branch has moved")
        } else if !is_accepted || unit.change.is_none() {
            Some("not what was accepted: publish first")
        } else if pull.draft {
            Some("a draft")
        } else if pull.mergeable == Some(false) {
            Some("conflicts with its base")
        } else if checks != Checks::Green {
            Some(match checks {
                Checks::Red => "red checks",
                Checks::Pending => "checks are running",
                _ => "no checks",
            })
        } else {
            None
        };
        if let Some(why) = why {
            self.watch.say(&plain(&format!("{}: not merged: {why}", unit.repository)));
            summary.left += 1;
            return Ok(());
        }
        match self.forge.merge(&pull.repository, &pull, &head) {
            Ok(()) => {}
            // It happened, or it did not: look.
            Err(trouble @ Trouble::Ambiguous(_)) => {
                if self.forge.pull(&unit.repository, number)?.state != PullState::Merged {
                    return Err(trouble.into());
                }
            }
            Err(trouble) => return Err(trouble.into()),
        }
        (unit.state, unit.reason) = (State::Merged, "merged when it was green".into());
        summary.updated += 1;
        self.watch.say(&plain(&format!("{}: merged {}", unit.repository, pull.web)));
        self.watch.step(Step::BeforeRecord);
        self.record(&unit, lease)?;
        Ok(())
    }

    /// As [`Publisher::stopped`], but it stays open until somebody has seen that it is not.
    fn stopped_behind(
        &mut self,
        mut unit: Unit,
        stop: Stop,
        lease: &Lease,
        summary: &mut Summary,
    ) -> Result<()> {
        match stop {
            Stop::Trouble(trouble) if !matches!(trouble, Trouble::Lost(_)) => {
                unit.reason = trouble.to_string();
                self.watch.say(&plain(&format!("{}: {}: {trouble}", unit.repository, unit.unit)));
                self.record(&unit, lease)?;
                if trouble.ends_run() {
                    return Err(trouble.into());
                }
                if trouble.passes() {
                    summary.waiting.push(unit.reason);
                } else {
                    summary.failed += 1;
                }
                Ok(())
            }
            other => self.stopped(unit, other, lease, summary),
        }
    }
}
