//! `plan`: from pinned repositories to change sets. Pure: it reads repositories and writes files of the campaign's folder.
//!
//! ```text
//! repos.lock.jsonl -> fetch -> opted out? -> check -> fix --dry-run [--verify] per unit -> split -> changes/ID.json + .patch
//!                                                                                          rows/REPOSITORY.json
//! ```
//!
//! A row says what became of a repository. Rows and change sets are whole files, so that many machines can fill one folder,
//! and a plan that was interrupted goes on where it was.
//!
//! Where the campaign verifies, it happens in two steps: first all clones, then, in a process that has no secret in its
//! environment (see [`Outcome::Fetched`]), everything that may run code of the repositories.

pub mod engine;
mod units;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::change::write_whole;
use crate::config::{CloneKind, Config};
use crate::error::{Error, Result};
use crate::git::{self, Git};
use crate::optout;
use crate::repos::{Repository, Shard};
use crate::secret::redact;
use crate::text::{plain, sha256};
use engine::{Engine, folder_name};

/// What became of a repository.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Row {
    pub repository: String,
    pub commit: String,
    pub state: RowState,
    /// Why there are no change sets, in words.
    pub reason: String,
    /// Ids of change sets.
    pub changes: Vec<String>,
    /// Sites that the plan offers, in all units.
    pub sites: usize,
    /// Files that could not be processed.
    pub problems: usize,
    pub seconds: f64,
    /// Hash of everything that the row depends on: a plan with the same one would be the same.
    pub inputs: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    Changes,
    Nothing,
    Skipped,
    Failed,
}

#[derive(Debug, Default)]
pub struct Options {
    pub shard: Option<Shard>,
    /// Names; empty means all.
    pub only: Vec<String>,
    /// Also what has been planned before.
    pub again: bool,
    /// The second step of a plan that verifies: everything has been fetched.
    pub offline: bool,
}

#[derive(Debug)]
pub enum Outcome {
    Planned(Vec<Row>),
    /// Clones are there. What comes next runs code of the repositories: begin a process without secrets.
    Fetched,
}

/// Plans every repository of the list that is ours. `say` gets one line for each.
pub fn run(
    config: &Config,
    repositories: &[Repository],
    options: &Options,
    engine: &Engine,
    git: &Git,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Outcome> {
    for name in &options.only {
        if !repositories.iter().any(|repository| repository.name == *name) {
            return Err(Error::Config(format!("`{name}` is not in the list of repositories")));
        }
    }
    let mine = |repository: &&Repository| {
        (options.only.is_empty() || options.only.contains(&repository.name))
            && options.shard.is_none_or(|shard| shard.has(&repository.name, &config.campaign.id))
    };
    let mine: Vec<&Repository> = repositories.iter().filter(mine).collect();
    let known = |repository: &Repository| {
        read_row(config, &repository.name).filter(|row| {
            !options.again && row.inputs == inputs(config, repository) && row.state != RowState::Failed
        })
    };
    if config.verify.is_some() && !options.offline {
        parallel(config, &mine, |repository| {
            if repository.skip.is_none() && known(repository).is_none() {
                // What fails here fails again in the second step, which writes the row.
                let _ = clone(config, repository, git);
            }
        });
        return Ok(Outcome::Fetched);
    }
    let rows = parallel(config, &mine, |repository| {
        if let Some(row) = known(repository) {
            return row;
        }
        let started = Instant::now();
        let mut row = one(config, repository, engine, git);
        row.seconds = (started.elapsed().as_secs_f64() * 100.0).round() / 100.0;
        row.reason = redact(&row.reason);
        let path = config.rows().join(format!("{}.json", folder_name(&repository.name)));
        let written = serde_json::to_vec_pretty(&row)
            .map_err(std::io::Error::from)
            .map_err(|error| Error::io("row", &path, &error));
        if let Err(error) = written.and_then(|json| write_whole(&path, &json)) {
            row.state = RowState::Failed;
            row.reason = error.to_string();
        }
        say(&describe(&row));
        row
    });
    Ok(Outcome::Planned(rows))
}

/// Rows of all repositories that have been planned, by name.
pub fn read_rows(config: &Config) -> Result<Vec<Row>> {
    let folder = config.rows();
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let bytes = std::fs::read(&path).map_err(|error| Error::io("reading", &path, &error))?;
            let row: Row = serde_json::from_slice(&bytes)
                .map_err(|error| Error::Failed(format!("{} is no row: {error}", path.display())))?;
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| a.repository.cmp(&b.repository));
    Ok(rows)
}

