//! How fast an identity may write: a minute's and an hour's number of writes and a distance between two, counted in one place,
//! so that all its processes keep one pace, of whichever campaign. A forge that objects makes it slower for an hour.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::config::Pace;
use crate::error::{Error, Result};
use crate::time::Clock;

/// The pace is at most so many times slower than configured.
pub(super) const SLOWEST: f64 = 16.0;
/// After so many seconds without an objection the pace is the configured one again.
pub(super) const FORGIVEN: f64 = 3600.0;

pub trait Bucket: Send {
    /// Takes the right to write once. Zero: now; otherwise nothing was taken, and so many seconds have to pass first.
    fn take(&mut self, identity: &str, pace: &Pace) -> Result<f64>;

    /// The forge asked to wait: nobody writes for so many seconds, and then at half the pace.
    fn pause(&mut self, identity: &str, seconds: f64) -> Result<()>;
}

/// In a file, for all processes of one user on one machine.
pub struct SqliteBucket {
    connection: Connection,
    clock: Arc<dyn Clock + Send>,
}

impl SqliteBucket {
    pub fn open(path: &Path, clock: Arc<dyn Clock + Send>) -> Result<SqliteBucket> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::io("making", folder, &error))?;
        }
        let connection = super::sqlite::connect(path, include_str!("bucket.sql"), 1)?;
        Ok(SqliteBucket { connection, clock })
    }
}

impl Bucket for SqliteBucket {
    fn take(&mut self, identity: &str, pace: &Pace) -> Result<f64> {
        let now = self.clock.now();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pause: Option<(f64, f64)> = transaction
            .query_row("SELECT until, slower FROM pauses WHERE identity = ?1", [identity], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (until, slower) = pause.unwrap_or((0.0, 1.0));
        let slower = if now > until + FORGIVEN { 1.0 } else { slower };
        let mut wait = (until - now).max(0.0);
        for (window, allowed) in windows(pace) {
            let window = window * slower;
            // The oldest write that still counts leaves the window after so many seconds.
            let blocking: Option<f64> = transaction
                .query_row(
                    "SELECT at FROM writes WHERE identity = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
                    params![identity, now - window, allowed - 1],
                    |row| row.get(0),
                )
                .optional()?;
            if let Some(at) = blocking {
                wait = wait.max(at + window - now);
            }
        }
        if wait <= 0.0 {
            transaction
                .execute("INSERT INTO writes(identity, at) VALUES (?1, ?2)", params![identity, now])?;
            let oldest = now - 3600.0 * SLOWEST;
            transaction
                .execute("DELETE FROM writes WHERE identity = ?1 AND at < ?2", params![identity, oldest])?;
        }
        transaction.commit()?;
        Ok(wait.max(0.0))
    }

    fn pause(&mut self, identity: &str, seconds: f64) -> Result<()> {
        self.connection.execute(
            "INSERT INTO pauses(identity, until, slower) VALUES (?1, ?2, 2.0) ON CONFLICT(identity) DO UPDATE SET \
             until = max(until, ?2), slower = min(slower * 2.0, ?3)",
            params![identity, self.clock.now() + seconds, SLOWEST],
        )?;
        Ok(())
    }
}

/// In so many seconds so many writes.
pub(super) fn windows(pace: &Pace) -> [(f64, i64); 3] {
    let writes = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    [
        (60.0, writes(pace.writes_per_minute)),
        (3600.0, writes(pace.writes_per_hour)),
        (pace.seconds_between_writes, 1),
    ]
}
