//! `unspool fix`: the rewrites themselves, written or as a diff.

use std::cell::Cell;
use std::time::Duration;

use rustc_hash::FxHashSet;
use unspool_engine::driver::{self, FileReport, Outcome, Written};

use super::{failed, recovered, work};
use crate::cli::args::{FixArgs, ReportArgs, VerifyArgs};
use crate::cli::config::{Config, Input, Use};
use crate::cli::interrupt::Uninterrupted;
use crate::cli::report::output::Format;
use crate::cli::report::{diff, output, plural, shown, statistics, summary};
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status, verify};

pub fn run(args: FixArgs, terminal: &mut Terminal) -> Result<Status, Error> {
    let FixArgs { dry_run, commit, exit_code, report, verify: VerifyArgs { verify, verify_timeout }, run } =
        args;
    let ReportArgs { format, output, statistics } = report;
    if commit {
        return super::commit::run(run, terminal);
    }
    if format != Format::Text && !dry_run {
        return Err(Error::FormatWithoutDryRun);
    }
    let shows_changes = output::shows_changes(format, &output);
    let report = if statistics { |_| true } else { |_| false };
    let how = Use { apply: true, report, counts: true, shows_changes, baseline: None };
    let mut config = Config::new(run, how)?;
    if verify.is_some() && matches!(config.input, Input::Stdin { .. }) {
        return Err(Error::VerifyStdin);
    }
    let in_place = !dry_run && matches!(config.input, Input::Paths);
    if in_place && !recovered(&config, terminal) {
        return Ok(Status::Failed);
    }
    let mut outcome = work(&config, terminal)?;
    let is_verified = verify.is_some();
    if let Some(command) = verify
        && outcome.files.iter().any(|file| file.change.is_some())
    {
        let limit = verify_timeout.map(Duration::from_secs);
        // The problems stay: they are those of the files, whatever is applied.
        match verify::run(&command, limit, &mut config.job, outcome.clone(), terminal)? {
            Some(files) => outcome.files = files,
            None => {
                terminal.warning("interrupted while verifying: no file was changed");
                return Ok(Status::Interrupted);
            }
        }
    }
    let changed: Vec<&FileReport> = outcome.files.iter().filter(|file| file.change.is_some()).collect();
    let sum_up = |files: &[&FileReport]| summary::fix(&outcome, files);
    let mut status = if failed(&outcome.problems) { Status::Failed } else { Status::Done };
    match &config.input {
        _ if dry_run => {
            // Statistics stand in place of the diff, the sites that were not applied are for them alone.
            let applied = only_applied(&outcome);
            output::write(&applied, Some(format), &output, terminal, &|out, paint| {
                if statistics {
                    return statistics::write(out, paint, &outcome);
                }
                for file in &changed {
                    let Some(change) = &file.change else { continue };
                    diff::write(out, paint, &file.path, change)?;
                }
                Ok(())
            })?;
            terminal.flush()?;
            terminal.note(sum_up(&changed) + " (dry run: nothing written)");
        }
        Input::Stdin { bytes, .. } => {
            terminal.write(|out, _| out.write_all(rewritten(&outcome).unwrap_or(bytes)))?;
            terminal.flush()?;
            terminal.note(sum_up(&changed));
        }
        Input::Paths => {
            let Written { files, problems, interrupted } = write(&outcome.files);
            terminal.problems(&problems);
            let files: FxHashSet<_> = files.into_iter().collect();
            let written: Vec<&FileReport> =
                changed.iter().copied().filter(|file| files.contains(&file.path)).collect();
            for file in &written {
                terminal.detail(format_args!(
                    "{} {}: {}",
                    summary::wrote(file),
                    shown(&file.path),
                    summary::rewrites(file, &outcome.files)
                ));
            }
            terminal.note(summary::report(&outcome, &written, is_verified));
            if statistics {
                terminal.write(|out, paint| statistics::write(out, paint, &outcome))?;
            }
            output::write(&only_applied(&outcome), None, &output, terminal, &|out, _| {
                written.iter().try_for_each(|file| {
                    writeln!(
                        out,
                        "{} {}: {}",
                        summary::wrote(file),
                        shown(&file.path),
                        summary::rewrites(file, &outcome.files)
                    )
                })
            })?;
            if interrupted {
                let left = changed.len() - written.len();
                terminal.warning(format_args!(
                    "interrupted: {} not written; run unspool again for the rest",
                    plural(left, "file")
                ));
                return Ok(Status::Interrupted);
            }
            if failed(&problems) {
                status = Status::Failed;
            }
        }
    }
    Ok(match status {
        Status::Done if exit_code && !changed.is_empty() => Status::Found,
        status => status,
    })
}

/// The outcome without the sites that were only decided.
fn only_applied(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    for file in &mut outcome.files {
        file.sites.retain(|site| site.applied);
    }
    outcome.files.retain(|file| file.change.is_some());
    outcome
}

/// Writes the results, and ends early between two files where somebody asks for it.
fn write(files: &[FileReport]) -> Written {
    let uninterrupted = Uninterrupted::begin();
    let asked = Cell::new(0);
    driver::write(files, &|| {
        asked.set(asked.get() + 1);
        pause_for_tests(asked.get(), &uninterrupted);
        uninterrupted.asked()
    })
}

/// Test-only: `UNSPOOL_TEST_PAUSE=N:FIFO` waits before the N-th file or group of files is written, until somebody
/// has opened the named pipe for writing and closed it again. If they wrote `interrupted`, also for the signal.
fn pause_for_tests(step: usize, uninterrupted: &Uninterrupted) {
    let Ok(pause) = std::env::var("UNSPOOL_TEST_PAUSE") else { return };
    if let Some((number, fifo)) = pause.split_once(':')
        && number.parse() == Ok(step)
    {
        let message = std::fs::read(fifo).unwrap_or_default();
        while message == b"interrupted" && !uninterrupted.asked() {
            std::thread::yield_now();
        }
    }
}

/// The new bytes of standard input. Where it could not be processed or nothing changed there are none: then it
/// comes out as it went in, so that a pipe never loses it.
fn rewritten(outcome: &Outcome) -> Option<&[u8]> {
    outcome.files.first()?.change.as_ref().map(|change| &*change.after)
}
