//! `campaign repos` and `campaign plan`.

use std::sync::Mutex;

use unspool_campaign::config::Config;
use unspool_campaign::discover;
use unspool_campaign::plan::engine::Engine;
use unspool_campaign::plan::{self, Options, Outcome, RowState};
use unspool_campaign::repos::{self, Shard};

use super::args::PlanArgs;
use super::{become_without_secrets, git, home, launcher, own_program, reader};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};
use unspool_campaign::text::plural;

pub fn repos(config: &Config, terminal: &mut Terminal) -> Result<Status, Error> {
    let forge = reader(config, terminal)?;
    let lines = Mutex::new(Vec::new());
    let say =
        |line: &str| lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line.to_owned());
    let git = git(config, None)?;
    let mut repositories = discover::run(config, Some(&*forge), &git, &say)?;
    for line in lines.into_inner().unwrap_or_default() {
        terminal.detail(line);
    }
    repos::write(&config.lock(), &mut repositories)?;
    let skipped: Vec<_> = repositories.iter().filter(|repository| repository.skip.is_some()).collect();
    for repository in &skipped {
        let why = repository.skip.as_deref().unwrap_or_default();
        terminal.note(format_args!("skipped {}: {why}", repository.name));
    }
    terminal.note(format_args!(
        "{} pinned, {} skipped: {}",
        plural(repositories.len() - skipped.len(), "repository"),
        skipped.len(),
        config.lock().display()
    ));
    Ok(Status::Done)
}

pub fn plan(config: &Config, args: PlanArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let PlanArgs { only, shard, again, offline } = args;
    let variable = |name: &str| std::env::var(name).ok();
    let shard = shard.map(|text| Shard::parse(&text, &variable)).transpose()?;
    let repositories = repos::read(&config.lock())?;
    let forge = if offline { None } else { Some(reader(config, terminal)?) };
    let git = git(config, forge.as_deref())?;
    let program = own_program()?;
    let engine = Engine { launcher: launcher(&program), program, arguments: Vec::new(), home: home(config)? };
    let quiet = terminal.quiet;
    let say = move |line: &str| {
        if !quiet {
            eprintln!("{line}");
        }
    };
    let options = Options { shard, only, again, offline };
    let rows = match plan::run(config, &repositories, &options, &engine, &git, &say)? {
        Outcome::Planned(rows) => rows,
        Outcome::Fetched => {
            terminal.note("clones are there; what runs code of the repositories runs without secrets");
            return Err(become_without_secrets(config, "--offline").into());
        }
    };
    let of = |state| rows.iter().filter(|row| row.state == state).count();
    let changes: usize = rows.iter().map(|row| row.changes.len()).sum();
    let sites: usize = rows.iter().map(|row| row.sites).sum();
    terminal.note(format_args!(
        "{}: {} in {}; {} without changes, {} skipped, {} failed",
        plural(rows.len(), "repository"),
        plural(sites, "rewrite"),
        plural(changes, "change set"),
        of(RowState::Nothing),
        of(RowState::Skipped),
        of(RowState::Failed),
    ));
    Ok(if of(RowState::Failed) > 0 { Status::Failed } else { Status::Done })
}
