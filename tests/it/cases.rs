//! Every case below `transforms/*/cases/` through the built binary. The format is in `transforms/README.md`.
//!
//! A case says which verdict a program must get and why. Here the verdict is checked the way a user meets it
//! (`fix` in place), together with what holds for every case alike: `--dry-run` writes nothing and prints a diff
//! that `patch` and `git apply` turn into the same bytes, a second run and the number of threads change nothing,
//! CPython prints the same before and after, and the verdict does not hang on line ends, tabs or a final newline.
//!
//! `UNSPOOL_CASES=list-to-genexpr` or `UNSPOOL_CASES=list-to-genexpr/trailing-comma` runs some of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use unspool_engine::transform::Group;

use crate::support::{Run, Scratch, each, has, pythons, skip, snapshot_of};
use crate::variants;

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    expect: Expect,
    /// What must be noticed.
    why: String,
    #[serde(default)]
    tier: Tier,
    /// The oldest Python that runs the program.
    #[serde(default = "oldest")]
    python: String,
    /// Regular expressions (in the dialect of Python, with look-around) over the result.
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    present: Vec<String>,
    #[serde(default)]
    judge: Judge,
    /// The obligation whose assumption the program breaks.
    breaks: Option<String>,
}

fn oldest() -> String {
    "3.11".to_owned()
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Rewrite,
    Keep,
}

#[derive(Deserialize, PartialEq, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum Tier {
    #[default]
    Safe,
    Unsafe,
}

/// What a keep is judged by.
#[derive(Deserialize, PartialEq, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum Judge {
    /// The files stay as they are, byte for byte.
    #[default]
    Bytes,
    /// A rewrite of some part is fine if the program prints the same.
    Output,
}

/// Relative path to bytes.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

struct Case {
    /// `list-to-genexpr/trailing-comma`
    name: String,
    transform: String,
    spec: Spec,
    before: Tree,
}

impl Case {
    /// All cases of the transforms that exist (those that `UNSPOOL_CASES` names), ordered by name.
    fn all() -> Vec<Case> {
        let only = std::env::var("UNSPOOL_CASES").unwrap_or_default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
        let mut cases: Vec<Case> = folders(&root)
            .iter()
            .flat_map(|transform| folders(&transform.join("cases")))
            .map(|folder| Case::load(&folder))
            .filter(|case| only.is_empty() || case.name == only || case.transform == only)
            .collect();
        cases.retain(|case| {
            unspool_transforms::registry().iter().any(|transform| transform.meta().id == case.transform)
        });
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!cases.is_empty(), "no case {only}");
        cases
    }

    fn load(folder: &Path) -> Case {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let transform =
            folder.ancestors().nth(2).unwrap().file_name().unwrap().to_str().unwrap().replace('_', "-");
        let text = fs::read_to_string(folder.join("case.toml"))
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let spec: Spec = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        assert!(!spec.why.is_empty(), "{}: a case says why", folder.display());
        let many = folder.join("before");
        let before = if many.is_dir() {
            snapshot_of(&many).into_iter().collect()
        } else {
            Tree::from([("before.py".into(), fs::read(folder.join("before.py")).unwrap())])
        };
        Case { name: format!("{transform}/{name}"), transform, spec, before }
    }

    /// The flags with which the verdict shows.
    fn flags(&self) -> Vec<&str> {
        let mut flags = vec!["--profile", "all", "--select", &self.transform];
        if self.spec.expect == Expect::Rewrite && self.spec.tier == Tier::Unsafe {
            flags.push("--unsafe-fixes");
        }
        flags
    }

    /// A Python that runs the program.
    fn python(&self) -> Option<&'static Path> {
        let wanted = self.oldest();
        pythons().iter().find(|python| python.version >= wanted).map(|python| python.path.as_path())
    }

    fn oldest(&self) -> (u32, u32) {
        let (major, minor) = self.spec.python.split_once('.').expect("a version has a major and a minor");
        (major.parse().unwrap(), minor.parse().unwrap())
    }

    /// A Python on which what the program shows is seen: any, or the very one that the case names if it is old.
    fn showing(&self) -> Option<&'static Path> {
        let (wanted, named) = (self.oldest(), self.spec.python != oldest());
        let shows = |version: (u32, u32)| if named { version == wanted } else { version >= wanted };
        pythons().iter().find(|python| shows(python.version)).map(|python| python.path.as_path())
    }

    /// Runs the program as it lies in the folder.
    fn behaviour(&self, python: &Path, folder: &Path) -> (Option<i32>, Vec<u8>) {
        let main = if self.before.contains_key(Path::new("main.py")) { "main.py" } else { "before.py" };
        let out = Command::new(python)
            .args(["-B", main])
            .current_dir(folder)
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (out.status.code(), out.stdout)
    }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn laid_out(tree: &Tree) -> Scratch {
    let scratch = Scratch::new();
    for (name, bytes) in tree {
        scratch.write(name, bytes);
    }
    scratch
}

