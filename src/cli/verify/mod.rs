//! `fix --verify`: what the engine rewrites, put to the test by [`unspool_verify`].

mod report;
mod watch;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use unspool_engine::driver::{self, Choice, FileReport, Job, Outcome, Progress, SiteReport};
use unspool_engine::transform::Verdict;
use unspool_verify::{Applied, Command, FileChange, GuardProgram, Rewrite, Rewrites, VerifyError};

use super::Error;
use super::interrupt::Uninterrupted;
use super::report::places::Numbered;
use super::terminal::Terminal;
use watch::Watcher;

/// Verifies the result of a job and gives what is left of its files. None if somebody asked for the end. `job.choice` is
/// afterwards what was kept.
pub fn run(
    line: &str,
    limit: Option<Duration>,
    job: &mut Job,
    first: Outcome,
    terminal: &mut Terminal,
) -> Result<Option<Vec<FileReport>>, Error> {
    let cannot = |error: std::io::Error| Error::Verify(VerifyError::CannotStart { why: error.to_string() });
    let here = std::env::current_dir().and_then(fs::canonicalize).map_err(cannot)?;
    let root = match driver::repository_root(&here) {
        Some(root) => root,
        None if is_everything(&here) => return Err(Error::VerifyEverything { folder: here }),
        None => here.clone(),
    };
    let folder = here.strip_prefix(&root).unwrap_or(Path::new("")).to_path_buf();
    let command = Command {
        line: line.to_owned(),
        wrapper: Vec::new(),
        environment: std::env::vars_os().collect(),
        folder,
        root: root.clone(),
        limit,
        scratch: None,
        guard: GuardProgram {
            program: std::env::current_exe().map_err(cannot)?,
            arguments: vec!["verify-guard".into()],
        },
    };
    for file in first.files.iter().filter(|file| file.change.is_some()) {
        if below(&root, &file.path).is_none() {
            return Err(Error::VerifyOutside { path: file.path.clone(), root });
        }
    }
    let mut engine = Engine { job, root, first: Some(first), latest: Vec::new(), seen: HashMap::new() };
    let watcher = Watcher::new(terminal, Uninterrupted::begin());
    let result = unspool_verify::verify(&command, &mut engine, &watcher);
    watcher.finish();
    match result {
        Ok(verified) => {
            report::write(terminal, line, &verified, &engine.seen);
            Ok(Some(engine.latest))
        }
        Err(VerifyError::Interrupted) => Ok(None),
        Err(error) => Err(Error::Verify(error)),
    }
}

/// Whether a folder is somebody's home or the whole system, which nobody wants to copy.
fn is_everything(folder: &Path) -> bool {
    let home = std::env::home_dir().and_then(|home| fs::canonicalize(home).ok());
    folder.parent().is_none() || home.is_some_and(|home| home.starts_with(folder))
}

/// The path from the root to a file, whatever links lead there.
fn below(root: &Path, path: &Path) -> Option<PathBuf> {
    // A file that is to be made is not there yet.
    let full = fs::canonicalize(path).or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok::<_, std::io::Error>(fs::canonicalize(folder)?.join(path.file_name().unwrap_or_default()))
    });
    full.ok()?.strip_prefix(root).ok().map(Path::to_path_buf)
}

/// A rewrite as it was found: its file, with it as the only site.
type Seen = HashMap<String, FileReport>;

/// Makes trees of the rewrites of a job.
struct Engine<'j> {
    job: &'j mut Job,
    root: PathBuf,
    /// The job's outcome with everything, until it is asked for.
    first: Option<Outcome>,
    /// The files of the latest choice that only leaves out.
    latest: Vec<FileReport>,
    /// Every rewrite that was ever applied.
    seen: Seen,
}

impl Rewrites for Engine<'_> {
    fn apply(&mut self, choice: unspool_verify::Choice) -> Result<Applied, String> {
        let is_final = matches!(choice, unspool_verify::Choice::AllBut(_));
        self.job.choice = match choice {
            unspool_verify::Choice::AllBut(dropped) => Choice::AllBut(dropped.iter().cloned().collect()),
            unspool_verify::Choice::Only(chosen) => Choice::Only(chosen.iter().cloned().collect()),
        };
        // Whoever begins asks for everything.
        let outcome = self.first.take().unwrap_or_else(|| driver::run(self.job, &Silent));
        let mut applied = Applied::default();
        for file in &outcome.files {
            let Some(change) = &file.change else { continue };
            let path = below(&self.root, &file.path)
                .ok_or_else(|| format!("{} moved while it was verified", file.path.display()))?;
            for site in file.sites.iter().filter(|site| site.applied) {
                applied.rewrites.push(rewrite(site, &path, &self.root));
                self.seen.entry(site.identity.clone()).or_insert_with(|| FileReport {
                    path: file.path.clone(),
                    text: file.text.clone(),
                    texts: Vec::new(),
                    sites: vec![site.clone()],
                    change: None,
                });
            }
            let before = (!change.is_new).then(|| change.before.to_vec());
            let after = change.after.clone();
            applied.files.push(FileChange { path, before, after });
        }
        if is_final {
            self.latest = outcome.files;
        }
        Ok(applied)
    }
}

fn rewrite(site: &SiteReport, path: &Path, root: &Path) -> Rewrite {
    let mut also = Vec::new();
    for other in &site.others {
        let Some(path) = below(root, &other.path) else { continue };
        let text = Numbered::new(Arc::clone(&other.text));
        also.extend(other.edits.iter().map(|edit| (path.clone(), text.span(edit.range).start.line)));
    }
    let leans = site.proposal.obligations.iter().any(|obligation| !obligation.conventions.is_empty());
    Rewrite {
        id: site.identity.clone(),
        transform: site.proposal.transform.to_owned(),
        path: path.to_path_buf(),
        line: site.line,
        also,
        doubt: match site.verdict {
            Verdict::Safe if leans => 1,
            Verdict::Safe => 0,
            Verdict::Unsafe | Verdict::Refused | Verdict::Withheld => 2,
        },
        round: site.round,
    }
}

/// The engine's own progress is the smaller part of the work.
struct Silent;

impl Progress for Silent {
    fn total(&self, _: usize) {}
    fn file_done(&self) {}
}
