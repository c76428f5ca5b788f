//! `unspool completions` and `unspool man`: made from the definition of the command line, so they are never behind it.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::args::Args;
use crate::cli::report::shown;
use crate::cli::terminal::Terminal;
use crate::cli::{Error, Status};

/// A script that makes a shell complete commands and flags.
pub fn completions(shell: Shell, terminal: &mut Terminal) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "unspool", &mut script);
    terminal.write(|out, _| out.write_all(&script))?;
    Ok(Status::Done)
}

/// A page for each command, in a folder.
pub fn man(folder: &Path, terminal: &mut Terminal) -> Result<Status, Error> {
    let failed = |error| Error::Output { path: folder.to_owned(), error };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), folder).map_err(failed)?;
    terminal.note(format_args!("man pages in {}", shown(folder)));
    Ok(Status::Done)
}
