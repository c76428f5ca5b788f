//! `helpers-module`: what rewrites generate goes into one module of the repository, which is made where there is none.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::bad_input::Paused;
use crate::support::{Run, Scratch, has, python, skip};

const PERSON: &str = "class Person:\n    def __init__(self, name):\n        self.name = name\n";

/// A module with classes whose `__repr__` are of one form.
fn shown(before: &str, classes: &[&str]) -> String {
    let class = |name: &&str| {
        format!(
            "class {name}:\n    def __init__(self, x, y):\n        self.x = x\n        self.y = y\n\n    def __repr__(self):\n        \
             return f\"{before}{name}(x={{self.x!r}}, y={{self.y!r}})\"\n"
        )
    };
    classes.iter().map(class).collect::<Vec<_>>().join("\n\n")
}

pub fn project() -> Scratch {
    Scratch::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("unspool.toml", "helpers-module = 'pkg.reprs'\nselect = ['repr-to-decorator']\nprofile = 'all'\n"),
        ("main.py", "from pkg.a import A\nfrom pkg.b import C\n\nprint(A(1, 2), C(3, 4))\n"),
        ("pkg/__init__.py", ""),
        ("pkg/a.py", &shown("", &["A", "B"])),
        ("pkg/b.py", &shown("", &["C", "D"])),
        ("pkg/person.py", PERSON),
    ])
}

const FILES: [&str; 3] = ["pkg/a.py", "pkg/b.py", "pkg/reprs.py"];

/// How many of the two files were rewritten; the module is there if any was.
#[track_caller]
pub fn made(scratch: &Scratch) -> usize {
    let uses = |name: &&&str| {
        let text = String::from_utf8(scratch.read(name)).unwrap();
        let (imports, decorates) = (text.contains("import auto_repr"), text.contains("@auto_repr"));
        assert_eq!(imports, decorates, "{name}: {text}");
        decorates
    };
    let count = FILES[..2].iter().filter(uses).count();
    assert_eq!(
        scratch.join(FILES[2]).exists(),
        count > 0,
        "who imports it finds it, and it is there for somebody"
    );
    count
}

fn names(scratch: &Scratch) -> Vec<PathBuf> {
    let python = |path: &PathBuf| path.extension().is_some_and(|e| e == "py" || e == "orig");
    scratch.snapshot().into_iter().map(|(path, _)| path).filter(python).collect()
}

