//! The commands, one file each.

pub mod check;
pub mod explain;
pub mod fix;
pub mod list;

use unspool_engine::driver::{self, LeftAlone, Outcome, Problem, Severity};

use super::config::{Config, Input};
use super::progress::Bar;
use super::report::shown;
use super::terminal::Terminal;

/// Runs the job of a command on what it names and reports what went wrong with single files.
fn work(config: &Config, terminal: &mut Terminal) -> Outcome {
    if config.job.transforms.is_empty() {
        terminal.warning("no transform is selected");
    }
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
    for LeftAlone { path, reason } in &outcome.left_alone {
        terminal.detail(format_args!("left alone: {}: {reason}", shown(path)));
    }
    terminal.problems(&outcome.problems);
    outcome
}

/// Whether any of these means that some file could not be processed.
fn failed(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}
