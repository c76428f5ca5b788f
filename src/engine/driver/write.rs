//! Results become files.

use super::discover::repository_root;
use super::journal::{Home, Member, Recovered, write_group};
use super::replace::{Place, Target};
use super::{FileReport, Problem, Severity};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// As in the reports, in their order.
    pub files: Vec<PathBuf>,
    pub problems: Vec<Problem>,
    /// The rest was left because `interrupted` said so.
    pub interrupted: bool,
}

/// Writes the changes of a job. Each file, and each group of files, is replaced as a whole or left as it is;
/// between two of them `interrupted` is asked whether to stop.
pub fn write(files: &[FileReport], interrupted: &dyn Fn() -> bool) -> Written {
    let mut groups: BTreeMap<usize, Vec<&FileReport>> = BTreeMap::new();
    for file in files {
        if let Some(group) = file.change.as_ref().and_then(|c| c.group) {
            groups.entry(group).or_default().push(file);
        }
    }
    let mut written = Written::default();
    for file in files {
        let Some(change) = &file.change else { continue };
        // A group is written where its first file stands.
        let group = match change.group {
            None => vec![file],
            Some(group) => match groups.remove(&group) {
                Some(files) => files,
                None => continue,
            },
        };
        if interrupted() {
            written.interrupted = true;
            return written;
        }
        match &group[..] {
            [single] => written.single(single),
            _ => written.group(&group),
        }
    }
    written
}

impl Written {
    fn single(&mut self, file: &FileReport) {
        let Some(change) = &file.change else { return };
        let result = match change.is_new {
            true => Place::new(&file.path).and_then(|place| place.make(&change.after)),
            false => Target::new(&file.path).and_then(|target| target.replace(&change.before, &change.after)),
        };
        match result {
            Ok(()) => self.files.push(file.path.clone()),
            Err(error) => self.problem(&file.path, format!("not written, and as it was: {error}")),
        }
    }

    fn group(&mut self, files: &[&FileReport]) {
        let members: Vec<Member> = files
            .iter()
            .filter_map(|file| {
                let change = file.change.as_ref()?;
                let before = (!change.is_new).then_some(&*change.before);
                Some(Member { path: &file.path, before, after: &change.after })
            })
            .collect();
        let first = files[0].path.as_path();
        let root = std::fs::canonicalize(first).map(|path| root_of(&path)).or_else(|_| {
            // Deleted meanwhile: its folder may still be there.
            let folder = first.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::canonicalize(folder).map(|folder| repository_root(&folder).unwrap_or(folder))
        });
        let home = root.and_then(|root| Home::of(&root));
        let home = match home {
            Ok(home) => home,
            Err(error) => return self.problem(first, format!("not written, and as it was: {error}")),
        };
        match write_group(&home, &members) {
            Ok(()) => self.files.extend(members.iter().map(|m| m.path.to_path_buf())),
            Err(error) => {
                let others = match files.len() - 1 {
                    1 => "the file that belongs".to_owned(),
                    n => format!("the {n} files that belong"),
                };
                let message = format!("not written, nor {others} to it: {}", error.message);
                self.problem(&error.path, message);
            }
        }
    }

    fn problem(&mut self, path: &Path, message: String) {
        self.problems.push(Problem {
            path: path.to_path_buf(),
            line: None,
            severity: Severity::Error,
            message,
            help: Some("see to it that the file and its folder may be written to, and run unspool again: it goes on with what is left"),
        });
    }
}

/// The repository of a file, else its folder.
fn root_of(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(path);
    repository_root(folder).unwrap_or_else(|| folder.to_path_buf())
}

/// Finishes or undoes what earlier runs were interrupted in, in the repositories of these paths. Called before
/// anything is read, by whoever is going to write. An error means that a repository waits for its user.
pub fn recover(paths: &[PathBuf]) -> Vec<Problem> {
    homes(paths).iter().flat_map(|(root, home)| home.recover(root)).map(describe).collect()
}

/// Whether [`recover`] would have something to do: for those who only look.
pub fn needs_recovery(paths: &[PathBuf]) -> bool {
    homes(paths).iter().any(|(root, home)| home.has_journals(root))
}

/// The repositories of paths, with the place of their journals.
fn homes(paths: &[PathBuf]) -> Vec<(PathBuf, Home)> {
    let mut roots: Vec<PathBuf> = paths
        .iter()
        .filter_map(|path| std::fs::canonicalize(path).ok())
        .map(|path| if path.is_dir() { repository_root(&path).unwrap_or(path) } else { root_of(&path) })
        .collect();
    roots.sort();
    roots.dedup();
    roots.into_iter().filter_map(|root| Home::of(&root).ok().map(|home| (root, home))).collect()
}

fn describe(recovered: Recovered) -> Problem {
    let list = |paths: &[PathBuf]| {
        paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    };
    let first = |paths: &[PathBuf]| paths.first().cloned().unwrap_or_default();
    let (path, severity, message) = match &recovered {
        Recovered::Finished(all) => {
            (first(all), Severity::Warning, format!("an interrupted run was finished: {}", list(all)))
        }
        Recovered::Undone(all) => {
            (first(all), Severity::Warning, format!("an interrupted run was undone: {}", list(all)))
        }
        Recovered::UndoneAround { undone, changed } => {
            let message = match undone.is_empty() {
                true => "changed since an interrupted run, which was given up".to_owned(),
                false => {
                    format!(
                        "changed since an interrupted run, which was therefore undone in {}",
                        list(undone)
                    )
                }
            };
            (first(changed), Severity::Warning, message)
        }
        Recovered::Refused { changed, journal } => (
            first(changed),
            Severity::Error,
            format!(
                "an interrupted run can be neither finished nor undone, because {} changed since; the old content \
                 of its files is in {}; delete that folder when they are as they should be",
                list(changed),
                journal.display()
            ),
        ),
        Recovered::Failed { message, journal } => (journal.clone(), Severity::Error, message.clone()),
    };
    Problem::of(path, severity, message)
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
