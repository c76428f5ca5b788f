//! From paths to results: discover, load, decide in parallel, rounds to a fixpoint, write.

mod changes;
mod decide;
mod discover;
mod fingerprint;
mod identity;
mod journal;
mod made;
mod memory;
mod needles;
mod parallel;
mod plan;
mod policy;
mod reach;
mod replace;
mod rounds;
mod shared;
mod suppress;
mod write;

pub use discover::{
    Discovery, Found, LeftAlone, Reason, check_excludes, discover, generated_marker, repository_files,
    repository_root, repository_walk,
};
pub use memory::{FixedText, fix_file, fix_text};
pub use parallel::{parallel, thread_count};
pub use policy::{FileRules, Held, Policy};
pub use rounds::{run, run_source};
pub use write::{Written, needs_recovery, recover, write};

use rustc_hash::FxHashSet;

use crate::syntax::TextRange;
use crate::text::Edit;
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
    /// Which of the rewrites that would be applied are.
    pub choice: Choice,
    /// Which verdicts the caller wants to see as [`SiteReport`]s; the rest is only counted. What is held ([`Held`]) is
    /// reported where refusals are.
    pub report: fn(Verdict) -> bool,
    /// What holds for single files and rewrites. With one, `transforms` are all that there are, and `counted`,
    /// `unsafe_fixes`, `profile` and `target` are not looked at.
    pub policy: Option<Arc<dyn Policy>>,
    /// Whether it will be shown what single sites change: [`FileReport::texts`], [`SiteReport::with_imports`] and the edits
    /// of proposals are wanted. Without it they are let go when their file is done.
    pub shows_changes: bool,
}

/// Some of the rewrites of a job, by identity ([`SiteReport::identity`]).
///
/// What is left out is decided and reported as ever, only not applied. Each rewrite that is applied was decided on the
/// text in which it stands, so any choice gives a sound result. What a choice means for later rounds: a rewrite that
/// builds on another (its site came to be by it) is not there without it. With [`Choice::AllBut`] later rounds may
/// find rewrites that the whole job does not have, such as one that lost against a rewrite that is now left out;
/// [`Choice::Only`] never applies a rewrite that it does not name.
#[derive(Clone, Debug, Default)]
pub enum Choice {
    #[default]
    All,
    Only(FxHashSet<String>),
    AllBut(FxHashSet<String>),
}

impl Choice {
    pub fn includes(&self, identity: &str) -> bool {
        match self {
            Choice::All => true,
            Choice::Only(chosen) => chosen.contains(identity),
            Choice::AllBut(dropped) => !dropped.contains(identity),
        }
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
    /// The place of the text that was read from which the site stems: its anchor, unless rewrites moved or made it.
    pub origin: TextRange,
    /// Transform, path, enclosing definition, hash of the text when the site was first seen. The same over moved
    /// lines, over the rounds of a run, and between runs whose [`Choice`] differs.
    pub identity: String,
    /// Whether the rewrite is part of the file's result.
    pub applied: bool,
    /// Why it is not wanted, if it could be offered otherwise.
    pub held: Option<Held>,
    /// All edits of its file if it is applied by itself, where it changes imports, too; see [`SiteReport::edits`].
    pub with_imports: Vec<Edit>,
    /// What it does in other files, together with the edits of its own or not at all.
    pub others: Vec<OtherFile>,
    /// The round in which it was decided, from 1. Positions refer to the text of that round.
    pub round: usize,
}

impl SiteReport {
    /// What the rewrite does in its file if it is applied by itself. Nothing where it is refused.
    pub fn edits(&self) -> &[Edit] {
        if self.with_imports.is_empty() { &self.proposal.edits } else { &self.with_imports }
    }
}

/// What a rewrite does in another file than its own.
#[derive(Clone, Debug)]
pub struct OtherFile {
    /// As in the reports.
    pub path: PathBuf,
    /// The text in which the edits have their positions.
    pub text: Arc<str>,
    /// Those of imports included.
    pub edits: Vec<Edit>,
    /// It is not there yet: the rewrite makes it.
    pub is_new: bool,
}

/// A file with something to tell.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As reached from the path that the user gave.
    pub path: PathBuf,
    /// The text (decoded) as it was read. Sites of the first round have their positions in it.
    pub text: Arc<str>,
    /// The texts of later rounds on which sites were decided, if they were asked for.
    pub texts: Vec<(usize, Arc<str>)>,
    pub sites: Vec<SiteReport>,
    /// Bytes before and after, where they differ.
    pub change: Option<Change>,
}

impl FileReport {
    /// The text in which a site has its positions; None where it was not kept.
    pub fn text_of(&self, site: &SiteReport) -> Option<&Arc<str>> {
        if site.round <= 1 {
            return Some(&self.text);
        }
        self.texts.iter().find(|(round, _)| *round == site.round).map(|(_, text)| text)
    }
}

#[derive(Clone, Debug)]
pub struct Change {
    /// As it was read: shared with the text of the report where the encoding changes nothing.
    pub before: Arc<[u8]>,
    pub after: Vec<u8>,
    /// Files of one group are written together or not at all. Alone without one.
    pub group: Option<usize>,
    /// The file is made: nothing was there before.
    pub is_new: bool,
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
    /// What happened, and what was kept.
    pub message: String,
    /// What to do about it, where the message does not say: the same for all problems of a kind.
    pub help: Option<&'static str>,
}

impl Problem {
    /// About a file as a whole, with a message that says everything.
    fn of(path: PathBuf, severity: Severity, message: String) -> Self {
        Problem { path, line: None, severity, message, help: None }
    }
}

/// Sites of one transform by verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub safe: usize,
    pub unsafe_: usize,
    pub refused: usize,
    pub withheld: usize,
    /// Safe and unsafe ones that are not wanted ([`Held`]), in none of the numbers above.
    pub held: usize,
    /// Those of the safe and unsafe ones that the rules of their file let apply.
    pub offered: usize,
    /// Rewrites in the results, over all rounds.
    pub applied: usize,
}

/// The result of a job, ordered by path.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub files: Vec<FileReport>,
    pub problems: Vec<Problem>,
    /// Per transform that runs on some file, in the job's order, then those that are only counted.
    pub counts: Vec<(&'static str, Counts)>,
    /// How many of the counts are of transforms that run.
    pub running: usize,
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
