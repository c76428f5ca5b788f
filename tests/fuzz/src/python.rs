//! A CPython that runs pairs of programs, many per process.

use serde::Serialize;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::generate::mutants::STUBS;

/// A program before and after it was rewritten.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    pub before: String,
    pub after: String,
    /// Conventions that the world outside of the program keeps in this run.
    pub quiet: Vec<&'static str>,
    /// Processor time that each of the two may take.
    pub seconds: f64,
    /// Tell what both did even if it is the same.
    pub always: bool,
    /// Each of the two runs in a process of its own, in an empty folder; what it writes to its streams is seen, too.
    pub alone: bool,
}

impl Pair {
    pub fn new(before: &str, after: &str) -> Self {
        let (before, after) = (before.into(), after.into());
        Pair { before, after, quiet: vec![], seconds: 1.0, always: false, alone: false }
    }
}

/// What the two programs of a pair did, event by event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traces {
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// How a pair came out: `None` where both did the same.
pub type Outcome = Option<Traces>;

/// A running interpreter.
pub struct Python {
    path: PathBuf,
    child: Child,
    sink: ChildStdin,
    source: BufReader<ChildStdout>,
    /// Where programs run.
    _folder: TempDir,
}

impl Python {
    /// # Errors
    /// When the interpreter cannot be started.
    pub fn start(path: &Path) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        for (path, text) in STUBS {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            std::fs::write(path, text)?;
        }
        // A path stays what it is from the other folder, too; a name is looked for in PATH.
        let absolute = std::path::absolute(path)?;
        let mut child = Command::new(if absolute.exists() { &absolute } else { path })
            .args(["-s", "-B", "-c", include_str!("runner.py")])
            .current_dir(folder.path())
            // Sets of strings have one order in all runs.
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let sink = child.stdin.take().expect("standard input is piped");
        let source = BufReader::new(child.stdout.take().expect("standard output is piped"));
        Ok(Python { path: path.to_owned(), child, sink, source, _folder: folder })
    }

    /// Hands over a batch; [`Python::results`] must be asked before the next one.
    ///
    /// # Errors
    /// When the interpreter has ended.
    pub fn submit(&mut self, pairs: &[Pair]) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.sink, pairs)?;
        self.sink.write_all(b"\n")?;
        self.sink.flush()
    }

    /// The outcomes of the batch handed over last.
    ///
    /// # Errors
    /// When the interpreter has ended, for which a program of the batch is to blame.
    pub fn results(&mut self) -> std::io::Result<Vec<Outcome>> {
        let mut line = String::new();
        if self.source.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let results: Vec<Option<(Vec<String>, Vec<String>)>> = serde_json::from_str(&line)?;
        Ok(results.into_iter().map(|r| r.map(|(before, after)| Traces { before, after })).collect())
    }

    /// Runs one batch. A program that ends the interpreter itself is told apart by the one event `crash`.
    ///
    /// # Errors
    /// When no new interpreter can be started in the place of one that has ended.
    pub fn run(&mut self, pairs: &[Pair]) -> std::io::Result<Vec<Outcome>> {
        if let Ok(outcomes) = self.submit(pairs).and_then(|()| self.results()) {
            return Ok(outcomes);
        }
        *self = Python::start(&self.path)?;
        if pairs.len() == 1 {
            let crash = vec!["crash".to_owned()];
            return Ok(vec![Some(Traces { before: crash.clone(), after: crash })]);
        }
        let mut all = Vec::new();
        for pair in pairs {
            all.extend(self.run(std::slice::from_ref(pair))?);
        }
        Ok(all)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
