//! One unit, from what the forge shows to the record in the store.

use super::decide::{Next, Observed, decide};
use super::marker::{Marker, branch, message};
use super::{Publisher, Step, Turn, body};
use crate::change::ChangeSet;
use crate::error::Error;
use crate::forge::{Call, Info, NewPull, Pull, PullState, Trouble};
use crate::git::{self, Author, Makes, Pushed};
use crate::revert::PREFIX;
use crate::store::{Decision, Lease, State, Unit};
use crate::text::plain;

/// How often a lost answer or a faster hand sends us back to observing.
const ROUNDS: u32 = 6;
/// What was made a moment ago may not be visible yet, in seconds.
const SETTLING: f64 = 2.0;

/// What ends the work on a unit.
pub enum Stop {
    Trouble(Trouble),
    Error(Error),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Stop::Trouble(trouble)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

/// What a round came to.
enum Round {
    Done,
    /// Look again.
    Again(Trouble),
}

impl Publisher<'_> {
    pub(super) fn unit(
        &mut self,
        info: &Info,
        mut unit: Unit,
        turn: &mut Turn,
        open_now: &mut usize,
    ) -> Result<(), Stop> {
        let Some((change, patch)) = self.load(&unit)? else {
            return self.obsolete(info, unit, turn);
        };
        if unit.decision != Decision::Accepted {
            // It is open, and what is planned now has not been looked at.
            *open_now += 1;
            unit.reason = match unit.decision {
                Decision::Rejected => "open; its new version was rejected".into(),
                _ => "open; its new version waits for a review".into(),
            };
            self.record(&unit, turn.lease)?;
            turn.summary.left += 1;
            return Ok(());
        }
        let mut first = turn.refreshed.get(turn.lease, &unit);
        let mut last = None;
        for _ in 0..ROUNDS {
            let observed = match first.take() {
                Some(observed) => observed,
                None => self.observe(&info.name, &change.branch, &unit)?,
            };
            self.watch.step(Step::Observed);
            match self.round(info, &mut unit, &change, &patch, observed, turn, open_now)? {
                Round::Done => return Ok(()),
                Round::Again(trouble) => {
                    self.clock.sleep(std::time::Duration::from_secs_f64(SETTLING));
                    last = Some(trouble);
                }
            }
        }
        Err(last.unwrap_or_else(|| Trouble::NotYet("the forge does not settle".into())).into())
    }

