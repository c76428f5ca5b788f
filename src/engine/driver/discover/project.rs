//! The repository and the project that a folder belongs to.

use super::requires_python::{self, Stated};
use crate::driver::{Problem, Severity};
use crate::transform::Target;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// Answers per folder, each looked up once.
#[derive(Default)]
pub struct Projects {
    /// The nearest folder, from the key upwards, that is the root of a working copy.
    checkouts: FxHashMap<PathBuf, Option<PathBuf>>,
    /// The nearest folder, from the key upwards, with a file that makes it a project.
    projects: FxHashMap<PathBuf, Option<PathBuf>>,
    /// What the very folder states.
    stated: FxHashMap<PathBuf, Option<Target>>,
    problems: Vec<Problem>,
}

const CHECKOUT: &[&str] = &[".git", ".hg", ".svn", ".jj"];
const PROJECT: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg"];

impl Projects {
    /// The root of the working copy around an absolute folder, else the nearest project.
    pub fn root(&mut self, folder: &Path) -> Option<PathBuf> {
        nearest(&mut self.checkouts, folder, CHECKOUT)
            .or_else(|| nearest(&mut self.projects, folder, PROJECT))
    }

    /// The oldest Python that the nearest project states, from `folder` up to `root`.
    pub fn target(&mut self, folder: &Path, root: &Path) -> Option<Target> {
        let folders = folder.ancestors().take_while(|f| f.starts_with(root));
        folders.into_iter().find_map(|folder| self.stated_in(folder))
    }

    fn stated_in(&mut self, folder: &Path) -> Option<Target> {
        if let Some(known) = self.stated.get(folder) {
            return *known;
        }
        let Stated { version, problem } = requires_python::stated_in(folder);
        if let Some((path, message)) = problem {
            self.problems.push(Problem::of(path, Severity::Warning, message));
        }
        let target = version.map(|version| Target { version, stated: true });
        self.stated.insert(folder.to_path_buf(), target);
        target
    }

    /// What could not be read on the way.
    pub fn problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// The nearest folder from `folder` upwards that has one of the names, each folder looked into once.
fn nearest(memo: &mut FxHashMap<PathBuf, Option<PathBuf>>, folder: &Path, names: &[&str]) -> Option<PathBuf> {
    let mut answer = None;
    let mut asked = Vec::new();
    for above in folder.ancestors() {
        if let Some(known) = memo.get(above) {
            answer = known.clone();
            break;
        }
        asked.push(above);
        if names.iter().any(|name| above.join(name).exists()) {
            answer = Some(above.to_path_buf());
            break;
        }
    }
    memo.extend(asked.into_iter().map(|above| (above.to_path_buf(), answer.clone())));
    answer
}
