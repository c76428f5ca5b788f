//! A copy of the tree in which the command runs and rewrites come and go.
//!
//! A copy rather than a git worktree: a worktree has only what is committed, and tests need what is ignored as well
//! (built extensions, generated files, local settings), and what is not committed yet. Left out is what can be made
//! again (caches); virtual environments and `node_modules` are linked: their programs name their own path anyway.

mod copy;
mod git;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::VerifyError;
use crate::rewrites::FileChange;

/// The scratch folder. It is removed by the guard, which outlives us.
pub struct Scratch {
    folder: PathBuf,
    original: PathBuf,
    tree: PathBuf,
    linked: Vec<PathBuf>,
    /// What the copy had in files that have been rewritten since; none where there was no file.
    pristine: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// The present content of those that differ from it.
    present: BTreeMap<PathBuf, Vec<u8>>,
    /// The newest time of a file that was written.
    clock: SystemTime,
}

impl Scratch {
    /// Makes an empty scratch folder for `original` (an absolute path without links), in `parent` or where temporary files
    /// go.
    pub fn new(original: &Path, parent: Option<&Path>) -> Result<Self, VerifyError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("unspool-verify-");
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let failed = |error| VerifyError::Scratch { path: parent.clone(), error };
        let folder = builder.tempdir_in(&parent).map_err(failed)?.keep();
        let folder = fs::canonicalize(folder).map_err(failed)?;
        // Its name may matter: a package is imported by the name of its folder.
        let tree = folder.join("tree").join(original.file_name().unwrap_or("root".as_ref()));
        Ok(Scratch {
            folder,
            original: original.to_path_buf(),
            tree,
            linked: Vec::new(),
            pristine: BTreeMap::new(),
            present: BTreeMap::new(),
            clock: SystemTime::now(),
        })
    }

    /// Copies the tree.
    pub fn fill(&mut self, interrupted: &dyn Fn() -> bool) -> Result<(), VerifyError> {
        self.linked = copy::copy(&self.original, &self.tree, &self.folder, interrupted)?;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn original(&self) -> &Path {
        &self.original
    }

    pub fn tree(&self) -> &Path {
        &self.tree
    }

    /// Folders of the original tree that the copy only links to.
    pub fn linked(&self) -> &[PathBuf] {
        &self.linked
    }

    /// The same place in the copy, for a path into the original tree.
    pub fn in_copy(&self, path: &Path) -> PathBuf {
        let is_linked = self.linked.iter().any(|folder| path.starts_with(folder));
        match path.strip_prefix(&self.original) {
            Ok(below) if !is_linked => self.tree.join(below),
            _ => path.to_path_buf(),
        }
    }

    /// Gives the copy exactly these changes.
    pub fn set(&mut self, changes: &[FileChange]) -> Result<(), VerifyError> {
        let wanted: BTreeSet<&Path> = changes.iter().map(|change| change.path.as_path()).collect();
        let back: Vec<PathBuf> =
            self.present.keys().filter(|path| !wanted.contains(path.as_path())).cloned().collect();
        for path in back {
            match self.pristine.get(&path).cloned().flatten() {
                Some(pristine) => self.write(&path, &pristine)?,
                None => self.remove(&path)?,
            }
            self.present.remove(&path);
        }
        for FileChange { path, before, after } in changes {
            if !self.pristine.contains_key(path) {
                let full = self.tree.join(path);
                // What is behind a link is the user's own.
                let is_linked = self.linked.iter().any(|folder| self.original.join(path).starts_with(folder));
                // A file that is to be made needs its folder.
                let copied =
                    if before.is_some() { full.exists() } else { full.parent().is_some_and(Path::is_dir) };
                if is_linked || !copied {
                    return Err(VerifyError::NotCopied { path: path.clone() });
                }
                let pristine = match fs::read(&full) {
                    Ok(content) => Some(content),
                    Err(error) if before.is_none() && error.kind() == io::ErrorKind::NotFound => None,
                    Err(error) => return Err(VerifyError::Scratch { path: full, error }),
                };
                self.pristine.insert(path.clone(), pristine);
            }
            if self.pristine.get(path) != Some(before) {
                return Err(VerifyError::Changed { path: path.clone() });
            }
            if self.present.get(path) != Some(after) {
                self.write(path, after)?;
                self.present.insert(path.clone(), after.clone());
            }
        }
        Ok(())
    }

    /// A file that we gave a content and that has another one: the command wrote it.
    pub fn overwritten(&self) -> Option<PathBuf> {
        let is_ours = |path: &PathBuf, pristine: &Option<Vec<u8>>| {
            let expected = self.present.get(path).or(pristine.as_ref());
            fs::read(self.tree.join(path)).ok().as_ref() == expected
        };
        self.pristine.iter().find(|(path, pristine)| !is_ours(path, pristine)).map(|(path, _)| path.clone())
    }

    fn remove(&self, path: &Path) -> Result<(), VerifyError> {
        let full = self.tree.join(path);
        remove_made(&full).map_err(|error| VerifyError::Scratch { path: full, error })
    }

    /// Python takes a compiled file for current if time (in seconds) and size of its source are the same: no two
    /// contents of a file get the same time.
    fn write(&mut self, path: &Path, content: &[u8]) -> Result<(), VerifyError> {
        self.clock = SystemTime::now().max(self.clock + Duration::from_secs(1));
        let full = self.tree.join(path);
        write_at(&full, content, self.clock).map_err(|error| VerifyError::Scratch { path: full, error })
    }
}

/// Removes a file that we made, unless the command has done so. What Python compiled of it means nothing without it.
fn remove_made(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write_at(path: &Path, content: &[u8], time: SystemTime) -> io::Result<()> {
    fs::write(path, content)?;
    File::options().write(true).open(path)?.set_modified(time)
}