fn tree(scratch: &Scratch) -> Tree {
    scratch.snapshot().into_iter().collect()
}

fn fix(scratch: &Scratch, flags: &[&str], more: &[&str]) -> Run {
    scratch.run([&["fix"], flags, more, &["."]].concat())
}

/// What falls short, in words.
fn check(case: &Case, python: Option<&Path>) -> Vec<String> {
    let mut faults = Vec::new();
    let flags = case.flags();
    let work = laid_out(&case.before);
    let runs_as_before = |work: &Scratch| {
        python.is_none_or(|python| {
            let original = laid_out(&case.before);
            case.behaviour(python, original.path()) == case.behaviour(python, work.path())
        })
    };

    let dry = fix(&work, &flags, &["--dry-run"]);
    if tree(&work) != case.before {
        faults.push("--dry-run wrote".to_owned());
    }
    let done = fix(&work, &flags, &[]);
    for run in [&dry, &done] {
        if run.code != Some(0) {
            faults.push(format!("exit status {:?}: {}", run.code, run.stderr));
        }
    }
    let after = tree(&work);
    let changed = after != case.before;

    match case.spec.expect {
        Expect::Keep if changed && case.spec.judge == Judge::Bytes => faults.push("rewritten".to_owned()),
        Expect::Keep if changed && !runs_as_before(&work) => faults.push("behaves differently".to_owned()),
        Expect::Keep if !changed => {
            let offered = laid_out(&case.before);
            fix(&offered, &flags, &["--unsafe-fixes"]);
            let rewritten = tree(&offered) != case.before;
            match &case.spec.breaks {
                Some(kind) => faults.extend(breaks(case, kind, &offered, rewritten)),
                // What can be refuted is refused, not offered.
                None if rewritten && !runs_as_before(&offered) => {
                    faults.push("behaves differently with --unsafe-fixes".to_owned());
                }
                None => {}
            }
        }
        Expect::Rewrite if !changed => faults.push("not rewritten".to_owned()),
        Expect::Rewrite => {
            let text = after.values().map(|b| String::from_utf8_lossy(b)).collect::<Vec<_>>().join("\n");
            let found = |pattern: &String| fancy_regex::Regex::new(pattern).unwrap().is_match(&text).unwrap();
            faults.extend(case.spec.absent.iter().filter(|p| found(p)).map(|p| format!("still there: {p}")));
            faults.extend(case.spec.present.iter().filter(|p| !found(p)).map(|p| format!("missing: {p}")));
            if !runs_as_before(&work) {
                faults.push("behaves differently".to_owned());
            }
        }
        Expect::Keep => {}
    }

    if changed {
        for (tool, args) in
            [("patch", &["-p1", "--binary", "-s"][..]), ("git", &["apply", "--whitespace=nowarn"])]
        {
            if has(tool) {
                let patched = laid_out(&case.before);
                let mut command = Command::new(tool);
                // Git must not take a repository around the scratch folder for the place to apply to.
                command
                    .args(args)
                    .current_dir(patched.path())
                    .env("GIT_CEILING_DIRECTORIES", patched.path().parent().unwrap());
                let run = Run::with_input(&mut command, &dry.stdout);
                let mut result = tree(&patched);
                result.retain(|path, _| path.extension().is_none_or(|e| e != "orig"));
                if run.code != Some(0) || result != after {
                    faults.push(format!("{tool} makes something else of the diff: {}", run.stderr));
                }
            }
        }
        fix(&work, &flags, &[]);
        if tree(&work) != after {
            faults.push("a second run changes it again".to_owned());
        }
    } else if !dry.stdout.is_empty() {
        faults.push("--dry-run shows a diff of nothing".to_owned());
    }
    for threads in ["1", "4"] {
        let other = laid_out(&case.before);
        fix(&other, &flags, &["--threads", threads]);
        if tree(&other) != after {
            faults.push(format!("--threads {threads} gives something else"));
        }
    }
    faults
}

