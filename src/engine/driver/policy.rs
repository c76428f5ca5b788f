//! What projects and people say about files and about single rewrites, from outside of the code.

use rustc_hash::FxHashSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use super::Found;
use crate::transform::{Profile, Target, Verdict};

/// What holds for a file. Files of one configuration share it.
#[derive(Clone, Debug)]
pub struct FileRules {
    /// Of [`super::Job::transforms`]: those that run.
    pub on: FxHashSet<&'static str>,
    /// Those that are only counted.
    pub counted: FxHashSet<&'static str>,
    pub unsafe_fixes: bool,
    pub profile: Profile,
    /// Without one the project's `requires-python` decides.
    pub target: Option<Target>,
    /// As in [`crate::transform::Settings`].
    pub helpers_module: Option<Arc<str>>,
    pub task_groups: bool,
}

/// Asked by a job; from several threads, but for [`Policy::rules`].
pub trait Policy: Sync + Send {
    /// The rules of each file, in order. A file without any is left out. Asked before anything is read, and once more
    /// about files that rewrites may make, if there are any.
    fn rules(&self, files: &[Found]) -> Vec<Option<Arc<FileRules>>>;

    /// Why a rewrite is not wanted, by its identity ([`super::SiteReport::identity`]).
    fn held(&self, file: &Found, identity: &str) -> Option<Held>;

    /// The lines (from 1, in order) outside of which nothing is rewritten; `None` for everywhere.
    fn changed_lines(&self, file: &Found) -> Option<Vec<RangeInclusive<usize>>>;
}

/// Why a rewrite that could be offered is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// A comment on this line of the present text says so.
    Comment { line: usize, reason: String },
    /// Somebody decided against it; why.
    Rejected { reason: String },
    /// It was there when the tool was adopted.
    Baseline,
    /// It lies outside of the lines that the job is about.
    Unchanged,
    /// It would have to change this other file, too, which it may not: "is not part of this run".
    Partner { path: PathBuf, reason: String },
}

impl FileRules {
    /// Whether a rewrite with this verdict is applied.
    pub fn applies(&self, verdict: Verdict) -> bool {
        verdict == Verdict::Safe || (self.unsafe_fixes && verdict == Verdict::Unsafe)
    }
}
