//! Which files a job is about.
//!
//! What the user names is taken. Below a named folder the rules of `.gitignore`, `.ignore` and hidden files hold
//! (crate `ignore`), and code that belongs to somebody else is left alone, with the reason kept for a note.
//! Symbolic links are never followed, only a named path may be one: then what it leads to is meant.

mod foreign;
mod project;
mod requires_python;

pub use foreign::{LeftAlone, Reason, generated_marker};

use super::{Problem, Severity};
use crate::transform::Target;
use foreign::foreign_folder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Walk, WalkBuilder};
use project::Projects;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A file to work on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Absolute, free of symbolic links: one file has one path.
    pub path: PathBuf,
    /// As reached from the path that the user gave.
    pub display: PathBuf,
    /// The user named the file itself, not a folder above it.
    pub named: bool,
    /// The repository to which questions go: absolute, free of symbolic links.
    pub root: PathBuf,
    /// The oldest Python that the project around the file states.
    pub target: Option<Target>,
    /// It is not there, but a rewrite may make it.
    pub is_new: bool,
}

/// What discovery gives, each list ordered by path.
#[derive(Default, Debug)]
pub struct Discovery {
    pub files: Vec<Found>,
    /// Code that would have been taken, were it not somebody else's.
    pub left_alone: Vec<LeftAlone>,
    pub problems: Vec<Problem>,
}

/// Finds the files of `paths`; `exclude` has globs in the syntax of gitignore, relative to the working folder,
/// for what lies below named folders.
pub fn discover(paths: &[PathBuf], exclude: &[String]) -> Discovery {
    let (excludes, problems) = match excludes(exclude) {
        Ok(excludes) => (excludes, Vec::new()),
        Err(problem) => (Gitignore::empty(), vec![problem]),
    };
    let mut search = Search {
        excludes: Arc::new(excludes),
        files: BTreeMap::new(),
        folders: Vec::new(),
        links: Vec::new(),
        left_alone: Vec::new(),
        problems,
    };
    for path in paths {
        search.path(path);
    }
    search.finish()
}

/// How a file below one of the named folders would be displayed, if it were there; `None` outside of them.
pub(super) fn display_of(path: &Path, paths: &[PathBuf]) -> Option<PathBuf> {
    paths.iter().find_map(|given| {
        let folder = fs::canonicalize(given).ok().filter(|folder| folder.is_dir())?;
        Some(without_dots(given).join(path.strip_prefix(folder).ok()?))
    })
}

/// All Python files and stubs of a repository, sorted: those that questions are about. Vendored and generated
/// code takes part in the program, virtual environments and build folders do not.
pub fn repository_files(root: &Path) -> Vec<PathBuf> {
    repository_walk(root, |path| matches!(kind(path), Some(Kind::Source | Kind::Stub)))
}

/// The files of a repository that pass the test, sorted.
pub fn repository_walk(root: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walk(root, false)
        .filter_entry(|e| {
            let named = e.depth() == 0;
            named || !is_folder(e) || !(is_tool_folder(e.file_name()) || is_environment(e.path()))
        })
        .build()
        .flatten()
        .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
        .map(DirEntry::into_path)
        .filter(|path| is_wanted(path))
        .collect();
    files.sort();
    files
}

/// The repository around a folder (an absolute path): the root of the working copy, else the nearest project.
pub fn repository_root(folder: &Path) -> Option<PathBuf> {
    Projects::default().root(folder)
}

/// Checks globs without using them.
pub fn check_excludes(exclude: &[String]) -> Result<(), String> {
    excludes(exclude).map(drop).map_err(|problem| problem.message)
}

fn excludes(globs: &[String]) -> Result<Gitignore, Problem> {
    let cwd = std::env::current_dir().unwrap_or_default();
    let mut builder = GitignoreBuilder::new(&cwd);
    let problem = |message: String| Problem::of(PathBuf::new(), Severity::Error, message);
    for glob in globs {
        if let Err(error) = builder.add_line(None, glob) {
            return Err(problem(format!("the glob `{glob}` to exclude is not valid: {error}")));
        }
    }
    builder.build().map_err(|error| problem(format!("the globs to exclude are not valid: {error}")))
}

fn walk(root: &Path, hidden: bool) -> WalkBuilder {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(hidden).follow_links(false).sort_by_file_name(OsStr::cmp);
    walk
}

fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|t| t.is_dir())
}

