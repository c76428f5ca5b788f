//! The keep cases of a transform: would they still behave the same if they were rewritten?

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use unspool_engine::driver::{Choice, Job, Problem, Progress, STACK_SIZE, Severity, run};
use unspool_engine::transform::{Profile, Transform};

/// A case that must stay as it is.
pub struct Keep {
    pub name: String,
    /// Path below the program's folder, and content.
    files: Vec<(PathBuf, Vec<u8>)>,
    /// What is run.
    main: &'static str,
}

/// The keep cases below a folder of cases, ordered by name.
///
/// # Errors
/// When they cannot be read.
pub fn keeps(folder: &Path) -> std::io::Result<Vec<Keep>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let expectation = std::fs::read_to_string(path.join("case.toml")).unwrap_or_default();
        if !expectation.lines().any(|l| l.replace(' ', "").starts_with("expect=\"keep\"")) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Vec::new();
        let many = path.join("before");
        let main = if many.is_dir() {
            collect(&many, Path::new(""), &mut files)?;
            "main.py"
        } else {
            files.push(("before.py".into(), std::fs::read(path.join("before.py"))?));
            "before.py"
        };
        all.push(Keep { name, files, main });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn collect(folder: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = below.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            collect(&path, &name, files)?;
        } else {
            files.push((name, std::fs::read(&path)?));
        }
    }
    Ok(())
}

struct Unheard;

impl Progress for Unheard {
    fn total(&self, _files: usize) {}
    fn file_done(&self) {}
}

/// Whether the case, rewritten in the safe tier, prints something else, or a check at run time drops the rewrite.
///
/// # Errors
/// When files cannot be written or the interpreter cannot be started.
pub fn differs(
    case: &Keep,
    transforms: &'static [&'static dyn Transform],
    python: &Path,
) -> std::io::Result<bool> {
    let folder = tempfile::tempdir()?;
    for (name, bytes) in &case.files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        std::fs::write(path, bytes)?;
    }
    let job = Job {
        paths: vec![folder.path().to_owned()],
        exclude: vec![],
        transforms: transforms.to_vec(),
        counted: vec![],
        unsafe_fixes: false,
        profile: Profile::All,
        target: None,
        threads: 1,
        apply: true,
        choice: Choice::All,
        report: |_| false,
        policy: None,
        shows_changes: false,
    };
    let outcome = deep(|| run(&job, &Unheard));
    // A site that is safe and has no edits comes back in the next round, with the same text: that is no check
    // that noticed anything.
    let unwritten =
        |p: &Problem| ["does not settle", "undo each other"].iter().any(|m| p.message.contains(m));
    let checks = |p: &Problem| p.severity == Severity::Error && !unwritten(p);
    if outcome.problems.iter().any(checks) {
        return Ok(true);
    }
    let changes: Vec<_> = outcome.files.iter().filter_map(|f| Some((&f.path, f.change.as_ref()?))).collect();
    if changes.is_empty() {
        return Ok(false);
    }
    let before = behaviour(python, folder.path(), case.main)?;
    for (path, change) in changes {
        std::fs::write(path, &change.after)?;
    }
    Ok(behaviour(python, folder.path(), case.main)? != before)
}

/// Exit status and output. A program that fills the memory or waits for ever ends, with another status.
fn behaviour(python: &Path, folder: &Path, main: &str) -> std::io::Result<(Option<i32>, Vec<u8>)> {
    const LIMITED: &str = "import resource, runpy, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
signal.alarm(30)
main = sys.argv.pop()
runpy.run_path(main, run_name='__main__')";
    let out = Command::new(python)
        .args(["-s", "-B", "-c", LIMITED, main])
        .current_dir(folder)
        .env("PYTHONHASHSEED", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok((out.status.code(), out.stdout))
}

/// Calls on a thread with the stack that the engine's visitors need.
pub fn deep<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, work);
        let joined = thread.expect("one more thread can be started").join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
