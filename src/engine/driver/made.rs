//! Files that rewrites may make: the modules that configuration names for helpers, where there is none yet.
//!
//! Each takes part in the job as an empty file would, so that rewrites that put something into it are those of several
//! files, as all others are. Nothing is said of one that stays empty.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::discover::display_of;
use super::plan::rules_of;
use super::policy::FileRules;
use super::{Found, Job};
use crate::repo::RepoIndex;

/// What may be made in a job.
#[derive(Default)]
pub struct Made {
    /// By repository: its index, with all that may be made in it.
    indexes: BTreeMap<PathBuf, RepoIndex>,
    /// Those of them that are part of the run.
    pub files: Vec<Found>,
    pub rules: Vec<Arc<FileRules>>,
}

impl Made {
    pub fn of(job: &Job, files: &[Found], rules: &[Arc<FileRules>]) -> Self {
        let mut made = Made::default();
        let mut new: BTreeMap<PathBuf, Found> = BTreeMap::new();
        for (found, rules) in files.iter().zip(rules) {
            let Some(dotted) = &rules.helpers_module else { continue };
            let index =
                made.indexes.entry(found.root.clone()).or_insert_with(|| RepoIndex::new(found.root.clone()));
            let Ok(module) = index.helpers_module(&found.path, dotted) else { continue };
            if !index.has_file(&module.path) {
                let like =
                    || Found { named: false, is_new: true, path: module.path.clone(), ..found.clone() };
                new.entry(module.path.clone()).or_insert_with(like);
            }
        }
        for (root, index) in &mut made.indexes {
            let here = new.values().filter(|found| found.root == *root);
            *index = index.with_new(here.map(|found| found.path.clone()).collect());
        }
        let part = new.into_values().filter_map(|found| {
            let display = display_of(&found.path, &job.paths)?;
            Some(Found { display, ..found })
        });
        made.files = part.collect();
        if !made.files.is_empty() {
            made.rules = rules_of(job, &mut made.files);
        }
        made
    }

    /// The index of a repository of the job.
    pub fn index(&mut self, root: PathBuf) -> RepoIndex {
        self.indexes.remove(&root).unwrap_or_else(|| RepoIndex::new(root))
    }
}
