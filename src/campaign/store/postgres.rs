//! The store in a PostgreSQL: for as many publishers as there are. Leases are handed out with `SKIP LOCKED`, end by the clock of
//! the database alone, and have tokens that fence off who was stopped for too long.
//!
//! Almost everything is one statement: a client that is stopped in the middle holds no lock. Where it is more, the database ends
//! the session of a client that does not go on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Row};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::bucket::{FORGIVEN, SLOWEST, windows};
use super::{Bucket, COLUMNS, Claim, Decision, Lease, State, Store, Unit, Wanted, count, decision};
use crate::change::ChangeSet;
use crate::config::Pace;
use crate::error::{Error, Result};
use crate::secret::{Secret, redact};

/// Counts up when the schema changes.
const VERSION: i64 = 1;
/// Whoever makes the tables first, one at a time: any number that nobody else has.
const MAKING: i64 = 0x756e_7370_6f6f_6c31;
/// A session that holds a lock and says nothing for so long is ended, and nobody waits longer for a lock.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '30s'; SET statement_timeout = '60s'; \
                       SET client_min_messages = warning";

/// Where the database is, and whose campaign it is.
#[derive(Clone)]
pub struct Address {
    config: postgres::Config,
    /// Certificates to trust besides the usual ones.
    ca: Option<PathBuf>,
    campaign: String,
}

impl Address {
    /// `url` is what libpq takes: `postgres://user@host/database?sslmode=require`, or `host=/run/postgresql dbname=unspool`.
    /// Over a network there is no way without TLS.
    pub fn new(url: &Secret, ca: Option<PathBuf>, campaign: &str) -> Result<Address> {
        let mut config: postgres::Config = url
            .expose()
            .parse()
            .map_err(|error| Error::Config(format!("the address of the store is not understood: {error}")))?;
        if let Some(password) = config.get_password().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            // From now on no message has it.
            Secret::new(password);
        }
        let is_near = |host: &Host| match host {
            Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&&**name),
            Host::Unix(_) => true,
        };
        let is_far = !config.get_hosts().iter().all(is_near)
            || config.get_hostaddrs().iter().any(|address| !address.is_loopback());
        if is_far && config.get_ssl_mode() != SslMode::Require {
            return Err(Error::Config(
                "the store is on another machine: add `sslmode=require` to its address".into(),
            ));
        }
        config.application_name("unspool").connect_timeout(Duration::from_secs(30));
        Ok(Address { config, ca, campaign: campaign.into() })
    }

    fn connect(&self) -> Result<Client> {
        let mut client = if self.config.get_ssl_mode() == SslMode::Require {
            self.config.connect(tls(self.ca.as_deref())?)?
        } else {
            self.config.connect(NoTls)?
        };
        client.batch_execute(SESSION)?;
        // Ids are kebab-case, so that nothing has to be quoted but the hyphen.
        let schema = format!("unspool-{}", self.campaign);
        let made: bool = client
            .query_one("SELECT to_regclass($1) IS NOT NULL", &[&format!("\"{schema}\".version")])?
            .get(0);
        if !made {
            let schema = include_str!("postgres.sql").replace("{schema}", &schema);
            client.batch_execute(&format!(
                "SELECT pg_advisory_xact_lock({MAKING});\n{schema}\n\
                 INSERT INTO version SELECT {VERSION} WHERE NOT EXISTS (SELECT 1 FROM version);"
            ))?;
        }
        client.batch_execute(&format!("SET search_path TO \"{schema}\""))?;
        let version: i64 = client.query_one("SELECT max(version) FROM version", &[])?.get(0);
        if version > VERSION {
            return Err(Error::Config("the store was written by a newer unspool".into()));
        }
        Ok(client)
    }
}

