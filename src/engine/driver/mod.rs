//! From paths to results: discover, load, decide in parallel, rounds to a fixpoint, write.

mod decide;
mod discover;
mod journal;
mod needles;
mod parallel;
mod replace;
mod rounds;
mod write;

pub use discover::{
    Discovery, Found, LeftAlone, Reason, check_excludes, discover, generated_marker, repository_files,
    repository_root,
};
pub use parallel::{parallel, thread_count};
pub use rounds::{FixedText, fix_file, fix_text, run, run_source};
pub use write::{Written, needs_recovery, recover, write};

use crate::transform::{Profile, Proposal, Target, Transform, Verdict};
use std::path::PathBuf;
use std::sync::Arc;

/// Stack of each worker in bytes: enough for every visitor at [`crate::syntax::MAX_NESTING`].
pub const STACK_SIZE: usize = 64 << 20;

/// What to do.
pub struct Job {
    /// Files and folders, as the user named them.
    pub paths: Vec<PathBuf>,
    /// Globs (gitignore syntax) of files and folders to leave out.
    pub exclude: Vec<String>,
    /// The transforms that run, in registry order.
    pub transforms: Vec<&'static dyn Transform>,
    /// Transforms that are off: decided on the files as they are, counted behind the others in
    /// [`Outcome::counts`], never applied and never reported. They tell users what they are missing.
    pub counted: Vec<&'static dyn Transform>,
    /// Apply what rests on assumptions, too.
    pub unsafe_fixes: bool,
    pub profile: Profile,
    /// The oldest Python to support; without it each project's `requires-python` decides, else 3.9.
    pub target: Option<Target>,
    /// Worker threads; 0 means one per core.
    pub threads: usize,
    /// Whether rewrites are applied (in memory). Without it sites are only decided, in one round.
    pub apply: bool,
    /// Which verdicts the caller wants to see as [`SiteReport`]s; the rest is only counted.
    pub report: fn(Verdict) -> bool,
}

impl Job {
    /// Whether a rewrite of this transform with this verdict is applied.
    pub fn applies(&self, _transform: &str, verdict: Verdict) -> bool {
        verdict == Verdict::Safe || (self.unsafe_fixes && verdict == Verdict::Unsafe)
    }
}

/// One site as it was decided.
#[derive(Clone, Debug)]
pub struct SiteReport {
    pub proposal: Proposal,
    pub verdict: Verdict,
    /// Line and column of the site, from 1, columns in characters.
    pub line: usize,
    pub column: usize,
    /// Stable over moved lines: transform, path, enclosing definition, hash of the original text.
    pub identity: String,
    /// Whether the rewrite is part of the file's result.
    pub applied: bool,
    /// The round in which it was decided, from 1. Positions refer to the text of that round.
    pub round: usize,
}

/// A file with something to tell.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As reached from the path that the user gave.
    pub path: PathBuf,
    /// The text (decoded) as it was read. Sites of the first round have their positions in it.
    pub text: Arc<str>,
    pub sites: Vec<SiteReport>,
    /// Bytes before and after, where they differ.
    pub change: Option<Change>,
}

#[derive(Clone, Debug)]
pub struct Change {
    pub before: Vec<u8>,
    pub after: Vec<u8>,
    /// Files of one group are written together or not at all. Alone without one.
    pub group: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// Nothing is wrong with the run: a file that is no Python 3, say.
    Warning,
    /// A file could not be processed, or an internal check failed: exit status 3. A file that the user
    /// named itself and that is no Python 3 is one of these.
    Error,
}

/// Something that the user must hear about a file.
#[derive(Clone, Debug)]
pub struct Problem {
    pub path: PathBuf,
    /// From 1.
    pub line: Option<usize>,
    pub severity: Severity,
    pub message: String,
}

/// Sites of one transform by verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub safe: usize,
    pub unsafe_: usize,
    pub refused: usize,
    pub withheld: usize,
    /// Rewrites in the results, over all rounds.
    pub applied: usize,
}

/// The result of a job, ordered by path.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub files: Vec<FileReport>,
    pub problems: Vec<Problem>,
    /// Per transform, in the job's order, the counted ones last.
    pub counts: Vec<(&'static str, Counts)>,
    pub files_seen: usize,
    /// Code that would have been taken, were it not somebody else's.
    pub left_alone: Vec<LeftAlone>,
}

/// Told how far the work is, from any thread.
pub trait Progress: Sync {
    /// How many files there are, once they are known.
    fn total(&self, files: usize);
    fn file_done(&self);
}
