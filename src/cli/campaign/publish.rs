//! `campaign publish`, and what comes behind it: all that writes to the forge.

use std::cell::Cell;
use std::fs::{File, TryLockError};
use std::sync::Arc;

use tempfile::TempDir;
use unspool_campaign::child;
use unspool_campaign::config::{self, Config, Credentials};
use unspool_campaign::publish::gate::StoreGate;
use unspool_campaign::publish::{Options, Publisher, Step, Summary, Watch};
use unspool_campaign::store::lease::{Heartbeat, Held};
use unspool_campaign::store::{Bucket, Postgres, PostgresBucket, Sqlite, SqliteBucket};
use unspool_campaign::text::sha256;
use unspool_campaign::time::SystemClock;
use unspool_campaign::{revert as inverse, review};

use super::args::{CloseArgs, MergeArgs, OnlyArgs, PublishArgs};
use super::{CampaignError, connect, git, open_store, reader};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};
use unspool_campaign::text::plural;

/// The terminal. Signals end the process where it is: the next run goes on from there.
struct Looker {
    quiet: bool,
    /// Test-only: the step at which `UNSPOOL_TEST_CRASH` ends the process, as a loss of power would.
    crash: Option<Step>,
    /// Test-only: the step at which `UNSPOOL_TEST_STOP` stops the process, once, until somebody continues it.
    stop: Cell<Option<Step>>,
}

impl Watch for Looker {
    fn step(&self, step: Step) {
        if self.crash == Some(step) {
            std::process::abort();
        }
        if self.stop.get() == Some(step) {
            self.stop.set(None);
            child::stop_here();
        }
    }

    fn say(&self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }
}

/// Runs something with everything that writing needs.
fn with_publisher(
    config: &Config,
    options: Options,
    terminal: &mut Terminal,
    run: impl FnOnce(&mut Publisher) -> Result<Summary, CampaignError>,
) -> Result<Summary, Error> {
    let credentials = config::credentials(config, true)?;
    let (mut store, address) = open_store(config)?;
    let clock = Arc::new(SystemClock);
    let seconds = config.store.lease;
    // Many publishers share a database; a file is for one at a time, which needs no lease that ends.
    let (held, bucket, _alone, own) = match &address {
        Some(address) => {
            let held = Held::new(Box::new(Postgres::open(address)?), seconds);
            let bucket = Box::new(PostgresBucket::open(address)?) as Box<dyn Bucket>;
            (held, bucket, None, Some(own_folder(config)?))
        }
        None => {
            let alone = alone(config)?;
            let held = Held::new(Box::new(Sqlite::open(&config.store(), clock.clone())?), seconds);
            let path = config.bucket(&|name| std::env::var_os(name));
            let bucket = Box::new(SqliteBucket::open(&path, clock.clone())?) as Box<dyn Bucket>;
            (held, bucket, Some(alone), None)
        }
    };
    let objects = own.as_ref().map_or_else(|| config.work().join("publish"), |own| own.path().to_path_buf());
    let held = Arc::new(held);
    let _heartbeat = address.is_some().then(|| Heartbeat::start(Arc::clone(&held)));
    review::import(config, &mut *store)?;
    let who = identity(config, &credentials);
    let gate = StoreGate::new(bucket, who, config.pace.clone(), clock.clone(), Arc::clone(&held));
    let forge = connect(config, credentials, Arc::new(gate), terminal.verbose)?;
    let git = git(config, Some(&*forge))?;
    let named = |name: &str| {
        let wanted = std::env::var(name).ok();
        Step::ALL.into_iter().find(|step| wanted.as_deref() == Some(&*format!("{step:?}")))
    };
    let watch = Looker {
        quiet: terminal.quiet,
        crash: named("UNSPOOL_TEST_CRASH"),
        stop: Cell::new(named("UNSPOOL_TEST_STOP")),
    };
    let mut publisher = Publisher {
        config,
        store: &mut *store,
        held,
        holder: holder(),
        objects,
        forge: &*forge,
        git: &git,
        clock: &*clock,
        watch: &watch,
        options,
    };
    Ok(run(&mut publisher)?)
}