fn tls(ca: Option<&Path>) -> Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = ca {
        let no =
            |error: &dyn std::fmt::Display| Error::Config(format!("store.ca {}: {error}", path.display()));
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| no(&error))? {
            roots.add(certificate.map_err(|error| no(&error))?).map_err(|error| no(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Failed(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// A connection that is made again when it broke: the database may be started anew while somebody waits for the pace.
struct Link {
    address: Address,
    client: Client,
}

impl Link {
    fn new(address: &Address) -> Result<Link> {
        Ok(Link { client: address.connect()?, address: address.clone() })
    }

    fn client(&mut self) -> Result<&mut Client> {
        if self.client.is_closed() {
            self.client = self.address.connect()?;
        }
        Ok(&mut self.client)
    }

    fn execute(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64> {
        Ok(self.client()?.execute(sql, values)?)
    }

    fn query(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        Ok(self.client()?.query(sql, values)?)
    }

    fn one(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Row> {
        Ok(self.client()?.query_one(sql, values)?)
    }
}

pub struct Postgres {
    link: Link,
}

impl Postgres {
    pub fn open(address: &Address) -> Result<Postgres> {
        Ok(Postgres { link: Link::new(address)? })
    }
}

/// The time of the database.
const NOW: &str = "extract(epoch FROM clock_timestamp())::bigint";
/// Of what is wanted ($1), what is not done for $2 behind $3. What is asked stands in the row of the lease: after its lock was waited
/// for, only that is looked at again.
const OPEN: &str = "leases JOIN unnest($1::text[]) WITH ORDINALITY AS wanted(name, place) ON name = leases.repository \
     WHERE coalesce((leases.done ->> $2)::bigint, 0) <= $3";

impl Store for Postgres {
    fn import(&mut self, repository: &str, changes: &[(String, ChangeSet)]) -> Result<()> {
        let mut transaction = self.link.client()?.transaction()?;
        // Two who import the same plan wait for each other rather than for each other's rows.
        transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&repository])?;
        transaction.execute("UPDATE units SET change = NULL WHERE repository = $1", &[&repository])?;
        for (id, change) in changes {
            transaction.execute(
                &format!(
                    "INSERT INTO units(repository, unit, change, diff, oversize, lines, sites, updated) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, {NOW}) \
                     ON CONFLICT(repository, unit) DO UPDATE SET \
                     change = $3, diff = $4, oversize = $5, lines = $6, sites = $7"
                ),
                &[
                    &repository,
                    &change.unit,
                    id,
                    &change.diff,
                    &change.oversize,
                    &count(change.lines()),
                    &count(change.sites.len()),
                ],
            )?;
        }
        // What was never published leaves no trace when it is no longer planned.
        transaction.execute(
            "DELETE FROM units WHERE repository = $1 AND change IS NULL AND pull IS NULL AND state IN ('planned', 'waiting')",
            &[&repository],
        )?;
        Ok(transaction.commit()?)
    }

    fn forget(&mut self, repository: &str) -> Result<()> {
        self.link.execute("DELETE FROM units WHERE repository = $1 AND pull IS NULL", &[&repository])?;
        Ok(())
    }

    fn units(&mut self, repository: Option<&str>) -> Result<Vec<Unit>> {
        let rows = self.link.query(
            &format!(
                "SELECT {COLUMNS} WHERE $1::text IS NULL OR units.repository = $1 \
                 ORDER BY units.repository COLLATE \"C\", units.unit COLLATE \"C\""
            ),
            &[&repository],
        )?;
        rows.iter().map(unit).collect()
    }

    fn decide(&mut self, unit: &Unit, decision: Decision, note: &str) -> Result<()> {
        let said = match decision {
            Decision::Pending => {
                "DELETE FROM decisions WHERE repository = $1 AND unit = $2 AND diff = $3".to_owned()
            }
            Decision::Accepted | Decision::Rejected => format!(
                "INSERT INTO decisions(repository, unit, diff, decision, note, at) VALUES ($1, $2, $3, $4, $5, {NOW}) \
                 ON CONFLICT(repository, unit, diff) DO UPDATE SET decision = $4, note = $5, at = {NOW}"
            ),
        };
        self.link.execute(
            &format!(
                "WITH said AS ({said}) \
                 INSERT INTO events(at, repository, unit, what, detail) VALUES ({NOW}, $1, $2, $4, $5)"
            ),
            &[&unit.repository, &unit.unit, &unit.diff, &decision.name(), &note],
        )?;
        Ok(())
    }

    fn record(&mut self, unit: &Unit, lease: &Lease) -> Result<bool> {
        // The lock on the lease keeps it ours until the end of the statement.
        let sql = format!(
            "WITH mine AS (SELECT 1 FROM leases \
                 WHERE repository = $11 AND token = $12 AND until > clock_timestamp() FOR UPDATE), \
             before AS (SELECT state, reason FROM units WHERE repository = $1 AND unit = $2), \
             written AS (UPDATE units SET state = $3, reason = $4, pull = $5, web = $6, head = $7, published = $8, checks = $9, \
                 wave = $10, updated = {NOW} FROM mine WHERE repository = $1 AND unit = $2 RETURNING 1), \
             told AS (INSERT INTO events(at, repository, unit, what, detail) SELECT {NOW}, $1, $2, $3, $4 FROM written, before \
                 WHERE (before.state, before.reason) IS DISTINCT FROM ($3::text, $4::text)) \
             SELECT count(*) FROM mine"
        );
        let held: i64 = self
            .link
            .one(
                &sql,
                &[
                    &unit.repository,
                    &unit.unit,
                    &unit.state.name(),
                    &unit.reason,
                    &unit.pull,
                    &unit.web,
                    &unit.head,
                    &unit.published,
                    &unit.checks,
                    &unit.wave,
                    &lease.repository,
                    &lease.token,
                ],
            )?
            .try_get(0)?;
        Ok(held > 0)
    }

    fn sample(&mut self, left: usize, open: usize, merged: usize) -> Result<()> {
        self.link.execute(
            &format!(
                "INSERT INTO progress(at, sites, open, merged) VALUES ({NOW}, $1, $2, $3) \
                 ON CONFLICT(at) DO UPDATE SET sites = $1, open = $2, merged = $3"
            ),
            &[&count(left), &count(open), &count(merged)],
        )?;
        Ok(())
    }

    fn samples(&mut self) -> Result<Vec<[i64; 4]>> {
        let rows = self.link.query("SELECT at, sites, open, merged FROM progress ORDER BY at", &[])?;
        let sample = |row: &Row| Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?]);
        rows.iter().map(sample).collect()
    }

    fn moment(&mut self) -> Result<i64> {
        Ok(self.link.one("SELECT nextval('moments')", &[])?.try_get(0)?)
    }

    fn claim(&mut self, wanted: &Wanted) -> Result<Claim> {
        let Wanted { repositories, purpose, since, holder, seconds } = wanted;
        self.link.execute(
            "INSERT INTO leases(repository) SELECT name FROM unnest($1::text[]) AS name ORDER BY name ON CONFLICT DO NOTHING",
            &[repositories],
        )?;
        let claimed = self.link.query(
            &format!(
                "UPDATE leases SET holder = $4, token = token + 1, until = clock_timestamp() + make_interval(secs => $5) \
                 WHERE repository = (SELECT name FROM {OPEN} AND until < clock_timestamp() ORDER BY place LIMIT 1 \
                 FOR UPDATE OF leases SKIP LOCKED) RETURNING repository, token"
            ),
            &[repositories, purpose, since, holder, seconds],
        )?;
        if let Some(row) = claimed.first() {
            return Ok(Claim::Yours(Lease { repository: row.try_get(0)?, token: row.try_get(1)? }));
        }
        let row = self.link.one(
            &format!(
                "SELECT count(*), extract(epoch FROM min(until) FILTER (WHERE until > clock_timestamp()) - clock_timestamp())::float8 \
                 FROM {OPEN}"
            ),
            &[repositories, purpose, since],
        )?;
        let (left, ends): (i64, Option<f64>) = (row.try_get(0)?, row.try_get(1)?);
        // Without an end: it became free a moment ago.
        Ok(if left == 0 { Claim::Done } else { Claim::Later(ends.unwrap_or(0.0)) })
    }

    fn renew(&mut self, lease: &Lease, seconds: f64) -> Result<bool> {
        let count = self.link.execute(
            "UPDATE leases SET until = clock_timestamp() + make_interval(secs => $3) \
             WHERE repository = $1 AND token = $2 AND until > clock_timestamp()",
            &[&lease.repository, &lease.token, &seconds],
        )?;
        Ok(count > 0)
    }

    fn release(&mut self, lease: &Lease, done: Option<&str>) -> Result<()> {
        self.link.execute(
            "UPDATE leases SET until = '-infinity', \
                 done = CASE WHEN $3::text IS NULL THEN done ELSE done || jsonb_build_object($3::text, nextval('moments')) END \
             WHERE repository = $1 AND token = $2 AND until > clock_timestamp()",
            &[&lease.repository, &lease.token, &done],
        )?;
        Ok(())
    }
}

fn unit(row: &Row) -> Result<Unit> {
    let (state, said): (String, Option<String>) = (row.try_get(4)?, row.try_get(6)?);
    Ok(Unit {
        repository: row.try_get(0)?,
        unit: row.try_get(1)?,
        change: row.try_get(2)?,
        diff: row.try_get(3)?,
        state: State::of(&state),
        reason: row.try_get(5)?,
        decision: decision(said.as_deref()),
        oversize: row.try_get(7)?,
        lines: row.try_get(8)?,
        sites: row.try_get(9)?,
        pull: row.try_get(10)?,
        web: row.try_get(11)?,
        head: row.try_get(12)?,
        published: row.try_get(13)?,
        checks: row.try_get(14)?,
        wave: row.try_get(15)?,
        updated: row.try_get(16)?,
    })
}

/// The pace of all publishers on all machines.
pub struct PostgresBucket {
    link: Link,
}

impl PostgresBucket {
    pub fn open(address: &Address) -> Result<PostgresBucket> {
        Ok(PostgresBucket { link: Link::new(address)? })
    }
}

impl Bucket for PostgresBucket {
    fn take(&mut self, identity: &str, pace: &Pace) -> Result<f64> {
        let (spans, allowed): (Vec<f64>, Vec<i64>) = windows(pace).into_iter().unzip();
        let row = self.link.one(
            "SELECT unspool.take_write($1, $2, $3, $4, $5)",
            &[&identity, &spans, &allowed, &SLOWEST, &FORGIVEN],
        )?;
        Ok(row.try_get(0)?)
    }

    fn pause(&mut self, identity: &str, seconds: f64) -> Result<()> {
        self.link.execute(
            "INSERT INTO unspool.pauses AS known(identity, until, slower) \
             VALUES ($1, extract(epoch FROM clock_timestamp()) + $2::float8, 2) \
             ON CONFLICT(identity) DO UPDATE SET until = greatest(known.until, excluded.until), slower = least(known.slower * 2, $3)",
            &[&identity, &seconds, &SLOWEST],
        )?;
        Ok(())
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        let mut text = format!("the store: {error}");
        // What went wrong stands one level below.
        if let Some(source) = std::error::Error::source(&error) {
            text += &format!(": {source}");
        }
        let text = redact(&text);
        let passing = [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ];
        match error.code() {
            Some(code) if passing.contains(code) => Error::TryAgain(text),
            // Class 28 and 3D: who we are, and which database.
            Some(code) if code.code().starts_with("28") || code.code().starts_with("3D") => {
                Error::Config(text)
            }
            Some(_) => Error::Failed(text),
            // No answer of the database: the network, or it is not there.
            None => Error::TryAgain(text),
        }
    }
}
