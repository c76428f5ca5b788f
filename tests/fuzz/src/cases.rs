//! The keep cases of a transform: would they still behave the same if they were rewritten?

use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use unspool_engine::driver::{
    Choice, FileRules, Found, Held, Job, Policy, Problem, Progress, STACK_SIZE, Severity, SiteReport, run,
};
use unspool_engine::transform::{Profile, Transform};

use crate::told;

/// A case that must stay as it is.
pub struct Keep {
    pub name: String,
    /// Path below the program's folder, and content.
    files: Vec<(PathBuf, Vec<u8>)>,
    /// What is run.
    main: &'static str,
    spec: Spec,
}

/// What matters here of `case.toml`; the rest is in `transforms/README.md`.
#[derive(Default, Deserialize)]
struct Spec {
    expect: String,
    /// The oldest Python that runs it. What the case shows is seen there.
    python: Option<String>,
    /// The obligation whose assumption the program breaks.
    breaks: Option<String>,
}

/// What a case may say of how it is rewritten, in its `unspool.toml`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Settings {
    helpers_module: Option<String>,
    task_groups: bool,
}

/// The keep cases below a folder of cases, ordered by name.
///
/// # Errors
/// When they cannot be read.
pub fn keeps(folder: &Path) -> std::io::Result<Vec<Keep>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let text = std::fs::read_to_string(path.join("case.toml"))?;
        let spec: Spec = toml::from_str(&text).map_err(std::io::Error::other)?;
        if spec.expect != "keep" {
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
        all.push(Keep { name, files, main, spec });
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

/// How a case is rewritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tier {
    Safe,
    /// With `--unsafe-fixes`.
    Assuming,
}

/// What became of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Became {
    /// It stayed, or does what it did.
    Same,
    /// It prints something else, or a check at run time dropped the rewrite.
    Different,
    /// It does what it did, but its text says what is not so ([`told`]).
    Untrue,
    /// Nothing stands against a rewrite, and there is none to write.
    Unwritten,
}

/// The keep cases that do what they did if all obligations hold: what differs with one of them off differs for that reason. All
/// should in the safe tier; with assumptions all but those that break one.
///
/// # Errors
/// As [`became`].
pub fn sound(
    cases: &[Keep],
    transforms: &'static [&'static dyn Transform],
    python: &Path,
    tier: Tier,
) -> std::io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for case in cases {
        if became(case, transforms, python, tier, None)? == Became::Same {
            names.insert(case.name.clone());
        }
    }
    Ok(names)
}

/// What noticed that an obligation is off in this process: with one that assumes, the tier of assumptions is looked at, too. There a program that
/// breaks an assumption tells of that one alone: with it off, nothing names the reason for which the program differs.
///
/// # Errors
/// As [`became`].
pub fn noticed(
    case: &Keep,
    kind: &str,
    (safe, assuming): (&BTreeSet<String>, &BTreeSet<String>),
    transforms: &'static [&'static dyn Transform],
    python: &Path,
) -> std::io::Result<Became> {
    let breaks = case.spec.breaks.as_deref();
    let tiers = [
        (Tier::Safe, safe.contains(&case.name)),
        (Tier::Assuming, breaks.map_or(assuming.contains(&case.name), |broken| broken == kind)),
    ];
    let mut found = Became::Same;
    for (tier, _) in tiers.into_iter().filter(|(_, tells)| *tells) {
        match became(case, transforms, python, tier, Some(kind))? {
            Became::Same => {}
            Became::Different => return Ok(Became::Different),
            untold => found = untold,
        }
    }
    Ok(found)
}

