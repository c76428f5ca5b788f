//! What comes behind publishing: looking again, merging what is green, closing everything.

use super::{Publisher, Step, Summary, refresh, unit};
use crate::error::{Error, Result};
use crate::forge::{Checks, PullState, Trouble};
use crate::store::{Decision, State, Unit};
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
        for unit in self.named_units()? {
            if unit.decision == Decision::Accepted && unit.state != State::Merged {
                self.store.decide(&unit, Decision::Rejected, why, self.now())?;
            }
        }
        Ok(summary)
    }

    fn close_all(&mut self, which: &dyn Fn(&Unit) -> bool, why: &str) -> Result<Summary> {
        let mut summary = Summary::default();
        for unit in self.named_units()? {
            if !which(&unit) {
                continue;
            }
            let closed = match self.forge.repository(&unit.repository) {
                Ok(info) => self.close_unit(&info, unit.clone(), why, &mut summary),
                Err(trouble) => Err(unit::Stop::Trouble(trouble)),
            };
            self.settle(unit, closed, &mut summary)?;
        }
        Ok(summary)
    }

    /// Merges what is open, ours, as it was accepted, without conflicts, and green. What has no checks at all is not green.
    pub fn merge(&mut self) -> Result<Summary> {
        refresh(self)?;
        let mut summary = Summary::default();
        for unit in self.named_units()? {
            if unit.state != State::Open {
                continue;
            }
            let merged = self.merge_unit(unit.clone(), &mut summary);
            self.settle(unit, merged, &mut summary)?;
        }
        Ok(summary)
    }

    fn merge_unit(&mut self, mut unit: Unit, summary: &mut Summary) -> Result<(), unit::Stop> {
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
        self.store.record(&unit, self.now())?;
        Ok(())
    }

    fn named_units(&self) -> Result<Vec<Unit>> {
        let only = &self.options.only;
        let mut units = self.store.units()?;
        units.retain(|unit| only.is_empty() || only.contains(&unit.repository));
        Ok(units)
    }

    /// Takes what ended the work on one unit; only what all others would meet, too, ends the run.
    fn settle(
        &mut self,
        unit: Unit,
        result: std::result::Result<(), unit::Stop>,
        summary: &mut Summary,
    ) -> Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(unit::Stop::Trouble(trouble)) => {
                // It stays open until somebody has seen that it is not.
                let state = unit.state;
                self.watch.say(&plain(&format!("{}: {}: {trouble}", unit.repository, unit.unit)));
                let reason = trouble.to_string();
                self.store.record(&Unit { state, reason: reason.clone(), ..unit }, self.now())?;
                if trouble.ends_run() {
                    return Err(trouble.into());
                }
                if trouble.passes() {
                    summary.waiting.push(reason);
                } else {
                    summary.failed += 1;
                }
                Ok(())
            }
            Err(unit::Stop::Error(error @ Error::Config(_))) => Err(error),
            Err(unit::Stop::Error(error)) => self.failed(unit, &error, summary),
        }
    }
}