/// What falls short of a program that breaks an assumption: no reading of it can refute what is assumed, so that it is offered, with
/// the assumption as a reason; and the assumption is about something, so that it then behaves differently.
fn breaks(case: &Case, kind: &str, offered: &Scratch, rewritten: bool) -> Vec<String> {
    let mut faults = Vec::new();
    if !rewritten {
        faults.push(format!("not rewritten with --unsafe-fixes, so that nothing assumes `{kind}`"));
    }
    let original = laid_out(&case.before);
    if let Some(python) = case.showing()
        && case.behaviour(python, original.path()) == case.behaviour(python, offered.path())
    {
        faults.push(format!("behaves the same with --unsafe-fixes: it does not break `{kind}`"));
    }
    let report = original.run([&["check", "--format", "json"], &case.flags()[..], &["."]].concat());
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let sites = report["sites"].as_array().unwrap();
    let assumed = |site: &serde_json::Value| {
        let all = site["obligations"].as_array().unwrap();
        all.iter().any(|o| o["kind"] == kind && o["state"] == "assumed")
    };
    if !sites.iter().any(|site| site["verdict"] == "unsafe" && assumed(site)) {
        faults.push(format!("no site is offered that assumes `{kind}`"));
    }
    faults
}

/// Fails with every fault of every case and the reason that the case gives.
#[track_caller]
fn report(cases: &[Case], faults: &[Vec<String>]) {
    let mut lines = Vec::new();
    for (case, faults) in cases.iter().zip(faults) {
        lines.extend(faults.iter().map(|fault| format!("{}: {fault}\n    {}", case.name, case.spec.why)));
    }
    let bad = faults.iter().filter(|f| !f.is_empty()).count();
    assert!(bad == 0, "{bad} of {} cases:\n{}", cases.len(), lines.join("\n"));
}

#[test]
fn cases_come_out_as_they_say() {
    let cases = Case::all();
    let faults = each(&cases, |case| check(case, case.python()));
    report(&cases, &faults);
}

#[test]
fn cases_run_on_cpython() {
    for case in Case::all() {
        if case.python().is_none() {
            skip!(case.name, format!("no Python {} on PATH: not run before and after", case.spec.python));
        }
    }
}

#[test]
fn cases_belong_to_a_transform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
    for folder in folders(&root).iter().filter(|folder| folder.join("cases").is_dir()) {
        let id = folder.file_name().unwrap().to_str().unwrap().replace('_', "-");
        if unspool_transforms::registry().iter().all(|transform| transform.meta().id != id) {
            skip!(id, "its cases are there, the transform is not");
        }
    }
}

#[test]
fn diffs_are_tried_with_patch_and_git() {
    for tool in ["patch", "git"] {
        if !has(tool) {
            skip!("diffs_are_tried_with_patch_and_git", format!("no {tool} on PATH"));
        }
    }
}

