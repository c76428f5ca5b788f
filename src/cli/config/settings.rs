//! What configuration files can say, and how one file builds on another.

use std::path::PathBuf;
use std::sync::Arc;

use unspool_engine::syntax::PythonVersion;
use unspool_engine::transform::Profile;

use super::said::Said;
use crate::cli::selection::Selector;

/// The settings of a configuration file, with what it extends.
#[derive(Clone, Default, Debug)]
pub struct Settings {
    /// The file, absolute; none if there is no configuration.
    pub path: Option<Arc<PathBuf>>,
    pub select: Option<Said<Vec<Selector>>>,
    pub extend_select: Vec<Said<Selector>>,
    pub ignore: Option<Said<Vec<Selector>>>,
    pub per_file_ignores: Vec<Said<PerFile>>,
    pub exclude: Option<Said<Vec<String>>>,
    pub extend_exclude: Vec<Said<String>>,
    pub target_version: Option<Said<PythonVersion>>,
    pub profile: Option<Said<Profile>>,
    pub unsafe_fixes: Option<Said<bool>>,
    pub helpers_module: Option<Said<Arc<str>>>,
    pub task_groups: Option<Said<bool>>,
    pub pull_requests: Option<Said<PullRequests>>,
}

/// Transforms that do not run on the files of a glob.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PerFile {
    /// As a line of .gitignore in the folder of the file that says it.
    pub glob: String,
    pub ignored: Vec<Selector>,
}

/// What a repository asks of those who open pull requests on it. It can only restrict what they do.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct PullRequests {
    pub enabled: Option<bool>,
    pub draft: Option<bool>,
    pub max_open: Option<u32>,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
}

impl Settings {
    /// These settings on top of those of `base`: lists that extend are joined, everything else is replaced.
    #[must_use]
    pub fn over(self, base: Settings) -> Settings {
        fn joined<T>(mut base: Vec<T>, own: Vec<T>) -> Vec<T> {
            base.extend(own);
            base
        }
        Settings {
            path: self.path.or(base.path),
            // Who chooses anew does not want what the base had added.
            extend_select: match self.select {
                Some(_) => self.extend_select,
                None => joined(base.extend_select, self.extend_select),
            },
            select: self.select.or(base.select),
            ignore: self.ignore.or(base.ignore),
            per_file_ignores: joined(base.per_file_ignores, self.per_file_ignores),
            exclude: self.exclude.or(base.exclude),
            extend_exclude: joined(base.extend_exclude, self.extend_exclude),
            target_version: self.target_version.or(base.target_version),
            profile: self.profile.or(base.profile),
            unsafe_fixes: self.unsafe_fixes.or(base.unsafe_fixes),
            helpers_module: self.helpers_module.or(base.helpers_module),
            task_groups: self.task_groups.or(base.task_groups),
            pull_requests: self.pull_requests.or(base.pull_requests),
        }
    }
}
