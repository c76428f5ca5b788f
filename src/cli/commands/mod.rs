//! The commands, one file each.

pub mod check;
pub mod commit;
pub mod config;
pub mod decisions;
pub mod explain;
pub mod fix;
pub mod generate;
pub mod list;
pub mod review;

use unspool_engine::driver::{self, LeftAlone, Outcome, Problem, Progress, Severity};

use super::Error;
use super::config::{Config, Input};
use super::progress::Bar;
use super::report::shown;
use super::terminal::Terminal;

/// Runs the job of a command on what it names and reports what went wrong with single files.
fn work(config: &Config, terminal: &mut Terminal) -> Result<Outcome, Error> {
    let outcome = match &config.input {
        Input::Paths => {
            if driver::needs_recovery(&config.job.paths) {
                terminal
                    .warning("an interrupted run waits: the next `unspool fix` finishes or undoes it first");
            }
            let bar = Bar::new(terminal.shows_progress());
            let outcome = driver::run(&config.job, &bar);
            bar.finish();
            outcome
        }
        Input::Stdin { name, bytes } => driver::run_source(&config.job, name, bytes.clone()),
    };
    if let Some(error) = config.rules.take_error() {
        return Err(error);
    }
    if outcome.running == 0 && outcome.files_seen > 0 {
        terminal.warning(
            "no transform is selected, so nothing was looked for: `unspool list` shows them, `--select ID` takes one",
        );
    }
    for LeftAlone { path, reason } in &outcome.left_alone {
        terminal.detail(format_args!("left alone: {}: {reason}", shown(path)));
    }
    terminal.problems(&outcome.problems);
    Ok(outcome)
}

/// Finishes or undoes what an interrupted run has left in the files named. Gives whether that worked.
fn recovered(config: &Config, terminal: &mut Terminal) -> bool {
    let problems = driver::recover(&config.job.paths);
    terminal.problems(&problems);
    !failed(&problems)
}

/// Whether any of these means that some file could not be processed.
fn failed(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// For work whose progress nobody sees: it is short, or the screen belongs to somebody else.
struct Silent;

impl Progress for Silent {
    fn total(&self, _: usize) {}
    fn file_done(&self) {}
}