#[test]
fn from_the_listing_to_the_files() {
    let scratch = project();
    let before = scratch.snapshot();
    let listing = scratch.run(["check"]);
    let expected = "pkg/a.py:6:5: repr-to-decorator safe\n    also makes pkg/reprs.py\n";
    assert!(listing.text().contains(expected), "{}", listing.text());
    let report = scratch.run(["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let edits = report["sites"][0]["edits"].as_array().unwrap();
    let new: Vec<&Value> = edits.iter().filter(|edit| edit["new_file"] == true).collect();
    assert!(new.len() == 1 && new[0]["path"] == "pkg/reprs.py", "{edits:?}");
    assert!(edits.iter().all(|edit| edit["path"] == "pkg/reprs.py" || edit.get("new_file").is_none()));
    for (format, expected) in [
        ("sarif", "\"uri\": \"pkg/reprs.py\""),
        ("html", "also makes <code>pkg/reprs.py</code>"),
        ("markdown", "diff of pkg/reprs.py"),
        ("github", "also makes pkg/reprs.py"),
        ("gitlab", "also makes pkg/reprs.py"),
        ("junit", "also makes pkg/reprs.py"),
        ("jsonl", "\"new_file\":true"),
    ] {
        let run = scratch.run(["check", "--format", format]);
        assert!(run.text().contains(expected), "{format}: {}", run.text());
    }
    let dry = scratch.run(["fix", "--dry-run"]);
    assert_eq!(dry.exits(0).stderr, "2 rewrites in 3 files (dry run: nothing written)\n");
    assert!(
        dry.text().contains("new file mode 100644\n--- /dev/null\n+++ b/pkg/reprs.py\n@@ -0,0 +1,"),
        "{}",
        dry.text()
    );
    assert_eq!(scratch.snapshot(), before);
    let page = scratch.run(["explain", "pkg/a.py:6"]);
    assert!(page.exits(0).text().contains("also makes pkg/reprs.py"), "{}", page.text());
    let written = scratch.run(["fix", "--verbose"]);
    assert!(written.exits(0).stderr.contains("made pkg/reprs.py: with pkg/a.py\n"), "{}", written.stderr);
    assert_eq!(made(&scratch), 2);
    let again = scratch.run(["fix"]);
    assert!(again.exits(0).stderr.starts_with("no rewrites in 6 files"), "{}", again.stderr);
    if let Some(python) = python() {
        let run = Run::of(Command::new(python).arg("main.py").current_dir(scratch.path()));
        assert_eq!(run.exits(0).text(), "A(x=1, y=2) C(x=3, y=4)\n");
    }
}

#[test]
fn what_was_typed_has_the_last_word() {
    let scratch = project();
    scratch.run(["fix", "--helpers-module", "other"]).exits(0);
    assert!(scratch.join("other.py").exists() && !scratch.join("pkg/reprs.py").exists());
    let mistake = scratch.run(["check", "--helpers-module", "pkg/reprs.py"]);
    let expected = "error: `pkg/reprs.py` is no name of a module\n  help: write it as an import would: `pkg.validators`\n";
    assert_eq!(mistake.exits(2).stderr, expected);
    let own = project();
    own.run(["fix", "--isolated", "--select", "repr-to-decorator", "--profile", "all"]).exits(0);
    assert!(String::from_utf8(own.read("pkg/a.py")).unwrap().contains("def auto_repr"));
}

#[test]
fn a_power_cut_leaves_no_half() {
    let mut counts = Vec::new();
    for step in 1.. {
        assert!(step < 50, "writing comes to an end");
        let scratch = project();
        let mut command = scratch.unspool(["fix"]);
        command.env("UNSPOOL_TEST_ABORT_AT_STEP", step.to_string());
        let run = Run::of(&mut command);
        if run.code == Some(0) {
            assert_eq!(made(&scratch), 2);
            break;
        }
        assert!(run.signal.is_some(), "{}", run.stderr);
        scratch.run(["fix", "--select", "loop-to-yield-from"]).exits(0);
        counts.push(made(&scratch));
        let left: Vec<PathBuf> =
            names(&scratch).into_iter().filter(|p| FILES.iter().all(|f| p != Path::new(f))).collect();
        assert_eq!(left, ["main.py", "pkg/__init__.py", "pkg/person.py"].map(PathBuf::from), "step {step}");
        scratch.run(["fix"]).exits(0);
        assert_eq!(made(&scratch), 2, "step {step}");
    }
    assert!(counts.contains(&0) && counts.contains(&2), "{counts:?}");
}

#[test]
fn a_file_that_appears_meanwhile_stays() {
    let scratch = project();
    let command = scratch.unspool(["fix"]);
    let (scratch, run) = Paused::start(scratch, command, 1).then(|scratch, _, _| {
        scratch.write("pkg/reprs.py", "mine = 1\n");
    });
    assert!(
        run.exits(3).stderr.contains(
            "pkg/reprs.py: not written, nor the 2 files that belong to it: it was not there, and is now"
        ),
        "{}",
        run.stderr
    );
    assert_eq!(scratch.read("pkg/reprs.py"), b"mine = 1\n");
    assert_eq!(String::from_utf8(scratch.read("pkg/a.py")).unwrap(), shown("", &["A", "B"]));
    // The next run takes it for what it is.
    scratch.run(["fix"]).exits(0);
    let text = String::from_utf8(scratch.read("pkg/reprs.py")).unwrap();
    assert!(text.starts_with("mine = 1\n\n\ndef auto_repr(*fields):\n"), "{text}");
}

/// Runs with these arguments, and expects both rewrites to be held back.
#[track_caller]
fn check_held(files: &[(&str, &str)], args: &[&str], reason: &str) {
    let scratch = project();
    for (name, text) in files {
        scratch.write(name, text);
    }
    let before = scratch.snapshot();
    let listing = scratch.run([&["check", "--refusals"], args].concat());
    assert!(
        listing.text().contains(&format!("it would change pkg/reprs.py, too, which {reason}")),
        "{}",
        listing.text()
    );
    scratch.run([&["fix"], args].concat()).exits(0);
    assert_eq!(scratch.snapshot(), before);
}

#[test]
fn it_is_part_of_the_run_like_any_file() {
    check_held(&[], &["pkg/a.py"], "is not part of this run");
    check_held(
        &[(
            "unspool.toml",
            "helpers-module = 'pkg.reprs'\nselect = ['repr-to-decorator']\nprofile = 'all'\nexclude = ['reprs.py']\n",
        )],
        &[],
        "is not part of this run",
    );
    check_held(
        &[(
            "unspool.toml",
            "helpers-module = 'pkg.reprs'\nselect = ['repr-to-decorator']\nprofile = 'all'\n[per-file-ignores]\n'pkg/reprs.py' = ['classes']\n",
        )],
        &[],
        "has this transform switched off",
    );
    check_held(&[("pkg/reprs.py", "# Generated by a tool. DO NOT EDIT.\n")], &[], "is generated");
}

#[test]
fn refusals_say_why() {
    for (files, reason) in [
        (
            &[("unspool.toml", "helpers-module = 'nope.reprs'\n")][..],
            "no package `nope` of the repository can be meant",
        ),
        (
            &[("unspool.toml", "helpers-module = 'typing.reprs'\n")],
            "`typing` is a module of the standard library",
        ),
        (
            &[("unspool.toml", "helpers-module = 'sub.reprs'\n"), ("sub/x.py", "")],
            "no package `sub` of the repository can be meant",
        ),
        (
            &[("unspool.toml", "helpers-module = 'pkg.sub.reprs'\n"), ("pkg/sub/x.py", "")],
            "pkg/sub is no package: it has no `__init__.py`",
        ),
        (&[("pkg/reprs/x.txt", "")], "pkg/reprs has the name"),
        (
            &[("pkg/reprs.cpython-313-x86_64-linux-gnu.so", "")],
            "pkg/reprs.cpython-313-x86_64-linux-gnu.so has the name",
        ),
        (&[("pkg/reprs.py", "from pkg import a\n")], "pkg/reprs.py imports this file: an import cycle"),
        (
            &[("pkg/reprs.py", "import pkg.c\n"), ("pkg/c.py", "from . import a\n")],
            "pkg/c.py imports this file: an import cycle",
        ),
        (&[("pkg/c.py", "from .reprs import show\n")], "pkg/c.py:1 imports it, although it is not there"),
        (
            &[("pkg/reprs.py", "x = 1\n"), ("pkg/c.py", "from .reprs import *\n")],
            "pkg/c.py:1 takes all of its names",
        ),
        (&[("pkg/__init__.py", "def reprs():\n    pass\n")], "line 1 of pkg/__init__.py binds `reprs`"),
        (&[("pkg/c.py", "from pkg import *\n")], "pkg/c.py:1 takes all names of its package"),
        (&[("pkg/reprs.py", "x = (\n")], "it is no Python that can be read"),
    ] {
        let scratch = project();
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch.write("pkg/b.py", "");
        let before = scratch.snapshot();
        let flags = ["--select", "repr-to-decorator", "--profile", "all", "--unsafe-fixes"];
        let more: &[&str] =
            if files[0].0 == "unspool.toml" { &[] } else { &["--helpers-module", "pkg.reprs"] };
        let listing = scratch.run([&["check", "--refusals"], &flags[..], more].concat());
        assert!(listing.text().contains(reason), "{reason}: {}", listing.text());
        scratch.run([&["fix"], &flags[..], more].concat());
        assert_eq!(scratch.snapshot(), before, "{reason}");
    }
    let scratch = project();
    let mut command = scratch.unspool([
        "check",
        "--refusals",
        "--select",
        "repr-to-decorator",
        "--helpers-module",
        "pkg.reprs",
        "-",
    ]);
    let run = Run::with_input(&mut command, shown("", &["A", "B"]).as_bytes());
    assert!(
        run.text().contains("no helper can be in `pkg.reprs`: other files are not at hand"),
        "{}",
        run.text()
    );
}

#[test]
fn a_file_outside_of_the_package_must_show_that_it_can_import_it() {
    let text = shown("", &["T", "U"]);
    for (top, expected) in [
        ("", "no import at the top of the file shows that it can import `pkg`"),
        (
            "import sys\nsys.path.insert(0, '.')\nfrom pkg import person\n",
            "no import at the top of the file shows that it can import `pkg`",
        ),
        ("from pkg import person\n\n\n", ""),
    ] {
        let scratch = project();
        scratch.write("tests/test_a.py", format!("{top}{text}"));
        let listing = scratch.run(["check", "--refusals", "tests/test_a.py", "pkg"]);
        assert!(listing.text().contains(expected), "{top}: {}", listing.text());
        scratch.run(["fix"]).exits(0);
        let after = String::from_utf8(scratch.read("tests/test_a.py")).unwrap();
        let rewritten =
            after.starts_with("from pkg import person\nfrom pkg.reprs import auto_repr\n\n\n@auto_repr(");
        assert_eq!(rewritten, expected.is_empty(), "{after}");
    }
}

#[test]
fn importing_it_may_be_seen() {
    #[track_caller]
    fn check(files: &[(&str, &str)], module: &str, verdict: &str) {
        let scratch = project();
        for (name, text) in files {
            scratch.write(name, text);
        }
        let listing = scratch.run(["check", "--helpers-module", module]);
        let expected = format!("pkg/a.py:6:5: repr-to-decorator {verdict}");
        assert!(listing.text().contains(&expected), "{files:?}: {}", listing.text());
    }
    check(&[("helpers/__init__.py", "x = 1\n")], "helpers.reprs", "safe");
    check(&[("helpers/__init__.py", "print('loaded')\n")], "helpers.reprs", "unsafe");
    check(&[("helpers/__init__.py", "import numpy\n")], "helpers.reprs", "unsafe");
    check(
        &[("helpers/__init__.py", "from . import x\n"), ("helpers/x.py", "for n in 1, 2:\n    print(n)\n")],
        "helpers.reprs",
        "unsafe",
    );
    check(&[("helpers/__init__.py", "from pkgutil import iter_modules\n")], "helpers.reprs", "unsafe");
    check(&[("pyproject.toml", "[tool.setuptools]\npackages = ['pkg']\n")], "reprs", "safe");
    check(&[("pyproject.toml", "[tool.setuptools]\npy-modules = ['main']\n")], "reprs", "unsafe");
}

/// More helpers than rounds, each with a name of its own, and the same for any number of threads.
#[test]
fn many_helpers_of_many_files() {
    let scratch = || {
        let scratch = project();
        for number in 0..14 {
            let before = "<".repeat(number);
            scratch.write(format!("pkg/m{number}.py"), shown(&before, &["X", "Y"]));
        }
        scratch
    };
    let (one, four) = (scratch(), scratch());
    let run = one.run(["fix", "--threads", "1"]);
    four.run(["fix", "--threads", "4"]).exits(0);
    assert_eq!(one.snapshot(), four.snapshot());
    assert!(run.exits(0).stderr.starts_with("16 rewrites in 17 files"), "{}", run.stderr);
    let text = String::from_utf8(one.read("pkg/reprs.py")).unwrap();
    let helpers: Vec<&str> = text.lines().filter(|line| line.starts_with("def ")).collect();
    assert_eq!(helpers.len(), 14, "one for each form: {helpers:?}");
    let mut distinct = helpers.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 14, "no name twice: {helpers:?}");
    assert!(!text.contains("\n\n\n\n") && text.matches("\n\n\ndef ").count() == 13, "{text}");
    let again = one.run(["fix"]);
    assert!(again.exits(0).stderr.starts_with("no rewrites"), "{}", again.stderr);
}

#[test]
fn a_commit_has_the_new_file() {
    if !has("git") {
        skip!("a_commit_has_the_new_file", "there is no git");
    }
    let scratch = project();
    std::fs::remove_dir_all(scratch.join(".git")).unwrap();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]).args(args);
        Run::of(command.current_dir(scratch.path()))
    };
    for args in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "code"]] {
        git(args).exits(0);
    }
    let mut command = scratch.unspool(["fix", "--commit"]);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ann").env(format!("GIT_{role}_EMAIL"), "ann@example.org");
    }
    assert_eq!(Run::of(&mut command).exits(0).stderr, "committed repr-to-decorator: 2 rewrites in 3 files\n");
    assert_eq!(git(&["status", "--porcelain"]).text(), "");
    assert_eq!(
        git(&["show", "--format=", "--name-status"]).text(),
        "M\tpkg/a.py\nM\tpkg/b.py\nA\tpkg/reprs.py\n"
    );
}

#[test]
fn verification_makes_it_and_drops_it() {
    let scratch = project();
    let before = scratch.snapshot();
    let run = scratch.run(["fix", "--verify", "! test -e pkg/reprs.py"]);
    run.exits(0);
    assert_eq!(made(&scratch), 0, "{}", run.stderr);
    assert_eq!(scratch.snapshot(), before);
    // One of the two breaks something; the other makes the module by itself.
    scratch.run(["fix", "--verify", "! grep -q auto_repr pkg/a.py"]).exits(0);
    assert_eq!(made(&scratch), 1);
    scratch.run(["fix", "--verify", "test -e pkg/reprs.py || ! grep -q auto_repr pkg/b.py"]).exits(0);
    assert_eq!(made(&scratch), 2);
}