    #[expect(clippy::too_many_arguments, reason = "one step of the loop above, apart for its length")]
    fn round(
        &mut self,
        info: &Info,
        unit: &mut Unit,
        change: &ChangeSet,
        patch: &[u8],
        observed: Observed,
        turn: &mut Turn,
        open_now: &mut usize,
    ) -> Result<Round, Stop> {
        let reopen = self.is_reopened(unit);
        let number = match decide(self.config, &unit.unit, &unit.diff, &observed, reopen) {
            Next::Leave(state, why) => {
                let newest = observed.pulls.iter().max_by_key(|pull| pull.number);
                remember(unit, newest);
                *open_now += observed.pulls.iter().filter(|pull| pull.state == PullState::Open).count();
                (unit.state, unit.reason) = (state, why);
                self.record(unit, turn.lease)?;
                turn.summary.left += 1;
                return Ok(Round::Done);
            }
            Next::Keep(number) => Some(number),
            Next::Open => None,
        };
        let pull = number.and_then(|number| observed.pulls.iter().find(|pull| pull.number == number));
        if pull.is_none() {
            let most = change.wishes.max_open.unwrap_or(usize::MAX).min(self.config.pace.open_per_repository);
            let why = if *open_now >= most {
                Some("another pull request of the campaign is open in this repository")
            } else if *turn.left == 0 {
                Some("its turn has not come")
            } else {
                None
            };
            if let Some(why) = why {
                (unit.state, unit.reason) = (State::Waiting, why.into());
                self.record(unit, turn.lease)?;
                turn.summary.left += 1;
                return Ok(Round::Done);
            }
        }
        let title = body::title(self.config, change);
        let tip = observed.tip.as_ref().map(|tip| &*tip.oid);
        // What was recorded as published is there: no need to make the commit again to know its name.
        let is_current =
            tip.is_some() && tip == unit.head.as_deref() && unit.published.as_ref() == Some(&unit.diff);
        let mut pushed = false;
        let oid = if is_current {
            tip.unwrap_or_default().to_owned()
        } else {
            let oid = self.make_commit(info, change, patch, &title)?;
            self.watch.step(Step::Committed);
            if tip != Some(&*oid) {
                self.watch.step(Step::BeforePush);
                // git does not ask the gate.
                self.held.renew()?;
                let mut git = self.git.clone();
                git.credential = self.forge.credential()?;
                let branch = branch(self.config, &unit.unit);
                let folder = self.objects(&unit.repository);
                match git::push(&git, &info.clone_url, &folder, &oid, &branch, tip)? {
                    Pushed::Done => {}
                    Pushed::Moved => {
                        return Ok(Round::Again(Trouble::Conflict("somebody else moved the branch".into())));
                    }
                }
                self.watch.step(Step::AfterPush);
                pushed = true;
            }
            oid
        };
        let text = body::body(self.config, change, None);
        let (pull, is_new) = match pull {
            Some(pull) => {
                if pull.title != title || !same_text(&pull.body, &text) {
                    self.watch.step(Step::BeforeUpdate);
                    match self.forge.update(&info.name, pull, &title, &text) {
                        Ok(()) => {}
                        Err(trouble @ (Trouble::Ambiguous(_) | Trouble::Conflict(_))) => {
                            return Ok(Round::Again(trouble));
                        }
                        Err(trouble) => return Err(trouble.into()),
                    }
                    self.watch.step(Step::AfterUpdate);
                    pushed = true;
                }
                (pull.clone(), false)
            }
            None => {
                self.watch.step(Step::BeforeCreate);
                let branch = branch(self.config, &unit.unit);
                let draft = turn.wave < self.config.waves.drafts || change.wishes.draft;
                let new =
                    NewPull { branch: &branch, base: &change.branch, title: &title, body: &text, draft };
                match self.forge.create(&info.name, &new) {
                    Ok(pull) => {
                        self.watch.step(Step::AfterCreate);
                        (pull, true)
                    }
                    // It may be there, or the branch is not visible yet (which Forgejo calls not found): look first.
                    Err(
                        trouble @ (Trouble::Ambiguous(_)
                        | Trouble::Conflict(_)
                        | Trouble::NotYet(_)
                        | Trouble::Gone(_)),
                    ) => return Ok(Round::Again(trouble)),
                    Err(trouble) => return Err(trouble.into()),
                }
            }
        };
        // Opened by a run that ended before it wrote that down, or by this one.
        let mut doubts = Vec::new();
        if unit.pull != i64::try_from(pull.number).ok() {
            doubts = self.decorate(info, change, &pull)?;
        }
        *open_now += 1;
        let was_open = unit.state == State::Open;
        remember(unit, Some(&pull));
        unit.head = Some(oid);
        unit.published = Some(unit.diff.clone());
        unit.wave = i64::try_from(turn.wave).ok();
        unit.state = State::Open;
        if !was_open || pushed || is_new {
            unit.reason =
                if doubts.is_empty() { "open".into() } else { format!("open; {}", doubts.join("; ")) };
        }
        self.watch.step(Step::BeforeRecord);
        self.record(unit, turn.lease)?;
        self.watch.step(Step::AfterRecord);
        if is_new {
            turn.summary.opened += 1;
            *turn.left = turn.left.saturating_sub(1);
            self.watch.say(&plain(&format!("{}: opened {}", unit.repository, pull.web)));
        } else if pushed {
            turn.summary.updated += 1;
            self.watch.say(&plain(&format!("{}: updated {}", unit.repository, pull.web)));
        } else {
            turn.summary.left += 1;
        }
        Ok(Round::Done)
    }

    fn make_commit(
        &self,
        info: &Info,
        change: &ChangeSet,
        patch: &[u8],
        title: &str,
    ) -> Result<String, Stop> {
        let mut git = self.git.clone();
        git.credential = self.forge.credential()?;
        let author =
            Author { name: &self.config.change.author_name, email: &self.config.change.author_email };
        let message = message(self.config, change, title);
        let folder = self.objects(&change.repository);
        let makes = if change.unit.starts_with(PREFIX) { Makes::Undone } else { Makes::Modules };
        let made =
            git::commit(&git, &info.clone_url, &change.commit, &folder, patch, &message, author, makes)?;
        Ok(made.oid)
    }

    /// Labels and reviewers that are missing. What the forge does not take is a doubt, not a failure.
    fn decorate(&self, info: &Info, change: &ChangeSet, pull: &Pull) -> Result<Vec<String>, Stop> {
        let wanted = &self.config.change;
        let mut doubts = Vec::new();
        let mut note = |what: &str, result: Call<()>| match result {
            Ok(()) => Ok(()),
            Err(trouble) if trouble.ends_run() => Err(Stop::Trouble(trouble)),
            Err(trouble) => {
                doubts.push(format!("{what}: {trouble}"));
                Ok(())
            }
        };
        let labels: Vec<String> =
            change.wishes.labels(wanted).into_iter().filter(|label| !pull.labels.contains(label)).collect();
        if !labels.is_empty() {
            let label = || self.forge.label(&info.name, pull.number, &labels);
            note("labels", self.settled(label))?;
        }
        self.watch.step(Step::AfterLabels);
        let (mut people, teams) = change.wishes.asked(wanted, &change.owners);
        people.retain(|name| !pull.reviewers.contains(name));
        if !people.is_empty() || (!teams.is_empty() && pull.reviewers.is_empty()) {
            let ask = || self.forge.ask(&info.name, pull.number, &people, &teams);
            note("reviewers", self.settled(ask))?;
        }
        self.watch.step(Step::AfterReviewers);
        Ok(doubts)
    }

