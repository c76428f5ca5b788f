//! `unspool fix`: the rewrites themselves, written or as a diff.

use unspool_engine::driver::{FileReport, Outcome};

use super::{status, work};
use crate::cli::args::FixArgs;
use crate::cli::config::{Config, Input};
use crate::cli::report::summary;
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

pub fn run(args: FixArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let FixArgs { dry_run: _, exit_code, run } = args;
    let config = Config::new(run, true, |_| false)?;
    let outcome = work(&config, terminal);
    if let Input::Stdin { bytes, .. } = &config.input {
        terminal.write(|out, _| out.write_all(rewritten(&outcome).unwrap_or(bytes)))?;
    }
    terminal.note(summary::fix(&config.job, &outcome));
    Ok(match status(&outcome) {
        Status::Done if exit_code && changed(&outcome).next().is_some() => Status::Found,
        status => status,
    })
}

fn changed(outcome: &Outcome) -> impl Iterator<Item = &FileReport> {
    outcome.files.iter().filter(|file| file.change.is_some())
}

/// The new bytes of standard input. Where it could not be processed or nothing changed there are none: then it
/// comes out as it went in, so that a pipe never loses it.
fn rewritten(outcome: &Outcome) -> Option<&[u8]> {
    outcome.files.first()?.change.as_ref().map(|change| &*change.after)
}
