//! The store in a file: SQLite in WAL mode. It survives a crash at any point, and `sqlite3 campaign.db` looks into it.
//!
//! One process at a time publishes from a folder, which a lock of the folder sees to: a lease is never in other hands, so a run
//! that follows a crash need not wait for it to end.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::{COLUMNS, Claim, Decision, Lease, State, Store, Unit, Wanted, count, decision};
use crate::change::ChangeSet;
use crate::error::{Error, Result};
use crate::time::Clock;

const SCHEMA: &str = include_str!("sqlite.sql");
/// Counts up when the schema changes.
const VERSION: i64 = 2;

pub struct Sqlite {
    connection: Connection,
    clock: Arc<dyn Clock + Send>,
}

/// A connection that waits for others and loses nothing.
pub(super) fn connect(path: &Path, schema: &str, version: i64) -> Result<Connection> {
    let connection = Connection::open(path)
        .map_err(|error| Error::Failed(format!("the store {} cannot be opened: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A decision or a record that was reported is there after a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > version {
        return Err(Error::Config(format!("{} was written by a newer unspool", path.display())));
    }
    connection.execute_batch(schema)?;
    connection.pragma_update(None, "user_version", version)?;
    Ok(connection)
}

impl Sqlite {
    pub fn open(path: &Path, clock: Arc<dyn Clock + Send>) -> Result<Sqlite> {
        Ok(Sqlite { connection: connect(path, SCHEMA, VERSION)?, clock })
    }

    fn now(&self) -> i64 {
        self.clock.now() as i64
    }

    /// A transaction that writes, so that nobody else does between its first look and its end.
    fn begin(&mut self) -> Result<Transaction<'_>> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

fn holds(connection: &Connection, lease: &Lease) -> Result<bool> {
    let found = connection
        .query_row(
            "SELECT 1 FROM leases WHERE repository = ?1 AND token = ?2",
            params![lease.repository, lease.token],
            |_| Ok(()),
        )
        .optional()?;
    Ok(found.is_some())
}

fn event(
    connection: &Connection,
    repository: &str,
    unit: &str,
    what: &str,
    detail: &str,
    now: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO events(at, repository, unit, what, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![now, repository, unit, what, detail],
    )?;
    Ok(())
}

impl Store for Sqlite {
    fn import(&mut self, repository: &str, changes: &[(String, ChangeSet)]) -> Result<()> {
        let now = self.now();
        let transaction = self.begin()?;
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

    fn forget(&mut self, repository: &str) -> Result<()> {
        self.connection.execute("DELETE FROM units WHERE repository = ?1 AND pull IS NULL", [repository])?;
        Ok(())
    }

    fn units(&mut self, repository: Option<&str>) -> Result<Vec<Unit>> {
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} WHERE ?1 IS NULL OR units.repository = ?1 ORDER BY units.repository, units.unit"
        ))?;
        let units = statement.query_map([repository], unit)?.collect::<Result<_, _>>()?;
        Ok(units)
    }

    fn decide(&mut self, unit: &Unit, decision: Decision, note: &str) -> Result<()> {
        let now = self.now();
        let transaction = self.begin()?;
        match decision {
            Decision::Pending => {
                transaction.execute(
                    "DELETE FROM decisions WHERE repository = ?1 AND unit = ?2 AND diff = ?3",
                    [&unit.repository, &unit.unit, &unit.diff],
                )?;
            }
            Decision::Accepted | Decision::Rejected => {
                transaction.execute(
                    "INSERT OR REPLACE INTO decisions(repository, unit, diff, decision, note, at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![unit.repository, unit.unit, unit.diff, decision.name(), note, now],
                )?;
            }
        }
        event(&transaction, &unit.repository, &unit.unit, decision.name(), note, now)?;
        transaction.commit()?;
        Ok(())
    }

    fn record(&mut self, unit: &Unit, lease: &Lease) -> Result<bool> {
        let now = self.now();
        let transaction = self.begin()?;
        if !holds(&transaction, lease)? {
            return Ok(false);
        }
        let before: Option<(String, String)> = transaction
            .query_row(
                "SELECT state, reason FROM units WHERE repository = ?1 AND unit = ?2",
                [&unit.repository, &unit.unit],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        transaction.execute(
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
        if before.is_none_or(|(state, reason)| (&*state, &reason) != (unit.state.name(), &unit.reason)) {
            event(&transaction, &unit.repository, &unit.unit, unit.state.name(), &unit.reason, now)?;
        }
        transaction.commit()?;
        Ok(true)
    }

    fn sample(&mut self, left: usize, open: usize, merged: usize) -> Result<()> {
        self.connection.execute(
            "INSERT OR REPLACE INTO progress(at, sites, open, merged) VALUES (?1, ?2, ?3, ?4)",
            [self.now(), count(left), count(open), count(merged)],
        )?;
        Ok(())
    }

    fn samples(&mut self) -> Result<Vec<[i64; 4]>> {
        let mut statement =
            self.connection.prepare("SELECT at, sites, open, merged FROM progress ORDER BY at")?;
        let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn moment(&mut self) -> Result<i64> {
        next_moment(&self.connection)
    }

    fn claim(&mut self, wanted: &Wanted) -> Result<Claim> {
        let transaction = self.begin()?;
        for repository in wanted.repositories {
            let done = transaction
                .query_row(
                    "SELECT 1 FROM done WHERE repository = ?1 AND purpose = ?2 AND moment > ?3",
                    params![repository, wanted.purpose, wanted.since],
                    |_| Ok(()),
                )
                .optional()?;
            if done.is_some() {
                continue;
            }
            let token: i64 = transaction.query_row(
                "INSERT INTO leases(repository, holder, token) VALUES (?1, ?2, 1) \
                 ON CONFLICT(repository) DO UPDATE SET holder = ?2, token = token + 1 RETURNING token",
                params![repository, wanted.holder],
                |row| row.get(0),
            )?;
            transaction.commit()?;
            return Ok(Claim::Yours(Lease { repository: repository.clone(), token }));
        }
        Ok(Claim::Done)
    }

    fn renew(&mut self, lease: &Lease, _: f64) -> Result<bool> {
        holds(&self.connection, lease)
    }

    fn release(&mut self, lease: &Lease, done: Option<&str>) -> Result<()> {
        let Some(purpose) = done else { return Ok(()) };
        let transaction = self.begin()?;
        if holds(&transaction, lease)? {
            let moment = next_moment(&transaction)?;
            transaction.execute(
                "INSERT OR REPLACE INTO done(repository, purpose, moment) VALUES (?1, ?2, ?3)",
                params![lease.repository, purpose, moment],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }
}

fn next_moment(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row(
        "INSERT INTO moments(one, moment) VALUES (1, 1) ON CONFLICT(one) DO UPDATE SET moment = moment + 1 RETURNING moment",
        [],
        |row| row.get(0),
    )?)
}

fn unit(row: &Row) -> rusqlite::Result<Unit> {
    let (state, said): (String, Option<String>) = (row.get(4)?, row.get(6)?);
    Ok(Unit {
        repository: row.get(0)?,
        unit: row.get(1)?,
        change: row.get(2)?,
        diff: row.get(3)?,
        state: State::of(&state),
        reason: row.get(5)?,
        decision: decision(said.as_deref()),
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
