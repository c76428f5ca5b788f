//! Why nothing could be verified.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Whatever it is, no file of the user was touched, nothing runs any more, and the scratch folder is gone.
#[derive(Debug)]
pub enum VerifyError {
    /// The tree could not be copied.
    Copy { path: PathBuf, error: io::Error },
    /// The command, or what runs it, could not be started.
    CannotStart { why: String },
    /// The shell knows no such command, or may not run it. The end of what was printed.
    NotFound { output: String },
    /// Without any rewrite nothing succeeds: nothing could be lost.
    BaselineFails { tests: usize, status: String, output: String },
    /// Without any rewrite the command did not end in time.
    BaselineTimeout { limit: Duration, unfinished: Option<String> },
    /// The command imports files that are rewritten from the original tree instead of the copy.
    ImportsOriginal { files: Vec<PathBuf> },
    /// The command writes a file that is rewritten.
    Overwritten { path: PathBuf },
    /// No check that held in the baseline comes out the same in every run.
    AllFlaky { tests: usize },
    /// A file is not any more what it was when verification began.
    Changed { path: PathBuf },
    /// A file that is to be rewritten is no part of the copy: it lies in an environment or a cache.
    NotCopied { path: PathBuf },
    /// The rewrites could not be computed again; why.
    Rewrites(String),
    /// The scratch folder cannot be used any more.
    Scratch { path: PathBuf, error: io::Error },
    /// Somebody asked for the end.
    Interrupted,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VerifyError::Copy { path, error } => write!(f, "{} could not be copied: {error}", path.display()),
            VerifyError::CannotStart { why } => write!(f, "the command could not be started: {why}"),
            VerifyError::NotFound { output } => {
                write!(f, "the command could not be started: {}", output.lines().last().unwrap_or_default())
            }
            VerifyError::BaselineFails { tests: 0, status, .. } => {
                write!(f, "the command already fails without any rewrite ({status})")
            }
            VerifyError::BaselineFails { tests, status, .. } => {
                write!(f, "without any rewrite none of {tests} tests passes ({status})")
            }
            VerifyError::BaselineTimeout { limit, unfinished } => {
                write!(f, "without any rewrite the command did not end within {} s", limit.as_secs())?;
                match unfinished {
                    Some(test) => write!(f, " (it was in {test})"),
                    None => Ok(()),
                }
            }
            VerifyError::ImportsOriginal { files } => {
                let first = files.first().map(|path| path.display().to_string()).unwrap_or_default();
                let more =
                    if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
                write!(
                    f,
                    "the command runs code of the original tree ({first}{more}), so that its tests say nothing about \
                     the rewritten copy"
                )
            }
            VerifyError::Overwritten { path } => {
                write!(f, "the command itself writes {}, which is rewritten", path.display())
            }
            VerifyError::AllFlaky { tests: 0 } => {
                write!(f, "without any rewrite the command succeeds in some runs and fails in others")
            }
            VerifyError::AllFlaky { tests } => {
                write!(f, "without any rewrite none of {tests} tests comes out the same in every run")
            }
            VerifyError::Changed { path } => write!(f, "{} changed while it was verified", path.display()),
            VerifyError::NotCopied { path } => write!(
                f,
                "{} lies in an environment or a cache, which verification does not copy",
                path.display()
            ),
            VerifyError::Rewrites(why) => write!(f, "{why}"),
            VerifyError::Scratch { path, error } => {
                write!(f, "the scratch copy cannot be used: {}: {error}", path.display())
            }
            VerifyError::Interrupted => write!(f, "interrupted"),
        }
    }
}

impl std::error::Error for VerifyError {}
