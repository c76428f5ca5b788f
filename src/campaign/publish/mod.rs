//! `publish`: accepted change sets become branches and pull requests.
//!
//! ```text
//! for each unit:  observe -> decide -> commit -> push (with lease) -> pull request -> labels, reviewers -> record
//!                    ^___________________________|  whenever an answer is lost or somebody else was faster
//! ```
//!
//! The forge is the truth. Every step can be the last one of the process: the next run observes what is there and does what is
//! missing. Nothing is written twice, and a run with nothing new writes nothing.

mod after;
pub mod body;
pub mod decide;
mod each;
pub mod gate;
pub mod marker;
mod observe;
mod unit;
pub mod waves;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::change::ChangeSet;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::forge::{Forge, Info, Trouble};
use crate::git::Git;
use crate::optout;
use crate::store::lease::Held;
use crate::store::{Decision, Lease, State, Store, Unit};
use crate::text::{plain, plural};
use crate::time::{Clock, span};

pub use observe::refresh;

/// Where a process can end; numbered in the order in which one unit meets them. Tests end it at each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Observed,
    Committed,
    BeforePush,
    AfterPush,
    BeforeCreate,
    AfterCreate,
    BeforeUpdate,
    AfterUpdate,
    AfterLabels,
    AfterReviewers,
    BeforeRecord,
    AfterRecord,
    AfterComment,
    AfterClose,
    AfterDelete,
}

impl Step {
    pub const ALL: [Step; 15] = [
        Step::Observed,
        Step::Committed,
        Step::BeforePush,
        Step::AfterPush,
        Step::BeforeCreate,
        Step::AfterCreate,
        Step::BeforeUpdate,
        Step::AfterUpdate,
        Step::AfterLabels,
        Step::AfterReviewers,
        Step::BeforeRecord,
        Step::AfterRecord,
        Step::AfterComment,
        Step::AfterClose,
        Step::AfterDelete,
    ];
}

/// Somebody who looks on, and may end the process.
pub trait Watch {
    fn step(&self, step: Step);
    /// A line for the terminal.
    fn say(&self, line: &str);
}

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names of repositories; empty means all.
    pub only: Vec<String>,
    /// At most so many new pull requests, below the campaign's budget.
    pub limit: Option<usize>,
    /// Estimate only.
    pub dry_run: bool,
    /// Owners who agreed, besides those that the campaign names.
    pub permission: Vec<String>,
    /// Also what a person closed: `repository:unit`.
    pub reopen: Vec<String>,
}

/// Everything that a step needs.
pub struct Publisher<'a> {
    pub config: &'a Config,
    pub store: &'a mut dyn Store,
    /// The lease of the repository that is worked on; see [`Publisher::each`].
    pub held: Arc<Held>,
    /// Who this is, for people who look into the store.
    pub holder: String,
    /// Where commits are made: a folder that no other publisher has.
    pub objects: PathBuf,
    pub forge: &'a dyn Forge,
    pub git: &'a Git,
    pub clock: &'a dyn Clock,
    pub watch: &'a dyn Watch,
    pub options: Options,
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub opened: usize,
    pub updated: usize,
    pub closed: usize,
    pub left: usize,
    pub failed: usize,
    /// Units that may succeed later, and why.
    pub waiting: Vec<String>,
}

/// What a run would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Estimate {
    pub new: usize,
    pub updates: usize,
    pub writes: usize,
    pub seconds: u64,
}

impl Estimate {
    pub fn describe(&self, waves: usize) -> String {
        format!(
            "{} to open, {} to look after: about {}, {} at the campaign's pace; {}",
            plural(self.new, "pull request"),
            self.updates,
            plural(self.writes, "write"),
            span(self.seconds),
            plural(waves, "wave"),
        )
    }
}

/// Writes and seconds for so many pull requests.
pub fn estimate(config: &Config, new: usize, updates: usize) -> Estimate {
    let change = &config.change;
    let asks = !change.reviewers.is_empty() || !change.team_reviewers.is_empty() || change.request_owners;
    let writes = new * (1 + usize::from(!change.labels.is_empty()) + usize::from(asks));
    let pace = &config.pace;
    let by_hour = writes.saturating_sub(1) / pace.writes_per_hour * 3600;
    let in_hour = writes.saturating_sub(1) % pace.writes_per_hour;
    let by_minute = in_hour / pace.writes_per_minute * 60;
    let by_distance = (in_hour as f64 * pace.seconds_between_writes) as usize;
    Estimate { new, updates, writes, seconds: (by_hour + by_minute.max(by_distance)) as u64 }
}