/// Folders that tools fill and no repository owns.
fn is_tool_folder(name: &OsStr) -> bool {
    let names = [".git", ".hg", ".svn", ".jj", ".tox", ".nox", ".eggs", "__pycache__", "node_modules"];
    names.iter().any(|n| name == *n)
}

/// Python environments, by the file that marks one (PEP 405; conda), whatever they are called.
fn is_environment(folder: &Path) -> bool {
    folder.join("pyvenv.cfg").is_file() || folder.join("conda-meta").is_dir()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Source,
    Stub,
}

/// Whether a regular file is Python, by its suffix, or without one by its first line.
fn kind(path: &Path) -> Option<Kind> {
    match path.extension() {
        Some(suffix) if suffix == "py" || suffix == "pyw" => Some(Kind::Source),
        Some(suffix) if suffix == "pyi" => Some(Kind::Stub),
        Some(_) => None,
        None => is_script(path).unwrap_or(false).then_some(Kind::Source),
    }
}

/// `#!/usr/bin/python3`, `#! /usr/bin/env -S python3.12 -u`, `#!pypy3`; never Python 2.
fn is_script(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(128);
    File::open(path)?.take(128).read_to_end(&mut start)?;
    let Some(line) = start.strip_prefix(b"#!") else { return Ok(false) };
    let line = String::from_utf8_lossy(line);
    let line = line.lines().next().unwrap_or_default();
    let programs = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let python = programs.into_iter().find_map(|name| {
        name.strip_prefix("python")
            .or_else(|| name.strip_prefix("pypy"))
            .or_else(|| name.strip_prefix("pythonw"))
    });
    Ok(python.is_some_and(|version| !version.starts_with('2')))
}

struct Search {
    excludes: Arc<Gitignore>,
    /// By absolute path, so that each file is there once.
    files: BTreeMap<PathBuf, Entry>,
    /// Named folders, absolute.
    folders: Vec<PathBuf>,
    /// Symbolic links in named folders, with what they lead to.
    links: Vec<(PathBuf, io::Result<PathBuf>)>,
    left_alone: Vec<LeftAlone>,
    problems: Vec<Problem>,
}

struct Entry {
    display: PathBuf,
    named: bool,
    /// The folder that the user named, or that of the file that the user named.
    given: PathBuf,
}

impl Search {
    fn problem(&mut self, path: &Path, message: impl ToString) {
        self.problems.push(Problem {
            path: path.to_path_buf(),
            line: None,
            severity: Severity::Error,
            message: message.to_string(),
            help: Some("name files and folders that are there and may be read; the others were looked at"),
        });
    }

    fn path(&mut self, given: &Path) {
        let resolved = fs::canonicalize(given).and_then(|path| Ok((fs::metadata(&path)?, path)));
        let (metadata, path) = match resolved {
            Ok(found) => found,
            Err(error) => return self.problem(given, error),
        };
        let display = without_dots(given);
        if metadata.is_dir() {
            self.folder(path, &display);
        } else if !metadata.is_file() {
            self.problem(given, "neither a file nor a folder");
        } else if path.extension().is_some_and(|suffix| suffix == "pyi") {
            self.left_alone.push(LeftAlone { path: display, reason: Reason::Stub });
        } else {
            let given = path.parent().unwrap_or(&path).to_path_buf();
            let entry = self.files.entry(path).or_insert(Entry { display, named: true, given });
            entry.named = true;
        }
    }

    fn folder(&mut self, folder: PathBuf, display: &Path) {
        let displayed = {
            let (folder, display) = (folder.clone(), display.to_path_buf());
            move |path: &Path| {
                path.strip_prefix(&folder).map_or(path.to_path_buf(), |below| display.join(below))
            }
        };
        let skipped = Arc::new(Mutex::new(Vec::new()));
        for entry in self.walk(&folder, displayed.clone(), skipped.clone()) {
            match entry {
                Ok(entry) => self.entry(entry, &folder, &displayed),
                Err(error) => {
                    let (path, message) = describe(&error);
                    let path = path.map_or(display.to_path_buf(), |path| displayed(&path));
                    self.problem(&path, message);
                }
            }
        }
        self.left_alone.append(&mut skipped.lock().unwrap_or_else(PoisonError::into_inner));
        self.folders.push(folder);
    }

