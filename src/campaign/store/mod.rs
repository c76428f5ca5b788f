//! The state of a campaign that is in no pull request: decisions of people, what was published, what happened, how fast.
//! SQLite in WAL mode: it survives a crash at any point, and `sqlite3 campaign.db` looks into it. The forge stays the truth
//! about pull requests: a store that is lost costs a few requests, never a second pull request.

mod pace;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow, params};

use crate::change::ChangeSet;
use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("schema.sql");
/// Counts up when the schema changes.
const VERSION: i64 = 1;

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

pub struct Store {
    connection: Connection,
}

impl Store {
    pub fn open(path: &Path) -> Result<Store> {
        let connection = Connection::open(path).map_err(|error| {
            Error::Failed(format!("the store {} cannot be opened: {error}", path.display()))
        })?;
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A decision or a record that was reported is there after a loss of power.
        connection.pragma_update(None, "synchronous", "FULL")?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > VERSION {
            return Err(Error::Config(format!("{} was written by a newer unspool", path.display())));
        }
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        Ok(Store { connection })
    }

    /// Takes over what a plan of `repository` found. Units that it no longer has lose their change set.
    pub fn import(&mut self, repository: &str, changes: &[(String, ChangeSet)], now: i64) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute("UPDATE units SET change = NULL WHERE repository = ?1", [repository])?;
        for (id, change) in changes {
            transaction.execute(
                "INSERT INTO units(repository, unit, change, diff, oversize, lines, sites, updated) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                 ON CONFLICT(repository, unit) DO UPDATE SET \
                 change = ?3, diff = ?4, oversize = ?5, lines = ?6, sites = ?7",
                params![
                    repository,
                    change.unit,
                    id,
                    change.diff,
                    change.oversize,
                    count(change.lines()),
                    count(change.sites.len()),
                    now
                ],
            )?;
        }
        // What was never published leaves no trace when it is no longer planned.
        transaction.execute(
            "DELETE FROM units WHERE repository = ?1 AND change IS NULL AND pull IS NULL AND state IN ('planned', 'waiting')",
            [repository],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets what was planned for a repository that is left alone now; pull requests that are there stay what they are.
    pub fn forget(&mut self, repository: &str) -> Result<()> {
        self.connection.execute("DELETE FROM units WHERE repository = ?1 AND pull IS NULL", [repository])?;
        Ok(())
    }

    /// Every unit, ordered by repository and key.
    pub fn units(&self) -> Result<Vec<Unit>> {
        let mut statement =
            self.connection.prepare(&format!("{UNITS} ORDER BY units.repository, units.unit"))?;
        let units = statement.query_map([], unit)?.collect::<Result<_, _>>()?;
        Ok(units)
    }

    pub fn unit(&self, repository: &str, key: &str) -> Result<Option<Unit>> {
        let sql = format!("{UNITS} WHERE units.repository = ?1 AND units.unit = ?2");
        Ok(self.connection.query_row(&sql, [repository, key], unit).optional()?)
    }

    /// Remembers what people said about this very patch.
    pub fn decide(&mut self, unit: &Unit, decision: Decision, note: &str, now: i64) -> Result<()> {
        match decision {
            Decision::Pending => {
                self.connection.execute(
                    "DELETE FROM decisions WHERE repository = ?1 AND unit = ?2 AND diff = ?3",
                    [&unit.repository, &unit.unit, &unit.diff],
                )?;
            }
            Decision::Accepted | Decision::Rejected => {
                self.connection.execute(
                    "INSERT OR REPLACE INTO decisions(repository, unit, diff, decision, note, at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![unit.repository, unit.unit, unit.diff, decision.name(), note, now],
                )?;
            }
        }
        self.event(&unit.repository, &unit.unit, decision.name(), note, now)
    }

    /// Writes back where a unit stands, and says so in the journal if that is news.
    pub fn record(&mut self, unit: &Unit, now: i64) -> Result<()> {
        let before = self.unit(&unit.repository, &unit.unit)?;
        self.connection.execute(
            "UPDATE units SET state = ?3, reason = ?4, pull = ?5, web = ?6, head = ?7, published = ?8, checks = ?9, \
             wave = ?10, updated = ?11 WHERE repository = ?1 AND unit = ?2",
            params![
                unit.repository,
                unit.unit,
                unit.state.name(),
                unit.reason,
                unit.pull,
                unit.web,
                unit.head,
                unit.published,
                unit.checks,
                unit.wave,
                now
            ],
        )?;
        let is_news =
            before.is_none_or(|before| (before.state, &before.reason) != (unit.state, &unit.reason));
        if is_news {
            self.event(&unit.repository, &unit.unit, unit.state.name(), &unit.reason, now)?;
        }
        Ok(())
    }

    /// A line of the journal.
    pub fn event(&mut self, repository: &str, unit: &str, what: &str, detail: &str, now: i64) -> Result<()> {
        self.connection.execute(
            "INSERT INTO events(at, repository, unit, what, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![now, repository, unit, what, detail],
        )?;
        Ok(())
    }

    /// A sample of progress for the burndown: sites that are left, pull requests by state.
    pub fn sample(&mut self, left: usize, open: usize, merged: usize, now: i64) -> Result<()> {
        self.connection.execute(
            "INSERT OR REPLACE INTO progress(at, sites, open, merged) VALUES (?1, ?2, ?3, ?4)",
            [now, count(left), count(open), count(merged)],
        )?;
        Ok(())
    }

    /// Samples in order of time.
    pub fn samples(&self) -> Result<Vec<[i64; 4]>> {
        let mut statement =
            self.connection.prepare("SELECT at, sites, open, merged FROM progress ORDER BY at")?;
        let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const UNITS: &str = "SELECT units.repository, units.unit, change, units.diff, state, reason, decisions.decision, oversize, \
     lines, sites, pull, web, head, published, checks, wave, updated FROM units LEFT JOIN decisions \
     ON decisions.repository = units.repository AND decisions.unit = units.unit AND decisions.diff = units.diff";

fn unit(row: &SqlRow) -> rusqlite::Result<Unit> {
    let decision: Option<String> = row.get(6)?;
    let state: String = row.get(4)?;
    Ok(Unit {
        repository: row.get(0)?,
        unit: row.get(1)?,
        change: row.get(2)?,
        diff: row.get(3)?,
        state: State::of(&state),
        reason: row.get(5)?,
        decision: match decision.as_deref() {
            Some("accepted") => Decision::Accepted,
            Some("rejected") => Decision::Rejected,
            _ => Decision::Pending,
        },
        oversize: row.get(7)?,
        lines: row.get(8)?,
        sites: row.get(9)?,
        pull: row.get(10)?,
        web: row.get(11)?,
        head: row.get(12)?,
        published: row.get(13)?,
        checks: row.get(14)?,
        wave: row.get(15)?,
        updated: row.get(16)?,
    })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
