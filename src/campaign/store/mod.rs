//! The state of a campaign that is in no pull request: decisions of people, what was published, what happened, who works where.
//! The forge stays the truth about pull requests: a store that is lost costs a few requests, never a second pull request.
//!
//! [`Sqlite`] is a file beside campaign.toml for one publisher at a time; [`Postgres`] is for as many as there are. Both do the
//! same: a publisher works on a repository under a [`Lease`], and what it writes back counts only while the lease is its own.

mod bucket;
pub mod lease;
mod postgres;
mod sqlite;

use crate::change::ChangeSet;
use crate::error::Result;

pub use bucket::{Bucket, SqliteBucket};
pub use postgres::{Address, Postgres, PostgresBucket};
pub use sqlite::Sqlite;

/// Where a unit stands. Every state but the first says why in `reason`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing was published.
    Planned,
    /// A pull request is open, and is what was planned.
    Open,
    Merged,
    /// Somebody closed it: it stays closed.
    Closed,
    /// Somebody pushed to the branch: it is theirs.
    Edited,
    /// Left alone: opted out, archived, no permission.
    Skipped,
    /// No longer needed, and closed by us.
    Obsolete,
    /// An error that comes again.
    Failed,
    /// An error that may pass, or its turn has not come.
    Waiting,
}

impl State {
    pub const ALL: [State; 9] = [
        State::Planned,
        State::Waiting,
        State::Open,
        State::Merged,
        State::Closed,
        State::Edited,
        State::Skipped,
        State::Obsolete,
        State::Failed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Open => "open",
            State::Merged => "merged",
            State::Closed => "closed",
            State::Edited => "edited",
            State::Skipped => "skipped",
            State::Obsolete => "obsolete",
            State::Failed => "failed",
            State::Waiting => "waiting",
        }
    }

    fn of(name: &str) -> State {
        State::ALL.into_iter().find(|state| state.name() == name).unwrap_or(State::Planned)
    }
}

/// What people said about a change set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    Pending,
    Accepted,
    Rejected,
}

impl Decision {
    pub fn name(self) -> &'static str {
        match self {
            Decision::Pending => "pending",
            Decision::Accepted => "accepted",
            Decision::Rejected => "rejected",
        }
    }
}

/// A unit: a pull request that is, was or could be.
#[derive(Clone, Debug)]
pub struct Unit {
    pub repository: String,
    pub unit: String,
    /// Id of the change set that is planned now; None: the last plan has none.
    pub change: Option<String>,
    /// Hash of its patch.
    pub diff: String,
    pub state: State,
    pub reason: String,
    pub decision: Decision,
    pub oversize: bool,
    pub lines: i64,
    pub sites: i64,
    pub pull: Option<i64>,
    pub web: Option<String>,
    /// What the pull request's branch had when we looked last, and the hash of the patch that is published.
    pub head: Option<String>,
    pub published: Option<String>,
    /// Checks of the branch: `green`, `red`, `pending` or unknown.
    pub checks: Option<String>,
    pub wave: Option<i64>,
    pub updated: i64,
}

/// The right to work on a repository. A new one for the same repository has a higher token: what comes with a lower one is late,
/// and is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    pub repository: String,
    pub token: i64,
}

/// What comes of asking for work.
#[derive(Clone, PartialEq, Debug)]
pub enum Claim {
    Yours(Lease),
    /// All that is left is being done by others: ask again in so many seconds, in case that one of them ends in the middle.
    Later(f64),
    /// Everything has been done.
    Done,
}

/// What a run asks for.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Repositories, the most urgent first.
    pub repositories: &'a [String],
    /// The kind of work: a repository is done for each kind apart.
    pub purpose: &'a str,
    /// Repositories that were done behind this moment, by whomever, are done. See [`Store::moment`].
    pub since: i64,
    /// Who asks, for people who look into the store.
    pub holder: &'a str,
    /// Seconds after which the lease ends unless it is renewed.
    pub seconds: f64,
}

/// What both stores can do. Times are seconds since 1970 by the clock of the store.
pub trait Store: Send {
    /// Takes over what a plan of `repository` found. Units that it no longer has lose their change set.
    fn import(&mut self, repository: &str, changes: &[(String, ChangeSet)]) -> Result<()>;

    /// Forgets what was planned for a repository that is left alone now; pull requests that are there stay what they are.
    fn forget(&mut self, repository: &str) -> Result<()>;

    /// Every unit, or every unit of a repository, ordered by repository and key.
    fn units(&mut self, repository: Option<&str>) -> Result<Vec<Unit>>;

    /// Remembers what people said about this very patch.
    fn decide(&mut self, unit: &Unit, decision: Decision, note: &str) -> Result<()>;

    /// Writes back where a unit stands, and says so in the journal if that is news. False: the lease is no longer ours, and
    /// nothing was written.
    #[must_use = "a late write is not written"]
    fn record(&mut self, unit: &Unit, lease: &Lease) -> Result<bool>;

    /// A sample of progress for the burndown: sites that are left, pull requests by state.
    fn sample(&mut self, left: usize, open: usize, merged: usize) -> Result<()>;

    /// Samples in order of time: time, sites left, open, merged.
    fn samples(&mut self) -> Result<Vec<[i64; 4]>>;

    /// A number that is higher than every one before.
    fn moment(&mut self) -> Result<i64>;

    /// The first repository that is wanted, not done and in nobody's hands.
    fn claim(&mut self, wanted: &Wanted) -> Result<Claim>;

    /// Makes a lease last for so many seconds from now. False: it is no longer ours.
    fn renew(&mut self, lease: &Lease, seconds: f64) -> Result<bool>;

    /// Gives a lease back; with a purpose, the repository is done for that. One that is no longer ours is left alone.
    fn release(&mut self, lease: &Lease, done: Option<&str>) -> Result<()>;
}

/// The number as databases have it.
fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A decision by what is written; nothing is pending.
fn decision(text: Option<&str>) -> Decision {
    match text {
        Some("accepted") => Decision::Accepted,
        Some("rejected") => Decision::Rejected,
        _ => Decision::Pending,
    }
}

/// The columns of a unit, in the order in which they are read; both databases speak this much of the same language.
const COLUMNS: &str = "units.repository, units.unit, change, units.diff, state, reason, decisions.decision, oversize, lines, \
     sites, pull, web, head, published, checks, wave, updated FROM units LEFT JOIN decisions \
     ON decisions.repository = units.repository AND decisions.unit = units.unit AND decisions.diff = units.diff";
