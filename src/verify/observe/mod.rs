//! Looking into the command: modules that load themselves into every Python it starts, and what they note.
//!
//! The way in is `PYTHONPATH` and `sitecustomize` (docs.python.org, library/site). A Python that does not see it
//! (`-I`, `-E`, a tox that clears the environment) is not observed: then the exit status is all there is.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::results::{Outcome, TestResult};
use crate::scratch::Scratch;

const FILES: [(&str, &str); 3] = [
    ("sitecustomize.py", include_str!("sitecustomize.py")),
    ("_unspool_observer.py", include_str!("_unspool_observer.py")),
    ("_unspool_pytest.py", include_str!("_unspool_pytest.py")),
];

/// What one run notes, and how it is told to.
pub struct Observation {
    records: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

/// What was noted.
#[derive(Default, Debug)]
pub struct Noted {
    pub tests: BTreeMap<String, TestResult>,
    /// A test that began and never ended.
    pub unfinished: Option<String>,
    /// Rewritten files that were imported, from the copy and from the original tree.
    pub imported: BTreeSet<PathBuf>,
    pub original: BTreeSet<PathBuf>,
    /// Whether any Python told us anything.
    pub observed: bool,
}

/// Writes the modules into the scratch folder, once.
pub fn install(scratch: &Scratch) -> io::Result<()> {
    let folder = folder(scratch);
    std::fs::create_dir_all(&folder)?;
    FILES.iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}

fn folder(scratch: &Scratch) -> PathBuf {
    scratch.folder().join("observer")
}

impl Observation {
    /// For run number `run`, of only these tests if any are named, with `touched` as the files that are looked for among
    /// the imported ones.
    pub fn new(
        scratch: &Scratch,
        run: usize,
        only: Option<&BTreeSet<String>>,
        touched: &BTreeSet<PathBuf>,
    ) -> io::Result<Self> {
        let file = |name: &str| scratch.folder().join(format!("{name}-{run}"));
        let records = file("records");
        let touched_file = file("touched");
        let touched: Vec<&[u8]> = touched.iter().map(|path| path.as_os_str().as_bytes()).collect();
        std::fs::write(&touched_file, touched.join(&b'\0'))?;
        let mut linked = OsString::new();
        for folder in scratch.linked() {
            linked.push(folder);
            linked.push(":");
        }
        let mut environment = vec![
            ("UNSPOOL_VERIFY_ORIGINAL", scratch.original().into()),
            ("UNSPOOL_VERIFY_COPY", scratch.tree().into()),
            ("UNSPOOL_VERIFY_LINKED", linked),
            ("UNSPOOL_VERIFY_RECORDS", records.clone().into()),
            ("UNSPOOL_VERIFY_TOUCHED", touched_file.into()),
        ];
        if let Some(only) = only {
            let path = file("only");
            std::fs::write(&path, serde_json::to_vec(only)?)?;
            environment.push(("UNSPOOL_VERIFY_ONLY", path.into()));
        }
        Ok(Observation { records, environment })
    }

    /// Adds to an environment what lets us in.
    pub fn extend(&self, scratch: &Scratch, environment: &mut BTreeMap<OsString, OsString>) {
        let mut path = folder(scratch).into_os_string();
        if let Some(given) = environment.get(OsStr::new("PYTHONPATH")) {
            for entry in given.as_bytes().split(|byte| *byte == b':').filter(|entry| !entry.is_empty()) {
                path.push(":");
                path.push(scratch.in_copy(Path::new(OsStr::from_bytes(entry))));
            }
        }
        environment.insert("PYTHONPATH".into(), path);
        // Sets in the same order in every run: less that differs without a reason.
        environment.entry("PYTHONHASHSEED".into()).or_insert_with(|| "0".into());
        environment.remove(OsStr::new("UNSPOOL_VERIFY_OWNER"));
        environment.extend(self.environment.iter().map(|(name, value)| ((*name).into(), value.clone())));
    }

    /// What was noted by the run.
    pub fn read(&self) -> Noted {
        let bytes = std::fs::read(&self.records).unwrap_or_default();
        let mut noted = Noted::default();
        let mut started: Vec<String> = Vec::new();
        // A process that is killed may leave half a line, and only the last one.
        for record in
            bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice::<Record>(line).ok())
        {
            noted.observed = true;
            if let Some(start) = record.start {
                started.push(start);
            }
            if let (Some(test), Some(outcome)) = (record.test, record.outcome) {
                let result = TestResult { outcome, message: record.message, trace: record.trace };
                let known = noted.tests.entry(test).or_insert_with(|| result.clone());
                if result.outcome > known.outcome {
                    *known = result;
                }
            }
            let paths = |names: Vec<String>| names.into_iter().map(path_of);
            noted.imported.extend(paths(record.imported));
            noted.original.extend(paths(record.original));
        }
        noted.unfinished = started.into_iter().rev().find(|test| !noted.tests.contains_key(test));
        noted
    }
}

/// Python writes bytes that are not UTF-8 as lone surrogates, which JSON cannot give us: such a file is not looked for.
fn path_of(name: String) -> PathBuf {
    PathBuf::from(OsString::from_vec(name.into_bytes()))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Record {
    start: Option<String>,
    test: Option<String>,
    outcome: Option<Outcome>,
    message: String,
    trace: String,
    imported: Vec<String>,
    original: Vec<String>,
}
