//! What ends a command, and with which exit status. What goes wrong with one repository or one unit is a row in the
//! store with its reason: the run goes on.

use std::fmt;
use std::io;
use std::path::Path;

use crate::secret::redact;

/// Scripts and job controllers decide by the exit status.
#[derive(Debug)]
pub enum Error {
    /// The operator has to change something first: exit status 2.
    Config(String),
    /// Work that cannot be done: exit status 3.
    Failed(String),
    /// The forge or the network asks to wait: exit status 75 (`EX_TEMPFAIL`).
    TryAgain(String),
    /// Somebody else has taken over what this publisher was doing: exit status 75, where it comes so far.
    Lost(String),
}

impl Error {
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Config(_) => 2,
            Error::Failed(_) => 3,
            Error::TryAgain(_) | Error::Lost(_) => 75,
        }
    }

    /// The lease of a repository is no longer ours.
    pub fn lost(repository: &str) -> Error {
        Error::Lost(format!("{repository}: another publisher has taken it over"))
    }

    pub fn io(what: &str, path: &Path, error: &io::Error) -> Error {
        Error::Failed(format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Error::Config(text) | Error::Failed(text) | Error::TryAgain(text) | Error::Lost(text)) = self;
        f.write_str(&redact(text))
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Error::Failed(format!("the store: {error}"))
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
