//! Everything that can go wrong with a whole run, in words for the person at the terminal. What goes wrong
//! with one file is a [`unspool_engine::driver::Problem`]: the run goes on.

use std::io;
use std::path::PathBuf;

/// Exit status of wrong usage, as clap has it.
pub const USAGE: u8 = 2;

/// Exit status of work that failed.
const FAILED: u8 = 3;

#[derive(Debug)]
pub enum Error {
    /// `--select` and its like name what does not exist.
    UnknownSelector { given: String, like: Option<String> },
    /// They name a transform that is planned.
    Planned { id: String },
    /// `--target-version` is no version that is understood.
    TargetVersion { given: String, lowest: String, latest: String },
    /// `--exclude` is no glob; why.
    Exclude(String),
    /// `-` stands among paths.
    StdinAmongPaths,
    /// `--stdin-filename` without `-`.
    FilenameWithoutStdin { path: PathBuf },
    /// `explain` was given neither an id nor `FILE:LINE`.
    NothingToExplain { given: String, like: Option<String>, is_file: bool },
    /// Standard input could not be read.
    Stdin(io::Error),
    /// Standard output could not be written.
    Stdout(io::Error),
}

impl Error {
    /// What happened.
    pub fn title(&self) -> String {
        match self {
            Error::UnknownSelector { given, .. } => {
                format!("there is no transform or group named `{given}`")
            }
            Error::Planned { id } => format!("the transform `{id}` is planned, but not built yet"),
            Error::TargetVersion { given, .. } => {
                format!("`{given}` is no Python version that unspool knows")
            }
            Error::Exclude(why) => why.clone(),
            Error::StdinAmongPaths => "`-` (standard input) cannot be combined with other paths".into(),
            Error::FilenameWithoutStdin { path } => {
                format!("`--stdin-filename {}` needs `-` as the path", path.display())
            }
            Error::NothingToExplain { given, .. } => {
                format!("`{given}` is neither the id of a transform nor FILE:LINE")
            }
            Error::Stdin(error) => format!("standard input could not be read: {error}"),
            Error::Stdout(error) => format!("standard output could not be written: {error}"),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Error::UnknownSelector { like: Some(like), .. } => Some(format!("did you mean `{like}`?")),
            Error::UnknownSelector { like: None, .. } | Error::Planned { .. } => {
                Some("`unspool list` shows the transforms and their groups; ALL means every one".into())
            }
            Error::TargetVersion { lowest, latest, .. } => {
                Some(format!("write it as 3.9 or py39; versions from {lowest} to {latest} are known"))
            }
            Error::Exclude(_) => {
                Some("write it as a line of .gitignore: `build/`, `*_pb2.py`, `/docs/**/conf.py`".into())
            }
            Error::StdinAmongPaths => Some("run unspool twice, once with `-`".into()),
            Error::FilenameWithoutStdin { .. } => {
                Some("`unspool fix --stdin-filename app.py -` rewrites standard input".into())
            }
            Error::NothingToExplain { given, is_file: true, .. } => {
                Some(format!("add the line: `unspool explain {given}:1`"))
            }
            Error::NothingToExplain { like: Some(like), .. } => Some(format!("did you mean `{like}`?")),
            Error::NothingToExplain { .. } => Some("`unspool list` shows the transforms".into()),
            Error::Stdin(_) | Error::Stdout(_) => None,
        }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Error::UnknownSelector { .. }
            | Error::Planned { .. }
            | Error::TargetVersion { .. }
            | Error::Exclude(_)
            | Error::StdinAmongPaths
            | Error::FilenameWithoutStdin { .. }
            | Error::NothingToExplain { .. } => USAGE,
            Error::Stdin(_) | Error::Stdout(_) => FAILED,
        }
    }

    /// Whether the reader of our output went away (`unspool list | head -1`), which is success.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