    /// Repeats a call that does the same when it is done twice, while the forge does not see what it has just made.
    fn settled(&self, call: impl Fn() -> Call<()>) -> Call<()> {
        for _ in 0..2 {
            match call() {
                Err(Trouble::NotYet(_) | Trouble::Ambiguous(_)) => {
                    self.clock.sleep(std::time::Duration::from_secs_f64(SETTLING));
                }
                other => return other,
            }
        }
        call()
    }

    /// A pull request whose unit is no longer planned: closed with a reason, unless somebody has worked on it.
    fn obsolete(&mut self, info: &Info, unit: Unit, turn: &mut Turn) -> Result<(), Stop> {
        self.close_unit(
            info,
            unit,
            "it is no longer needed: a new plan finds nothing to do here.",
            turn.lease,
            turn.summary,
        )
    }

    /// Closes what is open and ours: comment, close, branch.
    pub(super) fn close_unit(
        &mut self,
        info: &Info,
        mut unit: Unit,
        why: &str,
        lease: &Lease,
        summary: &mut super::Summary,
    ) -> Result<(), Stop> {
        let Some(number) = unit.pull.and_then(|number| u64::try_from(number).ok()) else { return Ok(()) };
        let pull = self.forge.pull(&info.name, number)?;
        let observed = self.observe(&info.name, &pull.base, &unit)?;
        self.watch.step(Step::Observed);
        let marker = Marker::find(&pull.body).filter(|marker| marker.is_of(self.config, &unit.unit));
        let is_ours = observed.tip.as_ref().is_none_or(|tip| tip.ours);
        let branch = branch(self.config, &unit.unit);
        match (pull.state, marker) {
            (PullState::Open, Some(_)) if !is_ours => {
                (unit.state, unit.reason) =
                    (State::Edited, "somebody pushed to the branch: it is left to them".into());
                summary.left += 1;
            }
            (PullState::Open, Some(marker)) => {
                let told = format!(
                    "Closed by unspool: {why}\n\n{}",
                    Marker { closed: true, ..marker.clone() }.write()
                );
                if !self.forge.has_comment(&info.name, number, told.trim())? {
                    self.forge.comment(&info.name, number, told.trim())?;
                }
                self.watch.step(Step::AfterComment);
                let shut = Marker { closed: true, ..marker.clone() }.write();
                self.forge.close(&info.name, &pull, &pull.body.replace(&marker.write(), &shut))?;
                self.watch.step(Step::AfterClose);
                if observed.tip.is_some() {
                    self.forge.delete_branch(&info.name, &branch)?;
                }
                self.watch.step(Step::AfterDelete);
                (unit.state, unit.reason) = (State::Obsolete, why.to_owned());
                summary.closed += 1;
                self.watch.say(&plain(&format!("{}: closed {}", unit.repository, pull.web)));
            }
            (PullState::Closed, Some(Marker { closed: true, .. })) => {
                // A run that ended in the middle.
                if observed.tip.as_ref().is_some_and(|tip| tip.ours) {
                    self.forge.delete_branch(&info.name, &branch)?;
                    self.watch.step(Step::AfterDelete);
                }
                (unit.state, unit.reason) = (State::Obsolete, why.to_owned());
            }
            (PullState::Closed, _) => {
                (unit.state, unit.reason) = (State::Closed, "closed by a person".into())
            }
            (PullState::Merged, _) => (unit.state, unit.reason) = (State::Merged, "merged".into()),
            (PullState::Open, None) => {
                (unit.state, unit.reason) =
                    (State::Edited, "somebody rewrote its text: it is left to them".into());
                summary.left += 1;
            }
        }
        self.watch.step(Step::BeforeRecord);
        self.record(&unit, lease)?;
        self.watch.step(Step::AfterRecord);
        Ok(())
    }
}

/// Takes number and page of a pull request.
fn remember(unit: &mut Unit, pull: Option<&Pull>) {
    if let Some(pull) = pull {
        unit.pull = i64::try_from(pull.number).ok();
        unit.web = Some(pull.web.clone());
    }
}

/// Forges change line ends and the end of the text.
fn same_text(one: &str, other: &str) -> bool {
    let normal = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    normal(one) == normal(other)
}