/// A folder for the commits of this publisher alone, gone with it. What a killed one leaves below `work` can be removed.
fn own_folder(config: &Config) -> Result<TempDir, CampaignError> {
    let work = config.work();
    std::fs::create_dir_all(&work)
        .and_then(|()| tempfile::Builder::new().prefix("publisher-").tempdir_in(&work))
        .map_err(|error| CampaignError::io("making a folder in", &work, &error))
}

/// Machine and process, for people who look into the store.
fn holder() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{} {}", name.trim(), std::process::id())
}

/// One process at a time publishes from a folder; the lock goes with the process, however it ends.
fn alone(config: &Config) -> Result<File, CampaignError> {
    let path = config.folder.join("publish.lock");
    let file = File::create(&path).map_err(|error| CampaignError::io("writing", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(CampaignError::TryAgain("another process publishes from this folder".into()))
        }
        Err(TryLockError::Error(error)) => Err(CampaignError::io("locking", &path, &error)),
    }
}

/// Whose pace it is: who writes where, without the secret itself.
fn identity(config: &Config, credentials: &Credentials) -> String {
    let who = match credentials {
        Credentials::None => String::new(),
        Credentials::Token(token) => sha256(token.expose().as_bytes())[..16].to_owned(),
        Credentials::App { id, installation, .. } => format!("app {id} {installation}"),
    };
    format!("{} {who}", config.api())
}

/// What a run came to, and the exit status that says so.
fn report(summary: &Summary, done: &str, terminal: &mut Terminal) -> Status {
    let Summary { opened, updated, closed, left, failed, waiting } = summary;
    terminal.note(format_args!(
        "{opened} opened, {updated} {done}, {closed} closed, {left} left as they are, {failed} failed"
    ));
    for why in waiting {
        terminal.note(format_args!("waiting: {why}"));
    }
    if *failed > 0 {
        Status::Failed
    } else if waiting.is_empty() {
        Status::Done
    } else {
        Status::TryAgain
    }
}

pub fn publish(config: &Config, args: PublishArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let PublishArgs { only, limit, dry_run, i_have_permission, reopen } = args;
    let options = Options { only, limit, dry_run, permission: i_have_permission, reopen };
    let summary = with_publisher(config, options, terminal, |publisher| publisher.run())?;
    if dry_run {
        return Ok(Status::Done);
    }
    Ok(report(&summary, "updated", terminal))
}

pub fn sync(config: &Config, args: OnlyArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let options = Options { only: args.only, ..Options::default() };
    let summary = with_publisher(config, options, terminal, |publisher| publisher.sync())?;
    Ok(report(&summary, "updated", terminal))
}

pub fn merge(config: &Config, args: MergeArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let MergeArgs { when_green: _, only } = args;
    let options = Options { only, ..Options::default() };
    let summary = with_publisher(config, options, terminal, |publisher| publisher.merge())?;
    Ok(report(&summary, "merged", terminal))
}

pub fn close(config: &Config, args: CloseArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let CloseArgs { reason, only } = args;
    let options = Options { only, ..Options::default() };
    let summary = with_publisher(config, options, terminal, |publisher| publisher.close(&reason))?;
    Ok(report(&summary, "updated", terminal))
}

/// Reads only: what it makes are change sets.
pub fn revert(config: &Config, terminal: &mut Terminal) -> Result<Status, Error> {
    let forge = reader(config, terminal)?;
    let git = git(config, Some(&*forge))?;
    let (mut store, _) = open_store(config)?;
    review::import(config, &mut *store)?;
    let say = |line: &str| eprintln!("{line}");
    let (made, failed) = inverse::run(config, &mut *store, &*forge, &git, &say)?;
    terminal.note(format_args!(
        "{} that undo what was merged, {failed} could not be made; `unspool campaign show`, accept them, `publish`",
        plural(made, "change set")
    ));
    Ok(if failed > 0 { Status::Failed } else { Status::Done })
}