impl Publisher<'_> {
    /// Publishes what is accepted, looks after what is open, closes what is obsolete.
    pub fn run(&mut self) -> Result<Summary> {
        let login = self.forge.login()?;
        let refreshed = refresh(self)?;
        let units = self.store.units(None)?;
        let waves = waves::assign(self.config, &units);
        let gate = waves::gate(self.config, &units, &waves);
        let budget = self.options.limit.unwrap_or(usize::MAX).min(self.config.pace.budget);
        let is_new = |unit: &&Unit| {
            is_due(unit)
                && !matches!(unit.state, State::Open | State::Closed | State::Edited | State::Skipped)
        };
        let allowed = |unit: &Unit| match (&gate, waves.get(&unit.repository)) {
            (waves::Gate::All, _) => true,
            (waves::Gate::Until(wave, _), Some(own)) => own <= wave,
            _ => false,
        };
        let new = units.iter().filter(is_new).filter(|unit| allowed(unit)).count();
        let open = units.iter().filter(|unit| unit.state == State::Open).count();
        let wave_count = waves.values().collect::<BTreeSet<_>>().len();
        self.watch.say(&estimate(self.config, new.min(budget), open).describe(wave_count));
        let mut summary = Summary::default();
        match &gate {
            waves::Gate::All => {}
            waves::Gate::Until(_, why) => summary.waiting.push(format!("the next wave: {why}")),
            waves::Gate::Stop(why) => {
                self.watch.say(&format!("stopped: {why}; what is open is looked after"));
                summary.waiting.push(format!("the campaign has stopped: {why}"));
            }
        }
        if self.options.dry_run {
            return Ok(summary);
        }
        let wave_of = |name: &str| waves.get(name).copied().unwrap_or(0);
        let concerned = units.iter().filter(|unit| self.is_named(unit) && self.concerns(unit));
        let mut names = each::names(concerned.filter(|unit| !unit.repository.starts_with("local/")));
        names.sort_by_key(|name| wave_of(name));
        let mut left = budget;
        self.each(&names, "publish", &mut summary, |publisher, lease, summary| {
            // Another publisher may have been here since.
            let units = publisher.store.units(Some(&lease.repository))?;
            let may_open = units.iter().all(allowed);
            let mut turn = Turn {
                lease,
                wave: wave_of(&lease.repository),
                // A pull request that the forge has refused to show or take costs a try, too.
                left: if may_open { &mut left } else { &mut 0 },
                login: &login,
                refreshed: &refreshed,
                summary,
            };
            publisher.repository(units, &mut turn)
        })?;
        Ok(summary)
    }

    /// Whether a run is about this unit.
    fn is_named(&self, unit: &Unit) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&unit.repository)
    }

    /// Whether there is anything to do or to look after.
    fn concerns(&self, unit: &Unit) -> bool {
        is_due(unit) || unit.state == State::Open || self.is_reopened(unit)
    }

    /// All units of one repository. An error ends the run, unless the repository is lost: the others would meet it, too.
    fn repository(&mut self, units: Vec<Unit>, turn: &mut Turn) -> Result<()> {
        let lease = turn.lease;
        let units: Vec<Unit> = units.into_iter().filter(|unit| self.concerns(unit)).collect();
        if units.is_empty() {
            return Ok(());
        }
        let info = match self.forge.repository(&lease.repository) {
            Ok(info) => info,
            Err(trouble) => {
                for unit in units {
                    self.troubled(unit, &trouble, lease, turn.summary)?;
                }
                return if trouble.ends_run() { Err(trouble.into()) } else { Ok(()) };
            }
        };
        if let Some(why) = self.stands_against(&info, turn.login) {
            for mut unit in units {
                // What is open stays as it is: closing it is no less of a disturbance.
                if unit.state != State::Open {
                    (unit.state, unit.reason) = (State::Skipped, why.clone());
                    self.record(&unit, lease)?;
                }
                turn.summary.left += 1;
            }
            return Ok(());
        }
        // Those that are open first: they count against the number of open ones.
        let (open, rest): (Vec<Unit>, Vec<Unit>) =
            units.into_iter().partition(|unit| unit.state == State::Open);
        let mut open_now = 0;
        for unit in open.into_iter().chain(rest) {
            if let Err(stop) = self.unit(&info, unit.clone(), turn, &mut open_now) {
                self.stopped(unit, stop, lease, turn.summary)?;
            }
        }
        Ok(())
    }

    /// Takes what ended the work on one unit; only what all others would meet, too, ends more.
    fn stopped(&mut self, unit: Unit, stop: unit::Stop, lease: &Lease, summary: &mut Summary) -> Result<()> {
        match stop {
            unit::Stop::Trouble(trouble) => {
                self.troubled(unit, &trouble, lease, summary)?;
                if trouble.ends_run() { Err(trouble.into()) } else { Ok(()) }
            }
            unit::Stop::Error(error @ Error::Failed(_)) => self.failed(unit, &error, lease, summary),
            unit::Stop::Error(error) => Err(error),
        }
    }

    fn is_reopened(&self, unit: &Unit) -> bool {
        self.options.reopen.contains(&format!("{}:{}", unit.repository, unit.unit))
    }

    /// Why a repository gets nothing.
    fn stands_against(&self, info: &Info, login: &str) -> Option<String> {
        if info.archived {
            return Some("archived".into());
        }
        if let Some(why) = optout::by_topic(&info.topics) {
            return Some(why);
        }
        let owner = info.name.split('/').next().unwrap_or_default();
        let agreed = self.config.repositories.permission.iter().chain(&self.options.permission);
        let is_agreed = agreed.into_iter().any(|other| other.eq_ignore_ascii_case(owner));
        if !is_agreed && !owner.eq_ignore_ascii_case(login) {
            return Some(format!(
                "{owner} has not agreed: add it to repositories.permission, or say --i-have-permission {owner}"
            ));
        }
        (!info.can_push).then(|| "the identity has no right to push here".to_owned())
    }

    /// Remembers what went wrong with one unit.
    fn troubled(
        &mut self,
        mut unit: Unit,
        trouble: &Trouble,
        lease: &Lease,
        summary: &mut Summary,
    ) -> Result<()> {
        if let Trouble::Lost(_) = trouble {
            // Whoever has it now says what becomes of it.
            return Err(trouble.clone().into());
        }
        let why = trouble.to_string();
        self.watch.say(&plain(&format!("{}: {}: {why}", unit.repository, unit.unit)));
        unit.reason.clone_from(&why);
        if trouble.passes() || trouble.ends_run() {
            summary.waiting.push(format!("{}: {why}", unit.repository));
            if unit.state != State::Open {
                unit.state = State::Waiting;
            }
        } else if matches!(trouble, Trouble::Gone(_)) {
            summary.left += 1;
            unit.state = State::Skipped;
        } else {
            summary.failed += 1;
            unit.state = State::Failed;
        }
        self.record(&unit, lease)
    }

    fn failed(&mut self, mut unit: Unit, error: &Error, lease: &Lease, summary: &mut Summary) -> Result<()> {
        let why = error.to_string();
        self.watch.say(&plain(&format!("{}: {}: {why}", unit.repository, unit.unit)));
        (unit.state, unit.reason) = (State::Failed, why);
        summary.failed += 1;
        self.record(&unit, lease)
    }

    /// The folder in which the commits of a repository are made.
    fn objects(&self, repository: &str) -> PathBuf {
        let name = crate::plan::engine::folder_name(repository);
        self.objects.join(name)
    }

    fn load(&self, unit: &Unit) -> Result<Option<(ChangeSet, Vec<u8>)>> {
        unit.change.as_deref().map(|id| ChangeSet::load(&self.config.changes(), id)).transpose()
    }
}

/// Whether there is a change set that people want and that is not merged yet.
fn is_due(unit: &Unit) -> bool {
    let is_merged = unit.state == State::Merged && unit.published.as_ref() == Some(&unit.diff);
    unit.change.is_some() && unit.decision == Decision::Accepted && !is_merged
}

/// What the units of one repository share.
struct Turn<'a> {
    lease: &'a Lease,
    wave: usize,
    /// How many more may be opened in this run.
    left: &'a mut usize,
    login: &'a str,
    /// Units that were looked at when the run began.
    refreshed: &'a observe::Seen,
    summary: &'a mut Summary,
}

#[cfg(test)]
mod tests;