    fn walk(
        &self,
        folder: &Path,
        displayed: impl Fn(&Path) -> PathBuf + Send + Sync + 'static,
        skipped: Arc<Mutex<Vec<LeftAlone>>>,
    ) -> Walk {
        let excludes = self.excludes.clone();
        let cwd = std::env::current_dir().unwrap_or_default();
        let mut walk = walk(folder, true);
        walk.filter_entry(move |entry| {
            let is_folder = is_folder(entry);
            if entry.depth() == 0 || (excludes.is_empty() && !is_folder) {
                return true;
            }
            let path = displayed(entry.path());
            if excludes.matched(cwd.join(&path), is_folder).is_ignore() {
                return false;
            }
            if !is_folder {
                return true;
            }
            if let Some(reason) = foreign_folder(entry.path()) {
                skipped.lock().unwrap_or_else(PoisonError::into_inner).push(LeftAlone { path, reason });
                return false;
            }
            entry.file_name() != "__pycache__"
        });
        walk.build()
    }

    fn entry(&mut self, entry: DirEntry, folder: &Path, displayed: &impl Fn(&Path) -> PathBuf) {
        if let Some(error) = entry.error() {
            // An ignore file with a line that means nothing: the rest of it holds.
            let (path, message) = describe(error);
            let path = displayed(path.as_deref().unwrap_or(entry.path()));
            self.problems.push(Problem::of(path, Severity::Warning, message));
        }
        let Some(file_type) = entry.file_type() else { return };
        if file_type.is_symlink() {
            self.links.push((displayed(entry.path()), fs::canonicalize(entry.path())));
        } else if file_type.is_file() && kind(entry.path()) == Some(Kind::Source) {
            let display = displayed(entry.path());
            if let Some(reason) = foreign::generated_name(entry.file_name()) {
                self.left_alone.push(LeftAlone { path: display, reason });
                return;
            }
            let given = folder.to_path_buf();
            self.files.entry(entry.into_path()).or_insert(Entry { display, named: false, given });
        }
    }

    fn finish(mut self) -> Discovery {
        self.links();
        let mut projects = Projects::default();
        let mut files = Vec::with_capacity(self.files.len());
        for (path, Entry { display, named, given }) in self.files {
            let folder = path.parent().unwrap_or(&path);
            let root = projects.root(folder).unwrap_or(given);
            let target = projects.target(folder, &root);
            files.push(Found { path, display, named, root, target, is_new: false });
        }
        self.problems.extend(projects.problems());
        // A named file need not be mentioned as one that is left alone.
        let named: FxHashSet<&Path> = files.iter().filter(|f| f.named).map(|f| &*f.display).collect();
        self.left_alone.retain(|l| !named.contains(&*l.path));
        files.sort_by(|a, b| a.display.cmp(&b.display));
        self.left_alone.sort_by(|a, b| a.path.cmp(&b.path));
        self.left_alone.dedup();
        self.problems.sort_by(|a, b| (&a.path, &a.message).cmp(&(&b.path, &b.message)));
        self.problems.dedup_by(|a, b| a.path == b.path && a.message == b.message);
        Discovery { files, left_alone: self.left_alone, problems: self.problems }
    }

    /// Links to what is reached anyway need no word.
    fn links(&mut self) {
        for (path, target) in std::mem::take(&mut self.links) {
            let python = path.extension().is_some_and(|suffix| suffix == "py" || suffix == "pyw");
            let reason = match target {
                Ok(target) if self.files.contains_key(&target) => continue,
                Ok(target) if target.is_dir() => {
                    if self.folders.iter().any(|folder| target.starts_with(folder)) {
                        continue;
                    }
                    Reason::Link
                }
                Ok(_) if python => Reason::Link,
                Err(_) if python => Reason::DanglingLink,
                _ => continue,
            };
            self.left_alone.push(LeftAlone { path, reason });
        }
    }
}

/// The path without `.` components; `.` itself becomes the empty path, to which others can be joined.
fn without_dots(path: &Path) -> PathBuf {
    path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect()
}

/// The path that an error of the walk is about, and what it says.
fn describe(error: &ignore::Error) -> (Option<PathBuf>, String) {
    match error {
        ignore::Error::WithPath { path, err } => {
            let (inner, message) = describe(err);
            (inner.or_else(|| Some(path.clone())), message)
        }
        ignore::Error::WithDepth { err, .. } => describe(err),
        ignore::Error::WithLineNumber { line, err } => {
            let (path, message) = describe(err);
            (path, format!("line {line}: {message}"))
        }
        ignore::Error::Partial(errors) => match &errors[..] {
            [first, ..] => describe(first),
            [] => (None, error.to_string()),
        },
        ignore::Error::Io(io) => (None, io.to_string()),
        other => (None, other.to_string()),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
