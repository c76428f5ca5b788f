//! Whose code runs: the copy's, whatever leads to the original.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::{GOOD, GOOD_LAZY, MODULE, Project, SWITCH, WRONG, says, tests, unittest};
use crate::support::{has, python, skip, snapshot_of};

#[test]
fn paths_into_the_original_tree_lead_to_the_copy() {
    let Some(python) = python() else { skip!("paths_into_the_original_tree", "no python3") };
    let project = Project::with(&[("src/a.py", MODULE), ("tests/test_a.py", &tests(&["a"]))]);
    let line = format!("{} -m unittest discover -q tests", python.display());
    let mut command = project.command(&["fix", "--verify", &line]);
    command.env(SWITCH.0, SWITCH.1).env("PYTHONPATH", project.root().join("src"));
    let run = project.finish(&mut command);
    run.exits(0);
    assert_eq!(project.text("src/a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
    says(&run, &["1 rewrite kept, 1 dropped"]);
}

/// An editable install in a virtual environment of the tree itself, by path and by the finder of setuptools.
#[test]
fn editable_installs_lead_to_the_copy() {
    let Some(python) = python() else { skip!("editable_installs_lead_to_the_copy", "no python3") };
    let finder = "\
import sys
MAPPING = {'a': ROOT + '/src/a.py'}
NAMESPACES = {}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        from importlib.util import spec_from_file_location
        if name in MAPPING:
            return spec_from_file_location(name, MAPPING[name])


def install():
    sys.meta_path.append(Finder)
";
    for by_finder in [false, true] {
        let project = Project::with(&[("src/a.py", MODULE), ("tests/test_a.py", &tests(&["a"]))]);
        let venv = project.root().join(".venv");
        let made = Command::new(python).args(["-m", "venv", "--without-pip"]).arg(&venv).output();
        if !made.is_ok_and(|output| output.status.success()) {
            skip!("editable_installs_lead_to_the_copy", "python3 has no venv");
        }
        let packages = std::fs::read_dir(venv.join("lib")).unwrap().next().unwrap().unwrap().path();
        let packages = packages.join("site-packages");
        let root = project.root().canonicalize().unwrap();
        let pth = if by_finder {
            let finder = format!("ROOT = {root:?}\n{finder}");
            std::fs::write(packages.join("__editable___p_1_finder.py"), finder).unwrap();
            "import __editable___p_1_finder; __editable___p_1_finder.install()\n".to_owned()
        } else {
            format!("{}\n", root.join("src").display())
        };
        std::fs::write(packages.join("__editable__.p-1.pth"), pth).unwrap();
        let before = snapshot_of(&venv);
        let run = project.fix(&["--verify", ".venv/bin/python -m unittest discover -q tests"]);
        run.exits(0);
        assert_eq!(project.text("src/a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);
        says(&run, &["2 tests as before; 1 rewrite kept, 1 dropped"]);
        assert_eq!(snapshot_of(&venv), before);
    }
}

#[test]
fn what_runs_the_original_all_the_same_verifies_nothing() {
    let Some(python) = python() else { skip!("what_runs_the_original", "no python3") };
    let project = Project::with(&[("src/a.py", MODULE)]);
    let root = project.root().canonicalize().unwrap();
    let insert = format!("import sys\nsys.path.insert(0, {:?})\n", root.join("src"));
    project.scratch.write("project/tests/test_a.py", insert + &tests(&["a"]));
    let run = project.fix(&["--verify", &format!("{} -m unittest discover -q tests", python.display())]);
    run.exits(3);
    assert_eq!(project.text("src/a.py"), MODULE);
    says(
        &run,
        &[
            "error: the command runs code of the original tree (src/a.py)",
            "say nothing about the rewritten copy",
            "no file was changed",
        ],
    );
}

/// Runs git and gives what it prints.
#[track_caller]
fn git(folder: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    let output = Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A linked worktree has its index in the repository that it is linked to: the copy must not reach it.
#[test]
fn a_linked_worktree_is_copied_as_a_repository_of_its_own() {
    if !has("git") {
        skip!("a_linked_worktree", "no git");
    }
    let project = Project::with(&[("a.py", MODULE)]);
    let root = project.root();
    git(&root, &["init", "-q"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "first"]);
    let linked = project.scratch.join("linked");
    git(&root, &["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "side"]);
    let state = || {
        let ask = |folder: &Path| {
            [&["status", "--porcelain"][..], &["log", "--all", "--format=%H %D"], &["ls-files", "-s"]]
                .map(|args| git(folder, args))
        };
        (ask(&root), ask(&linked), snapshot_of(&linked))
    };
    let before = state();
    let line = "test \"$(git branch --show-current)\" = side && touch new && git add new && \
                git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m second && git rm -q --cached new && rm new";
    let mut command = project.command(&["fix", "--dry-run", "--verify", line]);
    let run = project.finish(command.current_dir(&linked).env_remove("GIT_DIR"));
    run.exits(0);
    says(&run, &["exit status 0 as before"]);
    assert_eq!(state(), before);
}

/// Ignored files, links and git are there; what is written there stays there.
#[test]
fn the_copy_is_complete_and_apart() {
    let Some(python) = python() else { skip!("the_copy_is_complete_and_apart", "no python3") };
    if !has("git") {
        skip!("the_copy_is_complete_and_apart", "no git");
    }
    let project = Project::with(&[
        ("a.py", MODULE),
        ("test_a.py", &tests(&["a"])),
        (".gitignore", "built.txt\n"),
        ("built.txt", "built"),
        ("data/x.txt", "x"),
        ("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n"),
        ("node_modules/m/index.js", ""),
    ]);
    let root = project.root();
    let git = |args: &[&str]| git(&root, args);
    git(&["init", "-q"]);
    symlink("data/x.txt", root.join("inside")).unwrap();
    symlink(root.canonicalize().unwrap().join("data"), root.join("absolute")).unwrap();
    symlink("../outside.txt", root.join("out")).unwrap();
    project.scratch.write("outside.txt", "outside");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    let before = (snapshot_of(&root), git(&["rev-parse", "HEAD"]), git(&["status", "--porcelain"]));
    let line = format!(
        "set -e; test \"$(cat built.txt inside absolute/x.txt out)\" = 'builtxxoutside'; test ! -e cache; \
         test -L node_modules; test \"$(git log --format=%s -n 1)\" = first; \
         test \"$(git rev-parse --show-toplevel)\" = \"$PWD\"; echo new > absolute/new.txt; touch made; git add -A; \
         git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m second; git reset -q HEAD^; {}",
        unittest(python)
    );
    let run = project.finish(&mut project.command(&["fix", "--dry-run", "--verify", &line]));
    run.exits(0);
    says(&run, &["2 tests as before; 1 rewrite kept, 0 dropped; 2 runs"]);
    assert_eq!((snapshot_of(&root), git(&["rev-parse", "HEAD"]), git(&["status", "--porcelain"])), before);
}

/// Tests of other code than the rewritten one would be taken for proof.
#[test]
fn a_command_that_writes_what_is_rewritten_verifies_nothing() {
    let project = Project::with(&[("a.py", MODULE)]);
    let run = project.fix(&["--verify", "echo '# formatted' >> a.py"]);
    run.exits(3);
    assert_eq!(project.text("a.py"), MODULE);
    says(&run, &["error: the command itself writes a.py, which is rewritten", "no file was changed"]);
}

/// The command runs where the user is, and files of the whole repository may be named.
#[test]
fn the_command_runs_in_the_same_folder() {
    let Some(python) = python() else { skip!("the_command_runs_in_the_same_folder", "no python3") };
    let project = Project::with(&[("lib/a.py", MODULE), ("lib/test_a.py", &tests(&["a"]))]);
    let mut command = project.command(&["fix", "../lib/a.py", "--verify", &unittest(python)]);
    let run = project.finish(command.current_dir(project.root().join("lib")).env(SWITCH.0, SWITCH.1));
    run.exits(0);
    assert_eq!(project.text("lib/a.py"), MODULE.replace(GOOD, GOOD_LAZY), "{}", run.stderr);

    let outside = project.scratch.write("elsewhere.py", MODULE);
    let run = project.fix(&[outside.to_str().unwrap(), "--verify", "true"]);
    run.exits(2);
    says(&run, &["cannot be verified: the command would run in a copy of", "help: go to the repository"]);
    assert!(std::fs::read_to_string(outside).unwrap().contains(WRONG));
}

#[test]
fn a_file_that_changes_meanwhile_is_not_written() {
    let Some(python) = python() else { skip!("a_file_that_changes_meanwhile", "no python3") };
    let project = Project::with(&[("a.py", MODULE), ("test_a.py", &tests(&["a"]))]);
    let file = project.root().canonicalize().unwrap().join("a.py");
    // The command plays the user who goes on editing.
    let line = format!("echo '# mine' >> {}; {}", file.display(), unittest(python));
    let run = project.finish(&mut project.command(&["fix", "--verify", &line]));
    run.exits(3);
    assert!(project.text("a.py").starts_with(MODULE) && project.text("a.py").ends_with("# mine\n"));
    says(&run, &["a.py: not written, and as it was: "]);
}