fn read_row(config: &Config, repository: &str) -> Option<Row> {
    let path = config.rows().join(format!("{}.json", folder_name(repository)));
    let row: Row = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let folder = config.changes();
    let has = |id: &String| crate::change::ChangeSet::load(&folder, id).is_ok();
    row.changes.iter().all(has).then_some(row)
}

/// One line for the terminal.
fn describe(row: &Row) -> String {
    let what = match row.state {
        RowState::Changes => format!(
            "{} with {}",
            crate::text::plural(row.changes.len(), "change set"),
            crate::text::plural(row.sites, "rewrite")
        ),
        RowState::Nothing => "nothing to do".to_owned(),
        RowState::Skipped => format!("skipped: {}", row.reason),
        RowState::Failed => format!("failed: {}", row.reason),
    };
    plain(&format!("{}: {what}", row.repository))
}

fn inputs(config: &Config, repository: &Repository) -> String {
    let Config { campaign, transforms, verify, change, .. } = config;
    sha256(
        format!(
            "{} {repository:?} {} {transforms:?} {verify:?} {change:?}",
            env!("CARGO_PKG_VERSION"),
            campaign.id
        )
        .as_bytes(),
    )
}

fn clone(config: &Config, repository: &Repository, git: &Git) -> Result<std::path::PathBuf> {
    let folder = config.work().join(folder_name(&repository.name));
    let mut git = git.clone();
    if repository.is_local() {
        // The operator named the folder; nothing of the forge is spoken to it.
        git.protocols = "file".into();
        git.credential = None;
    }
    git::fetch(&git, &repository.url, &repository.commit, &folder, config.limits.clone)?;
    Ok(folder)
}

fn one(config: &Config, repository: &Repository, engine: &Engine, git: &Git) -> Row {
    let mut row = Row {
        repository: repository.name.clone(),
        commit: repository.commit.clone(),
        state: RowState::Skipped,
        reason: String::new(),
        changes: Vec::new(),
        sites: 0,
        problems: 0,
        seconds: 0.0,
        inputs: inputs(config, repository),
    };
    if let Some(reason) = &repository.skip {
        row.reason.clone_from(reason);
        return row;
    }
    let result = clone(config, repository, git).and_then(|folder| {
        if let Some(reason) = optout::by_clone(&folder) {
            row.reason = reason;
            return Ok(());
        }
        let planned = units::plan(config, repository, engine, &folder)?;
        row.problems = planned.problems;
        for (change, patch) in planned.changes {
            row.sites += change.sites.len();
            row.changes.push(change.save(&config.changes(), &patch)?);
        }
        row.state = if row.changes.is_empty() { RowState::Nothing } else { RowState::Changes };
        Ok(())
    });
    if let Err(error) = result {
        row.state = RowState::Failed;
        row.reason = error.to_string();
    }
    if config.limits.clone != CloneKind::Mirror {
        remove(&config.work().join(folder_name(&repository.name)));
    }
    row
}

/// A clone may have folders that cannot be entered; what stays is removed by the next plan.
fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

/// The results in the order of the repositories. A panic in one is a failure of that one.
fn parallel<T: Send + From<Panicked>>(
    config: &Config,
    repositories: &[&Repository],
    work: impl Fn(&Repository) -> T + Sync,
) -> Vec<T> {
    let jobs = match config.limits.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    };
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<T>>> = Mutex::new(repositories.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(repositories.len()) {
            scope.spawn(|| {
                while let Some(repository) = repositories.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let at = repositories.iter().position(|other| std::ptr::eq(*other, *repository));
                    let result = catch_unwind(AssertUnwindSafe(|| work(repository))).unwrap_or_else(|_| {
                        Panicked { repository: repository.name.clone(), commit: repository.commit.clone() }
                            .into()
                    });
                    if let Some(at) = at {
                        results.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
                    }
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

/// An error in this program met this repository.
struct Panicked {
    repository: String,
    commit: String,
}

impl From<Panicked> for () {
    fn from(_: Panicked) {}
}

impl From<Panicked> for Row {
    fn from(Panicked { repository, commit }: Panicked) -> Row {
        Row {
            repository,
            commit,
            state: RowState::Failed,
            reason: "an internal error: see standard error".into(),
            changes: Vec::new(),
            sites: 0,
            problems: 0,
            seconds: 0.0,
            inputs: String::new(),
        }
    }
}
