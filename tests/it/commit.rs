//! `fix --commit`: one commit for each transform.

use std::process::Command;

use crate::groups;
use crate::support::{Run, Scratch, has, plain_environment, skip, snapshots};

const LOOP: &str = "def numbers():\n    for number in [1, 2, 3]:\n        yield number\n";
const SUM: &str = "def total(size):\n    return sum([number * 2 for number in range(size)])\n";

/// Git with a configuration of its own, in the way that unspool will see it.
fn git(scratch: &Scratch, args: &[&str]) -> Run {
    let mut command = Command::new("git");
    command.args(args).current_dir(scratch.path());
    environment(&mut command);
    let run = Run::of(&mut command);
    run.exits(0);
    run
}

fn environment(command: &mut Command) {
    plain_environment(command);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for (role, name) in [("AUTHOR", "Ann"), ("COMMITTER", "Ann")] {
        command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), "ann@example.org");
    }
}

fn commit(scratch: &Scratch, args: &[&str]) -> Run {
    let mut command = scratch.unspool([&["fix", "--commit"], args].concat());
    environment(&mut command);
    Run::of(&mut command)
}

fn repository(files: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::with(files);
    git(&scratch, &["init", "-q"]);
    git(&scratch, &["add", "."]);
    git(&scratch, &["commit", "-qm", "code"]);
    scratch
}

#[test]
fn each_transform_has_its_commit() {
    if !has("git") {
        skip!("each_transform_has_its_commit", "there is no git");
    }
    let scratch = repository(&[("a.py", &format!("{LOOP}\n\n{SUM}")), ("src/b.py", LOOP)]);
    let run = commit(&scratch, &[]);
    let expected = "committed list-to-genexpr: 1 rewrite in 1 file\ncommitted loop-to-yield-from: 2 rewrites in 2 files\n";
    assert_eq!(run.exits(0).stderr, expected);
    assert_eq!(git(&scratch, &["status", "--porcelain"]).text(), "");
    let subjects = git(&scratch, &["log", "--format=%s"]);
    assert_eq!(
        subjects.text(),
        "Delegate a loop that only re-yields with `yield from`\nFeed a consumer from a generator expression instead of a \
         list\ncode\n"
    );
    let body = git(&scratch, &["log", "-1", "--format=%b"]);
    assert!(body.text().contains("was proved at each site:\n\n- a.py:2\n- src/b.py:2\n"), "{}", body.text());
    assert_eq!(git(&scratch, &["show", "--format=", "--name-only", "HEAD"]).text(), "a.py\nsrc/b.py\n");
    // All of it together is what one run does.
    let whole = Scratch::with(&[("a.py", &format!("{LOOP}\n\n{SUM}")), ("src/b.py", LOOP)]);
    whole.run(["fix"]).exits(0);
    assert_eq!(scratch.snapshot(), whole.snapshot());
    assert_eq!(commit(&scratch, &[]).exits(0).stderr, "no rewrites in 2 files\n");
}

#[test]
fn what_was_assumed_stands_in_the_message() {
    if !has("git") {
        skip!("what_was_assumed_stands_in_the_message", "there is no git");
    }
    let scratch =
        repository(&[("a.py", "def each(numbers):\n    for number in numbers:\n        yield number\n")]);
    commit(&scratch, &["--unsafe-fixes", "--select", "loop-to-yield-from"]).exits(0);
    let body = git(&scratch, &["log", "-1", "--format=%b"]);
    assert!(body.text().contains("- a.py:2\n  assumed: "), "{}", body.text());
    let message = git(&scratch, &["log", "-1", "--format=%B"]);
    snapshots().bind(|| insta::assert_snapshot!("commit-message", message.text()));
}

#[test]
fn a_rewrite_of_several_files_is_one_commit() {
    if !has("git") {
        skip!("a_rewrite_of_several_files_is_one_commit", "there is no git");
    }
    let scratch = repository(&[("jobs.py", groups::JOBS), ("main.py", groups::MAIN)]);
    let run = commit(&scratch, &groups::SELECT);
    assert_eq!(run.exits(0).stderr, "committed coroutine-to-async: 1 rewrite in 2 files\n");
    assert!(groups::is_made(&scratch));
    assert_eq!(git(&scratch, &["show", "--format=", "--name-only", "HEAD"]).text(), "jobs.py\nmain.py\n");
    let body = git(&scratch, &["log", "-1", "--format=%b"]);
    assert!(body.text().contains("\n- jobs.py:4, with main.py\n"), "{}", body.text());
}

#[test]
fn only_on_a_clean_tree() {
    if !has("git") {
        skip!("only_on_a_clean_tree", "there is no git");
    }
    let scratch = repository(&[("a.py", LOOP)]);
    scratch.write("new.txt", "");
    let run = commit(&scratch, &[]);
    assert!(
        run.exits(2).stderr.starts_with("error: `--commit` needs a clean tree: 1 path not committed\n"),
        "{}",
        run.stderr
    );
    assert_eq!(scratch.read("a.py"), LOOP.as_bytes());
    let run = commit(&Scratch::with(&[("a.py", LOOP)]), &[]);
    assert!(run.exits(2).stderr.contains("not a git repository"), "{}", run.stderr);
    assert_eq!(commit(&scratch, &["--dry-run"]).code, Some(2));
}

#[test]
fn a_hook_that_says_no_is_reported() {
    if !has("git") {
        skip!("a_hook_that_says_no_is_reported", "there is no git");
    }
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = repository(&[("a.py", LOOP)]);
    let hook = scratch.write(".git/hooks/pre-commit", "#!/bin/sh\necho 'not today' >&2\nexit 1\n");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = commit(&scratch, &[]);
    let expected = "error: the rewrites of loop-to-yield-from are written, but not committed: not today\n";
    assert!(run.exits(2).stderr.starts_with(expected), "{}", run.stderr);
}
