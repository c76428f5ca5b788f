//! The command line: what was typed ([`args`]) becomes what is meant ([`config`]), a command runs it, and a
//! report or an [`Error`] comes out.
//!
//! Diffs, listings and rewritten standard input go to standard output, everything else to standard error.

mod args;
mod campaign;
mod commands;
mod config;
mod decisions;
mod error;
mod git;
mod helpers;
mod idioms;
mod interrupt;
mod progress;
mod replace;
mod report;
mod review;
mod selection;
mod terminal;
mod verify;
mod version;

use std::process::ExitCode;

use clap::Parser as _;

pub use error::Error;

use args::{Args, Command};
use terminal::Terminal;

/// How a command that did its work ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nothing is left to say.
    Done,
    /// There are rewrites (`check`), or there is a diff and the caller asked to be told (`--exit-code`).
    Found,
    /// Some file could not be processed, or an internal check failed.
    Failed,
    /// Somebody else has to go first: run it again later.
    TryAgain,
    /// A signal asked for the end.
    Interrupted,
}

impl Status {
    /// The exit status. Part of the interface: scripts and CI rely on it.
    fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::Found => 1,
            Status::Failed => 3,
            // EX_TEMPFAIL of sysexits.h.
            Status::TryAgain => 75,
            Status::Interrupted => interrupt::EXIT_CODE,
        }
    }
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // `--help` comes here too. Whoever closed the pipe does not want to read it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(error::USAGE));
        }
    };
    if let Command::VerifyGuard { scratch } = &args.command {
        // With signal handlers of its own.
        unspool_verify::serve(scratch);
        return ExitCode::SUCCESS;
    }
    if let Command::CampaignChild(child) = &args.command {
        let error = unspool_campaign::child::exec_limited(child.memory, &child.argv);
        eprintln!(
            "{}: {error}",
            child.argv.first().map_or_else(Default::default, |name| name.to_string_lossy())
        );
        return ExitCode::from(campaign::CANNOT_START);
    }
    let mut terminal = Terminal::new(&args.output);
    interrupt::install();
    let result = match args.command {
        Command::Fix(fix) => commands::fix::run(fix, &mut terminal),
        Command::Check(check) => commands::check::run(check, &mut terminal),
        Command::Review(review) => commands::review::run(review.run, &mut terminal),
        Command::Explain(explain) => commands::explain::run(explain, &mut terminal),
        Command::Config(config) => commands::config::run(&config, &mut terminal),
        Command::Decisions(decisions) => commands::decisions::run(decisions, &mut terminal),
        Command::List(list) => commands::list::run(&list, &mut terminal),
        Command::Campaign(campaign) => campaign::run(campaign, &mut terminal),
        Command::Completions { shell } => commands::generate::completions(shell, &mut terminal),
        Command::Man { folder } => commands::generate::man(&folder, &mut terminal),
        Command::VerifyGuard { .. } | Command::CampaignChild(_) => Ok(Status::Done),
    };
    let result = result.and_then(|status| terminal.flush().map(|()| status));
    match result {
        Ok(status) => ExitCode::from(status.code()),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
