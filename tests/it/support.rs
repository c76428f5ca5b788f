//! What several tests need: scratch folders, the built binary, a Python, and honest skips.

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use unspool_engine::driver::{parallel, thread_count};

/// Leaves a test whose tool or permission is missing, and says so past the output capture. With `CI=true` a
/// skip is a failure, so that nothing is left out where it counts.
macro_rules! skip {
    ($name:expr, $reason:expr $(,)?) => {{
        $crate::support::note_skip(&$name.to_string(), &$reason.to_string());
        return;
    }};
}
pub(crate) use skip;

/// The body of [`skip!`].
///
/// # Panics
/// When `CI` is `true`.
pub fn note_skip(name: &str, reason: &str) {
    static SKIPPED: AtomicUsize = AtomicUsize::new(0);
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "SKIPPED {name}: {reason}");
    let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    // The test harness captures what the print macros write, not what is written to the handle itself.
    // A closed standard error is no reason to fail a test.
    let _ = writeln!(std::io::stderr().lock(), "SKIPPED {name}: {reason} ({count} skipped so far)");
}

/// The first `python3` on `PATH` that runs.
pub fn python() -> Option<&'static Path> {
    pythons().first().map(|python| python.path.as_path())
}

/// A Python on `PATH`.
pub struct Interpreter {
    pub path: PathBuf,
    /// Major and minor.
    pub version: (u32, u32),
}

/// Every Python on `PATH`, one per version: `python3` first, then `python3.8`, `python3.9`, ... Asked once.
pub fn pythons() -> &'static [Interpreter] {
    static PYTHONS: OnceLock<Vec<Interpreter>> = OnceLock::new();
    PYTHONS.get_or_init(|| {
        let mut found: Vec<Interpreter> = Vec::new();
        for name in
            std::iter::once("python3".to_owned()).chain((8..=14).map(|minor| format!("python3.{minor}")))
        {
            if let Some(interpreter) = interpreter(&name)
                && found.iter().all(|known| known.version != interpreter.version)
            {
                found.push(interpreter);
            }
        }
        found
    })
}

fn interpreter(name: &str) -> Option<Interpreter> {
    let ask = "import sys; print(*sys.version_info[:2], sys.executable)";
    let out = Command::new(name).args(["-c", ask]).output().ok().filter(|out| out.status.success())?;
    let text = String::from_utf8(out.stdout).ok()?;
    let mut words = text.trim_end().splitn(3, ' ');
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some(Interpreter { path: words.next()?.into(), version })
}

/// Calls `work` for each item, on every core, with stacks as deep as the workers of unspool have. The results
/// stand in the order of the items.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    parallel(items, thread_count(0), work)
}

/// Whether a program is on `PATH` and runs.
pub fn has(program: &str) -> bool {
    let probe = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok()
}

/// A folder of its own for one test, gone with it.
pub struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    /// An empty folder.
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("unspool-").tempdir().expect("a scratch folder");
        Scratch { dir }
    }

    /// A folder with these files; parents are made as needed.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new();
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        let parent = path.parent().expect("a file in a scratch folder has a parent");
        std::fs::create_dir_all(parent).expect("a folder in the scratch folder");
        std::fs::write(&path, bytes).expect("a file in the scratch folder");
        path
    }

    #[track_caller]
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        std::fs::read(self.join(name)).expect("the file should still be there")
    }

    /// Every regular file of the scratch folder: see [`snapshot_of`].
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        snapshot_of(self.path())
    }

    /// The built binary, to be run in this folder; standard input is empty.
    pub fn unspool<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = unspool(args);
        command.current_dir(self.path());
        command
    }

    /// Runs the binary in this folder.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run::of(&mut self.unspool(args))
    }
}

/// Every regular file below the folder with its bytes, ordered by path, `.git` left out.
pub fn snapshot_of(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    let name = path.strip_prefix(root).expect("walked from there").to_owned();
                    files.push((name, std::fs::read(&path).unwrap_or_default()));
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// Where the built binary is.
pub const UNSPOOL: &str = env!("CARGO_BIN_EXE_unspool");

/// The built binary with an environment that does not depend on who runs the tests.
pub fn unspool<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(UNSPOOL);
    command.args(args).stdin(Stdio::null());
    plain_environment(&mut command);
    command
}

/// Takes away what would change the output: colours, terminal width, settings of a developer's shell.
pub fn plain_environment(command: &mut Command) {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "UNSPOOL_TEST_SWITCH_OFF"] {
        command.env_remove(name);
    }
    command.env("TERM", "dumb");
}

/// What a command did.
pub struct Run {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub fn of(command: &mut Command) -> Run {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Run::from(output)
    }

    /// Runs a command with bytes on its standard input.
    #[track_caller]
    pub fn with_input(command: &mut Command, input: &[u8]) -> Run {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut pipe = child.stdin.take().expect("standard input is piped");
        let input = input.to_owned();
        // A thread of its own: the child may fill its output before it has read everything. It may also end
        // without reading, which is its own business.
        let writer = std::thread::spawn(move || {
            let _ = pipe.write_all(&input);
        });
        let output = child.wait_with_output().expect("the child was started");
        writer.join().expect("the writer does not panic");
        Run::from(output)
    }

    /// Standard output as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output should be UTF-8")
    }

    /// Fails with everything that was printed, unless the exit status is this one.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert!(
            self.code == Some(code),
            "exit status {:?} (signal {:?}), expected {code}\n--- stdout\n{}\n--- stderr\n{}",
            self.code,
            self.signal,
            String::from_utf8_lossy(&self.stdout),
            self.stderr
        );
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Run {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Settings for snapshots: they live in `snapshots/` at the top of the repository.
pub fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