/// All transforms at once: what one of them makes of a program must not undo what another has shown.
#[test]
fn programs_run_as_before_with_all_transforms() {
    let cases = Case::all();
    let groups: Vec<&str> = Group::ALL.iter().map(|group| group.name()).collect();
    let select = groups.join(",");
    let flags = ["--profile", "all", "--select", &select];
    let faults = each(&cases, |case| {
        let Some(python) = case.python() else { return Vec::new() };
        let (before, after) = (laid_out(&case.before), laid_out(&case.before));
        let run = fix(&after, &flags, &[]);
        let mut faults = Vec::new();
        if run.code != Some(0) {
            faults.push(format!("exit status {:?}: {}", run.code, run.stderr));
        }
        if case.behaviour(python, before.path()) != case.behaviour(python, after.path()) {
            faults.push("behaves differently".to_owned());
        }
        faults
    });
    report(&cases, &faults);
}

/// A tree without the blanks in front of lines: what is aligned to code is aligned by columns, which tabs do not
/// have, so that such lines stay where they are.
fn unaligned(tree: &Tree) -> Vec<Vec<u8>> {
    let lines = tree.values().flat_map(|bytes| bytes.split(|b| *b == b'\n'));
    lines.map(|line| line.trim_ascii_start().to_vec()).collect()
}

/// Line ends of other systems, tabs and a missing final newline are no reason for another verdict, and the result is the original
/// case's result in that dress.
#[test]
fn dress_does_not_matter() {
    let cases = Case::all();
    let mut made = BTreeMap::from(variants::ALL.map(|(name, _)| (name, 0)));
    let faults = each(&cases, |case| {
        let mut faults = Vec::new();
        let flags = case.flags();
        let plain = laid_out(&case.before);
        fix(&plain, &flags, &[]);
        let plain = tree(&plain);
        for (name, dress) in variants::ALL {
            let dressed = |tree: &Tree| -> Option<Tree> {
                // To TOML, a CR without an LF is an error.
                let stays = |path: &Path| name == "lone-cr" && path.extension().is_some_and(|e| e == "toml");
                let one = |path: &Path, bytes: &[u8]| {
                    if stays(path) { Some(bytes.to_vec()) } else { dress(bytes) }
                };
                tree.iter().map(|(path, bytes)| Some((path.clone(), one(path, bytes)?))).collect()
            };
            let (Some(before), Some(mut expected)) = (dressed(&case.before), dressed(&plain)) else {
                continue;
            };
            // A file that is made has its final newline, and no lone CRs, whatever others do.
            if matches!(name, "no-final-newline" | "lone-cr") {
                let made = plain.iter().filter(|(path, _)| !case.before.contains_key(*path));
                expected.extend(made.map(|(path, bytes)| (path.clone(), bytes.clone())));
            }
            let work = laid_out(&before);
            let run = fix(&work, &flags, &[]);
            let after = tree(&work);
            if run.code != Some(0) {
                faults.push(format!("{name}: exit status {:?}: {}", run.code, run.stderr));
            }
            if (after != before) != (plain != case.before) {
                faults.push(format!("{name}: another verdict"));
            } else if after != expected && !(name == "tabs" && unaligned(&after) == unaligned(&expected)) {
                let show = |tree: &Tree| {
                    tree.values().map(|b| String::from_utf8_lossy(b).into_owned()).collect::<String>()
                };
                faults.push(format!(
                    "{name}: another result\n--- expected\n{}\n--- got\n{}",
                    show(&expected),
                    show(&after)
                ));
            }
            fix(&work, &flags, &[]);
            if tree(&work) != after {
                faults.push(format!("{name}: a second run changes it again"));
            }
        }
        faults
    });
    for case in &cases {
        for (name, dress) in variants::ALL {
            if case.before.values().all(|bytes| dress(bytes).is_some()) {
                *made.get_mut(name).unwrap() += 1;
            }
        }
    }
    if std::env::var_os("UNSPOOL_CASES").is_none() {
        for (name, count) in made {
            assert!(
                count * 2 > cases.len(),
                "{name}: only {count} of {} cases can be dressed so",
                cases.len()
            );
        }
    }
    report(&cases, &faults);
}
