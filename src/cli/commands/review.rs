//! `unspool review`: a person decides each rewrite.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use unspool_engine::driver::{self, Choice, Outcome};

use super::decisions::root_of;
use super::{Silent, failed, recovered, work};
use crate::cli::args::RunArgs;
use crate::cli::config::{Config, Input, Use};
use crate::cli::decisions::{Decision, Decisions};
use crate::cli::interrupt::Uninterrupted;
use crate::cli::report::{plural, shown, summary};
use crate::cli::review::session::{Item, Session};
use crate::cli::review::{self, End};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

pub fn run(args: RunArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    // Everything is applied in memory: what a rewrite looks like is what it looks like behind the ones before it.
    let how = Use { apply: true, report: |_| false, counts: false, shows_changes: true, baseline: None };
    let mut config = Config::new(args, how)?;
    if matches!(config.input, Input::Stdin { .. })
        || !std::io::stdin().is_terminal()
        || !std::io::stdout().is_terminal()
    {
        return Err(Error::ReviewWithoutTerminal);
    }
    if !recovered(&config, terminal) {
        return Ok(Status::Failed);
    }
    let outcome = work(&config, terminal)?;
    let mut status = if failed(&outcome.problems) { Status::Failed } else { Status::Done };
    let mut session = Session::default();
    session.set_items(items(&outcome));
    if session.items.is_empty() {
        terminal.note(summary::fix(&outcome, &[]));
        return Ok(status);
    }
    let mut reload = || {
        let outcome = driver::run(&config.job, &Silent);
        match (config.rules.take_error(), outcome.problems.first()) {
            (Some(error), _) => Err(error.title()),
            (None, Some(problem)) if failed(&outcome.problems) => {
                Err(format!("{}: {}", shown(&problem.path), problem.message))
            }
            _ => Ok(items(&outcome)),
        }
    };
    let end = review::run(&mut session, &mut reload).map_err(Error::Screen)?;
    if end == End::Left {
        terminal.note("left: nothing was written");
        return Ok(Status::Done);
    }
    let rejected = session.rejected();
    remember(&rejected)?;
    config.job.choice = Choice::Only(session.accepted());
    let outcome = driver::run(&config.job, &Silent);
    if let Some(error) = config.rules.take_error() {
        return Err(error);
    }
    let uninterrupted = Uninterrupted::begin();
    let written = driver::write(&outcome.files, &|| uninterrupted.asked());
    terminal.problems(&written.problems);
    if failed(&written.problems) {
        status = Status::Failed;
    }
    let applied: usize = outcome
        .files
        .iter()
        .filter(|file| written.files.contains(&file.path))
        .map(|file| file.sites.iter().filter(|site| site.applied).count())
        .sum();
    terminal.note(format_args!(
        "{} in {}; {} rejected, {} left for another time",
        plural(applied, "rewrite"),
        plural(written.files.len(), "file"),
        rejected.len(),
        session.items.len() - session.accepted().len() - rejected.len()
    ));
    Ok(if written.interrupted { Status::Interrupted } else { status })
}

/// The rewrites of an outcome, by file; those of later rounds behind those that they build on.
fn items(outcome: &Outcome) -> Vec<Item> {
    let sites = |file| {
        let file: &driver::FileReport = file;
        file.sites.iter().filter(|site| site.applied).map(move |site| Item::new(file, site))
    };
    outcome.files.iter().flat_map(sites).collect()
}

/// Writes rejections into the decisions files of their repositories.
fn remember(rejected: &[(PathBuf, Decision)]) -> Result<(), Error> {
    let mut by_root: BTreeMap<PathBuf, Vec<&Decision>> = BTreeMap::new();
    for (path, decision) in rejected {
        by_root.entry(root_of(path)?).or_default().push(decision);
    }
    for (root, rejected) in by_root {
        let mut decisions = Decisions::load(&root)?;
        rejected.into_iter().for_each(|decision| decisions.add(decision.clone()));
        decisions.save()?;
    }
    Ok(())
}
