//! How fast an identity may write: a minute's and an hour's number of writes and a distance between two, counted in the store,
//! so that several processes keep one pace. A forge that objects makes it slower for an hour.

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};

use super::Store;
use crate::config::Pace;
use crate::error::Result;

/// The pace is at most so many times slower than configured.
const SLOWEST: f64 = 16.0;
/// After so many seconds without an objection the pace is the configured one again.
const FORGIVEN: f64 = 3600.0;

impl Store {
    /// Takes the right to write once. Zero: now; otherwise nothing was taken, and so many seconds have to pass first.
    pub fn take_write(&mut self, identity: &str, pace: &Pace, now: f64) -> Result<f64> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pause: Option<(f64, f64)> = transaction
            .query_row("SELECT until, slower FROM pauses WHERE identity = ?1", [identity], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (until, slower) = pause.unwrap_or((0.0, 1.0));
        let slower = if now > until + FORGIVEN { 1.0 } else { slower };
        let mut wait = (until - now).max(0.0);
        for (window, allowed) in [
            (60.0 * slower, pace.writes_per_minute),
            (3600.0 * slower, pace.writes_per_hour),
            (pace.seconds_between_writes * slower, 1),
        ] {
            // The oldest write that still counts leaves the window after so many seconds.
            let blocking: Option<f64> = transaction
                .query_row(
                    "SELECT at FROM writes WHERE identity = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
                    params![identity, now - window, i64::try_from(allowed).unwrap_or(i64::MAX) - 1],
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

    /// The forge asked to wait: nobody writes before `until`, and then at half the pace.
    pub fn pause_writes(&mut self, identity: &str, until: f64) -> Result<()> {
        self.connection.execute(
            "INSERT INTO pauses(identity, until, slower) VALUES (?1, ?2, 2.0) ON CONFLICT(identity) DO UPDATE SET \
             until = max(until, ?2), slower = min(slower * 2.0, ?3)",
            params![identity, until, SLOWEST],
        )?;
        Ok(())
    }
}