/// Rewrites a case and runs it before and after; `kind` is the obligation that is off in this process.
///
/// # Errors
/// When files cannot be written or the interpreter cannot be started.
fn became(
    case: &Keep,
    transforms: &'static [&'static dyn Transform],
    python: &Path,
    tier: Tier,
    kind: Option<&str>,
) -> std::io::Result<Became> {
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
        unsafe_fixes: tier == Tier::Assuming,
        profile: Profile::All,
        target: None,
        threads: 1,
        apply: true,
        choice: Choice::All,
        report: |_| true,
        policy: Some(Arc::new(case.rules(transforms, tier)?)),
        shows_changes: false,
    };
    let outcome = deep(|| run(&job, &Unheard));
    // A site that is safe and has no edits comes back in the next round, with the same text: that is no check
    // that noticed anything.
    let comes_back =
        |p: &Problem| ["does not settle", "undo each other"].iter().any(|m| p.message.contains(m));
    let checks = |p: &Problem| p.severity == Severity::Error && !comes_back(p);
    if outcome.problems.iter().any(checks) {
        return Ok(Became::Different);
    }
    let changes: Vec<_> = outcome.files.iter().filter_map(|f| Some((&f.path, f.change.as_ref()?))).collect();
    // What is rewritten with the obligation as it is without it tells nothing of it.
    let mut sites = outcome.files.iter().flat_map(|f| &f.sites).filter(|s| s.applied);
    let passed = |s: &SiteReport| s.proposal.obligations.iter().any(|o| o.is_switched_off());
    if changes.is_empty() || kind.is_some() && !sites.any(passed) {
        let unwritten = kind.is_some() && outcome.problems.iter().any(comes_back);
        return Ok(if unwritten { Became::Unwritten } else { Became::Same });
    }
    let pythons: Vec<PathBuf> = case.pythons(python);
    let runs = |folder: &Path| -> std::io::Result<Vec<_>> {
        pythons.iter().map(|python| behaviour(python, folder, case.main)).collect()
    };
    let before = runs(folder.path())?;
    for (path, change) in &changes {
        std::fs::write(path, &change.after)?;
    }
    if runs(folder.path())? != before {
        return Ok(Became::Different);
    }
    let untrue = kind.is_some_and(|kind| {
        let after = |name: &Path| {
            let change = changes.iter().find(|(path, _)| path.ends_with(name))?;
            Some(String::from_utf8_lossy(&change.1.after).into_owned())
        };
        let texts = case.files.iter().map(|(name, bytes)| {
            let before = String::from_utf8_lossy(bytes).into_owned();
            (name.clone(), after(name).unwrap_or_else(|| before.clone()), before)
        });
        told::untrue(transforms[0].meta().id, kind, &texts.collect::<Vec<_>>())
    });
    Ok(if untrue { Became::Untrue } else { Became::Same })
}

/// The rules of a case, for all of its files.
struct Rules(Arc<FileRules>);

impl Policy for Rules {
    fn rules(&self, files: &[Found]) -> Vec<Option<Arc<FileRules>>> {
        vec![Some(self.0.clone()); files.len()]
    }

    fn held(&self, _: &Found, _: &str) -> Option<Held> {
        None
    }

    fn changed_lines(&self, _: &Found) -> Option<Vec<RangeInclusive<usize>>> {
        None
    }
}

impl Keep {
    fn rules(&self, transforms: &'static [&'static dyn Transform], tier: Tier) -> std::io::Result<Rules> {
        let stated = self.files.iter().find(|(path, _)| path == Path::new("unspool.toml"));
        let text = stated.map(|(_, bytes)| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let Settings { helpers_module, task_groups } = toml::from_str(&text)
            .map_err(|error| std::io::Error::other(format!("{}: {error}", self.name)))?;
        Ok(Rules(Arc::new(FileRules {
            on: transforms.iter().map(|t| t.meta().id).collect(),
            counted: [].into_iter().collect(),
            unsafe_fixes: tier == Tier::Assuming,
            profile: Profile::All,
            target: None,
            helpers_module: helpers_module.map(Arc::from),
            task_groups,
        })))
    }

    /// Where it is run: on the Python that is given, and on the one that it names, if that is at hand.
    fn pythons(&self, given: &Path) -> Vec<PathBuf> {
        let named = self.spec.python.as_deref().and_then(python_of);
        std::iter::once(given.to_owned()).chain(named).collect()
    }
}

/// A Python of this version (`3.8`), on `PATH` or among those of pyenv.
fn python_of(version: &str) -> Option<PathBuf> {
    let own = format!("python{version}");
    let runs = |path: &Path| {
        let out = Command::new(path).arg("-V").output();
        out.is_ok_and(|out| out.status.success())
    };
    let home = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".pyenv")));
    let kept = home.and_then(|home| {
        let all = std::fs::read_dir(home.join("versions")).ok()?.filter_map(Result::ok);
        let mut all: Vec<PathBuf> = all
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{version}.")))
            .map(|entry| entry.path().join("bin").join(&own))
            .collect();
        all.sort();
        all.pop()
    });
    [kept, Some(own.clone().into())].into_iter().flatten().find(|path| runs(path))
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
