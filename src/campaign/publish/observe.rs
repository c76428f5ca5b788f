//! What the forge shows of a unit, and what that says about units that are open.

use std::collections::BTreeMap;

use super::decide::{Observed, Tip};
use super::each::names;
use super::marker::{Marker, branch, is_ours};
use super::{Publisher, Summary};
use crate::error::Result;
use crate::forge::{Call, PullState, Trouble};
use crate::store::{Lease, State, Unit};

impl Publisher<'_> {
    /// Asks the forge about one unit: its pull requests, and whether its branch is ours.
    pub(super) fn observe(&self, repository: &str, base: &str, unit: &Unit) -> Call<Observed> {
        let branch = branch(self.config, &unit.unit);
        let pulls = self.forge.pulls(repository, &branch, base)?;
        let open = pulls.iter().find(|pull| pull.state == PullState::Open);
        let tip = match open {
            Some(pull) => Some(pull.head.clone()),
            None => self.forge.tip(repository, &branch)?,
        };
        let tip = match tip {
            Some(oid) => Some(Tip { ours: self.is_our_commit(repository, unit, &oid)?, oid }),
            None => None,
        };
        Ok(Observed { pulls, tip })
    }

    /// Whether a commit was made by us for this unit. What we recorded is known; anything else says so itself.
    fn is_our_commit(&self, repository: &str, unit: &Unit, oid: &str) -> Call<bool> {
        if unit.head.as_deref() == Some(oid) && unit.published.is_some() {
            return Ok(true);
        }
        let commit = self.forge.commit(repository, oid)?;
        Ok(commit.parents == 1
            && commit.committer_email == self.config.change.author_email
            && is_ours(self.config, &unit.unit, &commit.message))
    }
}

/// What was seen of units a moment ago, each under a lease.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<(String, String), (i64, Observed)>);

impl Seen {
    /// What was seen, if nobody has had the repository between that lease and this one.
    pub(super) fn get(&self, lease: &Lease, unit: &Unit) -> Option<Observed> {
        let (token, observed) = self.0.get(&(unit.repository.clone(), unit.unit.clone()))?;
        (token + 1 == lease.token).then(|| observed.clone())
    }
}

/// Looks at everything that is open and writes down what has become of it. Only reads from the forge.
pub fn refresh(publisher: &mut Publisher) -> Result<Seen> {
    let mut seen = Seen::default();
    let units = publisher.store.units(None)?;
    let open = |unit: &&Unit| unit.state == State::Open && publisher.is_named(unit);
    let names = names(units.iter().filter(open));
    // What it counts is of no interest here.
    publisher.each(&names, "look", &mut Summary::default(), |publisher, lease, _| {
        for mut unit in publisher.store.units(Some(&lease.repository))? {
            if unit.state != State::Open {
                continue;
            }
            match look(publisher, &mut unit) {
                Ok(Some(observed)) => {
                    seen.0.insert((unit.repository.clone(), unit.unit.clone()), (lease.token, observed));
                }
                Ok(None) => {}
                Err(trouble) if trouble.ends_run() => return Err(trouble.into()),
                // It stays what it was: one repository that does not answer is no reason to leave all others.
                Err(trouble) if trouble.passes() => unit.reason = trouble.to_string(),
                Err(trouble @ (Trouble::Gone(_) | Trouble::Forbidden(_))) => {
                    (unit.state, unit.reason) = (State::Skipped, trouble.to_string());
                }
                Err(trouble) => (unit.state, unit.reason) = (State::Failed, trouble.to_string()),
            }
            publisher.record(&unit, lease)?;
        }
        Ok(())
    })?;
    Ok(seen)
}

fn look(publisher: &Publisher, unit: &mut Unit) -> Call<Option<Observed>> {
    let Some(number) = unit.pull.and_then(|number| u64::try_from(number).ok()) else { return Ok(None) };
    let pull = publisher.forge.pull(&unit.repository, number)?;
    let observed = publisher.observe(&pull.repository, &pull.base, unit)?;
    let closed_by_us = Marker::find(&pull.body).is_some_and(|marker| marker.closed);
    (unit.state, unit.reason) = match (pull.state, &observed.tip) {
        (PullState::Merged, _) => (State::Merged, "merged".into()),
        // A run that ended in the middle: the next one removes the branch.
        (PullState::Closed, Some(tip)) if closed_by_us && tip.ours => (State::Open, "closed by us".into()),
        (PullState::Closed, _) if closed_by_us => (State::Obsolete, "closed by us".into()),
        (PullState::Closed, _) => (State::Closed, "closed by a person: it stays closed".into()),
        (PullState::Open, Some(tip)) if !tip.ours => {
            (State::Edited, "somebody pushed to the branch: it is left to them".into())
        }
        (PullState::Open, _) if pull.mergeable == Some(false) => {
            (State::Open, "conflicts with its base: plan again".into())
        }
        (PullState::Open, _) => (State::Open, "open".into()),
    };
    if pull.state == PullState::Open {
        unit.checks = Some(publisher.forge.checks(&pull.repository, &pull.head)?.name().into());
    }
    Ok(Some(observed))
}
